"""What an account does of late, as X tells it: a page of its own posts and a page of those that name it."""

from __future__ import annotations

SAMPLE = 100
PRICE = (2 * SAMPLE * 0.005 + 0.010, 2 * SAMPLE * 0.001 + 0.010)
"""US dollars at most (X's price list, 2026): each post, and once the account's number where we do not know it."""

LEAN = {
    "max_results": SAMPLE,
    "tweet_fields": "author_id,conversation_id,created_at,entities,note_tweet,referenced_tweets",
}
"""No authors and no pictures beside the posts: they would be charged too."""
