"""The slip by which Telegram says who opened a page."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode

import pytest

from bot.channels.proof import Unproved
from bot.channels.telegram.miniapp import MiniApp

# A public known-answer vector: made by another program, checked by many.
TOKEN = "42:TEST"
KNOWN = (
    "auth_date=1650385342&user=%7B%22id%22%3A42%2C%22first_name%22%3A%22Test%22%7D&query_id=test"
    "&hash=46d2ea5e32911ec8d30999b56247654460c0d20949b6277af519e76271182803"
)
AT = datetime.fromtimestamp(1650385342, UTC)


def app(at: datetime = AT, token: str = TOKEN) -> MiniApp:
    return MiniApp(token, lambda: at)


def signed(token: str = TOKEN, at: datetime = AT, **fields: str) -> str:
    """A slip as Telegram makes it; `signature` is among what is signed."""
    whole = {"auth_date": str(int(at.timestamp())), "user": json.dumps({"id": 7}), "signature": "x_-", **fields}
    key = hmac.digest(b"WebAppData", token.encode(), sha256)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(whole.items()))
    return urlencode({**whole, "hash": hmac.new(key, lines.encode(), sha256).hexdigest()})


def test_a_slip_of_telegrams_is_read() -> None:
    proof = app().read(KNOWN)
    assert (proof.channel, proof.user) == ("telegram", "42")
    assert app().read(signed()).user == "7"


def test_the_same_slip_is_the_same_proof_however_it_is_spelled() -> None:
    slip = signed()
    swapped = "&".join(reversed(slip.split("&")))
    assert app().read(slip).once == app().read(swapped).once == app().read(slip.replace("%7B", "%7b")).once


@pytest.mark.parametrize("seconds", [-60, 0, 899])
def test_a_slip_is_good_for_a_quarter_of_an_hour(seconds: int) -> None:
    assert app(AT + timedelta(seconds=seconds)).read(KNOWN).user == "42"


FORGED = {
    "one digit changed": KNOWN[:-1] + "4",
    "another user": KNOWN.replace("42%2C", "43%2C"),
    "another time": KNOWN.replace("1650385342", "1650385343"),
    "a field more": KNOWN + "&chat_type=private",
    "a field less": KNOWN.replace("&query_id=test", ""),
    "a field twice": KNOWN + "&query_id=test",
    "the user twice, the last of them right": "user=%7B%22id%22%3A1%7D&" + KNOWN,
    "the user twice, the first of them right": KNOWN + "&user=%7B%22id%22%3A1%7D",
    "the hash twice": KNOWN + "&hash=" + "0" * 64,
    "no hash": KNOWN.partition("&hash=")[0],
    "an empty hash": KNOWN.partition("hash=")[0] + "hash=",
    "a hash that is no ASCII": KNOWN.partition("hash=")[0] + "hash=" + quote("ñ" * 64),
    "of another bot": signed(token="43:TEST"),
    "no user": signed(user=""),
    "a user without a number": signed(user='{"id": "7"}'),
    "a time that is none": signed(auth_date="soon"),
    "nothing": "",
    "no pairs": "hash",
    "many fields": "&".join(f"a{n}=1" for n in range(100)),
    "far too long": KNOWN + "&x=" + "y" * 100_000,
    "JSON that never ends": signed(user="[" * 2_000),
}


@pytest.mark.parametrize("slip", FORGED.values(), ids=FORGED)
def test_anything_else_proves_nothing(slip: str) -> None:
    with pytest.raises(Unproved):
        app().read(slip)


@pytest.mark.parametrize("seconds", [-61, 901, 86_400])
def test_an_old_slip_and_one_of_the_future_prove_nothing(seconds: int) -> None:
    with pytest.raises(Unproved):
        app(AT + timedelta(seconds=seconds)).read(KNOWN)


def test_nothing_of_the_token_shows() -> None:
    assert "TEST" not in repr(app())
