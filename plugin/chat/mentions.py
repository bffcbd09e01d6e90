"""People named in a text: where a platform hides them behind an id, readers get their names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NewType

from sqlmodel import Session, select

from plugin.chat.values import Incoming, Person, Typed
from plugin.store.tables import Official

Unread = NewType("Unread", str)
"""The rest of a line that a command reads on by itself: whom it names still stands there as `@1`."""
NOTHING = Unread("")

# Suffixes are written right behind a name ("@1lah"), but a longer number is another one.
NUMBERED = re.compile(r"(?<!\w)@(\d{1,2})(?!\d)")


def spelled_out(text: str, people: tuple[Person, ...]) -> str:
    """`text` as it was meant, with the names of `people` for `@1`, `@2` …

    Without the @: what is published would address whoever has that name on the public channel.
    """

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        return people[number - 1].shown if 0 < number <= len(people) else found[0]

    return NUMBERED.sub(name, text) if people else text


def introduced(session: Session, message: Incoming) -> Incoming:
    """The message with our own officials' names for those of whom the platform told only the id."""
    body = message.body
    if not isinstance(body, Typed) or all(person.name for person in body.mentions):
        return message
    return replace(message, body=replace(body, mentions=tuple(_named(session, p) for p in body.mentions)))


def _named(session: Session, person: Person) -> Person:
    if person.name:
        return person
    of = select(Official.name).where(Official.platform == person.platform, Official.key == person.key)
    return replace(person, name=session.exec(of).first() or "")
