"""A form as Slack shows it: a modal with input fields."""

from __future__ import annotations

from adapters.slack.body import Body, Junk, must, part, parts, word
from adapters.slack.render import pages
from adapters.slack.words import shortened, units
from plugin.chat.values import Field, Form, Outgoing, Room, Shape
from plugin.errors import Refused

TITLE = 24
LONGEST_INPUT = 3000
INPUT = "value"
FILES = "file_input"
FILE_TYPES = ("jpg", "jpeg", "png", "webp", "gif", "heic")
MOST_FILES = 10
PREFIX = "tanggap/"


def view(form: Form, room: Room) -> Body:
    """The modal for `form`. It carries its room, for Slack does not say where a form was opened."""
    intro = [block for page in pages(Outgoing(form.intro)) for block in page.blocks] if form.intro else []
    return {
        "type": "modal",
        "callback_id": PREFIX + room.key,
        "private_metadata": form.token,
        "title": _plain(form.title, TITLE),
        "submit": _plain(form.submit, TITLE),
        "blocks": [*intro, *map(_input, form.fields)],
    }


def room_of(shown: Body) -> str:
    """The key of the room in which the form was opened. Raises Junk when the form is not one of ours."""
    key = must(shown, "callback_id")
    if not key.startswith(PREFIX) or key == PREFIX:
        raise Junk("callback_id")
    return key.removeprefix(PREFIX)


def answers(shown: Body) -> dict[str, str]:
    """What was filled in, by the fields' names; an empty field as ""."""
    values = part(shown, "state", "values")
    return {name: _given(values, name) for name in values if not _is_for_files(values, name)}


def attached(shown: Body) -> list[Body]:
    """The files that were put into the form."""
    values = part(shown, "state", "values")
    return [
        file
        for name in values
        if _is_for_files(values, name)
        for file in parts(part(values, name, INPUT), "files")
    ]


def _is_for_files(values: Body, name: str) -> bool:
    return word(part(values, name, INPUT), "type") == FILES


def first_field(shown: Body) -> str:
    """The name of the form's first field: where a complaint about the whole form is shown."""
    return next(iter(part(shown, "state", "values")), "")


def _given(values: Body, name: str) -> str:
    given = part(values, name, INPUT).get("value")
    if not isinstance(given, str | None):
        raise Junk(name)
    return given or ""


def _input(field: Field) -> Body:
    block: Body = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label, 2000),
        "optional": not field.required,
        "element": _files(field) if field.shape is Shape.PHOTOS else _line(field),
    }
    return block | ({"hint": _plain(field.hint, 2000)} if field.hint else {})


def _files(field: Field) -> Body:
    most = min(field.longest, MOST_FILES)
    return {"type": FILES, "action_id": INPUT, "filetypes": list(FILE_TYPES), "max_files": most}


def _line(field: Field) -> Body:
    longest = min(field.longest, LONGEST_INPUT)
    if units(field.initial) > LONGEST_INPUT:
        raise Refused("initial_value_too_long")  # cutting somebody's draft would be worse than no form
    element: Body = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": field.shape is Shape.TEXT,
        # A draft that is too long must be seen whole, to be shortened.
        "max_length": max(longest, units(field.initial)),
    }
    if field.initial:
        element["initial_value"] = field.initial
    return element


def _plain(text: str, most: int) -> Body:
    return {"type": "plain_text", "text": shortened(text, most), "emoji": False}
