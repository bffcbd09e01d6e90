"""What X takes as a question, and in which words it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.far_side.x_words import Noun, Words
from tests.far_side.x_world import Json

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by "
    "the author of the post you are replying to."
)
NO_SCOPE = "Your client app is not configured with the appropriate oauth2 scope."
NOT_YOURS = "You are not authorized to delete this Tweet."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
TOO_LONG = (
    "Your Tweet text is too long. For more information on how Twitter determines text length see "
    "https://github.com/twitter/twitter-text."
)
SUSPENDED = "Your account is suspended and is not permitted to access this feature."
INVALID = "https://api.twitter.com/2/problems/invalid-request"
FIRST_DAY = datetime(2010, 11, 6, tzinfo=UTC)

BOUNDS = {"since_id", "until_id", "pagination_token", "start_time", "end_time", "max_results", "expansions"}


def problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Json:
    return {"title": title, "type": kind, "status": status, "detail": detail}


def forbidden(detail: str) -> Json:
    return problem(403, "Forbidden", detail)


def invalid(name: str, value: str, message: str) -> Json:
    return {
        "errors": [{"parameters": {name: [value]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": INVALID,
    }


BAD_BODY = invalid("body", "", "The request body is not valid.")


class Invalid(Exception):
    """400, with the body that says why."""

    def __init__(self, body: Json) -> None:
        super().__init__(body)
        self.body = body


@dataclass
class Asked:
    """A question for a timeline, understood."""

    most: int = 10
    since: int = 0
    until: int = 0
    below: int = 0
    start: datetime | None = None
    fields: list[str] = field(default_factory=list)
    expansions: set[str] = field(default_factory=set)
    more: dict[str, list[str]] = field(default_factory=dict)
    key: str = ""
    noun: Noun = "tweet"

    def wants(self, post_id: str, at: datetime) -> bool:
        number = int(post_id)
        after = number > self.since and (self.start is None or at >= self.start)
        return after and (not self.until or number < self.until)


class Rules:
    """What X takes, in the families of names that it knows."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._tokens: dict[str, tuple[str, int]] = {}

    def check(self, query: Mapping[str, str], names: set[str]) -> None:
        """Unknown parameters are refused; an unknown name for what a post tells is passed over, or refused too."""
        known = self.words.known(query)
        for name, value in query.items():
            if name not in names and name not in known:
                if name.endswith(".fields") and self._passes_over(name):
                    continue
                listed = ",".join(sorted(names | set(known)))
                raise Invalid(invalid(name, value, f"The query parameter [{name}] is not one of [{listed}]"))
            for part in value.split(",") if name in known else []:
                if part not in known[name] and not self._passes_over(f"{name}={part}"):
                    listed = ",".join(sorted(known[name]))
                    said = f"The `{name}` query parameter value [{part}] is not one of [{listed}]"
                    raise Invalid(invalid(name, value, said))

    def _passes_over(self, what: str) -> bool:
        """200, and no word of it: seen in September 2026."""
        if not self.words.outspoken:
            self.words.passed_over.append(what)
        return not self.words.outspoken

    def timeline(self, query: Mapping[str, str], now: datetime) -> Asked:
        self.check(query, BOUNDS)
        asked = Asked(most=self._number(query, "max_results", 5, 100) or 10)
        asked.since = self._number(query, "since_id", 1, 2**63)
        asked.until = self._number(query, "until_id", 1, 2**63)
        asked.start = self._start(query, now)
        if asked.start and (asked.since or asked.until):
            said = "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'."
            raise Invalid(invalid("start_time", query["start_time"], said))
        asked.noun = self.words.noun(query)
        asked.fields = self.words.told(query)
        asked.expansions = self.words.expanded(query)
        asked.more = {name: query.get(name, "").split(",") for name in ("user.fields", "media.fields")}
        asked.key = repr(sorted((k, v) for k, v in query.items() if k != "pagination_token"))
        asked.below = self._below(query.get("pagination_token", ""), asked.key)
        return asked

    def forget_tokens(self) -> None:
        """Page tokens do not last for ever."""
        self._tokens.clear()

    def token(self, asked: Asked, below: int) -> str:
        """A page token, which X takes back only with the same question."""
        made = f"7140{len(self._tokens):x}zq{below % 9973:x}"
        self._tokens[made] = asked.key, below
        return made

    def _below(self, token: str, key: str) -> int:
        if not token:
            return 0
        known, below = self._tokens.get(token, ("", 0))
        if known != key:
            said = f"The `pagination_token` query parameter value [{token}] is not valid"
            raise Invalid(invalid("pagination_token", token, said))
        return below

    def _number(self, query: Mapping[str, str], name: str, least: int, most: int) -> int:
        value = query.get(name)
        if value is None:
            return 0
        if not value.isdigit() or not least <= int(value) <= most:
            said = f"The `{name}` query parameter value [{value}] is not between {least} and {most}"
            raise Invalid(invalid(name, value, said))
        return int(value)

    def _start(self, query: Mapping[str, str], now: datetime) -> datetime | None:
        value = query.get("start_time")
        if value is None:
            return None
        try:
            start = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise Invalid(invalid("start_time", value, f"Invalid start_time:'{value}'")) from error
        if start < FIRST_DAY:
            said = "Invalid 'start_time'. 'start_time' must be on or after 2010-11-06T00:00Z"
            raise Invalid(invalid("start_time", value, said))
        if start > now - timedelta(seconds=10):
            said = "Invalid 'start_time'. It must be a minimum of 10 seconds prior to the request time."
            raise Invalid(invalid("start_time", value, said))
        return start

    def lookup(self, query: Mapping[str, str]) -> list[str]:
        """The ids that are asked for: at most a hundred, numbers only."""
        self.check(query, {"ids"})
        ids = query.get("ids", "").split(",")
        if not all(key.isdigit() and len(key) <= 19 for key in ids):
            said = f"The `ids` query parameter value [{query.get('ids')}] is not valid"
            raise Invalid(invalid("ids", query.get("ids", ""), said))
        if len(ids) > 100:
            said = f"The number of values in the `ids` query parameter list [{len(ids)}] is not between 1 and 100"
            raise Invalid(invalid("ids", query["ids"], said))
        return ids

    def unauthorized(self, key: str, noun: Noun) -> Json:
        return {
            "value": key,
            "detail": f"Sorry, you are not authorized to see the {noun.title()} with ids: [{key}].",
            "title": "Authorization Error",
            "section": "data",
            "parameter": "ids",
            "resource_id": key,
            "type": "https://api.twitter.com/2/problems/not-authorized-for-resource",
        }

    def app_only(self) -> Json:
        said = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
        kind = "https://api.twitter.com/2/problems/unsupported-authentication"
        return problem(403, "Unsupported Authentication", said, kind)

    def not_enrolled(self) -> Json:
        said = (
            "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a "
            "Twitter developer App that is attached to a Project."
        )
        kind = "https://api.twitter.com/2/problems/client-forbidden"
        return problem(403, "Client Forbidden", said, kind) | {"reason": "client-not-enrolled"}

    def no_user(self, name: str, *, suspended: bool) -> Json:
        said = f"User has been suspended: [{name}]." if suspended else f"Could not find user with [{name}]."
        title = "Forbidden" if suspended else "Not Found Error"
        kind = "https://api.twitter.com/2/problems/resource-not-found"
        return {"errors": [{"value": name, "detail": said, "title": title, "type": kind}]}

    def missing(self, parameter: str, key: str, noun: Noun = "tweet") -> Json:
        return {
            "value": key,
            "detail": f"Could not find {noun} with {parameter}: [{key}].",
            "title": "Not Found Error",
            "parameter": parameter,
            "resource_id": key,
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
