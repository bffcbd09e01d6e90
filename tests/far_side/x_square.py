"""The square as a test drives it: accounts, citizens who write, and what the agencies have published."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any  # the fields of Written

from plugin.clock import Clock
from tests.far_side.x_auth import Gate
from tests.far_side.x_oauth import OAuth
from tests.far_side.x_rules import Asked, Rules
from tests.far_side.x_world import Json, World, Written


class Square:
    """Everything that needs no request: people write, and we look at what stands there."""

    consumer_key = "app-key"
    consumer_secret = "app-secret"
    bearer_token = "app-bearer-AAAA%2FBBBB"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.world = World()
        self.gate = Gate(self.consumer_key, self.consumer_secret, self.bearer_token, time.time)
        self.oauth = OAuth(clock)
        self.gate.bearer = self.oauth.owner

    def add_account(self, handle: str, *, verified: str = "government") -> dict[str, str]:
        """An agency's account authorises the app (perhaps once more); returns its fresh tokens."""
        user = self.world.user(handle, self.clock(), verified_type=verified)
        number = len(self.gate.owners) + 1
        token = f"{user.id}-token-{number}-{handle}"
        self.gate.secrets[token] = f"secret-{number}-of-{handle}"
        self.gate.owners[token] = user.id
        return {"access_token": token, "access_token_secret": self.gate.secrets[token]}

    def revoke(self, tokens: Mapping[str, str]) -> None:
        del self.gate.secrets[tokens["access_token"]]

    def citizen_posts(
        self,
        text: str,
        *,
        mention: str = "",
        photo: bytes | None = None,
        by: str = "warga_kbm",
        place: str = "",
        quotes: str = "",
    ) -> str:
        """A citizen writes; `mention` is put before the text as the citizen would type it."""
        said = f"@{mention} {text}" if mention else text
        key = self.world.next_id(self.clock())
        post = self._new(key, by, said, key, quoted=quotes, place=place)
        if photo is not None:
            post.photos = (f"3_{key}",)
            self.world.photos[post.photos[0]] = photo
        return self.world.add(post)

    def citizen_answers(self, post_id: str, text: str, *, by: str = "warga_kbm") -> str:
        """A citizen answers below a post: X names its author implicitly."""
        target = self.world.posts[post_id]
        key = self.world.next_id(self.clock())
        post = self._new(key, by, text, target.conversation, replied_to=post_id, implicit=(target.author,))
        return self.world.add(post)

    def repost(self, post_id: str, *, by: str = "warga_lain") -> str:
        target = self.world.posts[post_id]
        key = self.world.next_id(self.clock())
        said = f"RT @{self.world.users[target.author].handle}: {target.said}"
        return self.world.add(self._new(key, by, said, key, reposted=post_id))

    def edit(self, post_id: str, text: str) -> str:
        """The author changes a post: it is a new one, and the timelines show only that."""
        old = self.world.posts[post_id]
        key = self.world.next_id(self.clock())
        begins = old.conversation == old.id
        for shelf in (*self.world.own.values(), *self.world.named.values()):
            shelf[:] = [post for post in shelf if post is not old]
        where = key if begins else old.conversation
        versions = (*old.versions, post_id)
        return self.world.add(replace(old, id=key, said=text, conversation=where, versions=versions))

    def delete(self, post_id: str) -> None:
        for key in (post_id, *self.world.posts[post_id].versions):
            self.world.posts[key].deleted = True

    def protect(self, handle: str) -> None:
        """The citizen shows their posts to their followers only, from now on."""
        self.world.user(handle, self.clock()).protected = True

    def forget(self, handle: str) -> None:
        """The citizen's account is deleted: the posts stay a while, their author is not shown any more."""
        self.world.user(handle, self.clock()).gone = True

    def published(self, handle: str) -> list[tuple[str, str]]:
        """(text, target) of what the account has published, as a reader sees it, oldest first."""
        posts = self.world.own.get(self.world.user(handle, self.clock()).id, [])
        return [(p.said, p.replied_to) for p in posts if not p.deleted]

    def pictures(self, handle: str) -> list[list[tuple[bytes, str]]]:
        """(bytes, what is said of it) of the pictures in each of the account's posts, oldest first."""
        posts = self.world.own.get(self.world.user(handle, self.clock()).id, [])
        seen = self.world.photos, self.world.alts
        return [[(seen[0][key], seen[1].get(key, "")) for key in p.photos] for p in posts if not p.deleted]

    def _new(
        self, key: str, by: str, said: str, conversation: str, **more: Any
    ) -> Written:  # Written's fields
        at = self.clock()
        return Written(key, self.world.user(by, at).id, said, at, conversation, **more)


def beside(world: World, rules: Rules, page: list[Written], asked: Asked) -> Json:
    """What X puts beside the posts: who wrote them, their photos, what they answer; and what is gone."""
    noun, expansions = f"{asked.noun}s", asked.expansions
    includes: Json = {}
    missing: list[Json] = []
    if "author_id" in expansions:
        authors = [world.users[key] for key in dict.fromkeys(p.author for p in page)]
        shown = [u for u in authors if not u.gone]
        includes["users"] = [world.user_json(u, asked.more["user.fields"]) for u in shown]
        missing += [rules.missing("author_id", u.id, asked.noun) for u in authors if u.gone]
    if "attachments.media_keys" in expansions:
        keys = [key for p in page for key in p.photos]
        includes["media"] = [world.media_json(key, asked.more["media.fields"]) for key in keys]
    if "geo.place_id" in expansions:
        places = [p.place for p in page if p.place]
        includes["places"] = [{"id": "p1", "full_name": name} for name in places[:1]]
    if named := expansions & {f"referenced_{noun}", f"referenced_{noun}.id"}:
        keys = [key for p in page for key in (p.replied_to, p.quoted, p.reposted) if key]
        alive = [world.posts[key] for key in keys if not world.posts[key].deleted]
        fields = [f for f in asked.fields if not f.startswith("referenced")]
        includes[noun] = [world.post_json(p, fields, asked.noun) for p in alive]
        lost = [key for key in keys if world.posts[key].deleted]
        missing += [rules.missing(min(named), key, asked.noun) for key in lost]
    found = {name: things for name, things in includes.items() if things}
    return ({"includes": found} if found else {}) | ({"errors": missing} if missing else {})
