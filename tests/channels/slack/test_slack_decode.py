"""A gesture comes as a form with JSON in one field, whatever the words in it."""

from __future__ import annotations

import json
from typing import Any
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


@pytest.mark.parametrize("odd_id", ["1", "1e400", "{}"])
def test_an_odd_field_is_not_there(odd_id: str) -> None:
    odd = f'{{"type":"event_callback","event_id":{odd_id}}}'.encode()
    assert decode(odd, form=False) in (None, shapes.Envelope("event_callback"))


@pytest.mark.parametrize(
    "odd",
    [
        {"attachments": [{"title": 7}]},
        {"files": [None]},
        {"edited": False},
        {"item": "x"},
        {"message": {"blocks": [1]}},
    ],
)
def test_an_odd_field_costs_only_itself(odd: dict[str, Any]) -> None:
    """Slack would take our 200 for all of it, and never send it again."""
    event = {"type": "message", "channel": "DANA", "user": "UANA", "text": "Hola", "ts": "1.000002", **odd}
    found = decode(json.dumps({"type": "event_callback", "event_id": "E1", "event": event}).encode(), form=False)
    assert isinstance(found, shapes.Envelope)
    assert found.event
    assert (found.event.channel, found.event.user, found.event.text) == ("DANA", "UANA", "Hola")


def test_a_press_on_a_page_without_fields_is_heard() -> None:
    """PHP's empty mapping is an empty list."""
    press = {"type": "block_actions", "user": {"id": "U1"}, "view": {"type": "home", "state": {"values": []}}}
    body = urlencode({"payload": json.dumps({**press, "actions": [{"type": "button", "value": "a|b"}]})})
    found = decode(body.encode(), form=True)
    assert isinstance(found, shapes.Interaction)
    assert found.actions == [shapes.Action("button", value="a|b")]
