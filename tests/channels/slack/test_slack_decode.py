"""A gesture comes as a form with JSON in one field, whatever the words in it."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack import shapes
from bot.channels.slack.decode import Unreadable, decode


@given(st.text("ab=%+&_ \t\r\n\"'{}\\ñ😀\x00.", max_size=60) | st.text(st.characters(codec="utf-8")))
def test_every_word_of_a_gesture_arrives(words: str) -> None:
    payload = json.dumps({"type": "block_actions", "user": {"id": "U1"}, "actions": [{"type": "x", "value": words}]})
    expected = shapes.Interaction(
        type="block_actions", user=shapes.User("U1"), actions=[shapes.Action("x", value=words)]
    )
    alone, spaced = urlencode({"payload": payload}), f"payload={quote(payload)}"
    for body in (alone, spaced, f"{alone}&more=1", f"other=&{alone}"):
        assert decode(body.encode(), form=True) == expected


@pytest.mark.parametrize(
    "body", [b"payload=", b"payload=%", b"payload=%7", b"payload=%%%7B", b"payload=[]", b"nothing"]
)
def test_a_gesture_that_is_no_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body, form=True)


@pytest.mark.parametrize("number", ['"1"', '"\\ud800"', "1e400", "{}"])
def test_json_of_another_shape_is_nothing(number: str) -> None:
    assert decode(f'{{"type":"event_callback","event_time":{number}}}'.encode(), form=False) is None
