"""A storm: many whole conversations with the real program, while lines are cut, the database balks and it is killed."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Literal

from bot.sandbox.program import free_port
from bot.sandbox.serve import serve
from bot.sandbox.slack import World as Workspace
from bot.sandbox.telegram import World
from bot.store.backlog import stuck
from bot.store.engines import connected
from tests.faults.crowd import Customer, Side
from tests.faults.ledgers import Balance, Wire, balance, kept, waiting
from tests.faults.points import CHORE, INSIDE, LETTER, LOOSE, ROOM, TURN, falls_at
from tests.faults.program import Mode, Program
from tests.faults.slack import Slack
from tests.faults.telegram import Telegram
from tests.faults.weather import SLACK, TELEGRAM, TRICKS, Cut, Line, Weather
from tests.meanwhile import meanwhile
from tests.ways.program import Program as OnBoth
from tests.ways.program import Way

STANDSTILL = 100.0
"""Seconds without any conversation ending, after which something is lost: a message that failed four times may wait for 80."""
SETTLES = 60.0
"""Seconds until all that waits has been sent."""
STOPS = 5
"""In a long run something comes due at every moment: ten minutes after each request that was solved, and so on."""
FALLS = 6.0
"""Seconds in which a named point is met, if anything still comes by there."""
CALM, CALMS = 0.4, 3
"""Seconds without anything arriving, after which nothing is on the line any more; and how often we wait for that, since
of several programs the others go on.
"""
RECOVERS = 1.0
"""Seconds in which the program notes what it could not note while the database balked."""
POINTS = {"telegram": (*TURN, *LETTER), "slack": (*INSIDE, *LETTER), "both": (*INSIDE, *LETTER)}
RARE = {"telegram": (*ROOM, *CHORE), "slack": tuple(CHORE), "both": tuple(CHORE)}
Where = Literal["telegram", "slack", "both"]


@dataclass(frozen=True)
class Plan:
    """What a storm is made of; the same seed throws the same dice, though not at the same moments."""

    conversations: int
    kills: int
    seed: int
    mode: Mode = "webhook"
    where: Where = "telegram"
    """On which platform people are; of both, the team is in Slack, and so half of all requests go across."""
    way: Way = "http"
    """How Slack brings what happens."""
    at_once: int = 48
    """Conversations under way at any moment."""
    database: str = ""
    """A PostgreSQL with our tables, served by `web` and `worker` processes; else one program keeps an SQLite."""
    each: int = 1
    """How many of each of them."""
    tricks: Mapping[str, float] = field(default_factory=lambda: TRICKS)
    """What the platform may do instead of answering, and how often."""


@dataclass(frozen=True)
class Figures:
    """What came of it."""

    plan: Plan
    balance: Balance
    buried: int
    kills: int
    troubles: dict[str, int]
    """What was thrown at it, by name."""
    unsure: int
    """Messages whose line was cut after they were taken: whoever cannot know has to send them again."""
    in_slack: int
    """Messages that came twice in Slack, where one can look whether they arrived."""
    replies: int
    """Messages that came twice to customers in Telegram although no line was cut; and …"""
    notices: int
    """… to the team, topics among them."""
    caught: int
    """Messages on the wire at the kills: the platform had taken them, and the program had not noted it. They are sent
    again, since on Telegram nobody can know.
    """
    crowded: int
    """The most of them in one customer's chat at one kill."""
    timeouts: int
    """Calls the stand-in did not answer in time, on a machine that has too much to do."""
    early: list[str]
    seconds: float
    stopped: float
    """Seconds a clean stop took at the end."""
    errors: list[str]
    """What the program itself thought an error."""
    memory: tuple[int, ...]
    """Kilobytes of the program after a tenth of the conversations and after all, where it lives through all of them."""


