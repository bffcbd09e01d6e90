"""Prepared questions answer as Core does, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.store.prepared import Prepared
from plugin.store.store import Store
from plugin.store.tables import ActionToken, Official, Role

NOON = datetime(2026, 8, 18, 5, 0, tzinfo=UTC)
T = ActionToken
WANTED = (
    sa.select(col(T.token), col(T.args), col(T.expires_at), sa.func.length(col(T.verb)))
    .where(
        col(T.token).in_(sa.bindparam("tokens", expanding=True)),
        sa.or_(col(T.expires_at) > sa.bindparam("now"), col(T.used_at) < sa.bindparam("now")),
        sa.or_(col(T.verb) == sa.bindparam("verb"), col(T.verb) == "always"),
    )
    .order_by(col(T.token))
    .limit(sa.bindparam("most"))
)  # fmt: skip
ASKED = Prepared(WANTED)


@pytest.fixture
async def stored(store: Store) -> Store:
    def put(session: Session) -> None:
        for name, verb, hours in (("a", "open", 1), ("b", "always", 2), ("c", "shut", 3), ("d", "open", -1)):
            until = NOON + timedelta(hours=hours)
            session.add(T(token=name, verb=verb, args={"of": [name, None]}, expires_at=until))

    await store.write(put)
    return store


def both(session: Session, /, **values: Any) -> tuple[list[Any], list[Any]]:
    core = session.connection().execute(WANTED, values).all()
    return [tuple(row) for row in ASKED.rows(session, values)], [tuple(row) for row in core]


@pytest.mark.parametrize("tokens", [["a"], ["a", "b", "c", "d"], ["b", "nobody"], [], ["d", "c"]])
async def test_it_answers_as_core_does_whatever_the_length_of_its_lists(
    stored: Store, tokens: list[str]
) -> None:
    for look in (stored.read, stored.survey, stored.write):
        ours, cores = await look(both, tokens=tokens, now=NOON, verb="open", most=3)

        assert ours == cores


async def test_its_rows_are_named_and_of_the_columns_types(stored: Store) -> None:
    values = {"tokens": ["b", "a"], "now": NOON, "verb": "open", "most": 9}

    [first, second] = await stored.read(ASKED.rows, values)

    assert (first.token, first.args, first.expires_at) == (
        "a",
        {"of": ["a", None]},
        NOON + timedelta(hours=1),
    )
    assert first.expires_at.tzinfo is not None
    assert second.token == "b"


async def test_it_sees_what_its_own_transaction_wrote(stored: Store) -> None:
    def add_and_ask(session: Session) -> list[Any]:
        session.add(T(token="e", verb="open", args={}, expires_at=NOON + timedelta(days=1)))
        session.flush()
        return ASKED.rows(session, {"tokens": ["e"], "now": NOON, "verb": "open", "most": 1})

    assert [row.token for row in await stored.write(add_and_ask)] == ["e"]


async def test_an_error_is_sqlalchemys_and_quotes_no_values(store: Store) -> None:
    nowhere = Prepared(
        sa.select(sa.column("a")).select_from(sa.table("nowhere")).where(sa.column("a") == sa.bindparam("a"))
    )

    with pytest.raises(sa.exc.DBAPIError) as caught:
        await store.read(nowhere.rows, {"a": "0812-3456-7890"})

    assert "0812" not in str(caught.value)
    assert await store.read(lambda session: session.connection().execute(sa.select(1)).scalar()) == 1


async def test_a_forgotten_value_is_an_error_and_no_empty_answer(stored: Store) -> None:
    whole = {"tokens": ["a"], "now": NOON, "verb": "open", "most": 1}
    await stored.read(ASKED.rows, whole)

    with pytest.raises(KeyError):
        await stored.read(ASKED.rows, {name: value for name, value in whole.items() if name != "verb"})


async def test_booleans_and_nothing_come_through(store: Store) -> None:
    def put(session: Session) -> None:
        session.add(Official(platform="slack", key="U1", name="Ani"))

    await store.write(put)
    held = col(Role.official_id) == col(Official.id)
    asked = Prepared(
        sa.select(
            col(Official.name), col(Role.role), (col(Official.key) == sa.bindparam("key")).label("same")
        )
        .select_from(Official)
        .outerjoin(Role, held)
    )

    assert await store.read(asked.rows, {"key": "U1"}) == [("Ani", None, True)]


@pytest.mark.parametrize("part", [0, 1, 500_000, 123_456])
@pytest.mark.parametrize("held", [{}, {"of": ["é\n", 1.5, True, None, {"n": 10**15}]}, [], None])
async def test_moments_and_what_was_kept_as_json_are_read_as_core_reads_them(
    store: Store, part: int, held: Any
) -> None:
    used = NOON + timedelta(microseconds=part)
    query = sa.select(col(T.args), col(T.used_at), col(T.expires_at), col(T.made_for)).where(
        col(T.token) == "x"
    )

    def put(session: Session) -> None:
        session.add(T(token="x", verb="v", args=held, used_at=used, expires_at=NOON))

    def look(session: Session) -> tuple[Any, Any]:
        return tuple(Prepared(query).rows(session)[0]), tuple(session.connection().execute(query).one())

    await store.write(put)
    ours, cores = await store.read(look)

    assert ours == cores == (held, used, NOON, None)
    assert ours[1].tzinfo is not None
