"""The training room in a real browser: several people, phones and wide screens, hostile words."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from html import escape
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, async_playwright, expect

from plugin.chat.values import (
    MenuEntry,
    Outgoing,
    Room,
    Typed,
)
from plugin.public.outcomes import Published
from plugin.public.values import Draft, PublicAccount
from plugin.store.store import Store
from tests.contract.chat import HOSTILE
from tests.far_side.browser import PHONE, WIDE, Desk, Visit, look, overflow, say, say_on, with_buttons
from tests.far_side.web import listening, register, serving

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROOM = Room("web", "kebumen")
MENU = (
    MenuEntry("belum-punya-akun", "Instansi yang belum punya akun", "[instansi]"),
    MenuEntry("tanggapi", "Menjawab warga di depan umum", "<nomor> [teks…]"),
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason="no Chromium: install it to run the browser tests"
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, database_url: str, tmp_path: Path) -> AsyncIterator[Visit]:
    store = Store(database_url)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.aclose)
        training, address = await stack.enter_async_context(serving(store, tmp_path / "media"))
        desk = Desk(training)
        await store.write(register, "pupr", "Dinas Pekerjaan Umum")
        await training.chat.offer_menu(MENU)
        await stack.enter_async_context(listening(training, desk.receive))
        made = Visit(browser, training, address, desk)
        yield made
        for context in browser.contexts:
            await context.close()

    assert made.faults == []


async def test_two_people_see_one_conversation(visit: Visit) -> None:
    ada, budi = await visit.open("ada"), await visit.open("budi")
    await say(ada, "/belum-punya-akun kec")
    card = budi.locator(".message.ours")
    await expect(card.locator(".body")).to_contain_text("Anda mengetik /belum-punya-akun kec")
    await expect(budi.locator(".message:not(.ours) .who")).to_have_text("Ada")
    await card.get_by_role("button", name="Kirim").click()

    for page in (ada, budi):
        await expect(page.locator(".message.ours .body")).to_have_text("Terkirim oleh Budi <b>Santoso</b>")
        await expect(page.locator(".message.ours .buttons")).to_have_count(0)
        await expect(page.locator(".waiting")).to_have_count(0)


async def test_commands_are_offered_while_typing(visit: Visit) -> None:
    page = await visit.open()
    await page.locator("#text").press_sequentially("/TANG")
    await expect(page.locator("#commands").get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Tab")

    await expect(page.locator("#text")).to_have_value("/tanggapi ")
    await expect(page.locator("#usage")).to_have_text("/tanggapi <nomor> [teks…]")
    await expect(page.locator("#text")).to_be_focused()


async def test_a_form_opens_for_its_person_in_the_tab_that_asked(visit: Visit) -> None:
    ada, same, budi = await visit.open("ada"), await visit.open("ada"), await visit.open("budi")
    await say(ada, "/tanggapi 17")
    dialog = ada.get_by_role("dialog", name="Tanggapi 17")
    await dialog.get_by_label("Isi tanggapan").fill("x" * 21)
    await expect(dialog.locator(".count")).to_have_text("Kelebihan 1 karakter")
    await dialog.get_by_label("Isi tanggapan").fill("Baik, kami cek. 👍🏽")
    await ada.keyboard.press("Escape")
    await expect(same.locator("dialog")).to_be_hidden()
    await expect(budi.get_by_text("Buka formulir")).to_have_count(0)
    await ada.get_by_role("button", name="Buka formulir").click()
    await expect(dialog.get_by_label("Isi tanggapan")).to_have_value("Baik, kami cek. 👍🏽")
    await dialog.get_by_role("button", name="Lihat dulu").click()

    await expect(budi.locator("blockquote")).to_have_text("Baik, kami cek. 👍🏽")
    await expect(dialog).to_be_hidden()
    await expect(same.locator(".only .body")).to_have_text("Formulir “Tanggapi 17” sudah diisi.")


async def test_what_one_wrote_outlives_a_page_that_the_phone_throws_away(visit: Visit) -> None:
    ada = await visit.open("ada", size=PHONE)
    await say_on(ada, "/tanggapi 17")
    await ada.get_by_label("Isi tanggapan").fill("Baik, kami cek.")
    await ada.reload()
    await ada.get_by_role("button", name="Buka formulir").tap()

    await expect(ada.get_by_label("Isi tanggapan")).to_have_value("Baik, kami cek.")


async def test_what_was_not_delivered_is_offered_again_and_arrives_once(visit: Visit) -> None:
    ada, budi = await visit.open("ada", size=PHONE), await visit.open("budi")
    await ada.route("**/latihan/ketik", lambda route: route.abort())
    await say_on(ada, "siap, meluncur")
    await expect(ada.locator(".waiting .state")).to_contain_text("Belum terkirim.")
    await ada.reload()
    await expect(ada.locator(".waiting .body")).to_have_text("siap, meluncur")
    await ada.unroute("**/latihan/ketik")
    await ada.locator(".waiting").get_by_role("button", name="Kirim lagi").tap()
    await expect(budi.locator(".message .body", has_text="siap, meluncur")).to_have_count(1)
    await expect(ada.locator(".waiting")).to_have_count(0)
    await ada.reload()
    await expect(ada.locator(".message", has_text="siap, meluncur")).to_have_count(1)
    await expect(ada.locator(".waiting")).to_have_count(0)

    visit.faults[:] = [fault for fault in visit.faults if "ERR_FAILED" not in fault]


@pytest.mark.parametrize("size", [(844, 340), (390, 340)])
async def test_where_there_is_little_height_nothing_covers_what_one_writes(
    visit: Visit, size: tuple[int, int]
) -> None:
    ada = await visit.open("ada", size=size)
    await say(ada, "/tanggapi 17")
    area, footer = ada.get_by_label("Isi tanggapan"), ada.locator("dialog footer")
    await footer.wait_for()
    await ada.locator("dialog").evaluate("(dialog) => dialog.scrollTo(0, 0)")
    below, above = await footer.bounding_box(), await area.bounding_box()

    assert below is not None
    assert above is not None
    assert above["y"] + above["height"] <= below["y"]


async def test_letters_twice_as_large_do_not_lie_upon_each_other(visit: Visit) -> None:
    ada = await visit.open("ada", size=PHONE)
    await ada.evaluate("document.documentElement.style.fontSize = '200%'")
    label = await ada.locator(".persona span").bounding_box()

    assert label is not None
    assert label["height"] <= 32
    assert await overflow(ada) <= 0


async def test_a_citizen_posts_with_a_photo_and_sees_the_answer(visit: Visit) -> None:
    page = await visit.open(size=PHONE)
    await page.get_by_role("button", name="Alun-alun").tap()
    await page.get_by_label("Sebut akun instansi").select_option("pupr")
    await page.locator("#post").press_sequentially("jalan berlubang")
    await expect(page.locator("#post-hint")).to_have_text("Akan diterima Dinas Pekerjaan Umum.")
    photo = BytesIO()
    Image.new("RGB", (600, 400), "#888").save(photo, "JPEG")
    upload = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    await page.set_input_files("#photo", upload)  # type: ignore[arg-type]  # a FilePayload
    await page.locator("#write").get_by_role("button", name="Kirim").tap()
    post = page.locator("#posts > .post")
    await expect(post.locator(".words")).to_have_text("@pupr jalan berlubang")
    await expect(post.locator("img")).to_have_js_property("naturalWidth", 600)
    square, account = visit.training.square, PublicAccount(1, "alun-alun", "pupr")
    [heard] = [p async for part in square.mentions(account, "") for p in part.posts]
    outcome = await square.publish(account, Draft("Kami tambal besok."), heard.id, key="r1")

    assert isinstance(outcome, Published)
    await expect(post.locator(".agency .words")).to_have_text("Kami tambal besok.")
    await expect(post.locator(".agency .official")).to_have_text("Akun resmi")
    await post.locator(".agency").get_by_role("button", name="Balas").tap()
    await expect(page.locator("#under")).to_contain_text("@pupr")


async def test_hostile_words_are_shown_and_nothing_else(visit: Visit) -> None:
    chat, room = visit.training.chat, ROOM
    page = await visit.open()
    for n, text in enumerate([*HOSTILE, "x" * 10_000]):
        said = f"Laporan: {escape(text)}<blockquote>{escape(text)}</blockquote>"
        await chat.send(room, Outgoing(said), key=f"k{n}")
    await say(page, HOSTILE[1])
    await expect(page.locator(".message.mine .body")).to_have_text(HOSTILE[1])

    assert await page.locator("blockquote").all_text_contents() == [*HOSTILE, *folded("x" * 10_000)]
    assert await page.locator(".body :is(script, b, a, img)").count() == 0
    assert await overflow(page) == 0


async def test_a_turn_of_direction_stays_within_itself(visit: Visit) -> None:
    """What follows a citizen's right-to-left override still reads from left to right."""
    page = await visit.open()
    await visit.training.chat.send(ROOM, Outgoing("awal \u202ekata akhir"), key="k1")
    places = await page.locator(".ours .body p").evaluate(
        """(p) => ["kata", "akhir"].map((word) => {
            const node = [...p.childNodes].find((n) => n.textContent.includes(word));
            const range = document.createRange();
            range.setStart(node, node.textContent.indexOf(word));
            range.setEnd(node, node.textContent.indexOf(word) + word.length);
            return range.getBoundingClientRect().left;
        })"""
    )

    assert places[0] < places[1]


