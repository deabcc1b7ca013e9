"""The real program between both stand-ins, with the agents wherever a test wants them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiohttp

from bot.sandbox.slack import Channel
from bot.sandbox.slack import World as Slack
from tests.faults import program as faults
from tests.faults.program import STARTS_WITHIN

Way = Literal["http", "socket"]
LOOK_AGAIN = 0.02
"""Seconds between two knocks at a door that is not open yet."""


@dataclass
class Program(faults.Program):
    """Customers may come from both platforms; `team` and `in_telegram` say where there is somebody to answer them."""

    slack: Slack = field(default_factory=Slack)
    team: Channel | None = None
    in_telegram: bool = False
    way: Way = "http"
    alone: bool = False
    """There is no Telegram at all."""
    door: str = ""
    """Where Slack is told to bring what happens; empty: to the program itself."""
    _knocked: int = 0

    @property
    def environment(self) -> dict[str, str]:
        told = super().environment
        if not self.in_telegram:
            del told["TELEGRAM_AGENTS_CHAT"]
        if self.team:
            told["SLACK_AGENTS_CHANNEL"] = self.team.id
        app = self.slack.app
        by = {"http": ("SLACK_SIGNING_SECRET", app.signing_secret), "socket": ("SLACK_APP_TOKEN", app.app_token)}
        told[by[self.way][0]] = by[self.way][1]
        if self.alone:
            told = {name: value for name, value in told.items() if not name.startswith("TELEGRAM_")}
        return told | {"SLACK_BOT_TOKEN": app.token, "SLACK_API_URL": f"{self.api}/slack/api/"}

    async def start(self) -> None:
        """Returns when Slack reaches it, too; a worker has no door, and holds the connections of Socket Mode."""
        sockets = self.slack.sockets
        before = len(sockets.open)
        if self.command == "worker":
            await super().start()
            if self.way == "socket":
                await self.slack.until(lambda: len(sockets.open) > before, STARTS_WITHIN)
            return
        door = self.door or f"http://127.0.0.1:{self.port}"
        self.slack.app.request_url = f"{door}/slack/events" if self.way == "http" else ""
        knocking = asyncio.create_task(self._knock())
        try:
            await super().start()
            await self._comes(knocking)
        finally:
            knocking.cancel()
        if self.way == "socket" and self.command == "run":
            await self.slack.until(lambda: sockets.open, STARTS_WITHIN)

    def _calls(self) -> int:
        return self._knocked if self.alone else super()._calls()

    async def _knock(self) -> None:
        """Until the door opens."""
        async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
            while not await self._answers(session):  # noqa: ASYNC110 - another process: nobody rings here
                await asyncio.sleep(LOOK_AGAIN)
        self._knocked += 1
        self.world.tell("knocked")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                return answer.status == 200
        return False

    def falls_when_called(self, method: str) -> None:
        """It ends as in a power cut as soon as Slack has this call, and never reads the answer."""

        def heard(event: Mapping[str, object]) -> None:
            if event["kind"] == "slack_calls" and self.slack.calls[-1].method == method:
                self.slack.listeners.discard(heard)
                self._alive().kill()

        self.slack.listeners.add(heard)

    def waiting(self) -> int:
        """Letters that are still to be sent."""
        with closing(sqlite3.connect(self.folder / "desk.db")) as database:
            (found,) = database.execute("SELECT count(*) FROM outbox WHERE state < 2").fetchone()
        return int(found)

    def shown_secrets(self) -> list[str]:
        app = self.slack.app
        tokens = [there.app.token for there in self.slack.neighbours if there.app.token]
        known = (app.token, app.app_token, app.signing_secret, app.client_secret, *tokens)
        return [*super().shown_secrets(), *(word for word in known if word in self.log)]
