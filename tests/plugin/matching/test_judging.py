"""What is made of single followers of a regent: one rule at a time."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.registry.matching import Judgement, match_text, usual_government

TEGAL = usual_government("33.28")
IN_2015 = date(2015, 9, 1)
TODAY = date(2026, 11, 1)


def judge(username: str, name: str | None = "", **rest: object) -> Judgement:
    return together({"username": username, "name": name, **rest})[0]


def together(*followers: dict[str, object], as_of: date = IN_2015) -> tuple[Judgement, ...]:
    lines = [json.dumps(follower) for follower in followers]
    return match_text(lines, TEGAL, as_of, region="33.28").judgements


@pytest.mark.parametrize(
    ("username", "name", "rest", "agency"),
    [
        ("dinkestgl", "Dinkes Kab. Tegal", {}, "DINKES"),
        ("hubkominfotgl", "Dishubkominfo", {}, "DISHUBKOMINFO"),
        ("adiwernakec", "ADIWERNA", {"description": "kantor kecamatan"}, "KEC_ADIWERNA"),
        ("kec_bumijwa", "Kec Bumijwa", {}, "KEC_BUMIJAWA"),
        ("dishubkominfotg", "Dishubkominfo Tegal", {}, "DISHUBKOMINFO"),
        ("bapedategal", "Bapeda", {"location": "Slawi"}, "BAPPEDA"),
        ("dpu_tegal", "DPU", {"description": "Kepala: Ir. Sutomo, MT", "location": "Slawi"}, "DPU"),
        ("rsudsoeselo", "RSUD dr. Soeselo Slawi", {}, "RSUD"),
        ("dukcapiltgl", None, {"location": "Kab. Tegal"}, "DISDUKCAPIL"),
        ("soeselors", "RSUD dr Soeselo", {"location": "Slawi"}, "RSUD"),
        ("sda_kita", "Bidang SDA", {"description": "embung dan irigasi, dinas PU kab. Tegal"}, "DPU"),
        ("warurejamaju", "Kantor Camat", {"location": "Warureja"}, "KEC_WARUREJA"),
        ("keckdbt", "Kec Kd Banteng", {"location": "Tegal"}, "KEC_KEDUNGBANTENG"),
        ("mrgasari_kec", "Margasari", {}, "KEC_MARGASARI"),
        ("sahabat_tarub", "Tarub Melayani", {"description": "akun resmi kantor camat"}, "KEC_TARUB"),
        ("halosehattgl", "Halo Sehat", {"description": "kanal pengaduan Dinas Kesehatan Tegal"}, "DINKES"),
        ("bpbd3328", "BPBD 3328", {}, "BPBD"),
        ("dispertannaktgl", "Dispertannak Kab Tegal", {}, "DISTANAK"),
        ("dinperindagpastg", "Dinperindagpas", {"location": "Slawi"}, "DISPERINDAGSAR"),
        ("perpustegal", "Perpustakaan Kab. Tegal", {}, "PERPUSARDA"),
        ("tegalcultural", "Tegal Culture", {"description": "Dinas Pariwisata & Kebudayaan"}, "DIPARBUD"),
        ("tarubhebat", "Tarub Hebat", {"description": "Kecamatan Tarub Kab. Tegal"}, "KEC_TARUB"),
        ("pu_slawi", "PU Kab Tegal", {}, "DPU"),
        ("tph_slawi", "Dinas Pertanian TPH", {"description": "tanaman pangan, hortikultura"}, "DISTANAK"),
        ("dkcskabtegal", "DKCS", {"description": "Dinas Kependudukan dan Catatan Sipil"}, "DISDUKCAPIL"),
        ("ayobacaslawi", "Ayo Baca!", {"description": "Perpustakaan Daerah Kabupaten Tegal"}, "PERPUSARDA"),
        (
            "hi_slawi",
            "Hub. Industrial",
            {"description": "seksi hubungan industrial Disnakertransos"},
            "DISNAKERTRANSOS",
        ),
        (
            "trafikslawi",
            "Lalu Lintas",
            {"description": "bidang LLAJ Dishubkominfo Kab Tegal"},
            "DISHUBKOMINFO",
        ),
        ("petanitgl", "Petani Maju", {"description": "akun Distanak Kabupaten Tegal"}, "DISTANAK"),
        (
            "visittegal",
            "Visit Tegal",
            {"description": "Official account of Disparbud Kab. Tegal"},
            "DIPARBUD",
        ),
        ("pasar_kabtgl", "Bidang Pasar", {"description": "Disperindagsar Kab. Tegal"}, "DISPERINDAGSAR"),
        ("kabtegal", "Tegal IKHLAS", {"description": "Akun resmi Pemkab Tegal"}, "BAG_HUMAS"),
        ("lapor_jalan", "Lapor Jalan Rusak", {"description": "Bina Marga, DPU Kab. Tegal"}, "DPU"),
        (
            "soeselo_slawi",
            "RS dr Soeselo",
            {"description": "rumah sakit umum daerah", "location": "Slawi"},
            "RSUD",
        ),
        ("org_tgl", "Bag. Organisasi & Kepeg", {"description": "Setda Kab. Tegal"}, "BAG_ORG"),
        (
            "dkktgl",
            "DKK",
            {"location": "Tegal", "url": "http://dinkes.tegalkab.go.id"},
            "DINKES",
        ),
        (
            "camatslawi",
            "Camat Slawi",
            {"description": "akun instansi kecamatan Slawi, bukan pribadi"},
            "KEC_SLAWI",
        ),
    ],
)
def test_an_agency_is_known_by_what_it_calls_itself(
    username: str, name: str, rest: dict[str, object], agency: str
) -> None:
    found = judge(username, name, **rest)

    assert (found.verdict, found.agency) == ("official", agency)


@pytest.mark.parametrize(
    ("username", "name", "rest", "agency"),
    [
        ("camatbumi", "Drs. Kartono", {"description": "Camat Bumijawa. twit pribadi"}, "KEC_BUMIJAWA"),
        ("jalan_mulus", "Untung", {"description": "staf bina marga DPU"}, "DPU"),
        ("ratna_dinkes", "Ratna", {}, "DINKES"),
        ("pns_tegal", "Siti", {"description": "PNS di Bappeda Kab Tegal"}, "BAPPEDA"),
        ("kadinkes_tgl", "Kepala Dinas Kesehatan", {"description": "dr. H. Yunus"}, "DINKES"),
        ("wiwinkes", "Wiwin", {"description": "promkes dinkes kab tegal"}, "DINKES"),
        ("anak_it", "Reza", {"description": "Dishubkominfo Kab Tegal"}, "DISHUBKOMINFO"),
        ("tukangkali", "Kaswan", {"description": "jaga pintu air, DPU kab tegal"}, "DPU"),
        ("polpptegal", "Yoyok", {"description": "anggota satpol pp, opini pribadi"}, "SATPOLPP"),
    ],
)
def test_an_officials_own_account_is_personal(
    username: str, name: str, rest: dict[str, object], agency: str
) -> None:
    found = judge(username, name, **rest)

    assert (found.verdict, found.agency) == ("personal", agency)


@pytest.mark.parametrize(
    ("username", "name", "rest"),
    [
        ("dpukotategal", "DPU Kota Tegal", {}),
        ("dpu_tegal", "DPU", {"location": "Kota Tegal"}),
        ("dinkesbrebes", "Dinkes Brebes", {}),
        ("kec_talangplg", "Kecamatan Talang", {"location": "Pemalang"}),
        ("kecbumiayu", "Kecamatan Bumiayu", {}),
        ("dinkesjateng", "Dinas Kesehatan", {"description": "Provinsi Jawa Tengah"}),
        ("polrestgl", "Polres Tegal", {}),
        ("kua_adiwerna", "KUA Adiwerna", {}),
        ("pkmslawi", "Puskesmas Slawi", {}),
        ("pdamslawi", "PDAM Tirta Ayu", {}),
        ("sman1slawi", "SMAN 1 Slawi", {}),
        ("bapendategal", "Bapenda", {"url": "https://bapenda.tegalkota.go.id", "location": ""}),
    ],
)
def test_other_offices_are_not_the_agencys_own(username: str, name: str, rest: dict[str, object]) -> None:
    assert judge(username, name, **rest).verdict == "other_government"


@pytest.mark.parametrize(
    ("username", "name", "rest"),
    [
        ("bupatitegal_", "Bupati Tegal", {}),
        ("jasaktptgl", "Dukcapil Express", {"description": "calo online"}),
        ("dinkes_tg1", "Dinkes Kab. Tegal", {}),
        ("dinkess_tgl", "Dinkes Kab. Tegal", {}),
        ("dinsostegal", "Dinsos Kab. Tegal", {"description": "daftar bantuan hub WA 0812"}),
        ("bpbdtegal_9", "BPBD Kab Tegal", {"followers_count": 2, "following_count": 900}),
    ],
)
def test_who_only_claims_to_be_an_agency_is_an_impostor(
    username: str, name: str, rest: dict[str, object]
) -> None:
    assert judge(username, name, **rest).verdict == "impostor"


@pytest.mark.parametrize(
    ("username", "name", "rest"),
    [
        ("infoslawi", "Info Slawi", {}),
        ("kecoak", "Kecoak", {}),
        ("wong_protes", "Wong Protes", {"description": "BKD mana transparansinya"}),
        ("mbah_karso", "Mbah Karso", {"description": "pensiunan DPU"}),
        ("sahabatbpbd", "Sahabat BPBD", {}),
        ("jalan_rusak", "Jalan Rusak", {"description": "DPU kab tegal dengar kami"}),
        ("lelet", "Pelayanan Lelet", {"description": "disdukcapil tegal antri terus"}),
        ("umum_saja", "Umum", {}),
        ("lokertegal", "Loker Tegal", {}),
        ("bojongkenyot", "Bojong", {"location": "Bojong"}),
        ("x", None, {}),
    ],
)
def test_everybody_else_is_left_alone(username: str, name: str, rest: dict[str, object]) -> None:
    found = judge(username, name, **rest)

    assert (found.verdict, found.agency) == ("other", None)


def test_the_code_is_the_one_in_force_on_that_day() -> None:
    dpu: dict[str, object] = {"username": "dputegal", "name": "DPU Kab. Tegal"}

    assert together(dpu, as_of=date(2016, 12, 31))[0].agency == "DPU"
    assert together(dpu, as_of=date(2017, 1, 1))[0].agency == "DPUPR"


def test_an_office_that_was_split_has_one_account_for_both_before_and_one_each_after() -> None:
    one: dict[str, object] = {"username": "dishubtegal", "name": "Dishub Kab Tegal"}
    other: dict[str, object] = {"username": "kominfotegal", "name": "Kominfo Kab Tegal"}

    assert [j.agency for j in together(one, other)] == ["DISHUBKOMINFO", "DISHUBKOMINFO"]
    assert [j.agency for j in together(one, other, as_of=TODAY)] == ["DISHUB", "DISKOMINFO"]


def test_of_two_that_look_alike_the_odder_is_the_copy() -> None:
    found = together(
        {"username": "humaskabtegal_", "name": "Humas Kab Tegal", "created_at": "2015-08-30"},
        {"username": "humaskabtegal", "name": "Humas Kab Tegal", "created_at": "2014-01-01"},
    )

    assert [j.verdict for j in found] == ["impostor", "official"]
    assert found[0].reasons[0] == "looks_like:humaskabtegal"


def test_a_government_may_have_two_hospitals() -> None:
    found = together(
        {"username": "rsudsoeselo", "name": "RSUD Soeselo", "location": "Slawi", "followers_count": 300},
        {
            "username": "rssuradadi",
            "name": "RSUD Suradadi",
            "default_profile_image": True,
            "following_count": 90,
        },
    )

    assert [(j.verdict, j.agency) for j in found] == [("official", "RSUD")] * 2


def test_a_unit_below_an_agency_is_not_the_agency_though_it_says_outright_that_it_is_official() -> None:
    says = "akun resmi UPTD Pasar Slawi, Dinas Perindustrian Perdagangan dan Pasar Kab. Tegal"

    assert judge("pasarslawi", "Pasar Slawi", description=says).verdict != "official"
    assert (
        judge("pasarslawi", "Pasar Slawi", description=says.replace("UPTD Pasar Slawi, ", "")).verdict
        == "official"
    )


def test_who_lures_behind_a_campaigns_name_is_an_impostor() -> None:
    found = judge("izin_cepat", "Izin Online", description="BPMPT Kab. Tegal, biaya admin murah")

    assert (found.verdict, found.agency) == ("impostor", "BPMPT")
    assert judge("beasiswa", "Beasiswa", description="Disdikpora Tegal, lewat WA admin").verdict == "impostor"


def test_of_a_campaigns_account_and_the_one_with_the_agencys_name_the_latter_comes_first() -> None:
    found = together(
        {"username": "tegalbersih", "name": "Tegal Bersih", "description": "akun KLH Kab Tegal"},
        {"username": "klhkabtegal", "name": "KLH Kab Tegal"},
    )

    assert [j.verdict for j in found] == ["official", "official"]
    assert ["second_account" in j.reasons for j in found] == [True, False]


def test_a_government_mark_confirms_and_a_blue_one_proves_nothing() -> None:
    plain = judge("bkdtegal", "BKD", location="Slawi")
    marked = judge("bkdtegal", "BKD", location="Slawi", verified_type="government")
    blue = judge("bkdtegal", "BKD", location="Slawi", verified=True, verified_type="blue")

    assert plain.score == blue.score
    assert "government_mark" in marked.reasons
    assert "government_mark" not in blue.reasons


def test_a_number_for_complaints_is_no_bait() -> None:
    assert (
        judge("dukcapiltgl", "Dukcapil Kab Tegal", description="Layanan pengaduan WA 0811-xxx").verdict
        == "official"
    )


TEXTS = st.one_of(
    st.none(), st.text(max_size=60), st.integers(), st.booleans(), st.lists(st.text(), max_size=2)
)
FIELDS = (
    "name",
    "description",
    "location",
    "url",
    "created_at",
    "followers_count",
    "verified_type",
    "public_metrics",
)


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=20), st.dictionaries(st.sampled_from(FIELDS), TEXTS))
def test_nothing_in_a_profile_stops_the_judging(username: str, rest: dict[str, object]) -> None:
    matching = match_text([json.dumps({**rest, "username": username})], TEGAL, IN_2015, region="33.28")

    assert len(matching.judgements) + len(matching.broken) == 1
    assert all(0 <= j.score <= 1 for j in matching.judgements)
