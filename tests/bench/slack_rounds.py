"""Slack's half of the benchmark: the desk beside bare Bolt apps, acknowledgements, and the way of an agent's answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

import click

from tests.bench.crowd import Crowd
from tests.bench.hook import Hook
from tests.bench.program import Program, running
from tests.bench.rounds import PATIENCE, Contender, Speed, measured, middle
from tests.bench.slack_api import Acks, SlackApi, listens
from tests.bench.slack_script import SECRET, TEAM, TOKEN, Signed, event, intake, press, stamp, words

DESK = Contender("Conserje in Slack", "bot", ("run",))
BOLT = Contender("stock Bolt", "tests.bench.bolt")
SHARED = Contender("Bolt, one kept session", "tests.bench.bolt", ("shared",))
CROWD = 20
ANSWERS = 6
"""Sent by the agent in each round, one after another; of more the outbox would hold some back, as a team's chat takes only so many."""
IDLE = 0.3
"""Seconds until a desk has nothing to do any more, and nothing of its permitted rate is spent."""

_VALUE = re.compile(rb'"value": ?"([^"]*\|send)"')
_ROOT = re.compile(rb'"channel": ?"CTEAM"')


@dataclass(slots=True)
class Found:
    races: dict[Contender, Speed] = field(default_factory=dict)
    acks: dict[Contender, float] = field(default_factory=dict)
    """Seconds until one person's press is acknowledged, in the middle."""
    answers: list[float] = field(default_factory=list)
    """Seconds from an agent's *Send* to the call that brings it to the customer."""


async def slack(api: SlackApi, rounds: int, seconds: float) -> Found:
    found = Found()
    races: dict[Contender, list[Speed]] = {}
    acks: dict[Contender, list[float]] = {}
    for number in range(rounds):
        for who in (DESK, BOLT, SHARED):
            click.echo(f"  round {number + 1}: {who.name}", err=True)
            speed, ack = await _raced(api, who, seconds)
            races.setdefault(who, []).append(speed)
            acks.setdefault(who, []).append(ack)
        click.echo(f"  round {number + 1}: an agent answers", err=True)
        found.answers += await _answers(api, ANSWERS)
    found.races = {who: middle(several) for who, several in races.items()}
    found.acks = {who: median(several) for who, several in acks.items()}
    return found


def environment(url: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_AGENTS_CHANNEL": TEAM,
    }


@asynccontextmanager
async def _started(api: SlackApi, who: Contender, folder: Path) -> AsyncIterator[Program]:
    api.forget()
    alone = {"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_AGENTS_CHAT": ""}
    more = environment(api.url) | alone
    async with running(who.module, *who.words, api=api.url, mode="auto", folder=folder, more=more) as program:
        api.webhook = Signed(f"http://127.0.0.1:{program.port}/slack/events", "")
        async with asyncio.timeout(PATIENCE):
            await listens(api)
        yield program


async def _raced(api: SlackApi, who: Contender, seconds: float) -> tuple[Speed, float]:
    """A crowd, and then one person alone."""
    async with _started(api, who, Path(mkdtemp())) as program:
        async with _talking(api, CROWD):
            speed = await measured(api.crowd, program, seconds)
        async with _talking(api, 1) as hooks:
            await measured(api.crowd, program, 1.0)
        return speed, median(hooks.seconds)


@asynccontextmanager
async def _talking(api: SlackApi, size: int) -> AsyncIterator[Acks]:
    api.crowd, hooks = Crowd(size, intake(api.url)), Acks(api)
    await hooks.open(size)
    api.crowd.begin(hooks.bring)
    yield hooks
    api.crowd.leave()
    async with asyncio.timeout(PATIENCE):
        await api.crowd.quiet.wait()
    hooks.close()


# -- an agent's answer -----------------------------------------------------------------------------


class Agent:
    """Writes in a ticket's thread, presses *Send* under the preview they alone see, and waits until the customer has it."""

    def __init__(self, api: SlackApi) -> None:
        self._api, self._numbers = api, count(900_000)
        self.root = self.customer = 0
        self._preview: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._arrived: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def heard(self, method: str, body: bytes, message: int) -> None:
        if method == "chat.postEphemeral" and (send := _VALUE.search(body)) and not self._preview.done():
            self._preview.set_result((message, send[1].decode()))
        if method != "chat.postMessage":
            return
        if not _ROOT.search(body):
            if self.root and not self._arrived.done() and b"of the agent" in body:
                self._arrived.set_result(perf_counter())
        elif not self.root:
            self.root = message

    async def answers(self) -> float:
        """Seconds from the press to the customer's message."""
        loop = asyncio.get_running_loop()
        self._preview, self._arrived = loop.create_future(), loop.create_future()
        number = next(self._numbers)
        said = {"type": "message", "channel": TEAM, "channel_type": "channel", "user": "UBEA", "team": "T1"}
        thread = {"thread_ts": stamp(self.root), "ts": stamp(number), "event_ts": stamp(number)}
        hook = await Hook.open(self._api.webhook, lambda _body: None)
        hook.bring(event(number, **said, **thread, **words(f"Answer {number} of the agent")))
        on, data = await self._preview
        await asyncio.sleep(IDLE)
        begun = perf_counter()
        hook.bring(press(number, "UBEA", TEAM, on, data, alone=f"{self._api.url}/hook"))
        took = await self._arrived - begun
        await asyncio.sleep(IDLE)
        hook.close()
        return took


async def _answers(api: SlackApi, times: int) -> list[float]:
    async with _started(api, DESK, Path(mkdtemp())):
        agent = Agent(api)
        api.heard = agent.heard
        api.crowd, hooks = Crowd(1, intake(api.url), most=1), Acks(api)
        await hooks.open(1)
        api.crowd.begin(hooks.bring)
        async with asyncio.timeout(PATIENCE):
            await api.crowd.quiet.wait()
            await asyncio.sleep(1)  # the card and its picture find their way into the thread
            return [await agent.answers() for _ in range(times)]


# -- what is printed -------------------------------------------------------------------------------


def rows(found: Found) -> Iterator[tuple[str, str, float, float, bool]]:
    """Number, words, goal, figure, and whether it is a most."""
    ours, stock, shared = (found.races[who] for who in (DESK, BOLT, SHARED))
    yield (
        "S12",
        f"Slack: events/s, acknowledged and answered, over stock Bolt ({CROWD} customers)",
        2.2,
        ours.rate / stock.rate,
        False,
    )
    yield "S12", "the same over Bolt with one kept session", 1.1, ours.rate / shared.rate, False
    ack, other = found.acks[DESK], found.acks[BOLT]
    what = f"Slack: p50 of a press's acknowledgement over Bolt's ({ack * 1000:.1f} ms over {other * 1000:.1f} ms)"
    yield "S13", what, 0.2, ack / other, True
    what = f"an agent's Send until the call to the customer in Slack, ms, the worst of {len(found.answers)}"
    yield "S14", what, 15, max(found.answers) * 1000, True
