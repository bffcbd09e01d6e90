"""A first evening of an operator, in few steps: agencies, people, an account on X, a start."""

from __future__ import annotations

from plugin.registry.sample import KEBUMEN
from tests.e2e.chats import Chat, SlackPeople, TelegramPeople
from tests.e2e.running import Done, Installation
from tests.far_side.x import XFarSide

HANDLE = "dpuprkebumen"
APPROVAL = "X-ENT-2026-001"
ROLES = {
    "admin": ("admin", "33.05"), "sekda": ("sekda", "33.05"), "petugas": ("petugas", "DPUPR"),
    "kepala": ("penanggung-jawab", "DPUPR"),
}  # fmt: skip


def x_settings(x: XFarSide, approval: str = "") -> dict[str, str]:
    """What the operator sets for X."""
    return {
        "x_consumer_key": x.consumer_key, "x_consumer_secret": x.consumer_secret,
        "x_bearer_token": x.bearer_token, "x_api_url": x.url, "x_pages_url": x.url, "x_poll_seconds": "1",
        "x_approval": approval,
    }  # fmt: skip


async def well(installation: Installation, *argv: str) -> Done:
    """Run a command that must succeed."""
    done = await installation.command(*argv)
    assert (done.code, done.err) == (0, ""), done
    return done


async def government(installation: Installation) -> None:
    """The agencies, and one account."""
    await well(installation, "import", "agencies", str(KEBUMEN / "agencies.csv"))
    accounts = installation.put("akun.csv", f"agency,channel,handle,since\nDPUPR,x,{HANDLE},2026-01-05\n")
    await well(installation, "import", "accounts", accounts)


async def officials(installation: Installation, chat: Chat) -> None:
    """Everybody of the story with a role, by the platform's own ids."""
    rows = [
        f"{chat.platform},{user_id(chat, who)},{who.title()},{role},{agency}"
        for who, (role, agency) in ROLES.items()
    ]
    path = installation.put("pejabat.csv", "\n".join(["platform,user_id,name,role,agency", *rows]))
    await well(installation, "import", "officials", path)


def user_id(chat: Chat, who: str) -> str:
    """Somebody's id on the platform."""
    if isinstance(chat, SlackPeople):
        return f"U{chat.people[who].upper()}"
    if isinstance(chat, TelegramPeople):
        return str(chat.far.world.person(chat.people[who])["id"])
    return chat.people[who]


async def connect(installation: Installation, tokens: dict[str, str], agency: str = "dpupr") -> Done:
    """Connect the agency's account on X with tokens from a file."""
    path = installation.put("token.txt", "\n".join(tokens.values()))
    return await installation.command("connect-account", agency, "x", "--file", path)


async def evening(
    installation: Installation, chat: Chat, x: XFarSide | None = None, *, approval: str = APPROVAL
) -> dict[str, str]:
    """Everything up to the start; gives the tokens of the account on X."""
    installation.settings |= chat.settings(installation.settings["port"])
    await government(installation)
    await officials(installation, chat)
    if x is None:
        return {}
    installation.settings |= x_settings(x, approval)
    tokens = x.add_account(HANDLE)
    done = await connect(installation, tokens)
    assert (done.code, done.err) == (0, ""), done
    return tokens
