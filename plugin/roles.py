"""The roles that people are given at an agency, in the words the officials use."""

from __future__ import annotations

ROLES = ("petugas", "penanggung-jawab", "kepala", "asisten", "sekda", "bupati", "admin")
"""Every role there is: what a chat gives and what a file brings are the same. What each may do: `chat.rights`."""

LEVELS = ("kepala", "asisten", "sekda", "bupati")
"""Who may hear after the holder of a report, from below."""
