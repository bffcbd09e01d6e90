"""What is true now of a report, as a card: in every room that shows it, always the same.

A telephone shows the citizen's words and what to do next; the rest is a press away (Selengkapnya).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from plugin.chat.context import Services
from plugin.desk.cards.reading import Everything, everything
from plugin.desk.handling.cases import overdue
from plugin.desk.handling.holding import holder
from plugin.desk.masking import excerpt, presentable
from plugin.desk.measures.clocks import Told
from plugin.desk.posts.leaving import answerable
from plugin.desk.posts.photos import load
from plugin.desk.posts.reporters import Facts, facts
from plugin.desk.sorting.suggestion import Suggestion, suggest
from plugin.media import Media
from plugin.public.recorded import is_recorded
from plugin.registry.snapshot import Registry
from plugin.store.tables import Disposition, Report
from plugin.wording import Decide, Press, Say, Unfold, View, Visit

MOST_TELLERS = 12
MOST_ANSWERS = 4
EXCERPT = 90


@dataclass(frozen=True)
class Moment:
    """One line of a report's story. `kind`: followup | given, returned (to `place`) | replied, elsewhere (at `url`).

    An order may have a `due_at`, and says who has received it and when.

    `gone`: a further post of the citizen's that is no longer public, and why. `last`: nothing of its kind came
    after it, so the card shows it.
    """

    kind: str
    at: datetime
    who: str
    text: str
    url: str = ""
    place: str = ""
    gone: str = ""
    due_at: datetime | None = None
    received_by: str = ""
    received_at: datetime | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Pledge:
    """What was promised about a report, until when, and how it stands."""

    words: str
    day: date
    state: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not over: whoever looks at the report finds its card from here."""

    reply_id: int
    state: str
    excerpt: str
    who: str


@dataclass(frozen=True, slots=True)
class Teller:
    """A report of the same incident that was joined to this one."""

    number: int
    handle: str
    answered: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class ShownBy:
    """How many photos another reporter of the incident sent: they are seen on that report's own card."""

    number: int
    photos: int


@dataclass(frozen=True)
class ReportCard(View):
    """The case; `newest` is the citizen's last further post that it shows (0: there is none).

    `further`: the citizen's last words after the first. `deadline`: the clock that runs out first. `whole`:
    everything is said, also what the card leaves out. `recorded`: an official wrote down what was said, and, where
    `named`, who it was, which no card shows. `tellings`: who else seems to tell of the same danger.
    """

    number: int
    state: str
    agency: str
    channel: str
    recorded: bool
    text: str
    author_handle: str
    author_name: str
    named: bool
    facts: Facts
    place: str
    written_at: datetime
    clocks: tuple[Told, ...]
    deadline: Told | None
    promises: tuple[Pledge, ...]
    late: bool
    url: str
    moments: tuple[Moment, ...]
    further: Moment | None
    newest: int
    photos: tuple[Media, ...]
    photos_waiting: int
    proofs: int
    kind: str
    now: datetime
    gone: str
    gone_at: datetime | None
    answerable: bool
    priority: int
    holder: str
    held_until: datetime | None
    aside: bool
    suggestion: Suggestion | None
    tellings: tuple[int, ...]
    unreceived: bool
    joined_to: int | None
    reporters: int
    tellers: tuple[Teller, ...]
    shown_by: tuple[ShownBy, ...]
    answers: tuple[Answer, ...]
    whole: bool = False

    @property
    def about(self) -> str:
        return f"report:{self.number}"

    @property
    def unfolded(self) -> ReportCard:
        return replace(self, whole=True)

    def presses(self) -> Mapping[str, Press]:
        return proposed(self.number, self.suggestion) | {
            "aside": Decide("memang-bukan-laporan", {"numbers": [self.number], "newest": [self.newest]}),
            "answer": Say(f"/tanggapi {self.number}"),
            "ready": Say(f"/tanggapi {self.number} jawaban"),
            "take": Say(f"/ambil {self.number}"),
            "receive": Say(f"/terima {self.number}"),
            "lead": Say(f"/laporan {self.joined_to}"),
            "join_all": Say(f"/gabung {self.number} dengan {', '.join(map(str, self.tellings))}"),
            "split": Say(f"/pisah {self.number}"),
            "contact": Decide("kontak", {"number": self.number}),
            "reporter": Decide("isi-pelapor", {"number": self.number}),
            "history": Say(f"/riwayat {self.number}"),
            "whole": Unfold(),
            "information": Say(f"/jenis {self.number} permintaan-informasi"),
            "supervision": Say(f"/jenis {self.number} pengawasan"),
            "post": Visit(self.url),
            **{f"photos{one.number}": Say(f"/laporan {one.number}") for one in self.shown_by},
            **{f"see{a.reply_id}": Decide("lihat-tanggapan", {"reply": a.reply_id}) for a in self.answers},
        }

    def pictures(self) -> Sequence[Media]:
        return self.photos


