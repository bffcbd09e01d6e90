"""What every command promises: help, words, and templates that fit its views."""

from __future__ import annotations

import inspect
from dataclasses import fields
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, FileSystemLoader

import plugin.chat.circular_form
import plugin.chat.forms
import plugin.chat.refusals
import plugin.desk.accounts.circulars
import plugin.desk.accounts.claiming
import plugin.desk.accounts.custody
import plugin.desk.accounts.followers
import plugin.desk.accounts.letters
import plugin.desk.accounts.recap_papers
import plugin.desk.answers.texts
import plugin.desk.cards.cards
import plugin.desk.cards.connection_card
import plugin.desk.cards.reply_card
import plugin.desk.cards.report_card
import plugin.desk.handling.cases
import plugin.desk.handling.holding
import plugin.desk.handling.joins
import plugin.desk.handling.steps
import plugin.desk.lists.searching
import plugin.desk.posts.recording
import plugin.desk.replying.ready
import plugin.desk.replying.replies
import plugin.moments
import plugin.registry.accounts
import plugin.registry.duties
import plugin.registry.sighted
import plugin.rhythm.arrivals
import plugin.rhythm.budget_news
import plugin.rhythm.consents
import plugin.rhythm.follower_news
import plugin.rhythm.reminders
from app import TEMPLATES
from commands import DECISIONS, OFFER, READERS
from plugin.chat.command import Command, Decision
from plugin.chat.names import canonical
from plugin.clock import system_clock
from plugin.dates import FILTERS
from plugin.wording import CardHere, CardOf, View, Wording

WORDS = FILTERS(ZoneInfo("Asia/Jakarta"), system_clock)
WORDING = Wording(TEMPLATES, WORDS)


def _views() -> list[type[View]]:
    declared: list[Command | Decision] = [*OFFER.commands, *DECISIONS]
    found = {v for c in declared for v in c.views} - {CardOf, CardHere}  # they have no words of their own
    modules = [
        plugin.chat.circular_form,
        plugin.chat.forms,
        plugin.moments,
        plugin.chat.refusals,
        plugin.desk.answers.texts,
        plugin.desk.cards.cards,
        plugin.desk.cards.reply_card,
        plugin.desk.cards.report_card,
        plugin.desk.handling.cases,
        plugin.desk.accounts.circulars,
        plugin.desk.accounts.claiming,
        plugin.desk.cards.connection_card,
        plugin.desk.accounts.custody,
        plugin.desk.accounts.followers,
        plugin.desk.handling.holding,
        plugin.desk.accounts.letters,
        plugin.desk.replying.ready,
        plugin.desk.accounts.recap_papers,
        plugin.desk.handling.joins,
        plugin.desk.replying.replies,
        plugin.desk.lists.searching,
        plugin.desk.posts.recording,
        plugin.desk.handling.steps,
        plugin.registry.accounts,
        plugin.registry.duties,
        plugin.registry.sighted,
        plugin.rhythm.arrivals,
        plugin.rhythm.budget_news,
        plugin.rhythm.consents,
        plugin.rhythm.follower_news,
        plugin.rhythm.reminders,
        *[inspect.getmodule(c.handler) for c in OFFER.commands],
    ]
    for module in modules:
        for _, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, View) and thing.__module__ == getattr(module, "__name__", ""):
                found.add(thing)
    return sorted(found, key=lambda v: v.template())


@pytest.mark.parametrize("command", OFFER.commands, ids=lambda c: c.name)
class TestEveryCommand:
    def test_has_help_in_one_line_and_at_length(self, command: Command) -> None:
        summary = WORDING.text(f"help/{command.name}.summary.txt")

        assert 10 <= len(summary) <= 60
        assert f"/{command.name}" in WORDING.text(f"help/{command.name}.html")

    def test_lives_in_the_module_of_its_name(self, command: Command) -> None:
        assert command.handler.__module__ == f"commands.{command.name.replace('-', '_')}"

    def test_its_name_is_canonical_and_short_enough_for_every_platform(self, command: Command) -> None:
        assert canonical(command.name) == command.name
        assert len(f"/{command.name}") <= 32

    def test_every_argument_has_a_reader(self, command: Command) -> None:
        positional = [p for p in command.parameters if p.kind is not p.KEYWORD_ONLY]

        assert all(command.types[p.name] in READERS for p in positional)


@pytest.mark.parametrize("view", _views(), ids=lambda v: v.template())
def test_a_template_uses_only_what_its_view_gives(view: type[View]) -> None:
    assert WORDING.asks_for(view) <= {f.name for f in fields(view)}


def test_every_template_can_be_read() -> None:
    jinja = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    jinja.filters.update(WORDS)
    for name in jinja.list_templates(["j2"]):
        jinja.get_template(name)

    assert len(jinja.list_templates(["j2"])) > 40


def test_names_are_not_taken_twice() -> None:
    assert len({c.name for c in OFFER.commands}) == len(OFFER.commands)
    assert len({d.verb for d in DECISIONS}) == len(DECISIONS)
