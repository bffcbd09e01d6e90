"""Search finds the same on both databases, whatever was written or asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from plugin.store.search import folded, matching, newest, words
from plugin.store.store import Store, insert, sync_engine
from plugin.store.tables import Account, Agency, Report

NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)


def put(session: Session, texts: list[str]) -> None:
    session.add(Agency(id=1, code="33.05", kind="dinas", name="DPUPR"))
    session.flush()
    session.add(Account(id=1, agency_id=1, channel="x", handle="pupr", handle_key="pupr", claimed_at=NOW))
    session.flush()
    rows = [
        Report(
            channel="x",
            post_id=str(number),
            account_id=1,
            agency_id=1,
            author_id="9",
            text=text.replace("\0", ""),
            folded=folded(text),
            written_at=NOW,
            received_at=NOW,
            due_at=NOW + timedelta(hours=24),
        ).model_dump(exclude={"id"})
        for number, text in enumerate(texts)
    ]
    session.connection().execute(insert(session, Report), rows)


def hits(session: Session, query: str) -> list[int]:
    condition = matching(session.get_bind().dialect.name, query)
    found = sa.select(Report.post_id).where(condition)  # type: ignore[call-overload]  # a column at runtime
    return sorted(int(key) for key in session.connection().execute(found).scalars())


def expected(texts: list[str], query: str) -> list[int]:
    """The promise, spelled out: every word asked for begins a word of the text; no words, no hits."""
    asked = words(query)
    return [
        number
        for number, text in enumerate(texts)
        if asked and all(any(w.startswith(a) for w in words(text)) for a in asked)
    ]


TEXTS = [
    "jalan rusak di depan Pasar Tumenggungan",
    "ja\u200blan ru\u200bsak Munggu",
    "JALAN\u00adRAYA: lubang!!",
    "lampu mati 3 hari, RT 05/RW 02",
    "x'; UPDATE laporan SET status='selesai';-- ktp belum jadi",
    "Café désa, naïve Müller straße İstanbul",
    "akta \u202eatka\u202c salah nama",
    "👩‍👩‍👦 tiket mahal 😡",
    "ꦗꦭꦤ꧀ ꦫꦸꦱꦏ꧀",
    "طريق مكسور",
    "nomor 1e5 dan 0x1f dan 12.5 dan v1.2.3 dan -7",
    "lihat https://kebumenkab.go.id/jalan?x=1 atau tulis warga@contoh.id",
    "   ",
    "",
    "😀😀😀",
    "a" * 3000,
    "lubang lubang di Grogolpenatus " * 350,
]
QUERIES = [
    "jalan",
    "jal rus",
    "rusak jalan",
    '"jalan" OR rusak',
    "jalan AND rusak",
    "NEAR(jalan rusak)",
    "folded:jalan",
    "-jalan",
    "jalan*",
    "jalan & rusak | !mati",
    "jalan <-> rusak",
    "o'neil",
    "'",
    '"',
    "\\",
    "x' ktp",
    "cafe desa",
    "CAFÉ",
    "strasse",
    "istanbul",
    "ꦗꦭꦤ",
    "طريق",
    "1e5",
    "12",
    "0x1f",
    "kebumenkab",
    "contoh",
    "😡",
    "👩‍👩‍👦",
    "",
    "   ",
    "\0jalan",
    "a" * 3000,
    "lubang " * 1500,
    " ".join(f"kata{n}" for n in range(1500)),
    "SELECT",
]


async def test_every_query_finds_what_is_promised(store: Store) -> None:
    await store.write(put, TEXTS)
    found = {query: await store.read(hits, query) for query in QUERIES}

    assert found == {query: expected(TEXTS, query) for query in QUERIES}


async def test_a_word_with_zero_width_signs_is_found(store: Store) -> None:
    await store.write(put, TEXTS)

    assert await store.read(hits, "jalan") == [0, 1, 2, 11]
    assert await store.read(hits, "ja\u200blan rusak") == [0, 1]
    assert await store.read(hits, "jalanraya") == [2]


async def test_signs_alone_find_nothing(store: Store) -> None:
    await store.write(put, TEXTS)

    assert [await store.read(hits, q) for q in ("😡", '"', "' --;", "", "  ")] == [[]] * 5


async def test_a_very_long_query_finds_by_its_first_words(store: Store) -> None:
    await store.write(put, [" ".join(f"kata{n}" for n in range(60)), "kata0 kata1"])

    assert await store.read(hits, " ".join(f"kata{n}" for n in range(5000))) == [0]


async def test_search_follows_a_changed_text(store: Store) -> None:
    def change(session: Session) -> None:
        row = sa.update(Report).where(sa.column("post_id") == "0").values(folded=folded("listrik padam"))
        session.connection().execute(row)

    await store.write(put, ["jalan rusak", "jalan mulus"])
    await store.write(change)

    assert await store.read(hits, "jalan") == [1]
    assert await store.read(hits, "listrik") == [0]


STRANGE = st.text(
    st.one_of(
        st.sampled_from("ab1é \u200b\ufe0f'\"\\&|!:*<>()-_.@/\n\u0301ß\u3164"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=20,
)


@given(STRANGE)
@example("ﷺ İstanbul ǰ ΐ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_strange_texts_and_strange_queries(database_url: str) -> None:
    engine = sync_engine(sa.make_url(database_url))

    @settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STRANGE, min_size=1, max_size=8), st.lists(STRANGE, max_size=8))
    def agree(texts: list[str], queries: list[str]) -> None:
        queries += [word[:3] for text in texts for word in text.split()]
        with Session(engine) as session:  # never committed
            put(session, texts)

            assert [hits(session, q) for q in queries] == [expected(texts, q) for q in queries]

    try:
        agree()
    finally:
        engine.dispose()


async def test_the_newest_come_first_also_those_behind_the_newest_of_all(store: Store) -> None:
    texts = ["jalan rusak" if n % 3 else "lampu mati" for n in range(30)]
    await store.write(put, texts)
    every = await store.read(newest, "jal", None, 100, recent=4)
    some = await store.read(newest, "jal rus", sa.select(sa.literal(1)), 3, recent=4)
    none = await store.read(newest, "jal", sa.select(sa.literal(2)), 3, recent=4)

    assert len(every) == 20
    assert every == sorted(every, reverse=True)
    assert some == every[:3]
    assert none == await store.read(newest, "!!", None, 3) == []


async def test_few_pieces_of_the_index_are_not_merged_while_somebody_waits(store: Store) -> None:
    asked = "SELECT v FROM report_fts_config WHERE k = 'automerge'"
    if store.is_sqlite:
        found = await store.read(lambda session: session.connection().exec_driver_sql(asked).scalar())
        assert found == 8
