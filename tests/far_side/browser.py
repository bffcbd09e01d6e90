"""People at real browsers, and a stand-in for the desk that answers them."""

from __future__ import annotations

import itertools
from html import escape

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from plugin.chat.values import (
    Action,
    Field,
    Form,
    Incoming,
    Outgoing,
    Pressed,
    Shape,
    Style,
    Submitted,
    Typed,
)
from tests.far_side.web import Training

PHONE = (360, 740)
WIDE = (1440, 900)


class Desk:
    """A stand-in for the desk: answers, asks, and publishes what it is told to."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.heard: list[Incoming] = []
        self._keys = itertools.count(1)

    async def receive(self, message: Incoming) -> Outgoing | None:
        self.heard.append(message)
        match message.body:
            case Typed(text) if text.startswith("/tanggapi"):
                assert message.opener is not None
                intro = "Warga menulis:<blockquote>Jalan rusak</blockquote>"
                fields = (Field("text", "Isi tanggapan", Shape.TEXT, longest=20),)
                form = Form(f"f{next(self._keys)}", "Tanggapi 17", intro, "Lihat dulu", fields)
                await self.training.chat.open_form(message.opener, form)
            case Typed(text) if text.startswith("/"):
                return with_buttons(f"Anda mengetik <code>{escape(text)}</code>")
            case Pressed(token, on):
                who = escape(message.sender.name)
                await self.training.chat.amend(on, Outgoing(f"<b>{token}</b> oleh {who}"))
            case Submitted(_, values):
                return with_buttons(f"Pratinjau<blockquote>{escape(values['text'])}</blockquote>")
        return None


def with_buttons(text: str) -> Outgoing:
    actions = (Action("k", "Kirim", "Terkirim", style=Style.PRIMARY), Action("b", "Batal", "Batal"))
    buttons = "<actions><button name='k'>Kirim</button><button name='b'>Batal</button></actions>"
    return Outgoing(text + buttons, actions)


class Visit:
    """A browser at the training room's address."""

    def __init__(self, browser: Browser, training: Training, address: str, desk: Desk) -> None:
        self.training = training
        self.desk = desk
        self.faults: list[str] = []
        self._browser = browser
        self._address = address

    async def open(
        self,
        who: str = "ada",
        *,
        size: tuple[int, int] = WIDE,
        path: str | None = None,
        scheme: str = "light",
    ) -> Page:
        width, height = size
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._noted)
        await page.goto(self._address + (f"/?sebagai={who}&grup=kebumen" if path is None else path))
        await expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
        return page

    def _noted(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def look(page: Page, state: str) -> None:
    """Turn to a tab or away from it, as its page is told."""
    await page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


async def overflow(page: Page) -> int:
    """How many pixels the page, or a panel in it, is wider than what one sees."""
    widest: int = await page.evaluate(
        """() => Math.max(...[document.documentElement, ...document.querySelectorAll('.scroll, dialog[open]')]
            .map((e) => e.scrollWidth - e.clientWidth))"""
    )
    return widest


async def say_on(page: Page, text: str) -> None:
    """Write in the group, wherever one looks."""
    group = page.locator("[data-show=grup]")
    if await group.is_visible():
        await group.click()
    await page.fill("#text", text)
    await page.locator("#say [type=submit]").click()