@dataclass
class Storm:
    plan: Plan
    folder: Path
    kills: int = 0
    done: int = 0
    locks: int = 0
    full: int = 0
    caught: int = 0
    crowded: int = 0
    memory: tuple[int, ...] = ()
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    one_trouble: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A power cut while the disk is full would send again all that is under way: that is no fault to be found."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.world = World()
        self.slack = Workspace()
        self.world.rules.retry_second = self.slack.rules.retry_second = 0.05
        self.weather = Weather(sky=TELEGRAM, chance=random.Random(self.plan.seed + 1), often=self.plan.tricks)
        self.slack_weather = Weather(sky=SLACK, chance=random.Random(self.plan.seed + 3), often=self.plan.tricks)
        self.world.faults, self.slack.faults = self.weather, self.slack_weather
        self.side = Telegram(self.world, random.Random(self.plan.seed + 2), twice=0.02, stale=0.02)
        self.slack_side = Slack(self.slack, random.Random(self.plan.seed + 4), twice=0.02)
        self.weather.hindered, self.slack_weather.hindered = self.side.hindered, self.slack_side.hindered
        both: dict[Where, list[Side]] = {"telegram": [self.side], "slack": [self.slack_side]}
        self.sides = both.get(self.plan.where, [self.side, self.slack_side])
        self.line = Line([], self._cut)
        self.unsure: Counter[str] = Counter()
        """As the weather had it at the last kill."""

    def _cut(self) -> Cut | None:
        dice = self.chance.random()
        return "before" if dice < 0.004 else "after" if dice < 0.008 else None

    async def run(self) -> Figures:
        begun = monotonic()
        async with serve(self.world, slack=self.slack) as api, self._at_work(api) as programs:
            async with self._trouble(programs), asyncio.timeout(None) as patience:
                await self._talk(patience, programs[0])
            await self._settle(programs[0])
            self._weigh(programs[0])
            stopped = await self._stop(programs)
            return self._figures(programs[0], monotonic() - begun, stopped)

    @asynccontextmanager
    async def _trouble(self, programs: list[Program]) -> AsyncIterator[None]:
        """As long as people talk; the last kill is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill(programs))
            async with meanwhile(self._balk()):
                yield

    @asynccontextmanager
    async def _at_work(self, api: str) -> AsyncIterator[list[Program]]:
        """The desk's programs; all of them log to one file."""
        first = self._program(api)
        first.more = {**LOOSE, "CONSERJE_FULL": "1", "PUBLIC_URL": await self.line.open()}
        if isinstance(first, OnBoth):
            first.door = first.more["PUBLIC_URL"]
        programs = self._apart(first) if self.plan.database else [first]
        self.line.ports = [program.port for program in programs if program.command != "worker"]
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.line.close)
            self.wire = Wire(first.environment["DATABASE_URL"])
            for program in programs:
                await stack.enter_async_context(program)
            yield programs

    def _program(self, api: str) -> Program:
        given = (self.world, api, self.side.group, self.folder, self.plan.mode, "WARNING")
        if self.plan.where == "telegram":
            return Program(*given)
        return OnBoth(
            *given, slack=self.slack, team=self.slack_side.room, alone=self.plan.where == "slack", way=self.plan.way
        )

    def _apart(self, web: Program) -> list[Program]:
        web.more = {**web.more, "DATABASE_URL": self.plan.database}
        web.command = "web"
        webs = [web, *(replace(web, port=free_port(0)) for _ in range(self.plan.each - 1))]
        return [each for web in webs for each in (web, replace(web, command="worker"))]

    # -- people ----------------------------------------------------------------------------------------

    async def _talk(self, patience: asyncio.Timeout, program: Program) -> None:
        """Until everybody has said what they had to say."""
        loop, begun = asyncio.get_running_loop(), 0
        try:
            while self.done < self.plan.conversations:
                patience.reschedule(loop.time() + STANDSTILL)
                while begun < min(self.plan.conversations, self.done + self.plan.at_once):
                    self.sides[begun % len(self.sides)].newcomer(begun, self._ended).begin()
                    begun += 1
                self.stirred.clear()
                await self.stirred.wait()
                if not self.memory and self.done >= self.plan.conversations / 10:
                    self._weigh(program)
        except asyncio.CancelledError:
            raise AssertionError(self._stuck(program)) from None

    def _weigh(self, program: Program) -> None:
        if self.plan.kills:
            return
        status = Path(f"/proc/{program.pid}/status")
        if status.exists():  # only Linux tells
            held = re.search(r"VmRSS:\s+([0-9]+)", status.read_text("utf-8"))
            self.memory = (*self.memory, int(held[1]) if held else 0)

    def _ended(self, _customer: Customer) -> None:
        self.done += 1
        self.stirred.set()

    def _stuck(self, program: Program) -> str:
        lost = [c for side in self.sides for c in side.owners().values() if c.step < c.lines]
        who = "\n".join(f"customer {c.number} waits at line {c.step}" for c in lost[:10])
        engine = connected(program.environment["DATABASE_URL"], reading=True)
        with engine.connect() as database:
            left = "\n".join(map(repr, stuck(database, dead=False)))
        engine.dispose()
        missed = [d for d in self.slack.post.log if d.kind == "events_api" and d.done and d.error]
        slack = f"Slack gave up on {len(missed)} events, as it does after the third retry" if missed else ""
        return f"seed {self.plan.seed}: {len(lost)} conversations stand still\n{who}\n{slack}\n{left}\n{program.log[-3000:]}"

    async def _settle(self, program: Program) -> None:
        engine = connected(program.environment["DATABASE_URL"], reading=True)
        until = monotonic() + SETTLES
        while left := waiting(engine) + sum(side.waiting() for side in self.sides):
            assert monotonic() < until, f"seed {self.plan.seed}: {left} things are never done\n{program.log[-3000:]}"
            await asyncio.sleep(0.1)
        engine.dispose()

    async def _stop(self, programs: list[Program]) -> float:
        """Seconds of the longest stop. What comes due in its last moment has to leave after the next start."""
        engine, longest = connected(programs[0].environment["DATABASE_URL"], reading=True), 0.0
        for _ in range(STOPS):
            longest = max([longest, *[await program.stop() for program in programs]])
            if not waiting(engine):
                break
            for program in programs:
                await program.start()
            await self._settle(programs[0])
        engine.dispose()
        return longest

    # -- troubles --------------------------------------------------------------------------------------

    async def _kill(self, programs: list[Program]) -> None:
        """Now from outside at any moment, now at a named point; then it starts again. Of several now this, now that."""
        for number in range(self.plan.kills):
            await self._until(self.plan.conversations * (number + 0.5) / (self.plan.kills + 0.5))
            async with self.one_trouble:
                program, alone = programs[number % len(programs)], len(programs) == 1
                self.kills += await (self._cut_off(program) if number % 2 and alone else self._pull(program))

    async def _pull(self, program: Program) -> int:
        await asyncio.sleep(self.chance.uniform(0, 0.1))
        await program.kill()
        await self._gone()
        await program.start()
        return 1

    async def _cut_off(self, program: Program) -> int:
        """A kill, and a life that ends at a named point."""
        usual = program.more
        rare, where = self.chance.random() < 0.3, self.plan.where
        points = (RARE if rare else POINTS)[where]
        point = falls_at(self.chance.choice(points), 1 if rare else self._nth())
        program.more = {**usual, **point}
        await program.kill()
        await self._gone()
        with suppress(AssertionError):  # it may fall before updates reach it: `fell` looks at what ended it
            await program.start()
        if not await program.fell(FALLS):  # nothing came by there any more
            await program.kill()
        await self._gone()
        program.more = usual
        await program.start()
        return 2

    async def _gone(self) -> None:
        """The power is cut: what was on the wire, and what it may have been told and not written down.

        What is on the line still arrives for a moment, and is answered to nobody.
        """
        cut = monotonic()
        for _ in range(CALMS):
            met = len(self.side.arrivals)
            await asyncio.sleep(CALM)
            self.side.settle()
            if len(self.side.arrivals) == met:
                break
        self.weather.forget(cut)
        self.slack_weather.forget(cut)
        if self.side in self.sides:
            self._catch()

    def _catch(self) -> None:
        caught = self.wire.caught(self.side) - (self.weather.unsure - self.unsure)
        self.unsure = self.weather.unsure.copy()
        self.caught += caught.total()
        self.crowded = max(self.crowded, *(times for chat, times in caught.items() if chat != self.side.team), 0)

    def _nth(self) -> int:
        """How many pass before it falls: some fall at once, some in the thick of it."""
        return self.chance.randint(1, min(100, self.plan.conversations))

    async def _until(self, done: float) -> None:
        while self.done < done:
            await self.stirred.wait()
            await asyncio.sleep(0.02)

    async def _balk(self) -> None:
        """The database: locked by another, or full."""
        while not self.plan.database:
            await asyncio.sleep(self.chance.uniform(2, 6))
            async with self.one_trouble:
                if self.chance.random() < 0.5:
                    await self._lock(self.chance.choice((0.2, 1.0, 2.5)))
                else:
                    await self._fill(self.chance.uniform(0.2, 1.0))
                await asyncio.sleep(RECOVERS)

    async def _lock(self, seconds: float) -> None:
        other = sqlite3.connect(self.folder / "desk.db", isolation_level=None, timeout=0)
        with closing(other), suppress(sqlite3.OperationalError):  # the program has it: next time
            other.execute("BEGIN IMMEDIATE")
            self.locks += 1
            await asyncio.sleep(seconds)

    async def _fill(self, seconds: float) -> None:
        (self.folder / "full").touch()
        self.full += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            (self.folder / "full").unlink()

    # -- what came of it -------------------------------------------------------------------------------

    def _figures(self, program: Program, seconds: float, stopped: float) -> Figures:
        engine = connected(program.environment["DATABASE_URL"], reading=True)
        db = kept(engine)
        engine.dispose()
        troubles = dict(self.weather.seen + self.slack_weather.seen) | {
            "lines to us cut": self.line.cuts,
            "updates twice": sum(side.repeats for side in self.sides),
            "database locked": self.locks,
            "database full": self.full,
        }
        told = balance(self.sides, db)
        in_slack = [chat for chat in told.twice if chat in self.slack.channels]
        twice = Counter(told.twice) - Counter(in_slack) - self.weather.unsure
        return Figures(
            plan=self.plan,
            balance=told,
            buried=db.buried,
            kills=self.kills,
            troubles=troubles,
            unsure=self.weather.unsure.total(),
            caught=self.caught,
            crowded=self.crowded,
            timeouts=program.log.count("failed: TimedOut"),
            in_slack=len(in_slack),
            replies=sum(times for chat, times in twice.items() if chat != self.side.team),
            notices=twice[self.side.team],
            early=self.weather.early + self.slack_weather.early,
            seconds=seconds,
            stopped=stopped,
            errors=[line for line in program.troubles() if line.startswith(("error", "critical"))],
            memory=self.memory,
        )
