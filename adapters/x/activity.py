"""What an account does of late, as X tells it: a page of its own posts and a page of those that name it."""

from __future__ import annotations

from datetime import date

from adapters.x import prices

SAMPLE = 100

BESIDE = 2 * SAMPLE
"""What each post may answer and quote: X tells that only by giving those posts too, and charges for them."""

LEAN = {
    "max_results": SAMPLE,
    "tweet_fields": "conversation_id,created_at,entities,note_tweet,referenced_tweets",
}
"""No authors and no pictures beside the posts: they would be charged too."""


def price(day: date) -> tuple[float, float]:
    """US dollars at most, and where the account owns the app: each post and what stands beside it, and once the
    account's number where we do not know it."""
    number = float(prices.price("user_read", day))
    post, own = float(prices.price("post_read", day)), float(prices.price("own_read", day))
    beside = 2 * BESIDE * post
    return 2 * SAMPLE * post + beside + number, 2 * SAMPLE * own + beside + number
