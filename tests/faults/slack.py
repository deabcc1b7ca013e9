"""The Slack side of a storm: people's conversations with us, the team's threads, and events that come twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.sandbox.slack import Channel, Delivery, Message, Person, World
from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.shapes import word
from tests.faults.crowd import TALK, Arrival, Customer, Shown, Ticket
from tests.faults.scene import picture
from tests.playhouse.slack import read

PICTURE = picture("#d03030")
AGENTS = 8
UNSURE = "No he podido comprobar si eres de este grupo"
AGAIN = 0.3
"""Seconds until somebody presses once more after Slack has told them that it did not work."""


@dataclass
class Slack:
    """Everybody in Slack, what they said, and what they got."""

    world: World
    chance: random.Random
    twice: float = 0.0
    """How often an event comes twice, at once or a little later."""
    lines: int = len(TALK)
    room: Channel = field(init=False)
    team: str = field(init=False)
    customers: dict[str, Customer] = field(default_factory=dict)
    """By their conversation with us."""
    names: dict[str, str] = field(default_factory=dict)
    """And who that is."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    """By the root of their thread."""
    said: set[str] = field(default_factory=set)
    repeats: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    pressed: dict[str, Callable[[], Delivery]] = field(default_factory=dict)
    """What each agent pressed last."""
    looks: dict[str, str] = field(default_factory=dict)
    """What each of our messages shows."""

    def __post_init__(self) -> None:
        self.agents = [self.world.person(f"Agente{n} Soto") for n in range(AGENTS)]
        self.room = self.world.channel("soporte", self.agents)
        self.team = self.room.id
        self.world.listeners.add(self._hears)

    def newcomer(self, number: int, done: Callable[[Customer], None]) -> Customer:
        person = self.world.person(f"Cliente{number} Ruiz")
        customer = Customer(number, Chat(self, person), done, self.lines)
        self.customers[person.dm.id], self.names[person.dm.id] = customer, person.id
        return customer

    def owners(self) -> Mapping[str, Customer]:
        return {self.names[chat]: customer for chat, customer in self.customers.items()}

    def lost(self, taken: frozenset[str]) -> list[str]:
        return sorted(self.said - taken)

    def settle(self) -> None:
        """Everything is there as it happens."""

    def rooms(self) -> list[str]:
        return []

    def waiting(self) -> int:
        return len(self.world.post.waiting)

    def hindered(self, chat: str) -> None:
        if customer := self.customers.get(chat):
            customer.hindered = True

    # -- what people do --------------------------------------------------------------------------------

    def says(self, act: Callable[[], Message], room: Channel) -> None:
        """What the program is to hear of it may be brought twice."""
        before = len(self.world.post.log)
        self.said.add(f"slack:said:{room.id}/{act().ts}")
        for delivery in self.world.post.log[before:]:
            if self.chance.random() < self.twice:
                self.repeats += 1
                wait, inner = self.chance.choice((0.0, self.chance.uniform(0, 1.5))), delivery.payload
                asyncio.get_running_loop().call_later(wait, self._repeats, inner)

    def _repeats(self, payload: Mapping[str, Any]) -> None:
        self.world.event(payload["event"], event_id=payload["event_id"])

    def presses(self, press: Callable[[], Delivery]) -> None:
        """Slack brings a press once: when that fails it says so, and people press again."""
        delivery = press()
        warn = delivery.landed

        def landed(delivery: Delivery) -> None:
            if warn:
                warn(delivery)
            if delivery.error:
                asyncio.get_running_loop().call_later(AGAIN, self._once_more, press)

        delivery.landed = landed

    def _once_more(self, press: Callable[[], Delivery]) -> None:
        with suppress(LookupError):  # it did work, and the button is gone
            self.presses(press)

    # -- what they see ---------------------------------------------------------------------------------

    def _hears(self, event: dict[str, Any]) -> None:
        if event["kind"] == "slack_message":
            room = self.world.channels[event["channel"]]
            message = room.message(event["message"]["ts"])
            if message and message.by_bot:
                self._arrives(room, message)
        elif event["kind"] == "slack_whisper" and event["channel"] == self.team:
            who, message = self.room.whispers[-1]
            if UNSURE in read(message):
                asyncio.get_running_loop().call_later(AGAIN, self._once_more, self.pressed[who])
            elif message.thread_ts:
                self._shows(message.thread_ts, message)

    def _arrives(self, room: Channel, message: Message) -> None:
        place, look = f"{room.id}/{message.ts}", read(message) + str(labels(message))
        earlier = self.looks.get(place)
        if look == earlier:
            return  # somebody has answered below it, or given it a sign
        self.looks[place] = look
        self.arrivals.append(Arrival(room.id, place, earlier is None))
        if customer := self.customers.get(room.id):
            customer.sees(Shown(message.ts, read(message), labels(message)))
        elif room is self.room:
            self._shows(message.thread_ts or message.ts, message)

    def _shows(self, root: str, message: Message) -> None:
        shown = Shown(message.ts, read(message), labels(message))
        self.tickets.setdefault(root, Ticket(Thread(self, root))).sees(shown)


def labels(message: Message) -> tuple[str, ...]:
    return tuple(word(one, "text", "text") for one in elements(message.blocks or []))


@dataclass
class Chat:
    """A customer's hands."""

    side: Slack
    person: Person

    def write(self, words: str) -> None:
        words = "hola" if words == "/start" else words
        self.side.says(lambda: self.person.write(words), self.person.dm)

    def press(self, on: Shown, label: str) -> None:
        message = self.person.dm.message(on.id)
        self.side.presses(lambda: self.person.press(label, message=message))

    def show(self) -> None:
        self.side.says(lambda: self.person.upload([("captura.png", PICTURE)]), self.person.dm)


@dataclass
class Thread:
    """An agent's hands in one thread."""

    side: Slack
    root: str

    @property
    def agent(self) -> Person:
        return self.side.agents[int(self.root.replace(".", "")) // 100 % AGENTS]

    def write(self, words: str) -> None:
        room = self.side.room
        self.side.says(lambda: self.agent.write(words, channel=room, thread=self.root), room)

    def press(self, on: Shown, label: str) -> None:
        room = self.side.room
        alone = next((m for who, m in room.whispers if (who, m.ts) == (self.agent.id, on.id)), None)
        message = alone or room.message(on.id)
        self.side.pressed[self.agent.id] = press = partial(self.agent.press, label, channel=room, message=message)
        self.side.presses(press)
