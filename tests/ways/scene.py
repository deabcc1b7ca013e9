"""Two platforms, people on both, and what one of them has before their eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.slack import Channel, Delivery, Message, Person, World, live
from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.modals import View
from bot.sandbox.slack.shapes import word
from bot.sandbox.telegram import Message as Letter
from bot.sandbox.telegram import Person as Somebody
from bot.sandbox.telegram import Room
from bot.sandbox.telegram import World as Telegram
from tests.faults.scene import PATIENCE
from tests.playhouse.slack import read
from tests.ways.program import Program, Way

SAME = "Bad Request: message is not modified"
NOTHING_MORE: Mapping[str, str] = {}


@dataclass
class Scene:
    """Ana and Bea speak Spanish, Bob English; on Telegram they are called the same. Bea is the team."""

    telegram: Telegram
    slack: World
    api: str
    folder: Path
    expected: set[str] = field(default_factory=set)
    """Refusals of Slack's that belong to the test."""
    shut: tuple[str, ...] = ()
    """Refusals of Telegram's that belong to the test, by their beginning."""
    warned: tuple[str, ...] = ()
    """What the program then warns of, by its beginning."""
    ana: Person = field(init=False)
    bob: Person = field(init=False)
    bea: Person = field(init=False)
    team: Channel = field(init=False)
    ana_there: Somebody = field(init=False)
    bob_there: Somebody = field(init=False)
    bea_there: Somebody = field(init=False)
    group: Room = field(init=False)

    def __post_init__(self) -> None:
        self.ana = self.slack.person("Ana Ruiz")
        self.bob = self.slack.person("Bob Hill", language="en-US", zone="America/New_York")
        self.bea = self.slack.person("Bea Sanz")
        self.team = self.slack.channel("soporte", [self.bea])
        self.ana_there = self.telegram.person("Ana", language="es")
        self.bob_there = self.telegram.person("Bob", language="en")
        self.bea_there = self.telegram.person("Bea", language="es")
        self.group = self.telegram.forum("Soporte", [self.bea_there])
        self.telegram.rules.retry_second = self.slack.rules.retry_second = 0.02

    def program(
        self,
        way: Way = "http",
        *,
        team: bool = True,
        in_telegram: bool = False,
        alone: bool = False,
        more: Mapping[str, str] = NOTHING_MORE,
    ) -> Program:
        return Program(
            self.telegram,
            self.api,
            self.group,
            self.folder,
            slack=self.slack,
            team=self.team if team else None,
            in_telegram=in_telegram,
            way=way,
            alone=alone,
            more=more,
        )

    @asynccontextmanager
    async def at_work(
        self,
        way: Way = "http",
        *,
        team: bool = True,
        in_telegram: bool = False,
        alone: bool = False,
        more: Mapping[str, str] = NOTHING_MORE,
    ) -> AsyncIterator[Program]:
        """A program that has had nothing to complain of at the end, nor has anybody else."""
        async with self.program(way, team=team, in_telegram=in_telegram, alone=alone, more=more) as program:
            yield program
            await self.quiet()
            await program.stop()
            assert [words for words in program.troubles() if not words.startswith(self.warned or "\0")] == []
            assert program.shown_secrets() == []
        assert self.telegram.complaints == []
        assert self.slack.complaints == []
        for slack in (self.slack, *self.slack.neighbours):
            assert [w for one in slack.people.values() for w in one.warnings] == []
            refused = {f"{r.method}: {r.error}" for r in slack.calls if r.body.get("ok") is False}
            assert refused - self.expected == set()
        words = {c.description for c in self.telegram.calls if c.status != 200}
        assert {no for no in words if not no.startswith((SAME, *self.shut))} == set()

    async def quiet(self) -> None:
        """Waits until Slack has nothing left to tell the program."""
        await self.slack.until(lambda: not self.slack.post.waiting, PATIENCE)

    # -- in Slack --------------------------------------------------------------------------------------

    async def sees(self, who: Person, words: str, *, at: Channel | None = None, button: str = "") -> Message:
        """Waits until this person has a message of ours with these words, and this button, before their eyes."""

        def fits(message: Message) -> bool:
            return words in words_of(message) and (not button or button in labels(message))

        try:
            return await who.sees(fits, channel=at, seconds=PATIENCE)
        except TimeoutError:
            said = "\n".join(f"  {m.ts} {words_of(m)!r} {labels(m)}" for m in who.visible(at)[-12:])
            raise AssertionError(f"{who.name} never saw {words!r}; the last words were\n{said}") from None

    async def presses(self, who: Person, words: str, button: str, *, at: Channel | None = None) -> None:
        """A button under the message with these words; returns when the program has taken it."""
        message = await self.sees(who, words, at=at, button=button)
        await self.taken(who.press(button, channel=at, message=message))

    async def taken(self, delivery: Delivery | None) -> None:
        assert delivery is not None
        await self.slack.until(lambda: delivery.done, PATIENCE)
        assert delivery.ok, delivery.error

    async def form(self, who: Person, fits: Callable[[View], object] = lambda _: True) -> View:
        """Waits until this person has a form on screen, as the test wants it."""
        await self.slack.until(lambda: who.modal and fits(who.modal), PATIENCE)
        assert who.modal is not None
        return who.modal

    async def card(self, code: str) -> Message:
        """The ticket's card: what its thread hangs on."""
        await self.slack.until(lambda: self._cards(code), PATIENCE)
        return self._cards(code)[0]

    def _cards(self, code: str) -> list[Message]:
        return [m for m in self.team.roots if m.by_bot and code in words_of(m)]

    def thread(self, card: Message) -> list[str]:
        """What the thread of a ticket holds, as everybody reads it."""
        return [words_of(m) for m in self.team.replies(card)]

    # -- in Telegram -----------------------------------------------------------------------------------

    async def reads(self, who: Somebody, words: str, *, button: str = "") -> Letter:
        try:
            return await who.sees(lambda m: words in m.words and (not button or button in m.labels), PATIENCE)
        except TimeoutError:
            said = "\n".join(f"  {m.words!r} {m.labels}" for m in who.chat.messages[-8:])
            raise AssertionError(f"{who.user.first_name} never read {words!r}; the last words were\n{said}") from None

    # -- what must not be ------------------------------------------------------------------------------

    def rung(self) -> list[str]:
        """Whom words of ours have called by a mention."""
        return [name for room in self.slack.channels.values() for m in room.messages if m.by_bot for name in live(m)]

    def doubles(self) -> list[str]:
        """What stands twice in one place of Slack. In these conversations nothing is said twice."""
        said = Counter(
            f"{room.name or room.kind}: {words_of(m)}"
            for room in self.slack.channels.values()
            for m in room.messages
            if m.by_bot and not m.files
        )
        return [words for words, times in said.items() for _ in range(times - 1)]


def words_of(message: Message) -> str:
    """As people read it, quotations with their sign."""
    return read(message)


def labels(message: Message) -> list[str]:
    return [word(one, "text", "text") for block in message.blocks or [] for one in elements([block])]
