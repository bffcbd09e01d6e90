"""Telegram: groups of officials that a bot sits in."""

from __future__ import annotations

from adapters.telegram.chat import TelegramChat, make_telegram

__all__ = ["TelegramChat", "make_telegram"]
