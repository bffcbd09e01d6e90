"""An account is connected in the chat of the real application, killed between the steps; lost, and connected anew."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.chats import Chat, TelegramPeople, asks, chat_by, sees
from tests.e2e.evenings import APPROVAL, HANDLE, government, officials, x_settings
from tests.e2e.running import App, Installation, browser, until
from tests.far_side.x import XFarSide

ANSWER = "Kami tambal besok."
LATER = 3 * 60


async def prepared(installation: Installation, chat: Chat, x: XFarSide) -> None:
    """Everything that the operator sets; no account has given anything yet."""
    here = f"http://127.0.0.1:{installation.settings['port']}"
    x.oauth.callbacks.add(f"{here}/hubungkan/x")
    installation.settings |= chat.settings(installation.settings["port"]) | x_settings(x, APPROVAL)
    installation.settings |= {
        "public_url": here, "x_client_id": x.oauth.client_id, "x_client_secret": x.oauth.client_secret,
        "x_monthly_usd": "50",
    }  # fmt: skip
    await government(installation)
    await officials(installation, chat)


async def come_back(address: str) -> httpx.Response:
    """The browser follows X's redirect."""
    async with browser() as client:
        return await client.get(address)


async def consent(chat: Chat, x: XFarSide, followed: list[str], handle: str = HANDLE) -> str:
    """Whoever holds the account allows it; where X sends them."""

    async def fresh() -> str:
        link = (await chat.links()).get("Buka X", "")
        return "" if link in followed else link

    link = await until(fresh, what="for a link that nobody has followed yet")
    followed.append(link)
    return x.oauth.consent(link, x.world.user(handle, x.clock()).id)


async def junk(app: App) -> None:
    """Whatever else comes to that address."""
    for path in ("", "?state=x&code=y", "?state=%00%ff&code=%27", "/../x?code=" + "a" * 3000):
        assert 400 <= (await come_back(f"{app.url}/hubungkan/x{path}")).status_code < 500


@pytest.mark.parametrize("way", ["telegram-polling", "slack-http"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_account_is_connected_lost_and_connected_again(
    installation: Installation, x: XFarSide, way: str
) -> None:
    async with chat_by(way) as chat:
        followed: list[str] = []
        await prepared(installation, chat, x)
        app = await installation.start(debug=True)
        await chat.meet(app)
        await chat.say("/ikat-grup dpupr", "admin")
        if isinstance(chat, TelegramPeople):
            chat.begin("kepala")
        await chat.say("/hubungkan-akun", "kepala")
        wrong = await come_back(await consent(chat, x, followed, "kepala_pribadi"))
        assert (wrong.status_code, "@kepala_pribadi" in wrong.text) == (400, True)
        told = await sees(chat, "belum terhubung", "melainkan akun lain", who="kepala")
        assert "kepala_pribadi" not in told
        await chat.press("Ulangi", "kepala")
        back = await consent(chat, x, followed)
        await app.kill()
        app = await installation.start(clock={"ahead": LATER}, debug=True)
        await chat.meet(app)
        await junk(app)
        well = await come_back(back)
        assert (well.status_code, f"@{HANDLE}" in well.text) == (200, True)
        assert (await come_back(back)).status_code == 410
        await sees(chat, f"@{HANDLE} terhubung", "dapat dikirim dari grup", who="petugas")

        post = x.citizen_posts("lubang di depan pasar", mention=HANDLE)
        await asks(chat, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
        x.oauth.revoke_all(x.world.user(HANDLE, x.clock()).id)
        await chat.say(f"/tanggapi 1 {ANSWER}", "petugas")
        await sees(chat, "Pratinjau tanggapan laporan 1", who="kepala")
        await chat.press("Kirim", "kepala")
        await sees(chat, "Menunggu akun", ANSWER, who="kepala")
        await app.kill()
        app = await installation.start(clock={"ahead": 2 * LATER}, well=False, debug=True)
        await chat.meet(app)
        await sees(chat, "perlu dihubungkan lagi", who="kepala")
        await chat.press("Hubungkan lagi", "kepala")
        assert (await come_back(await consent(chat, x, followed))).status_code == 200
        await sees(chat, "Terkirim", ANSWER, who="petugas")
        await app.stop(calm=False)

    assert x.published(HANDLE) == [(ANSWER, post)]
    assert x.oauth.used_again == 0
    told = (await installation.command("accounts")).out
    assert "izin lewat masuk akun" in told
    assert "dari batas US$50,00" in told
    # Trap 20: not even at the level of debugging does a token stand in a log.
    secrets = [*x.oauth.access, *x.oauth.refreshes, x.oauth.client_secret]
    assert not [secret for secret in secrets for life in installation.lives if secret in life.said()]
