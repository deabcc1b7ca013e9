"""The Telegram side of a storm: its customers' chats, the agents' topics, and a sender that repeats itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram import Message, Person, Record, Room, World
from tests.faults.crowd import TALK, Arrival, Customer, Shown, Ticket
from tests.faults.scene import picture

PICTURE = picture("#d03030")
AGENTS = 8
SHOWN = "message is not modified"
"""What an edit brings is there: it was written while the one before it, of the same words, was on its way."""
KEEP = 2_000
"""Calls the stand-in remembers whole; of those before them only what the ledger needs."""


class Calls(list[Record]):
    """The stand-in's record of calls, which holds no more than the latest."""

    def __init__(self, arrivals: list[Arrival], topics: list[int]) -> None:
        super().__init__()
        self.arrivals, self.topics = arrivals, topics

    def append(self, record: Record) -> None:
        super().append(record)
        if len(self) >= 2 * KEEP:
            self.settle(KEEP)

    def settle(self, most: int) -> None:
        for record in self[:most]:
            self._keep(record)
        del self[:most]

    def _keep(self, record: Record) -> None:
        if record.status == 400 and SHOWN in record.description:
            chat = str(record.params["chat_id"])
            self.arrivals.append(Arrival(chat, f"{chat}/{record.params['message_id']}", new=False))
        if record.status != 200:
            return
        result: Any = record.result
        if record.method == "createForumTopic":
            self.topics.append(result["message_thread_id"])
        elif record.method.startswith(("send", "edit")):
            chat, new = str(record.params["chat_id"]), record.method.startswith("send")
            several = result if isinstance(result, list) else [result]
            self.arrivals += [Arrival(chat, f"{chat}/{one['message_id']}", new) for one in several]


@dataclass
class Telegram:
    """Everybody on Telegram, what they said, and what they got."""

    world: World
    chance: random.Random
    twice: float = 0.0
    """How often an update comes twice, at once or a little later."""
    stale: float = 0.0
    """How often an old button is pressed while something is written: the two may come in any order."""
    lines: int = len(TALK)
    """How far each conversation goes."""
    group: Room = field(init=False)
    team: str = field(init=False)
    customers: dict[int, Customer] = field(default_factory=dict)
    """By their chat."""
    tickets: dict[int, Ticket] = field(default_factory=dict)
    """By their topic."""
    said: set[int] = field(default_factory=set)
    """The numbers of all updates people caused."""
    repeats: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.agents = [self.world.person(f"Agente{n}") for n in range(AGENTS)]
        self.group = self.world.forum("Soporte", self.agents)
        self.team = str(self.group.id)
        self.world.calls = self.calls = Calls(self.arrivals, self.topics)
        self.world.listeners.add(self._hears)

    def newcomer(self, number: int, done: Callable[[Customer], None]) -> Customer:
        person = self.world.person(f"Cliente{number}", language="es")
        customer = Customer(number, Chat(self, person), done, self.lines)
        self.customers[person.id] = customer
        return customer

    def owners(self) -> Mapping[str, Customer]:
        return {str(chat): customer for chat, customer in self.customers.items()}

    def lost(self, taken: frozenset[str]) -> list[str]:
        numbers = {int(key.split(":")[2]) for key in taken if key.startswith("telegram:")}
        return [str(number) for number in sorted(self.said - numbers)]

    def settle(self) -> None:
        self.calls.settle(len(self.calls))

    def rooms(self) -> list[str]:
        return [str(topic) for topic in self.topics]

    def waiting(self) -> int:
        return len([update for update in self.world.updates.waiting if not update.handed_out])

    def hindered(self, chat: str) -> None:
        if customer := self.customers.get(int(chat or 0)):
            customer.hindered = True

    def does(self, act: Callable[[], object]) -> None:
        """Somebody acts; what the bot is to hear of it may be brought twice."""
        before, log = self.world.updates.next_id, self.world.updates.log
        log.clear()
        act()
        self.said.update(range(before, self.world.updates.next_id))
        for body in [body for body in log if self.chance.random() < self.twice]:
            self.repeats += 1
            wait = self.chance.choice((0.0, self.chance.uniform(0, 1.5)))
            asyncio.get_running_loop().call_later(wait, self.world.inject, body, f"again {body['update_id']}")

    def _hears(self, event: dict[str, Any]) -> None:
        if event["kind"] != "message":
            return
        message = self.world.rooms[event["chat"]].message(event["message"]["message_id"])
        if message is None or not message.by_bot:
            return
        shown = Shown(str(message.message_id), message.words, tuple(message.labels))
        if customer := self.customers.get(event["chat"]):
            customer.sees(shown)
        elif event["chat"] == self.group.id and message.message_thread_id:
            topic = message.message_thread_id
            self.tickets.setdefault(topic, Ticket(Topic(self, topic))).sees(shown)


def pressed(room: Room, on: Shown, label: str) -> tuple[int, str | None]:
    message: Message | None = room.message(int(on.id))
    assert message is not None
    return message.message_id, next(b.callback_data for b in message.buttons if b.text == label)


@dataclass
class Chat:
    """A customer's hands."""

    side: Telegram
    person: Person
    last: tuple[int, str | None] | None = None
    """What they pressed last."""

    def write(self, words: str) -> None:
        last = self.last
        if last and self.side.chance.random() < self.side.stale:
            self.side.does(lambda: self.person.press_data(*last))
        self.side.does(lambda: self.person.write(words))

    def press(self, on: Shown, label: str) -> None:
        self.last = last = pressed(self.person.chat, on, label)
        self.side.does(lambda: self.person.press_data(*last))

    def show(self) -> None:
        self.side.does(lambda: self.person.photo(PICTURE))


@dataclass
class Topic:
    """An agent's hands in one topic."""

    side: Telegram
    topic: int

    @property
    def agent(self) -> Person:
        return self.side.agents[self.topic % AGENTS]

    def write(self, words: str) -> None:
        self.side.does(lambda: self.agent.write(words, chat=self.side.group, topic=self.topic))

    def press(self, on: Shown, label: str) -> None:
        data = pressed(self.side.group, on, label)
        self.side.does(lambda: self.agent.press_data(*data, chat=self.side.group))
