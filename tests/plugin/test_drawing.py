"""What pictures promise: readable on a telephone, true to their figures, and drawn while others go on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from plugin.drawing.paint import KEPT, Painter, paint
from plugin.drawing.sheet import WIDTH, Columns, Rows, Sheet, Tone

DAYS = tuple(str(n) for n in range(5, 19))
SHEET = Sheet(
    "ringkasan-2026-08-18",
    "Kebumen, 18 Agustus 2026",
    (
        Columns("Laporan masuk per hari", DAYS, tuple(range(14)), part=1),
        Rows("Terlambat", ("DPUPR", "Dishub"), (8, 4), Tone.BAD),
    ),
    "Masuk: …",
)


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGB")


def ink(content: bytes, tone: Tone) -> int:
    """How many pixels have exactly this tone."""
    wanted = tuple(bytes.fromhex(tone.value.removeprefix("#")))
    colours = opened(content).getcolors(maxcolors=1 << 24) or []
    return sum(n for n, colour in colours if colour == wanted)


def test_it_is_sharp_on_a_telephone_and_small_enough_for_its_network() -> None:
    made = paint(SHEET)

    assert opened(made.content).width >= 2 * WIDTH
    assert opened(made.content).height < 2 * opened(made.content).width
    assert len(made.content) < 300_000
    assert (made.name, made.mime, made.alt) == ("ringkasan-2026-08-18.png", "image/png", "Masuk: …")


def test_bars_are_as_long_as_their_figures() -> None:
    def rows(*values: int) -> int:
        names = tuple(str(n) for n in values)
        return ink(paint(replace(SHEET, panels=(Rows("", names, values, Tone.BAD),))).content, Tone.BAD)

    whole = rows(100)
    assert rows(100, 50) == pytest.approx(1.5 * whole, rel=0.03)
    assert rows(100, 0) == pytest.approx(whole, rel=0.03)


def test_columns_of_one_picture_share_their_scale() -> None:
    small = Columns("", ("1",), (10,), Tone.GOOD)
    alone = ink(paint(replace(SHEET, panels=(small,))).content, Tone.GOOD)
    beside = ink(paint(replace(SHEET, panels=(small, Columns("", ("1",), (100,))))).content, Tone.GOOD)

    assert beside == pytest.approx(alone / 10, rel=0.2)  # the line below the bars covers a little of each


def test_a_day_that_is_not_over_is_paler() -> None:
    whole = Columns("", ("17", "18"), (9, 9))
    over, running = (
        ink(paint(replace(SHEET, panels=(panel,))).content, Tone.PLAIN)
        for panel in (whole, replace(whole, part=1))
    )

    assert running == pytest.approx(over / 2, rel=0.03)


@pytest.mark.parametrize(
    "name",
    ["$x_1$ \\frac{", "👩‍🚒 Damkar", "\u202eabc", "", "Dinas " * 60, "a\nb", "<b>&amp;", "عربي", "_^{}%#"],
)
def test_strange_names_spoil_nothing(name: str) -> None:
    panels = (Columns(name, (name,), (3,)), Rows(name, (name,), (3,)), Rows(name, (), (), nothing=name))
    made = paint(Sheet("x", name, panels, name))

    assert opened(made.content).height < 2 * opened(made.content).width


@pytest.mark.parametrize(
    "title", ["Kebumen, 18 Agustus 2026", "Dinas Pekerjaan Umum, Agustus 2026", "W" * 200]
)
def test_titles_fit_the_width(title: str) -> None:
    image = opened(paint(Sheet("x", title, (Rows(title, (), ()),), "")).content)
    right = image.crop((image.width - 6, 0, image.width, image.height))

    assert right.getcolors() == [(6 * image.height, (255, 255, 255))]


@pytest.mark.parametrize("values", [(), (0,), (0,) * 14, (10**9,) * 14, tuple(range(31))])
def test_any_figures_can_be_drawn(values: tuple[int, ...]) -> None:
    names = tuple(str(n) for n in range(len(values)))
    made = paint(replace(SHEET, panels=(Columns("", names, values), Rows("", names, values))))

    assert opened(made.content).width >= 2 * WIDTH


async def test_others_go_on_while_it_is_drawn() -> None:
    painting, turns = asyncio.create_task(Painter().paint(SHEET)), 0
    while not painting.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 10


async def test_the_same_figures_are_drawn_once_for_all_rooms() -> None:
    painter = Painter()
    first, again = await asyncio.gather(painter.paint(SHEET), painter.paint(replace(SHEET)))
    assert first is again

    tiny = replace(SHEET, panels=())
    for n in range(KEPT):
        await painter.paint(replace(tiny, title=str(n)))
    assert await painter.paint(SHEET) is not first
