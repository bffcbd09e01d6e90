"""The sample government: Kabupaten Kebumen's agencies, invented officials and accounts to practise on."""

from __future__ import annotations

from pathlib import Path

KEBUMEN = Path(__file__).parent / "kebumen"

FILES = (
    ("agencies", KEBUMEN / "agencies.csv"),
    ("officials", KEBUMEN / "officials.csv"),
    ("accounts", KEBUMEN / "accounts.csv"),
)
"""What is imported, in this order: officials and accounts name agencies."""
