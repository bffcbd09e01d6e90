"""The commands we offer, in the order in which help lists them, and what their buttons decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.ajari import ajari, batal_ajari
from commands.akun import akun
from commands.ambil import ambil
from commands.aspirasi import aspirasi
from commands.bantuan import bantuan
from commands.belum_punya_akun import belum_punya_akun
from commands.beri_peran import beri_peran
from commands.buka_lagi import buka_lagi
from commands.bukan_laporan import bukan_laporan
from commands.bukti import bukti
from commands.cabut_peran import cabut_peran
from commands.cari import cari
from commands.catat import catat, catat_form, catat_ini, catat_lagi, kata_kembali
from commands.daftar_akun import akun_benar, akun_salah, daftar_akun, daftar_akun_form
from commands.disisihkan import disisihkan, ini_laporan, memang_bukan_laporan
from commands.disposisi import disposisi, disposisi_form
from commands.edaran import edaran, edaran_baru
from commands.gabung import gabung
from commands.hubungkan_akun import hubungkan_akun
from commands.ikat_grup import ikat_grup
from commands.ingatkan import ingatkan, tegur_akun
from commands.janji import janji, janji_benar, janji_bukan, janji_ditepati, janji_tanggal, janji_tanggal_isi
from commands.jawaban import (
    batal_jawaban,
    isi_jawaban,
    jawaban,
    jawaban_simpan,
    jawaban_tetap,
    jawaban_ubah_lagi,
)
from commands.jenis import jenis
from commands.kartu_tanggapan import batal, kirim_lagi, lihat_tanggapan, tahan, tidak_tampil
from commands.keadaan import keadaan
from commands.keaktifan import keaktifan, keaktifan_baca
from commands.kebijakan import kebijakan
from commands.kembalikan import kembalikan
from commands.klaim import klaim
from commands.langganan_ringkasan import langganan_ringkasan
from commands.laporan import laporan
from commands.laporan_baru import laporan_baru
from commands.laporan_bulanan import laporan_bulanan
from commands.lengkapi import bagi, foto_isi, hapus_foto, keterangan_foto, keterangan_isi, tambah_foto
from commands.lepas import lepas
from commands.luar_wewenang import di_luar_wewenang, luar_wewenang
from commands.pelapor import isi_pelapor, kontak, pelapor
from commands.pemeriksaan import pakai_usulan, tetap_buka
from commands.pengikut import pengikut, pengikut_baca, pengikut_form
from commands.persetujuan import kembalikan_dengan, kembalikan_konsep, persetujuan, setujui
from commands.pisah import pisah
from commands.prioritas import prioritas
from commands.rapor import rapor
from commands.rekap_akun import rekap_akun
from commands.ringkasan import ringkasan
from commands.riwayat import riwayat
from commands.selesai import selesai
from commands.serah_terima import serah_terima
from commands.siapa_saya import siapa_saya
from commands.statistik import statistik
from commands.tandai_akun import tandai_akun
from commands.tanggapi import (
    alamat,
    kirim,
    kirim_dari,
    konsep,
    lampirkan,
    perbaiki,
    sudah_terkirim,
    tanggapi,
    tetap_kirim,
    ubah,
)
from commands.tanya_warga import tanya_warga
from commands.tarik import sudah_dihapus, tarik, tarik_ini, tarik_ya
from commands.tegur import tegur
from commands.terima import terima
from commands.tugas_saya import tugas_saya
from commands.tunda import tunda, tunda_form
from commands.tunda_pengingat import tunda_pengingat
from commands.tunggu_warga import tunggu_warga
from commands.usulan import usulan
from plugin.chat.agencies import AGENCY_READER, PERSON_READER
from plugin.chat.command import Command, Decision, Offer, Reader, read_number, read_word
from plugin.chat.values import Person
from plugin.desk.handling.cases import CASE_READER, Case
from plugin.registry.snapshot import Node

TOPICS: Mapping[str, tuple[Command, ...]] = {
    "harian": (
        laporan_baru,
        laporan,
        tanggapi,
        disposisi,
        tugas_saya,
        belum_punya_akun,
        ringkasan,
    ),
    "laporan": (
        catat,
        cari,
        ambil,
        lepas,
        terima,
        kembalikan,
        gabung,
        pisah,
        prioritas,
        jenis,
        tunggu_warga,
        tunda,
        riwayat,
        ajari,
    ),
    "tanggapan": (
        jawaban,
        tarik,
        persetujuan,
        janji,
        selesai,
        bukti,
        tanya_warga,
        buka_lagi,
    ),
    "sisihan": (
        bukan_laporan,
        disisihkan,
        luar_wewenang,
        kebijakan,
        aspirasi,
    ),
    "akun": (
        edaran,
        akun,
        daftar_akun,
        hubungkan_akun,
        tandai_akun,
        pengikut,
        usulan,
        ingatkan,
        tunda_pengingat,
        serah_terima,
        keaktifan,
        rekap_akun,
    ),
    "pimpinan": (
        langganan_ringkasan,
        tegur,
        rapor,
        statistik,
        laporan_bulanan,
    ),
    "pengaturan": (
        siapa_saya,
        bantuan,
        ikat_grup,
        beri_peran,
        cabut_peran,
        keadaan,
        klaim,
    ),
}
"""What is offered by what it is about; the first is what officials type every day."""

DECISIONS: tuple[Decision, ...] = (
    catat_form,
    catat_ini,
    catat_lagi,
    kata_kembali,
    isi_pelapor,
    pelapor,
    kontak,
    konsep,
    isi_jawaban,
    jawaban_simpan,
    jawaban_tetap,
    jawaban_ubah_lagi,
    batal_jawaban,
    ubah,
    kirim,
    kirim_dari,
    tetap_kirim,
    bagi,
    tambah_foto,
    foto_isi,
    keterangan_foto,
    keterangan_isi,
    hapus_foto,
    kirim_lagi,
    sudah_terkirim,
    alamat,
    lampirkan,
    lihat_tanggapan,
    tidak_tampil,
    tahan,
    batal,
    perbaiki,
    tarik_ini,
    tarik_ya,
    sudah_dihapus,
    setujui,
    pakai_usulan,
    tetap_buka,
    kembalikan_konsep,
    kembalikan_dengan,
    disposisi_form,
    tunda_form,
    janji_benar,
    janji_bukan,
    janji_ditepati,
    janji_tanggal,
    janji_tanggal_isi,
    ini_laporan,
    memang_bukan_laporan,
    di_luar_wewenang,
    batal_ajari,
    akun_benar,
    akun_salah,
    edaran_baru,
    pengikut_form,
    keaktifan_baca,
    pengikut_baca,
    tegur_akun,
    daftar_akun_form,
)

READERS: Mapping[Any, Reader] = {
    str: Reader(read_word),
    int: Reader(read_number),
    Case: CASE_READER,
    Node: AGENCY_READER,
    Node | None: AGENCY_READER,
    Person: PERSON_READER,
}

OTHER_WORDS: Mapping[str, str] = {
    word: called.name
    for called, words in (
        (tanggapi, "jawab balas respon kirim tanggapan reply"),
        (laporan_baru, "lapor aduan-baru pengaduan keluhan daftar-laporan baru list"),
        (catat, "input masukkan rekam telepon loket"),
        (disposisi, "teruskan terusan alihkan limpahkan serahkan"),
        (kembalikan, "tolak balikkan"),
        (selesai, "tutup beres tuntas close"),
        (buka_lagi, "buka"),
        (tarik, "hapus batalkan cabut"),
        (gabung, "satukan gabungkan"),
        (tugas_saya, "tugas tugasku setuju setujui approve"),
        (siapa_saya, "siapa peran saya profil"),
        (belum_punya_akun, "belum"),
        (bantuan, "bantu tolong panduan info perintah"),
        (ringkasan, "rekap rangkuman"),
        (beri_peran, "tambah-peran tambah"),
        (riwayat, "histori history log"),
    )
    for word in words.split()
}
"""What people type who have not the name at hand: proposed to them, never done."""

OFFER = Offer(TOPICS, DECISIONS, READERS, OTHER_WORDS)
