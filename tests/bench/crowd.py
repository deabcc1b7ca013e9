"""Customers without think time: each says the next thing as soon as the bot has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from tests.bench.script import Step

CHATS = count(1_000_000_000)
UPDATES = count(1)
"""For the whole run, so that nobody is met twice and no update counts as a repeat."""


@dataclass(slots=True, eq=False)
class Customer:
    number: int
    chat: int = 0
    step: int = 0
    asked: int = 0
    """The message with the question."""
    since: float = 0.0
    waits: int = 0
    """For the answer and for the update to be taken; 0: neither."""


@dataclass(slots=True)
class Tally:
    """What has been seen so far."""

    latencies: list[float] = field(default_factory=list)
    """Seconds from an update's handing over to the call that answers it."""
    done: int = 0
    """Intakes that were confirmed to the customer."""


HandOver = Callable[[Customer, bytes], None]
"""Brings an update to the bot; calls `Crowd.taken` when the bot has said that it has it."""


class Crowd:
    """So many customers at once; whoever is through comes back as somebody new."""

    def __init__(self, size: int, steps: Sequence[Step], *, most: int | None = None) -> None:
        """`most`: so many conversations and no more."""
        self.tally = Tally()
        self.quiet = asyncio.Event()
        self._steps = steps
        self._customers = [Customer(n) for n in range(size)]
        self._by_chat: dict[int, Customer] = {}
        self._chats: Iterator[int] = CHATS if most is None else (next(CHATS) for _ in range(most))
        self._hand_over: HandOver = _nowhere
        self._leaving = False

    def begin(self, hand_over: HandOver) -> None:
        self._hand_over = hand_over
        for customer in self._customers:
            self._begin_anew(customer)

    def leave(self) -> None:
        """Nobody says anything more; `quiet` is set when the last answer is there."""
        self._leaving = True
        self._settle()

    def answered(self, chat: int, message: int) -> None:
        """The bot called. What is for nobody who waits (the team's chat) is of no interest."""
        customer = self._by_chat.get(chat)
        if customer is None or not customer.since:
            return
        self.tally.latencies.append(perf_counter() - customer.since)
        customer.since, customer.asked = 0.0, message
        customer.step += 1
        self.tally.done += customer.step == len(self._steps)
        self.taken(customer)

    def taken(self, customer: Customer) -> None:
        """One of the two things a customer waits for is there."""
        customer.waits -= 1
        if customer.waits:
            return
        if self._leaving:
            self._settle()
        elif customer.step < len(self._steps):
            self._say(customer)
        else:
            self._begin_anew(customer)

    def _begin_anew(self, customer: Customer) -> None:
        self._by_chat.pop(customer.chat, None)
        customer.chat, customer.step = next(self._chats, 0), 0
        if customer.chat:
            self._by_chat[customer.chat] = customer
            self._say(customer)
        else:
            self._settle()

    def _say(self, customer: Customer) -> None:
        update = self._steps[customer.step](next(UPDATES), customer.chat, customer.asked)
        customer.waits = 2
        customer.since = perf_counter()
        self._hand_over(customer, update)

    def _settle(self) -> None:
        if not any(customer.waits for customer in self._customers):
            self.quiet.set()


def _nowhere(_customer: Customer, _update: bytes) -> None:
    """Until `begin`."""
