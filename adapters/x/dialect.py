"""What X calls what people write: `post` since August 2026, `tweet` before. We ask in either; the reader takes both.

Our questions are written in the old names, as tweepy knows them. X documents only the new ones (OpenAPI 2.168), so
they are asked first. A name that X does not know it may refuse with 400, or pass over with 200 and not a word:
then the posts come without what we need, and nothing but a look at them tells (`whole`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from adapters.x.problem import Problem

FIELDS = "tweet.fields"
RENAMED = {"note_tweet": "note_post"}
EXPANDED = {"author_id": "author_id", "referenced_tweets": "referenced_posts"}
"""No fields under the new names: they come into the post by being expanded, and then stand beside it too."""

WORDS = {
    True: re.compile(r"[`\[']post\.fields[`\]']|referenced_posts|note_post"),
    False: re.compile(r"[`\[']tweet\.fields[`\]']|referenced_tweets|note_tweet"),
}


def as_posts(asked: Mapping[str, object]) -> dict[str, object]:
    """The same question with the new names."""
    if FIELDS not in asked:
        return dict(asked)
    fields = str(asked[FIELDS]).split(",")
    beside = [
        name.replace("referenced_tweets.id", "referenced_posts") for name in _split(asked, "expansions")
    ]
    beside += [EXPANDED[name] for name in fields if name in EXPANDED]
    said = {name: value for name, value in asked.items() if name != FIELDS}
    said["post.fields"] = ",".join(RENAMED.get(name, name) for name in fields if name not in EXPANDED)
    return said | ({"expansions": ",".join(sorted(set(beside)))} if beside else {})


def unknown_to(problem: Problem, *, posts: bool) -> bool:
    """Whether this 400 says that the new names (or the old ones) are not understood."""
    name = "post.fields" if posts else FIELDS
    return name in problem.parameters or any(WORDS[posts].search(said) for said in problem.complaints)


def _split(asked: Mapping[str, object], name: str) -> list[str]:
    return [part for part in str(asked.get(name, "")).split(",") if part]
