"""What the operator sets: `TANGGAP_…` in the environment or in a `.env` file."""

from __future__ import annotations

import difflib
import errno
import os
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from plugin.errors import OperatorError, TanggapError
from plugin.roles import LEVELS
from plugin.terms import Terms

PREFIX = "TANGGAP_"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("timezone", "unknown time zone") from None
    return name


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise PydanticCustomError("url", "not an http address")
    return text


ENV_FILE, ENCODING = ".env", "utf-8-sig"
"""Of `.env`: some editors put a mark before its first name, which would be another name then."""

DEFAULT_LADDER = (("kepala", 4), ("asisten", 24), ("sekda", 24), ("bupati", 48))

LOCAL = ("127.0.0.1", "localhost", "::1")

Url = Annotated[str, AfterValidator(_url)]


class Settings(BaseSettings):
    """Every setting, read once at the start and frozen. Secrets never show in logs or errors."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    database_url: str = "sqlite:///tanggap.db"
    media_dir: Path = Path("media")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Jakarta"
    digest_at: time = time(7, 0)
    remind_at: time = time(8, 30)
    news_minutes: float = Field(default=15, ge=0, le=24 * 60)
    public_page: bool = False
    rules_file: Path | None = None
    hours_file: Path | None = None
    local_days_file: Path | None = None
    claim_hours: float = Field(default=8, gt=0, le=14 * 24)
    escalation: Annotated[tuple[tuple[str, int], ...], NoDecode] = DEFAULT_LADDER
    quiet_hours: Annotated[tuple[time, time], NoDecode] = (time(21), time(6))
    node: str = ""
    public_url: Url | None = None

    cancel_seconds: float = Field(default=30, ge=0, le=600)
    night_from: time = time(21, 0)
    night_until: time = time(6, 0)
    new_author_answers: int = Field(default=5, ge=0, le=1000)
    blocked_replies: Literal["second", "never"] = "second"
    election_periods: Annotated[tuple[tuple[date, date], ...], NoDecode] = ()
    numbered_replies: bool = False
    approval_hours: float = Field(default=12, gt=0, le=24 * 14)
    proof: Literal["tidak", "tanya", "wajib"] = "tanya"
    ask_back_percent: int = Field(default=10, ge=0, le=100)
    contact_days: int = Field(default=90, ge=1, le=3650)

    # A field that needs another stands behind it: validators see only what came before.
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_api_url: Url = "https://slack.com/api/"

    telegram_token: SecretStr | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_webhook_url: Url | None = None
    telegram_api_url: Url | None = None

    x_consumer_secret: SecretStr | None = None
    x_consumer_key: SecretStr | None = None
    x_bearer_token: SecretStr | None = None
    x_client_secret: SecretStr | None = None
    x_client_id: SecretStr | None = None
    x_monthly_usd: float | None = Field(default=None, ge=5, le=1_000_000, allow_inf_nan=False)
    x_approval: str = ""
    x_api_url: Url = "https://api.x.com"
    x_pages_url: Url = "https://x.com"
    x_poll_seconds: float = Field(default=60, ge=1, le=3600)
    x_rechecks_per_day: int = Field(default=2000, ge=0)
    x_replies: Literal["summoned", "any"] = "summoned"

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(k.strip() for k in value.split(",") if k.strip()) if isinstance(value, str) else value

    @field_validator("escalation", mode="before")
    @classmethod
    def _ladder(cls, value: object) -> object:
        """`kepala:4,sekda:24`: each level with the hours to wait for those below; `-` for nobody."""
        if not isinstance(value, str):
            return value
        rungs = [part.strip().partition(":") for part in value.split(",") if part.strip() not in ("", "-")]
        given = [(level.strip(), hours.strip()) for level, _, hours in rungs]
        names = [level for level, _ in given]
        right = all(level in LEVELS and re.fullmatch(r"[0-9]{1,4}", hours) for level, hours in given)
        if not right or len(set(names)) < len(names):
            raise PydanticCustomError("ladder", "no ladder")
        return tuple((level, int(hours)) for level, hours in given)

    @field_validator("election_periods", mode="before")
    @classmethod
    def _elections(cls, value: object) -> object:
        """`2029-01-15..2029-02-14`, several with commas between; `-` for none."""
        if not isinstance(value, str):
            return value
        spans = [part.strip().partition("..") for part in value.split(",") if part.strip() not in ("", "-")]
        try:
            found = tuple((date.fromisoformat(a.strip()), date.fromisoformat(b.strip())) for a, _, b in spans)
        except ValueError:
            raise PydanticCustomError("periods", "no periods") from None
        if any(begins > ends for begins, ends in found):
            raise PydanticCustomError("periods", "no periods")
        return found

    @field_validator("quiet_hours", mode="before")
    @classmethod
    def _quiet(cls, value: object) -> object:
        """`21:00-06:00`; `-` for none."""
        if not isinstance(value, str):
            return value
        begins, _, ends = (value if value.strip() != "-" else "00:00-00:00").partition("-")
        try:
            return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
        except ValueError:
            raise PydanticCustomError("quiet_hours", "no hours") from None

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = value.replace("postgresql://", "postgresql+psycopg://")
        file = value.removeprefix("sqlite:///")
        is_file = file != value and file not in ("", ":memory:") and "?" not in file
        if not is_file and not value.startswith("postgresql+psycopg://"):
            raise PydanticCustomError("database_url", "not a database address")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _slack(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and not (info.data.get("slack_signing_secret") or info.data.get("slack_app_token")):
            raise PydanticCustomError("needs_slack_secret", "incomplete")
        return value

    @field_validator("telegram_webhook_url")
    @classmethod
    def _telegram(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and not info.data.get("telegram_webhook_secret"):
            raise PydanticCustomError("needs_webhook_secret", "incomplete")
        return value

    @field_validator("x_consumer_key")
    @classmethod
    def _x(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and not info.data.get("x_consumer_secret"):
            raise PydanticCustomError("needs_consumer_secret", "incomplete")
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        """What people are sent back to with a code in hand is not to be read on the way."""
        if value and urlsplit(value).scheme != "https" and urlsplit(value).hostname not in LOCAL:
            raise PydanticCustomError("https", "not an https address")
        return value

    @field_validator("x_client_id")
    @classmethod
    def _x_login(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and not info.data.get("x_client_secret"):
            raise PydanticCustomError("needs_client_secret", "incomplete")
        if value and not info.data.get("public_url"):
            raise PydanticCustomError("needs_public_url", "incomplete")
        return value

    @property
    def training(self) -> bool:
        """Without any chat platform the program opens the training room in the browser."""
        return self.slack_bot_token is None and self.telegram_token is None

    @property
    def x_is_here(self) -> bool:
        """Whether X's API and its pages stand on this machine: an X to practise on. A proxy moves the API alone."""
        moved = (self.x_api_url, self.x_pages_url)
        return all(urlsplit(address).hostname in LOCAL for address in moved)

    @property
    def terms(self) -> Terms:
        """On what terms an answer may leave, and a case be closed."""
        return Terms(
            self.zone,
            timedelta(seconds=self.cancel_seconds),
            self.night_from,
            self.night_until,
            self.new_author_answers,
            timedelta(hours=self.approval_hours),
            self.blocked_replies,
            self.election_periods,
            self.numbered_replies,
            self.proof,
            self.ask_back_percent,
            timedelta(days=self.contact_days),
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one setting: `code` is pydantic's or ours, `near` a name that was perhaps meant."""

    name: str
    code: str
    near: str = ""


class BadSettings(TanggapError):
    """Some settings are unknown or wrong; nothing was started."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{p.name} {p.code}" for p in problems))
        self.problems = problems


def read_settings() -> Settings:
    """The settings, or BadSettings with one problem for each that is unknown or wrong.

    Raises OperatorError for a `.env` that cannot be read, or not as a whole.
    """
    try:
        _check_file(Path(ENV_FILE))
        problems = [_unknown(name) for name in _given() if name not in _known()]
        settings = Settings()
    except (UnicodeDecodeError, OSError) as error:
        raise OperatorError("env_file", why=getattr(error, "strerror", None) or "") from None
    except ValidationError as error:
        problems += [
            _wrong(e["loc"], e["type"]) for e in error.errors(include_input=False, include_url=False)
        ]
        raise BadSettings(problems) from None
    if problems:
        raise BadSettings(problems)
    return settings


def _check_file(path: Path) -> None:
    """Raise OperatorError where the file is none, or a line of it names no value: what it meant would not be set."""
    if not path.exists():
        return
    if not path.is_file():
        raise OperatorError("env_file", why=os.strerror(errno.EISDIR))
    with path.open(encoding=ENCODING) as lines:
        for found in parse_stream(lines):
            ours = (found.key or "").upper().startswith(PREFIX)
            if found.error or (ours and found.value is None):
                blank = len(found.original.string) - len(found.original.string.lstrip("\n"))
                raise OperatorError("env_line", line=found.original.line + blank)


def _known() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields}


def _given() -> list[str]:
    names = {*os.environ, *dotenv_values(ENV_FILE, encoding=ENCODING)}
    return sorted(n.upper() for n in names if n.upper().startswith(PREFIX))


def _unknown(name: str) -> Problem:
    near = difflib.get_close_matches(name, sorted(_known()), n=1)
    return Problem(name, "unknown", near[0] if near else "")


def _wrong(where: tuple[int | str, ...], code: str) -> Problem:
    name = str(where[0]).upper() if where else ""
    return Problem(name if name.startswith(PREFIX) else PREFIX + name, code)
