"""What the checks say of an answer that a person tells one citizen: nobody else hears it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from plugin.findings import NOTE, Finding, Swap

REASONS = {
    "nik_kk": "nik_kk_lisan", "telepon": "telepon_lisan", "sandi": "sandi_lisan", "minta_data": "minta_data_lisan",
}  # fmt: skip
"""Reasons that speak of the public, and what is said instead."""
BETTER = {"kabar": "kabar_lisan", "pribadi": "", "minta_pribadi": ""}
"""Better words that lead to a post or a private message, and those that do not."""
NO_FAULT = frozenset({"minta_data"})
"""What is wrong in public only: whoever calls may be asked for what the case needs."""


def told_alone(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in words that fit what one citizen alone is told."""
    return tuple(
        replace(
            finding,
            why=REASONS.get(finding.why, finding.why),
            level=NOTE if finding.why in NO_FAULT else finding.level,
            swap=_better(finding.swap),
        )
        for finding in findings
    )


def _better(swap: Swap | None) -> Swap | None:
    said = BETTER.get(swap.said, swap.said) if swap else ""
    return replace(swap, said=said) if swap and (said or not swap.said) else None