async def test_a_tab_that_was_hidden_hears_the_rest(visit: Visit) -> None:
    hidden, shown = await visit.open(), await visit.open()
    await look(hidden, "hidden")
    await visit.training.chat.send(ROOM, Outgoing("sementara itu"), key="k1")
    await expect(shown.locator(".message .body")).to_have_text("sementara itu")
    assert await hidden.locator(".message").count() == 0
    await look(hidden, "visible")

    await expect(hidden.locator(".message .body")).to_have_text("sementara itu")


async def test_many_tabs_at_once_all_stay_alive(visit: Visit) -> None:
    """A browser opens six connections to one host; whoever looks away lets go of theirs."""
    pages = [await visit.open()]
    for _ in range(7):
        await look(pages[-1], "hidden")
        page = await pages[0].context.new_page()
        await page.goto(pages[0].url)
        await expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
        pages.append(page)
    await say(pages[-1], "halo semua")
    await expect(pages[-1].locator(".message:not(.waiting) .body")).to_have_text("halo semua")
    await look(pages[0], "visible")

    await expect(pages[0].locator(".message .body")).to_have_text("halo semua")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, (768, 900), (900, 700), WIDE], ids=str)
async def test_nothing_scrolls_sideways(visit: Visit, size: tuple[int, int], scheme: str) -> None:
    long = Outgoing(f"<b>{'panjang' * 60}</b><ul><li><code>{'x' * 300}</code></li></ul>")
    await visit.training.chat.send(ROOM, with_buttons(f"{long.text}{'tombol ' * 40}"), key="k1")
    page = await visit.open(size=size, scheme=scheme)
    views = ["grup", "alun-alun"] if size[0] < 900 else ["grup"]
    for view in views:
        if len(views) > 1:
            await page.locator(f"[data-show={view}]").click()

        assert await overflow(page) == 0
    await say_on(page, "/tanggapi 1")
    await expect(page.get_by_role("dialog")).to_be_visible()

    assert await overflow(page) == 0


