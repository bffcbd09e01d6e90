"""Settings: read once, and what is wrong is said in one line each."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest

from app import TEMPLATES
from plugin.errors import OperatorError
from plugin.settings import BadSettings, Settings, read_settings
from plugin.wording import Wording


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test."""
    for name in [n for n in os.environ if n.startswith("TANGGAP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def told(error: BadSettings) -> list[str]:
    wording = Wording(TEMPLATES)
    return [wording.text("cli/problem.txt", setting=p.name, code=p.code, near=p.near) for p in error.problems]


def test_without_any_setting_it_is_the_training_room() -> None:
    settings = read_settings()

    assert settings.training
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.digest_at == time(7)


def test_a_file_beside_the_app_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TANGGAP_PORT=9000\nTANGGAP_SECRET_KEYS=a, b\n")
    settings = read_settings()

    assert settings.port == 9000
    assert [k.get_secret_value() for k in settings.secret_keys] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TANGGAP_PORTT", "1", "TANGGAP_PORTT: setelan tidak dikenal; maksud Anda TANGGAP_PORT?"),
        ("TANGGAP_PORT", "abc", "TANGGAP_PORT: harus angka"),
        ("TANGGAP_PORT", "70000", "TANGGAP_PORT: harus angka"),
        ("TANGGAP_TIMEZONE", "Mars/Kebumen", "TANGGAP_TIMEZONE: zona waktu tidak dikenal"),
        ("TANGGAP_DIGEST_AT", "pagi", "TANGGAP_DIGEST_AT: harus jam seperti 07:00"),
        ("TANGGAP_DATABASE_URL", "mysql://x", "TANGGAP_DATABASE_URL: harus sqlite:///"),
        ("TANGGAP_X_API_URL", "ftp://x", "TANGGAP_X_API_URL: harus alamat"),
        ("TANGGAP_X_CLIENT_ID", "abc", "TANGGAP_X_CLIENT_ID: isi juga TANGGAP_X_CLIENT_SECRET"),
        ("TANGGAP_X_MONTHLY_USD", "0", "TANGGAP_X_MONTHLY_USD: harus angka dalam batas"),
        ("TANGGAP_X_MONTHLY_USD", "nan", "TANGGAP_X_MONTHLY_USD: harus angka dalam batas"),
        ("TANGGAP_PUBLIC_URL", "http://tanggap.go.id", "TANGGAP_PUBLIC_URL: harus alamat https://"),
        (
            "TANGGAP_SLACK_BOT_TOKEN",
            "xoxb-1",
            "TANGGAP_SLACK_BOT_TOKEN: isi juga TANGGAP_SLACK_SIGNING_SECRET",
        ),
        ("TANGGAP_TELEGRAM_WEBHOOK_URL", "https://a.id", "TANGGAP_TELEGRAM_WEBHOOK_URL: isi juga"),
        ("TANGGAP_X_CONSUMER_KEY", "k", "TANGGAP_X_CONSUMER_KEY: isi juga TANGGAP_X_CONSUMER_SECRET"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        read_settings()

    [line] = told(caught.value)
    assert line.startswith(said)


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_PORT", "x")
    monkeypatch.setenv("TANGGAP_NONSENSE", "x")
    with pytest.raises(BadSettings) as caught:
        read_settings()

    assert len(told(caught.value)) == 2


def test_secrets_do_not_show() -> None:
    settings = Settings(telegram_token="123:abc")

    assert "123:abc" not in repr(settings)


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_DATABASE_URL", "mysql://user:geheim@host/db")
    with pytest.raises(BadSettings) as caught:
        read_settings()

    assert "geheim" not in "\n".join(told(caught.value))
    assert "geheim" not in str(caught.value)


def test_election_periods_are_days_from_and_until(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_ELECTION_PERIODS", "2029-01-15..2029-02-14, 2029-11-01..2029-11-27")
    first, second = read_settings().election_periods

    assert (first[0].isoformat(), second[1].isoformat()) == ("2029-01-15", "2029-11-27")


@pytest.mark.parametrize("given", ["2029-02-14..2029-01-15", "2029-01-15", "besok..lusa"])
def test_wrong_election_periods_are_told(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("TANGGAP_ELECTION_PERIODS", given)
    with pytest.raises(BadSettings) as told:
        read_settings()

    assert [(p.name, p.code) for p in told.value.problems] == [("TANGGAP_ELECTION_PERIODS", "periods")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("TANGGAP_PORT 9000\n", 1),
        ("TANGGAP_PORT=9000\n\nTANGGAP_TELEGRAM_TOKEN\n", 3),
        ("# kantor\nTANGGAP_TIMEZONE='Asia/Jakarta\n", 2),
    ],
)
def test_a_line_that_sets_nothing_stops_the_start(tmp_path: Path, text: str, line: int) -> None:
    """Passed over, a token without its = would open the training room in the place of the desk."""
    (tmp_path / ".env").write_text(text)
    with pytest.raises(OperatorError) as refused:
        read_settings()

    assert (refused.value.code, refused.value.values) == ("env_line", {"line": line})


def test_a_folder_named_env_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    with pytest.raises(OperatorError, match="env_file"):
        read_settings()
