"""A command is recognised however a phone wrote it."""

from __future__ import annotations

import pytest

from plugin.chat.names import Names, canonical, read_line


@pytest.mark.parametrize(
    "typed",
    [
        "/belum-punya-akun kec alian",
        "/belum_punya_akun kec alian",
        "/Belum-Punya-Akun kec alian",
        "/BELUM_PUNYA_AKUN kec alian",
        "/belum\u2013punya\u2014akun kec alian",
        "/belum\u2011punya\u2212akun kec alian",
        "/belum_punya_akun@tanggap_bot kec alian",
        "/aduan belum-punya-akun kec alian",
        "/aduan belum_punya_akun kec alian",
        "/aduan /belum-punya-akun kec alian",
        "/aduan@tanggap_bot belum_punya_akun kec alian",
        "  /belum-punya-akun   kec alian",
        "\u200b/belum-punya-akun kec alian",
        "\uff0fbelum-punya-akun kec alian",
        "/ｂelum-punya-akun kec alian",
    ],
)
def test_all_these_are_one_command(typed: str) -> None:
    line = read_line(typed)

    assert line is not None
    assert (line[0], line[2]) == ("belum-punya-akun", "kec alian")


@pytest.mark.parametrize(
    "typed", ["", "halo", "a /laporan", "/", "//", "/ laporan", "1/2", "/\u2013", "kata /x y"]
)
def test_these_are_no_command(typed: str) -> None:
    assert read_line(typed) is None


def test_the_rest_stays_as_typed() -> None:
    line = read_line("/tanggapi 17 Baris satu\n  baris dua ")

    assert line is not None
    assert line[2] == "17 Baris satu\n  baris dua "


@pytest.mark.parametrize("typed", ["/aduan", "/start", "/start abc", "/help", "/aduan help"])
def test_whoever_only_knocks_gets_the_help(typed: str) -> None:
    assert read_line(typed) == ("bantuan", "", "")


def test_a_name_is_canonical_already() -> None:
    assert canonical("laporan-baru") == "laporan-baru"


NAMES = Names(
    ["laporan", "laporan-baru", "belum-punya-akun", "tanggapi", "tunda", "tunda-pengingat", "jenis"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/laporan baru", ("laporan-baru", "")),
        ("/laporan  Baru dpupr", ("laporan-baru", "dpupr")),
        ("/laporanbaru dpupr", ("laporan-baru", "dpupr")),
        ("/laporan-baru.", ("laporan-baru", "")),
        ("/laporan-baru?", ("laporan-baru", "")),
        ("/laporan baru!", ("laporan-baru", "")),
        ("/aduan laporan baru", ("laporan-baru", "")),
        ("/belum punya akun kec alian", ("belum-punya-akun", "kec alian")),
        ("/Belum Punya-Akun", ("belum-punya-akun", "")),
        ("/belumpunyaakun", ("belum-punya-akun", "")),
        ("/tunda pengingat dinkes 3", ("tunda-pengingat", "dinkes 3")),
        ("/tunda 17 3 hari", ("tunda", "17 3 hari")),
        ("/tanggapi17", ("tanggapi", "17")),
        ("/tanggapi17 Terima kasih", ("tanggapi", "17 Terima kasih")),
        ("/tanggapi-17", ("tanggapi", "17")),
        ("/tanggapi#17", ("tanggapi", "#17")),
        ("/tanggapi: 17", ("tanggapi", "17")),
        ("/laporan\nbaru", ("laporan-baru", "")),
        ("/laporan barulah", ("laporan", "barulah")),
        ("/rapor2", ("rapor2", "")),
    ],
)
def test_a_name_is_known_apart_together_and_with_its_number(typed: str, meant: tuple[str, str]) -> None:
    line = read_line(typed)

    assert line is not None
    assert NAMES.meant(line[0], line[2]) == meant


def test_what_a_citizen_reads_stays_as_typed() -> None:
    assert NAMES.meant("tanggapi", "17 Baris satu\n  baris dua ") == (
        "tanggapi",
        "17 Baris satu\n  baris dua ",
    )


@pytest.mark.parametrize(
    ("text", "several"),
    [
        (
            "/jenis 1 pengaduan\n/tanggapi 2 Baik.\nSalam.",
            ("/jenis 1 pengaduan", "/tanggapi 2 Baik.\nSalam."),
        ),
        ("/tanggapi 1 Baris satu\n\n/2 baris", ("/tanggapi 1 Baris satu\n\n/2 baris",)),
        ("/tanggapi 1 ketik /laporan-baru", ("/tanggapi 1 ketik /laporan-baru",)),
    ],
)
def test_each_command_of_a_message_is_told_apart(text: str, several: tuple[str, ...]) -> None:
    assert NAMES.several(text) == several
