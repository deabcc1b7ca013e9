"""Updates as Telegram sends them (`updates.json`), and the events they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.read import Me, Unreadable, decode, query_of, read
from bot.dialogue.words import Answer, Chose, Command, File, Said
from bot.events import Address, Allowed, Caller, Edited, Event, Joined, Left, Message, Moved
from bot.values import replace

UPDATES: dict[str, Any] = json.loads(Path(__file__).with_name("updates.json").read_text(encoding="utf-8"))
ME = Me(7, "ourbot")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
THEN = datetime.fromtimestamp(1790000000, UTC)

ANA = Caller("42", "Ana Núñez", "es")
BEA = Caller("77", "Bea")
HOME = Address("telegram", "42")
TEAM = Address("telegram", "-1001234")
TOPIC = Address("telegram", "-1001234", "300")


def ana(answer: Answer, **more: Any) -> Message:
    return replace(Message(id="telegram:7:100", at=THEN, where=HOME, who=ANA, answer=answer, ref="5"), **more)


def bea(answer: Answer, **more: Any) -> Message:
    said = Message(id="telegram:7:100", at=THEN, where=TEAM, who=BEA, answer=answer, ref="9", private=False)
    return replace(said, **more)


def pressed(choice: str, asked: str, on: str, where: Address = HOME, who: Caller = ANA) -> Message:
    name = "telegram:7:100#4382bfdwdsb323b2d9"
    private = where == HOME
    return Message(id=name, at=NOW, where=where, who=who, answer=Chose(choice), asked=asked, on=on, private=private)


def edited(text: str) -> Edited:
    at = datetime.fromtimestamp(1790000060, UTC)
    return Edited(id="telegram:7:100", at=at, where=HOME, who=ANA, ref="5", text=text)


def sent(file: File, text: str = "") -> Message:
    return ana(Said(text, (file,)))


EVENTS: dict[str, Event | None] = {
    "text": ana(Said("La factura no se abre")),
    "start with a deep link": ana(Command("start", "t_9fA-x")),
    "command for us": bea(Command("find", "lost invoice")),
    "command for another bot": None,
    "a path is no command": ana(Said("/etc/passwd is open")),
    "forwarded command": ana(Said("/cancel"), quoted="↪ Bea"),
    "forwarded words": ana(Said("it does not work"), quoted="↪ X"),
    "forwarded words of their own": ana(Said("it does not work")),
    "forwarded from a channel": ana(Said("it does not work"), quoted="↪ News"),
    "forwarded from a group": ana(Said("it does not work"), quoted="↪ Team a"),
    "a quotation that looks forwarded": ana(Said("this one"), quoted="Bea"),
    "photo with caption": sent(
        File("tg-AQlarge-42-5", "photo", mime="image/jpeg", size=12800, ref="ref-large"), "mira"
    ),
    "album": replace(sent(File("tg-AQa-42-5", "photo", mime="image/jpeg", size=900, ref="ref-a")), album="42:13579"),
    "document": sent(File("tg-AgD-42-5", "document", "Factura 3.pdf", "application/pdf", 1234, "ref-d")),
    "video": sent(File("tg-AgV-42-5", "video", mime="video/mp4", size=9, ref="ref-v")),
    "video note": sent(File("tg-AgN-42-5", "video", mime="video/mp4", size=9, ref="ref-n")),
    "animation": sent(File("tg-AgG-42-5", "video", "cat.mp4", "video/mp4", ref="ref-g")),
    "audio": sent(File("tg-AgS-42-5", "audio", "song.mp3", "audio/mpeg", 7, "ref-s")),
    "voice": sent(File("tg-AgO-42-5", "voice", mime="audio/ogg", size=7, ref="ref-o")),
    "sticker": ana(Said("😡")),
    "location": ana(Said("https://maps.google.com/?q=40.416775,-3.703790")),
    "venue": ana(Said("Sol\nPuerta del Sol 1\nhttps://maps.google.com/?q=40.400000,-3.700000")),
    "contact": ana(Said("Leo Paz\n+34600000000")),
    "dice": ana(Said("🎲 4")),
    "poll": ana(Said("📊 When?\n- Mon\n- Tue")),
    "checklist": ana(Said("To do\n- call")),
    "story": ana(Said("https://t.me/leo/s/8")),
    "rich message": ana(Said("Steps\nopen the page.")),
    "hidden link": ana(
        Said(
            "the page fails, see https://a.es/1\nhttps://a.es/2",
            marked="the \\[https://a.es/2\\|page\\] fails, see https://a.es/1",
        )
    ),
    "reply with a quote": ana(Said("this one"), reply_to="3"),
    "reply to a part": ana(Said("this one"), reply_to="3", quoted="se cond"),
    "reply to all of ours": ana(Said("this one"), reply_to="3", reply_asks=""),
    "reply to another chat": ana(Said("this one"), quoted=f"{'word ' * 31}word…"),
    "odd signs": ana(Said("abc\nd")),
    "in a topic": bea(Said("looking"), where=TOPIC, reply_asks=""),
    "answer in a topic": bea(Said("looking"), where=TOPIC, reply_to="305"),
    "answer in a group without topics": bea(Said("ok"), reply_to="8"),
    "answer to a message of ours": bea(Said("ok"), reply_to="8", reply_asks=""),
    "answer to a card of ours": bea(Said("ok"), reply_to="8", reply_asks="ticket.7"),
    "answer to another bot's card": bea(Said("ok"), reply_to="8"),
    "anonymous administrator": bea(Said("ok"), who=Caller("-1001234", "Lead", nameless=True)),
    "anonymous administrator without a title": bea(Said("ok"), who=Caller("-1001234", "Support team", nameless=True)),
    "a channel writing in the group": bea(Said("ok"), who=Caller("-10055", "News", member=False, nameless=True)),
    "forwarded by the linked channel": None,
    "our own words": None,
    "somebody joined": None,
    "somebody left": Left(id="telegram:7:100", at=THEN, where=TEAM, who=BEA),
    "we left": None,
    "topic created": None,
    "group became supergroup": Moved(id="telegram:7:100", at=THEN, where=Address("telegram", "-55"), to="-1001234"),
    "edited words": edited("La factura 42 no se abre"),
    "edited caption": edited("mira esto"),
    "edited rich message": edited("Steps\nopen this page."),
    "live location moved": None,
    "press": pressed("back", "intake.title", "6"),
    "press in a topic": pressed("claim", "ticket.7", "301", TOPIC, BEA),
    "press on an old message": pressed("new", "", "6"),
    "press without data": None,
    "press with foreign data": None,
    "press under an inline message": None,
    "added to a group": Joined(id="telegram:7:100", at=THEN, where=TEAM, who=BEA, title="Support team"),
    "made administrator": Allowed(id="telegram:7:100", at=THEN, where=TEAM),
    "removed from a group": None,
    "blocked by a customer": None,
    "channel post": None,
    "a kind from the future": None,
}


def heard(update: object) -> Event | None:
    decoded = decode(json.dumps(update).encode())
    return None if decoded is None else read(decoded, ME, NOW)


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_is_read_as_its_event(name: str) -> None:
    assert heard(UPDATES[name]) == EVENTS[name]


def test_every_event_has_its_update() -> None:
    assert set(EVENTS) == set(UPDATES)


def test_a_press_carries_what_answers_it() -> None:
    event = heard(UPDATES["press"])
    assert event is not None
    assert query_of(event.id) == "4382bfdwdsb323b2d9"


def posted(**fields: object) -> dict[str, object]:
    return {"update_id": 1, "message": {**UPDATES["text"]["message"], **fields}}


def text_of(update: object) -> str:
    event = heard(update)
    assert isinstance(event, Message)
    assert isinstance(event.answer, Said)
    return event.answer.text


@pytest.mark.parametrize(
    ("sent_text", "kept"),
    [
        ("x" * 150_000, "x" * 100_000),
        ("\0", ""),
        ("\ud83d", "\ufffd"),
        ("\u202eabc\u2066", "abc"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 3),
    ],
)
def test_hostile_words_are_tamed(sent_text: str, kept: str) -> None:
    assert text_of(posted(text=sent_text)) == kept


def test_what_a_bot_says_or_presses_is_nobodys() -> None:
    """Our own words come back to us where bots hear each other."""
    bot = {"id": 7, "is_bot": True, "first_name": "Desk", "username": "ourbot"}
    press = {**UPDATES["press"]["callback_query"], "from": bot}
    edit = {**UPDATES["text"]["message"], "from": bot, "edit_date": UPDATES["text"]["message"]["date"]}
    assert heard(UPDATES["text"]) is not None
    assert heard(posted(**{"from": bot})) is None
    assert heard({"update_id": 1, "edited_message": edit}) is None
    assert heard({"update_id": 1, "callback_query": press}) is None


@pytest.mark.parametrize("seconds", [0, -1, 10**12, 10**18, 10**30])
def test_a_time_beyond_calendars_is_now(seconds: int) -> None:
    event = heard(posted(date=seconds))
    assert event is None or event.at == NOW


def test_a_very_long_file_id_is_shortened_and_stays_its_own() -> None:
    names = set()
    for last in "ab":
        event = heard(posted(text=None, document={"file_id": "r", "file_unique_id": "ñ/" * 200 + last}))
        assert isinstance(event, Message)
        assert isinstance(event.answer, Said)
        names.add(event.answer.files[0].id)
    assert len(names) == 2
    assert all(len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum() for name in names)


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"\xff\xfe", b"{", b'{"update_id":1', b'{"a":' * 100_000, b'{"update_id":1,"message":' * 50_000],
)
def test_what_is_no_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"1",
        b"null",
        b"{}",
        b'"x"',
        b'{"update_id":"1"}',
        b'{"update_id":null,"message":{}}',
        b'{"update_id":NaN}',
        b'{"update_id":"\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_json_of_another_shape_is_nothing(body: bytes) -> None:
    assert decode(body) is None


@pytest.mark.parametrize(
    "update",
    [
        {"message": []},
        {"message": {"message_id": 1}},
        {"message": {"message_id": 1, "chat": {"id": 1}, "text": 7}},
        {"callback_query": {"id": 1}},
    ],
)
def test_an_update_without_what_it_needs_says_nothing(update: dict[str, Any]) -> None:
    assert heard({"update_id": 1, **update}) is None


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("sticker", 7),
        ("entities", [{"type": "bold", "offset": "0"}]),
        ("story", {}),
        ("photo", [None]),
        ("date", "now"),
    ],
)
def test_an_odd_field_costs_only_itself_and_is_said(field: str, odd: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram would take our 200 for all of it, and never send it again."""
    assert text_of(posted(text="La factura no se abre", **{field: odd})) == "La factura no se abre"
    assert f"$.message.{field}" in caplog.text
    assert "factura" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(UPDATES)), st.data())
def test_no_twisted_update_raises_anything(name: str, data: st.DataObject) -> None:
    update = json.loads(json.dumps(UPDATES[name]))
    at = update
    while isinstance(at, dict) and at:
        key = data.draw(st.sampled_from(sorted(at)))
        if not isinstance(at[key], dict) or data.draw(st.booleans()):
            at[key] = data.draw(JSON)
            break
        at = at[key]
    event = heard(update)
    assert event is None or event.id.startswith("telegram:")
