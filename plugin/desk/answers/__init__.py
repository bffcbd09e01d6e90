"""Answers that people give every day: ready-made words, filled with what is known of a case."""

from __future__ import annotations

from plugin.desk.answers.book import Book, read_book
from plugin.desk.answers.grammar import Fault, filled, needed, read
from plugin.desk.answers.kinds import ANSWERS, GENERAL, JAVANESE, TOPICS, VARIABLES, Slot, read_slot

__all__ = [
    "ANSWERS", "GENERAL", "JAVANESE", "TOPICS", "VARIABLES", "Book", "Fault", "Slot", "filled",
    "needed", "read", "read_book", "read_slot",
]  # fmt: skip
