"""What X understands in each of its two families of names, and what it makes of the rest.

The new names are those of OpenAPI 2.168 (the enums of `components.parameters`); the old ones stand in no current spec
and are those that X itself listed in its 400s of August 2026. X answers in the family it is asked in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Noun = Literal["post", "tweet"]
Shape = Literal["both", "post", "tweet"]

COMMON = {
    "article", "attachments", "card_uri", "community_id", "context_annotations", "conversation_id", "created_at",
    "display_text_range", "edit_controls", "entities", "geo", "id", "lang", "matched_media_notes",
    "media_metadata", "non_public_metrics", "note_request_suggestions", "organic_metrics", "paid_partnership",
    "possibly_sensitive", "promoted_metrics", "public_metrics", "reply_settings", "scopes", "source",
    "suggested_source_links", "suggested_source_links_with_counts", "text", "withheld",
}  # fmt: skip
FIELDS: Mapping[str, set[str]] = {
    "post": COMMON | {"article_title", "note_post"},
    "tweet": COMMON
    | {"note_tweet", "rest_id", "author_id", "in_reply_to_user_id", "username", "referenced_tweets"}
    | {"edit_history_tweet_ids"},
}
BESIDE = {
    "article.cover_media", "article.media_entities", "attachments.media_keys", "attachments.media_source_tweet",
    "attachments.poll_ids", "author_id", "entities.mentions.username", "geo.place_id", "in_reply_to_user_id",
    "username",
}  # fmt: skip
EXPANSIONS: Mapping[str, set[str]] = {
    "post": BESIDE | {"edit_history_post_ids", "referenced_posts"},
    "tweet": BESIDE | {"edit_history_tweet_ids", "referenced_tweets", "referenced_tweets.id"},
}
USER_FIELDS = {
    "description", "url", "created_at", "id", "location", "name", "protected", "public_metrics", "username",
    "verified", "verified_type",
}  # fmt: skip
MEDIA_FIELDS = {"alt_text", "height", "media_key", "type", "url", "variants", "width", "preview_image_url"}
OTHERS: Mapping[str, set[str]] = {
    "user.fields": USER_FIELDS,
    "media.fields": MEDIA_FIELDS,
    "place.fields": {"full_name", "id", "name", "country"},
}


@dataclass
class Words:
    """Which families X understands, and whether it says so of a name that it does not know."""

    shape: Shape = "both"
    outspoken: bool = False
    passed_over: list[str] = field(default_factory=list)

    def noun(self, query: Mapping[str, str]) -> Noun:
        """The family that a question is understood and answered in; without any fields it is the old one."""
        if self.shape != "both":
            return self.shape
        return "post" if "post.fields" in query else "tweet"

    def known(self, query: Mapping[str, str]) -> Mapping[str, set[str]]:
        """Which values each parameter takes."""
        noun = self.noun(query)
        return {f"{noun}.fields": FIELDS[noun], "expansions": EXPANSIONS[noun], **OTHERS}

    def told(self, query: Mapping[str, str]) -> list[str]:
        """What each post of the answer tells: the fields that are known, and what is expanded into it."""
        noun = self.noun(query)
        known = self.known(query)
        said = [f for f in query.get(f"{noun}.fields", "").split(",") if f in known[f"{noun}.fields"]]
        return said + [name.removesuffix(".id") for name in self.expanded(query)]

    def expanded(self, query: Mapping[str, str]) -> set[str]:
        return set(query.get("expansions", "").split(",")) & EXPANSIONS[self.noun(query)]
