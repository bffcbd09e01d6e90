"""Finding an agency by what somebody typed: a choice where several fit, and never a guess."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.registry.find import MOST, Candidates, Finding, Found, Nothing, find
from plugin.registry.tree import Node, Registry


def code(finding: Finding) -> str:
    assert isinstance(finding, Found), finding
    return finding.node.code


def offered(finding: Finding) -> list[str]:
    assert isinstance(finding, Candidates), finding
    return [node.code for node in finding.nodes]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("DPUPR", "DPUPR"),
        ("dpupr", "DPUPR"),
        ("D.P.U.P.R.", "DPUPR"),
        ("Dinas Pekerjaan Umum dan Penataan Ruang", "DPUPR"),
        ("dinas pekerjaan umum & penataan ruang", "DPUPR"),
        ("dinas pu", "DPUPR"),
        ("klh", "DLH"),
        ("DLHKP", "DLH"),
        ("dinlutkan", "DINLUTKAN"),
        ("sekda", "SETDA"),
        ("dprd", "SETWAN"),
        ("satpol-pp", "SATPOLPP"),
        ("damkar", "SATPOLPP"),
        ("Diparbud", "DISPORAPAR"),
        ("bag. hukum", "BAG_HUKUM"),
        ("bagian hukum setda", "BAG_HUKUM"),
        ("kec. alian", "KEC_ALIAN"),
        ("KEC_ALIAN", "KEC_ALIAN"),
        ("kecamatan  Alian", "KEC_ALIAN"),
        ("kecamatanalian", "KEC_ALIAN"),
        ("Kec.Alian", "KEC_ALIAN"),
        ("alian", "KEC_ALIAN"),
        ("33.05.01", "KEC_AYAH"),
        ("33.05.01.2001", "33.05.01.2001"),
        ("kec ayah", "KEC_AYAH"),
        ("desa ayah", "33.05.01.2012"),
        ("ds. ayah", "33.05.01.2012"),
        ("kel. panjer", "33.05.12.1013"),
        ("Sidomulyo Ambal", "33.05.07.2025"),
        ("desa Sidomulyo kec. Ambal", "33.05.07.2025"),
        ("Sidomulyo, Kecamatan Ambal, Kabupaten Kebumen", "33.05.07.2025"),
        ("SidomulyoAmbal", "33.05.07.2025"),
        ("desasidomulyokecamatanambal", "33.05.07.2025"),
        ("kewayuhan", "33.05.13.2002"),
        ("dinkes kebumen", "DINKES"),
        ("pemkab kebumen", "33.05"),
        ("Kabupaten Kebumen", "33.05"),
        ("\u200bdpupr\u200b", "DPUPR"),
        ("ｄｐｕｐｒ", "DPUPR"),
    ],
)
def test_one_agency_is_meant(kebumen: Registry, typed: str, wanted: str) -> None:
    assert code(find(kebumen, typed)) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Dishubkominfo", {"DISHUB", "DISKOMINFO"}),
        ("DPU", {"DPUPR", "DISPERKIM"}),
        ("rsud", {"RSUD_SOEDIRMAN", "RSUD_PREMBUN"}),
        ("disnakertransos", {"DISNAKER", "DINSOS"}),
        ("ayah", {"KEC_AYAH", "33.05.01.2012"}),
        ("dpurp", {"DPUPR"}),
        ("bpdb", {"BPBD"}),
        ("kesehatan", {"DINKES"}),
        ("desa panjer", {"33.05.12.1013"}),
    ],
)
def test_these_are_asked_about(kebumen: Registry, typed: str, wanted: set[str]) -> None:
    assert wanted <= set(offered(find(kebumen, typed)))


def test_a_repeated_village_is_a_choice_with_its_kecamatan(kebumen: Registry) -> None:
    finding = find(kebumen, "Sidomulyo")
    assert isinstance(finding, Candidates)

    assert {kebumen.title(node) for node in finding.nodes} == {
        f"Desa Sidomulyo, Kec. {kec}" for kec in ("Adimulyo", "Ambal", "Karanganyar", "Petanahan")
    }


def test_a_slip_is_not_mended_where_another_agency_has_the_words() -> None:
    def office(number: int, name: str) -> Node:
        return Node(number, f"C{number}", "dinas", name, "", "", "", None, 0, None, None)

    registry = Registry(1, [office(1, "Dinas Perikanan"), office(2, "Bidang Perikanam pada Dinas")], {}, {})

    assert offered(find(registry, "dinas perikanam")) == ["C1", "C2"]
    assert code(find(registry, "dinas perikaman")) == "C1"


@pytest.mark.parametrize("typed", ["sidomulyp ambal", "sidomulyo ambl", "desa sidmulyo kec ambal"])
def test_a_slip_in_half_of_a_place_is_mended_or_offered(kebumen: Registry, typed: str) -> None:
    finding = find(kebumen, typed)

    named = [finding.node.code] if isinstance(finding, Found) else offered(finding)
    assert named[0] == "33.05.07.2025"


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "...", "xyzzyplugh", "33.05.99.2001", "33.05.01.2999", "?", "x" * 10_000, "\0", "🙂", "''"],
)
def test_nothing_is_meant(kebumen: Registry, typed: str) -> None:
    assert find(kebumen, typed) == Nothing()


def test_a_search_may_be_kept_to_a_subtree(kebumen: Registry) -> None:
    ambal, ayah = kebumen.by_code("KEC_AMBAL"), kebumen.by_code("KEC_AYAH")

    assert code(find(kebumen, "sidomulyo", ambal)) == "33.05.07.2025"
    assert code(find(kebumen, "ambal", ambal)) == "KEC_AMBAL"
    assert find(kebumen, "dpupr", ayah) == Nothing()
    assert find(kebumen, "sidomulyo", ayah) == Nothing()


def test_without_room_for_slips_there_are_none(kebumen: Registry) -> None:
    assert find(kebumen, "disdukcapl", exactly=True) == Nothing()
    assert isinstance(find(kebumen, "sidomulyo", exactly=True), Candidates)


def names(node: Node) -> set[str]:
    return {node.code, node.name, node.short} - {""}


def within(finding: Finding, node: Node) -> bool:
    return (isinstance(finding, Found) and finding.node == node) or (
        isinstance(finding, Candidates) and node in finding.nodes
    )


def test_every_exact_name_finds_its_agency(kebumen: Registry) -> None:
    called: dict[str, set[str]] = {}
    for node in kebumen.nodes:
        for name in names(node):
            called.setdefault(name.casefold(), set()).add(node.code)

    for node in kebumen.nodes:
        assert find(kebumen, node.code) == Found(node)
        for name in names(node):
            alone = len(called[name.casefold()]) == 1
            for typed in (name, name.upper(), name.replace(" ", "").replace(".", ""), f"  {name}. "):
                finding = find(kebumen, typed)
                assert finding == Found(node) if alone else within(finding, node), typed


def test_every_village_is_found_by_name_and_kecamatan(kebumen: Registry) -> None:
    for node in kebumen.nodes:
        parent = kebumen.parent(node)
        if node.kind in {"desa", "kelurahan"} and parent:
            bare = node.name.split(" ", 1)[1]
            assert code(find(kebumen, f"{node.name} {parent.short}")) == node.code
            assert code(find(kebumen, f"{bare} {parent.name}")) == node.code


def test_every_former_name_and_alias_leads_there(kebumen: Registry) -> None:
    for node in kebumen.nodes:
        for former in kebumen.formers(node):
            for typed in {former.code, former.name, former.short} - {""}:
                assert within(find(kebumen, typed), node), typed


def slips(name: str, chance: random.Random) -> Iterator[str]:
    """One letter wrong, missing, too many, or two exchanged."""
    letter = chance.choice(string.ascii_lowercase)
    n = chance.randrange(len(name))
    yield name[:n] + letter + name[n + 1 :]
    yield name[:n] + name[n + 1 :]
    yield name[:n] + letter + name[n:]
    n = chance.randrange(len(name) - 1)
    yield name[:n] + name[n + 1] + name[n] + name[n + 2 :]


def test_one_slip_still_leads_there(kebumen: Registry) -> None:
    chance = random.Random(20150818)
    asked = missed = wrong = 0
    for node in kebumen.nodes:
        for name in sorted({node.name, node.short} - {""}):
            for typed in slips(name, chance):
                finding = find(kebumen, typed)
                asked += 1
                missed += not within(finding, node)
                wrong += isinstance(finding, Found) and finding.node.name != node.name

    assert missed / asked <= 0.01
    assert wrong == 0


@settings(max_examples=300, deadline=None)
@given(typed=st.text(max_size=200))
def test_whatever_is_typed_gets_an_answer(kebumen: Registry, typed: str) -> None:
    finding = find(kebumen, typed)

    if isinstance(finding, Candidates):
        assert 1 <= len(finding.nodes) <= MOST
        assert len(set(finding.nodes)) == len(finding.nodes)


def test_a_province_is_searched_in_a_moment(province: Registry) -> None:
    typed = [
        "dinkes",
        "Dinas Kesehatn",
        "sidomulyp adianyar",
        "kecamatan tanjungsarii",
        "perhubungan",
        "zzzzzz",
    ]
    for text in typed:
        # Two milliseconds on a quiet machine; the bench measures. Here only a wrong order of growth shall fail.
        assert min(_spent(province, text) for _ in range(7)) < 0.025, text


def _spent(province: Registry, typed: str) -> float:
    """Seconds of this thread, not of the others on the machine."""
    begin = time.thread_time()
    find(province, typed)
    return time.thread_time() - begin
