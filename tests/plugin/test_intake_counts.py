"""What is kept beside the reports equals what counting them would give, whatever happens to them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import Session

from plugin.desk.measures import counts
from plugin.desk.posts.intake import AccountFacts, own_ids, store_page
from plugin.public.values import Page
from plugin.store import revisions
from plugin.store.store import sync_engine
from plugin.store.tables import Report
from tests.plugin.intake_world import LIMITS, NOW, WIB, change, found, post

TODAY = date(2026, 8, 18)
REPORT = st.integers(0, 7)


class Desk(RuleBasedStateMachine):
    """A random life of a few reports at two agencies: each step one change with its count."""

    engine: sa.Engine

    @initialize()
    def start(self) -> None:
        self.session = Session(self.engine)
        found(self.session)
        self.posts = 0

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def reports(self) -> list[sa.Row[int, int, bool]]:
        waits = sa.text("answered_at IS NULL AND closed_at IS NULL")
        table = sa.inspect(Report).local_table.c
        return list(
            self.session.connection().execute(sa.select(table.id, table.agency_id, waits).order_by(table.id))
        )

    def pick(self, n: int) -> tuple[int, int, bool] | None:
        rows = self.reports()
        return tuple(rows[n % len(rows)]) if rows else None  # type: ignore[return-value]  # a row of three

    @rule(agency=st.sampled_from([1, 2]), writers=st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
    def posts_come(self, agency: int, writers: list[str]) -> None:
        page = Page(
            tuple(
                post(str(self.posts + n), by=who, minute=self.posts + n, conversation=who)
                for n, who in enumerate(writers)
            ),
            "",
        )
        self.posts += len(writers)
        facts = AccountFacts(agency, agency, "memory")
        store_page(
            self.session, facts, page, now=NOW, zone=WIB, limits=LIMITS,
            own_ids=own_ids(self.session, "memory", page.posts),
        )  # fmt: skip

    @rule(n=REPORT)
    def answer(self, n: int) -> None:
        if (report := self.pick(n)) and report[2]:
            change(self.session, report[0], answered_at=NOW, state="replied")
            counts.answered(self.session, report[1], TODAY)

    @rule(n=REPORT)
    def close(self, n: int) -> None:
        if (report := self.pick(n)) and report[2]:
            change(self.session, report[0], closed_at=NOW, state="done")
            counts.closed(self.session, report[1])

    @rule(n=REPORT, to=st.sampled_from([1, 2]))
    def move(self, n: int, to: int) -> None:
        if (report := self.pick(n)) and report[2]:
            change(self.session, report[0], agency_id=to)
            counts.moved(self.session, report[1], to)

    @rule(n=REPORT)
    def reopen(self, n: int) -> None:
        if (report := self.pick(n)) and not report[2]:
            change(self.session, report[0], answered_at=None, closed_at=None)
            counts.reopened(self.session, report[1])

    def kept(self) -> dict[int, int]:
        rows = self.session.connection().execute(sa.text("SELECT agency_id, waiting FROM agency_open"))
        kept = {agency: n for agency, n in rows if n}
        assert revisions.read(self.session, counts.EVERYWHERE) == sum(kept.values())
        return kept

    @invariant()
    def kept_is_counted(self) -> None:
        if not hasattr(self, "session"):
            return
        counted: dict[int, int] = {}
        for _, agency, waits in self.reports():
            counted[agency] = counted.get(agency, 0) + bool(waits)

        assert self.kept() == {agency: n for agency, n in counted.items() if n}

    @rule()
    def recount(self) -> None:
        before = self.kept()
        self.session.connection().execute(sa.text("UPDATE agency_open SET waiting = waiting + 7"))
        revisions.add(self.session, counts.EVERYWHERE, 3)
        counts.recount(self.session)

        assert self.kept() == before


def test_kept_equals_counted(database_url: str) -> None:
    engine = sync_engine(sa.make_url(database_url))
    Desk.engine = engine
    try:
        run_state_machine_as_test(
            Desk,
            settings=settings(
                max_examples=12,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        engine.dispose()
