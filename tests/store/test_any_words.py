"""Whatever somebody writes is kept as it may be shown, on either database; nothing in it makes a turn fail."""

from __future__ import annotations

import json
from functools import partial
from random import Random
from unicodedata import category

from bot.channels.telegram.read import Me, decode, read
from bot.dialogue.markup import tame
from bot.dialogue.words import Said
from bot.effects import Save, Seen
from bot.events import Event, Message
from bot.store import Store
from bot.store.look import ticket_of
from bot.turn import Script, take
from tests.store.desk import DAWN, Doing, ticket

SIGNS = (
    "\x00\x07\x1b\x7f\ud800\udbff\udc00\udfff\u0300\u0335\u0489\u200b\u200d\u200f\u2028\u2029\u202e\u2066\u2069\ufdd0\ufeff\ufffe\uffff"
    "\U0001f468\U000e0001\U0010ffff\u05d0\u0627\u1100\u3000aZ09 \n\r\t\\'\"%{}<>&*_`~[]|"
)


def texts(number: int) -> list[str]:
    """By chance, but the same in every run: half of what is known to be odd, half of anything there is."""
    dice = Random(45)
    return [
        "".join(dice.choice(SIGNS) if dice.random() < 0.5 else chr(dice.randrange(0x110000)) for _ in range(dice.randrange(1, 40)))
        for _ in range(number)
    ]  # fmt: skip


def heard(words: str, number: int) -> Event:
    """As it comes in over the wire: JSON knows halves of pairs, and NUL."""
    chat, who = {"id": 11, "type": "private"}, {"id": 11, "is_bot": False, "first_name": words}
    message = {"message_id": number, "date": 1_772_442_000, "chat": chat, "from": who, "text": words}
    update = decode(json.dumps({"update_id": number, "message": message}).encode())
    assert update is not None
    event = read(update, Me(1, "desk_bot"), DAWN)
    assert event is not None
    return event


async def test_any_words_are_kept_as_they_may_be_shown(store: Store) -> None:
    before = ""
    for number, words in enumerate(texts(300), start=1):
        event = heard(words, number)
        assert isinstance(event, Message)
        assert isinstance(event.answer, Said)

        def saved(seen: Seen, event: Event, number: int = number) -> list[Save]:
            assert isinstance(event, Message)
            assert isinstance(event.answer, Said)
            return [Save(ticket(number, seen.person, title=event.answer.text, details=event.answer.text))]

        await take(event, store, Script(Doing(saved)))
        kept = await store.run(partial(ticket_of, number=number))
        assert kept
        assert (kept.title, kept.details) == (tame(words), tame(words))
        assert kept.name in (tame(words.strip()), before)  # without a name, the one we knew
        before = kept.name
        assert not any(category(sign) in ("Cs", "Cc") and sign not in "\n\t" for sign in kept.title)


async def test_a_hundred_thousand_signs_are_kept_whole(store: Store) -> None:
    words = ("una línea larga 🙂\n" * 6_000)[:100_000]

    def saved(seen: Seen, event: Event) -> list[Save]:
        assert isinstance(event, Message)
        assert isinstance(event.answer, Said)
        return [Save(ticket(1, seen.person, details=event.answer.text))]

    await take(heard(words, 1), store, Script(Doing(saved)))
    kept = await store.run(partial(ticket_of, number=1))
    assert kept
    assert kept.details == words
