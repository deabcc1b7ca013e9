"""The store: opened once, asked from the event loop, answered after the commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from math import inf
from secrets import token_hex
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from bot.channels import Away, Busy, Limits
from bot.desk.config import Desk
from bot.events import Address
from bot.i18n import Words
from bot.store import figures
from bot.store.embedded import Embedded
from bot.store.engines import connected, link
from bot.store.jobs import Ring, Writing
from bot.store.rehousing import learn_homes
from bot.store.rows import Drafts
from bot.store.rules import Rules
from bot.store.server import Server
from bot.store.tx import Bell, Tx

T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger(__name__)

RECOVERED = 5.0
"""Seconds without a refusal after which a database is taken to be well again."""


class Store:
    """`run` writes, `read` reads beside it."""

    def __init__(self, engine: Engine, reading: Engine, rules: Rules, *, shared: bool = False) -> None:
        self.rules, self._shared = rules, shared
        self._engine, self._reading = engine, reading
        self._bells: dict[Bell, list[asyncio.Event]] = {}
        self._writing: Writing = _writing(engine, rules, self.ring)
        self._refused = -inf
        self._left = False

    @classmethod
    def open(
        cls,
        url: str,
        desk: Desk,
        words: Words,
        *,
        now: Callable[[], datetime],
        limits: Mapping[str, Limits],
        drafts: Mapping[str, type] | None = None,
        agents: tuple[Address, ...] = (),
        languages: tuple[str, ...] = ("en", "es"),
        engines: tuple[Engine, Engine] | None = None,
    ) -> Store:
        """Opens a database that has the present schema (`migrate`).

        `limits`: what each channel takes, by its name. `drafts`: each flow's name and the type of its draft.
        `agents`: the teams' chats when a category names none, one on each platform. `languages`: those we speak.
        `engines`: to write and to read by, of somebody who opens many stores and closes these themselves.
        """
        rules = Rules(
            desk=desk,
            words=words,
            now=now,
            limits=limits,
            drafts=Drafts(drafts or {}),
            agents=agents,
            languages=languages,
            me=token_hex(6),
        )
        rules.settle({})
        return cls(*(engines or (connected(url), connected(url, reading=True))), rules, shared=bool(engines))

    async def run(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **values: P.kwargs) -> T:
        """One transaction, of `work(tx, *args, **values)`; returns after its commit. It may run more than once, so it
        touches nothing but the `Tx`.

        Raises `Busy` when it cannot be committed now (locked, full, down, or somebody was faster four times), and
        whatever the work raises, undone.
        """
        return await self._run(lambda tx: work(tx, *args, **values))

    async def run_first(self, work: Callable[[Tx], T]) -> T:
        """The same for what makes the work easier that waits: where that stands in a line, before all of it."""
        return await self._run(work, first=True)

    async def _run(self, work: Callable[[Tx], T], *, first: bool = False) -> T:
        try:
            done = await self._writing.submit(work, first=first)
        except Away as why:
            if self._refused == -inf:
                log.warning("the database takes nothing just now; whoever writes is asked to come again: %s", why)
            self._refused = monotonic()
            raise
        if self._refused != -inf and not self.away:
            log.info("the database takes what comes again")
            self._refused = -inf
        return cast("T", done)

    @property
    def away(self) -> bool:
        """Something that was to be written was just refused: full, locked, down.

        A full disk still takes what needs no room, so one small success is no recovery: `RECOVERED` must go by.
        """
        return monotonic() < self._refused + RECOVERED

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **values: P.kwargs) -> T:
        """Looks without writing, in a thread beside the writer. Raises `Busy` when the database cannot be reached."""
        return await asyncio.to_thread(self._look, lambda connection: work(connection, *args, **values))

    async def look(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **values: P.kwargs) -> T:
        """The same for prepared statements, which cost a third; nothing may be written. Raises `Busy` as well."""

        def looked(connection: Connection) -> T:
            return work(Tx(connection.connection.cursor(), connection.dialect, self.rules), *args, **values)

        return await self.read(looked)

    def _look(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._reading.connect() as connection:
                try:
                    return work(connection)
                finally:
                    if self._left:  # nobody else would close it
                        connection.invalidate()
        except DBAPIError as error:
            raise Busy(str(error.orig)) from error
        except NoneFree as error:
            raise Busy("every connection is taken") from error
        except self._reading.dialect.loaded_dbapi.Error as error:  # of the driver's own cursor
            raise Busy(str(error)) from error

    async def learn(self) -> None:
        """Reads what a fresh process has to know before its first turn: which chats have moved; the figures, which are
        counted beside the writer: for many requests on a cold disk that may take longer than a turn is given.
        """
        await self.run(learn_homes)
        await self.count()

    async def count(self) -> None:
        """Counts the figures anew."""
        zone = ZoneInfo(self.rules.desk.hours.zone)
        self.rules.board.figures = await self.look(figures.count, zone=zone)

    def bell(self, *names: Bell) -> asyncio.Event:
        """Set after every commit of this process that has something new for whoever waits for these."""
        bell = asyncio.Event()
        for name in names:
            self._bells.setdefault(name, []).append(bell)
        return bell

    def ring(self, names: set[Bell]) -> None:
        for name in names:
            for bell in self._bells.get(name, ()):
                bell.set()

    def close(self) -> None:
        """Finishes what was asked of it, then lets go of the database."""
        self._writing.close()
        if not self._shared:
            self._left = True
            self._engine.dispose()
            self._reading.dispose()


def _writing(engine: Engine, rules: Rules, ring: Ring) -> Writing:
    kind = Embedded if engine.dialect.name == "sqlite" else Server
    return kind(lambda: link(engine), engine.dialect, rules, ring)
