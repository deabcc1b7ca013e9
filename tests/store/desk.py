"""A small desk for the tests of what lies below the handlers: real types, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from bot.channels import Limits
from bot.desk.config import Category, Desk, Hours
from bot.desk.people import Person
from bot.desk.ticket import Ticket
from bot.dialogue.words import Answer, Prompt, Said, Spoken, Text
from bot.effects import Effect, Effects, Room, Say, Seen
from bot.events import Address, Alarm, Caller, Event, Message
from bot.i18n import Words
from bot.store import Store
from bot.turn import Script, Taken, take

DAWN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = Address("telegram", "11")
BEA = Address("telegram", "22")
GROUP = Address("telegram", "-100")
WORDS = Words("", ZoneInfo("UTC"))
LIMITS = {"telegram": Limits(text=4096, button=40, album=10)}

DESK = Desk(
    name=Spoken({"en": "The desk"}),
    language="en",
    agents_language="en",
    categories=(Category(name="invoices", label=Spoken({"en": "Invoices"}), subcategories=(), agents="telegram:-200"),),
    rules=(),
    hours=Hours(zone="UTC", frames=((),) * 7),
)


class Hand(Struct):
    """A clock that stands still until somebody moves it."""

    at: datetime = DAWN

    def now(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Draft(Struct, frozen=True):
    title: str = ""
    tries: int = 0


def opened(url: str, hand: Hand | None = None, **more: Any) -> Store:
    clock = hand or Hand()
    return Store.open(
        url,
        DESK,
        more.pop("words", WORDS),
        now=clock.now,
        drafts={"intake": Draft},
        **{"limits": LIMITS, "agents": (GROUP,), **more},
    )


def text(words: str) -> Prompt:
    return Prompt(Text(words))


def say(to: Address | Room, words: str, **more: Any) -> Say:
    return Say(to=to, language="en", words=text(words), **more)


def message(number: str, where: Address = ANA, answer: Answer | str = "hello", **more: Any) -> Message:
    said = Said(answer) if isinstance(answer, str) else answer
    group = where.chat.startswith("-")
    who = more.pop("who", Caller("77" if group else where.chat, "Leo" if group else "Ana"))
    return Message(id=number, at=DAWN, where=where, who=who, answer=said, private=not group, **more)


def alarm(name: str, about: str) -> Alarm:
    return Alarm(id=f"alarm:{name}:{about}", at=DAWN, name=name, about=about)


def ticket(number: int, person: Person, **more: Any) -> Ticket:
    known: dict[str, Any] = {
        "code": f"SUP-{number}",
        "public": f"public-{number}",
        "name": person.name,
        "where": ANA,
        "language": "en",
        "agents": GROUP,
        "category": "invoices",
        "subcategory": "",
        "title": "The invoice does not open",
        "opened": DAWN,
        "due": DAWN + timedelta(days=1),
        "touched": DAWN,
    }
    return Ticket(id=number, person=person.id, **{**known, **more})


class Doing(Struct):
    """A handler that does what it is told, and remembers what it saw."""

    what: Callable[[Seen, Event], Iterable[Effect]] = lambda _seen, _event: ()
    seen: list[Seen] = field(default_factory=list)

    def __call__(self, seen: Seen, event: Event) -> Effects:
        self.seen.append(seen)
        yield from self.what(seen, event)


async def does(store: Store, event: Event, *effects: Effect) -> Taken:
    """A turn with exactly these effects."""
    return await take(event, store, Script(Doing(lambda _seen, _event: effects)))


async def sees(store: Store, event: Event) -> Seen:
    """What a handler sees in a turn without effects."""
    doing = Doing()
    taken = await take(event, store, Script(doing))
    assert not taken.repeat
    return doing.seen[-1]