def proposed(number: int, suggestion: Suggestion | None) -> dict[str, Press]:
    """What the buttons beside a proposal do: nothing moves before one is pressed."""
    presses: dict[str, Press] = {
        "choose": Say(f"/disposisi {number}"),
        "back": Decide("ini-laporan", {"number": number}),
    }
    if suggestion and suggestion.first:
        presses["accept"] = Say(f"/disposisi {number} {suggestion.first.code}")
    if suggestion and suggestion.outside:
        presses["outside"] = Decide("luar-wewenang", {"number": number, "body": suggestion.outside.code})
    if suggestion and suggestion.alike:
        presses["alike"] = Say(f"/laporan {suggestion.alike}")
        presses["join"] = Say(f"/gabung {number} dengan {suggestion.alike}")
    return presses


async def report_card(services: Services, number: int) -> ReportCard:
    """The case with its story and photos."""
    now = services.clock()
    of = await services.store.read(everything, services.limits, number, now)
    registry = await services.registry.current()
    story = _moments(of, registry)
    report, stored = of.report, [p for p in of.photos if p.state == "stored"]
    photos = [m for p in stored if (m := await load(services.media, p)) is not None]
    return ReportCard(
        number=number,
        state=report.state,
        agency=registry.by_id(report.agency_id).label,
        channel=report.channel,
        recorded=is_recorded(report.channel),
        text=presentable(report.text),
        author_handle=report.author_handle,
        author_name="" if is_recorded(report.channel) else presentable(report.author_name),
        named=bool(report.author_name or report.author),
        facts=facts(report.author, report.written_at),
        place=report.place,
        written_at=report.written_at,
        clocks=of.clocks,
        deadline=_first_due(of.clocks),
        promises=tuple(Pledge(p.words, p.day, p.state) for p in of.promises),
        late=overdue(report, now),
        url=report.url,
        moments=story,
        further=next((m for m in story if m.last and m.kind == "followup"), None),
        newest=max((f.id or 0 for f in of.followups), default=0),
        photos=tuple(photos),
        proofs=of.proofs,
        photos_waiting=sum(p.state == "waiting" for p in of.photos),
        now=now,
        gone=report.gone,
        gone_at=report.gone_at,
        answerable=answerable(report),
        priority=report.priority,
        kind=report.kind,
        holder=of.names.get(holder(report, now) or 0, ""),
        held_until=report.held_until,
        aside=report.aside,
        suggestion=suggest(registry, now.astimezone(services.zone).date(), report.agency_id, of.proposal),
        tellings=tuple(of.tellings),
        joined_to=report.joined_to,
        reporters=report.reporters,
        tellers=tuple(
            Teller(r.id or 0, r.author_handle, r.answered_at is not None, not answerable(r))
            for r in of.others[:MOST_TELLERS]
        ),
        shown_by=tuple(ShownBy(other, count) for other, count in of.photos_of_others),
        answers=tuple(
            Answer(
                r.id or 0, r.state, excerpt(r.text, EXCERPT), of.names.get(r.confirmed_by or r.drafted_by, "")
            )
            for r in of.unfinished[:MOST_ANSWERS]
        ),
        unreceived=report.closed_at is None and any(_unreceived(d, report) for d in of.dispositions),
    )  # fmt: skip


def _moments(of: Everything, registry: Registry) -> tuple[Moment, ...]:
    """Its story, oldest first."""
    moments = [
        Moment(
            "followup",
            f.written_at,
            f"@{f.author_handle}" if f.author_handle else "",
            presentable(f.text),
            gone=f.gone,
        )
        for f in of.followups
    ]
    moments += [
        Moment(
            d.kind, d.given_at, of.names.get(d.given_by, ""), d.instruction,
            place=registry.by_id(d.to_agency).label, due_at=d.due_at,
            received_by=of.names.get(d.received_by or 0, ""), received_at=d.received_at,
        )
        for d in of.dispositions
    ]  # fmt: skip
    moments += [
        Moment(
            "replied", r.published_at or r.drafted_at, of.names.get(r.confirmed_by or 0, ""), r.text, r.url
        )
        for r in of.published
    ]
    moments += [
        Moment("elsewhere", entry.at, "", "", str(entry.detail.get("url", ""))) for entry in of.elsewhere
    ]
    return _marked(sorted(moments, key=lambda m: m.at))


def _marked(story: Sequence[Moment]) -> tuple[Moment, ...]:
    """The story with the last moment of each kind marked; what is no longer public is none that a card needs."""
    last = {("order" if m.place else m.kind): m for m in story if not m.gone}
    return tuple(replace(m, last=any(m is one for one in last.values())) for m in story)


def _first_due(clocks: Sequence[Told]) -> Told | None:
    """The one that a list of reports shows as well."""
    running = (clock for clock in clocks if clock.ended_at is None)
    return min(running, key=lambda clock: (clock.paused, clock.limit.due_at), default=None)


def _unreceived(order: Disposition, report: Report) -> bool:
    return order.received_at is None and (order.kind, order.to_agency) == ("given", report.agency_id)