async def test_the_first_steps_lead_through_the_house(visit: Visit) -> None:
    page = await visit.open(size=PHONE, path="/")
    steps = page.locator("#steps")
    await expect(steps).to_be_visible()
    await steps.get_by_role("button", name="/belum-punya-akun").tap()
    await expect(steps).to_be_hidden()
    await expect(page.locator("#text")).to_have_value("/belum-punya-akun")
    await page.get_by_role("button", name="Kirim").first.tap()
    await expect(page.locator(".message.ours")).to_have_count(1)
    await page.get_by_role("button", name="Mulai").tap()
    await expect(steps.locator("[data-step=siapa]")).to_have_class("done")
    await steps.get_by_role("button", name="Isi contoh keluhan").tap()

    await expect(page.locator("#post")).to_have_value(
        "Jalan di depan pasar berlubang, kemarin ada yang jatuh. Mohon segera diperbaiki, @pupr."
    )


async def test_when_the_room_is_away_the_words_are_kept(visit: Visit) -> None:
    page = await visit.open()
    await page.context.set_offline(True)
    await say(page, "halo")
    await expect(page.locator(".waiting .state")).to_contain_text("Belum terkirim.")
    visit.faults.clear()  # the browser's own note that it is offline
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Kirim lagi").click()

    await expect(page.locator(".message.mine:not(.waiting) .body")).to_have_text("halo")
    await expect(page.locator(".waiting")).to_have_count(0)
    assert [m.body for m in visit.desk.heard] == [Typed("halo")]


def folded(text: str) -> list[str]:
    """A text that is longer than a message comes in several."""
    return [text[start : start + 3999] for start in range(0, len(text), 3999)]
