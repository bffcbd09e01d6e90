"""Whatever JSON comes from X, the reader does not break."""

from __future__ import annotations

import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.x.read import read_sheet

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from(["photo", "replied_to", "https://t.co/x", "1", "\ud800", "99999999999999999999"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
PAGE: dict[str, object] = {
    "data": [
        {
            "id": "1956000000000000001",
            "text": "jalan &amp; rusak https://t.co/x",
            "author_id": "9",
            "created_at": "2026-08-18T03:00:00.000Z",
            "conversation_id": "1956000000000000001",
            "attachments": {"media_keys": ["3_1"]},
            "entities": {
                "urls": [
                    {"url": "https://t.co/x", "display_url": "x", "expanded_url": "x", "media_key": "3_1"}
                ],
                "mentions": [{"start": 0, "end": 3, "username": "a", "id": "9"}],
            },
            "referenced_tweets": [{"type": "replied_to", "id": "3"}, {"type": "quoted", "id": "4"}],
            "note_post": {"text": "panjang", "entities": {"mentions": [{"username": "a"}]}},
            "geo": {"place_id": "p"},
        }
    ],
    "includes": {
        "users": [{"id": "9", "username": "a", "name": "A", "public_metrics": {"followers_count": 3}}],
        "media": [{"media_key": "3_1", "type": "photo", "url": "https://x.example/1", "alt_text": "a"}],
        "places": [{"id": "p", "full_name": "Gombong"}],
        "posts": [{"id": "4", "author_id": "9"}],
    },
    "meta": {"next_token": "t", "result_count": 1},
}


def places_in(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place in a JSON value, as the way to it."""
    inner: list[tuple[object, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(way for key, below in inner for way in places_in(below, (*path, key)))]


def changed(value: object, path: tuple[object, ...], new: object) -> object:
    """A copy of `value` with `new` at that place."""
    if not path:
        return new
    if isinstance(value, dict):
        return value | {path[0]: changed(value[path[0]], path[1:], new)}
    assert isinstance(value, list)
    return [changed(v, path[1:], new) if n == path[0] else v for n, v in enumerate(value)]


class TestHostileJson:
    def test_the_page_as_it_should_be(self) -> None:
        [post] = read_sheet(PAGE).posts

        assert (post.text, post.place, post.answers, post.mentions) == ("panjang", "Gombong", "3", ("9",))

    def test_what_no_database_stores_is_left_out(self) -> None:
        [post] = read_sheet({"data": [{"id": "1", "text": "a\ud800b\0c 🙏"}]}).posts

        assert post.text == "a\ufffdbc 🙏"

    @pytest.mark.parametrize(
        ("post", "named"),
        [
            ({"text": "@DpuPrKebumen, jalan rusak"}, ("900",)),
            ({"text": "lapor ke surat@dpuprkebumen ya"}, ()),
            ({"text": "@dpuprkebumen_palsu menipu"}, ()),
            ({"text": "lihat @dpuprkebumen", "entities": {}}, ()),
            ({"text": "…", "note_tweet": {"text": "panjang @dpuprkebumen"}}, ("900",)),
        ],
    )
    def test_names_are_read_from_the_letters_where_nothing_is_said_of_them(
        self, post: dict[str, object], named: tuple[str, ...]
    ) -> None:
        [read] = read_sheet({"data": [{"id": "1", **post}]}, {"dpuprkebumen": "900"}).posts

        assert read.mentions == named

    @given(place=st.sampled_from(places_in(PAGE)), junk=JSON)
    def test_no_change_anywhere_breaks_the_reader(self, place: tuple[object, ...], junk: object) -> None:
        sheet = read_sheet(changed(PAGE, place, junk))

        for post in sheet.posts:
            assert post.at.tzinfo is UTC
            assert post.id.isdigit()
            json.dumps(post.text, ensure_ascii=False).encode()

    @given(junk=JSON)
    def test_no_json_at_all_breaks_the_reader(self, junk: object) -> None:
        assert read_sheet(junk).posts == () or isinstance(junk, dict)
