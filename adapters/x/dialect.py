"""What X calls what people write: `tweet` until August 2026, `post` since. We speak both.

X renamed request parameters and fields together; an API that knows only the new names answers the old ones
with 400. Which one we met is found out by asking once (see `client`). The reader takes both, always.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.x.problem import Problem

RENAMED = {"note_tweet": "note_post", "referenced_tweets": "referenced_posts"}
OLD = re.compile(r"[`\[']tweet\.fields[`\]']|referenced_tweets|note_tweet")


def as_posts(params: Mapping[str, object]) -> dict[str, object]:
    """The same question with the new names."""
    return {
        "post.fields" if name == "tweet.fields" else name: _renamed(value)
        if name in {"tweet.fields", "expansions"}
        else value
        for name, value in params.items()
    }


def _renamed(value: object) -> str:
    said = str(value)
    for old, new in RENAMED.items():
        said = said.replace(old, new)
    return said


def unknown_to(problem: Problem, asked: Mapping[str, object]) -> bool:
    """Whether this 400 says that the old names are no longer understood."""
    if "tweet.fields" not in asked:
        return False
    return "tweet.fields" in problem.parameters or any(OLD.search(s) for s in problem.complaints)
