"""Delivers letters, one call each, and decides what a failure means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import groupby

from bot.channels import Attachment, Busy, Channel, Gone, Later, Lost, NoMessage, NoThread, Refused, Rehoused
from bot.dialogue.words import File
from bot.events import Address, Event, Moved, Receipt
from bot.outbox.fates import Dead, Failed, Fate, Held, Homeless, Sent, finish, news, opened
from bot.outbox.lanes import AHEAD, Claimed, claim, let_go
from bot.store.letters import Letter
from bot.store.rows import stamp
from bot.store.store import Store

log = logging.getLogger(__name__)

LANES = 64
"""Lanes in hand at once; beyond that only those somebody waits for."""
CLAIM = 16
POLL = 1.0
"""Seconds after which we look even if nobody rang: another process may have written."""

Take = Callable[[Event], Awaitable[object]]


class Postman:
    """One for each process that sends. `post` what a turn has claimed; `run` finds the rest.

    `attach(file)`: a kept file with its bytes; raises `Lost` when they are gone. `take`: where events about letters go.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        attach: Callable[[File], Awaitable[Attachment]],
        take: Take,
    ) -> None:
        self._store, self._channels, self._attach, self._take = store, channels, attach, take
        self._bell = store.bell("outbox")
        self._fates: list[Fate] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._finishing: asyncio.Task[None] | None = None
        self._hushed: dict[str, float] = {}

    def post(self, letters: tuple[Letter, ...]) -> None:
        """Sends claimed letters: lanes side by side, each in order. Returns at once."""
        if len(letters) == 1:
            self._spawn(self._carry(letters))
            return
        for _lane, run in groupby(letters, key=lambda letter: letter.lane):
            self._spawn(self._carry(tuple(run)))

    async def run(self, *, alone: bool = False) -> None:
        """Sends what waits, until cancelled. `alone`: no other process serves this database, so claims that
        outlived their process are void at once.
        """
        if alone:
            await self._store.run(let_go)
        while True:
            self._bell.clear()
            pause = POLL
            with suppress(Busy):
                pause = await self.round()
            with suppress(TimeoutError):
                if pause > 0:
                    async with asyncio.timeout(pause):  # Python 3.11's `wait_for` can forget that we were cancelled
                        await self._bell.wait()

    async def round(self) -> float:
        """Claims once and posts; returns the seconds until the next look, 0 when more is waiting."""
        free = min(CLAIM, LANES - len(self._tasks))
        found: Claimed = await self._store.run(partial(claim, most=max(free, 4), notices=free > 0))
        for letter in found.letters:
            self.post((letter,))
        for receipt in await self._store.run(news) if not self._fates else ():
            self._spawn(self._tell(receipt))
        if found.full and found.letters:
            return 0.0
        return max(0.005, min(POLL, found.soonest - stamp(self._store.rules.now()))) if found.soonest else POLL

    async def rest(self, most: float | None = None) -> None:
        """Waits until nothing is on its way: for a clean stop, and for tests.

        After `most` seconds it lets go of what still is, as a crash would: those letters are sent again later.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                while self._under_way():
                    await asyncio.wait(self._under_way())
        for task in self._under_way():
            task.cancel()

    def _under_way(self) -> set[asyncio.Task[None]]:
        return {*self._tasks, *((self._finishing,) if self._finishing else ())}

    def _spawn(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- one lane ------------------------------------------------------------------------------------

    async def _carry(self, letters: tuple[Letter, ...]) -> None:
        for letter in letters:
            fate = await self._fate(letter)
            self._fates.append(fate)
            if not isinstance(fate, Sent | Dead):
                break
        if self._finishing is None:
            self._finishing = asyncio.ensure_future(self._finish())

    async def _fate(self, letter: Letter) -> Fate:
        """Delivers one letter and says what became of it."""
        waited = 0.0
        while (opens := self._opens(letter)) > max(waited, now := stamp(self._store.rules.now())):
            if opens - now > AHEAD:
                return Held(letter, opens - now)
            await asyncio.sleep(opens - now)
            waited = opens  # meanwhile another letter to the same chat may have been asked to wait longer
        try:
            return await self._deliver(letter)
        except Later as later:
            self._hush(letter.to.channel if later.everywhere else _chat(letter), later.seconds)
            return Held(letter, later.seconds, later.everywhere)
        except Gone:
            return Dead(letter, "gone")
        except Refused as refused:
            return Dead(letter, str(refused) or "refused")
        except NoThread:
            return Homeless(letter)
        except Rehoused as moved:
            await self._moved(letter.to, str(moved.args[0]))
            return Held(letter, 0.0)
        except Exception as error:  # noqa: BLE001 - whatever a network can raise: noted on the letter and tried again
            log.warning("letter %s failed: %r", letter.id, error)
            return Failed(letter, repr(error))

    def _hush(self, whom: str, seconds: float) -> None:
        """At once, for what is in hand already; that it is noted may take a while."""
        at = stamp(self._store.rules.now())
        self._hushed = {one: until for one, until in self._hushed.items() if until > at}
        self._hushed[whom] = max(self._hushed.get(whom, 0.0), at + seconds)

    def _opens(self, letter: Letter) -> float:
        chat = 0.0 if letter.parcel.whisper else self._hushed.get(_chat(letter), 0.0)
        return max(letter.after, chat, self._hushed.get(letter.to.channel, 0.0))

    async def _deliver(self, letter: Letter) -> Sent:
        channel, to, parcel = self._channels[letter.to.channel], letter.to, letter.parcel
        if parcel.unsay and not parcel.over:
            return Sent(letter, to, ())  # what it should take back was never sent
        if letter.room:
            thread = await channel.open_thread(letter.room.at, letter.room.title)
            await self._store.run(partial(opened, at=letter.room.at, ticket=letter.room.ticket, thread=thread))
            to = replace(to, thread=thread)
        files = await self._attachments(parcel.files)
        if not (parcel.text or files or parcel.unsay):
            return Sent(letter, to, ())  # a letter of files, none of which could be kept
        try:
            return Sent(letter, to, await channel.deliver(to, parcel, files))
        except NoMessage:
            if parcel.unsay:
                return Sent(letter, to, ())
            return Sent(letter, to, await channel.deliver(to, replace(parcel, over=""), files))

    async def _attachments(self, files: tuple[File, ...]) -> tuple[Attachment, ...]:
        found = []
        for file in files:
            with suppress(Lost):
                found.append(await self._attach(file))
        return tuple(found)

    async def _moved(self, old: Address, to: str) -> None:
        event = Moved(id=f"moved:{old.channel}:{old.chat}:{to}", at=self._store.rules.now(), where=old, to=to)
        with suppress(Busy):
            await self._take(event)

    # -- what became of them -------------------------------------------------------------------------

    async def _finish(self) -> None:
        """Writes fates down, as many at once as have come together meanwhile."""
        try:
            while self._fates:
                batch, self._fates = self._fates, []
                await self._note(batch)
        finally:
            self._finishing = None

    async def _note(self, batch: list[Fate]) -> None:
        try:
            receipts = await self._store.run(partial(finish, fates=batch))
        except Busy as busy:
            log.warning("cannot note what became of %s letters: %s", len(batch), busy)
            self._fates = batch + self._fates
            await asyncio.sleep(0.2)
            return
        for receipt in receipts:
            self._spawn(self._tell(receipt))

    async def _tell(self, receipt: Receipt) -> None:
        with suppress(Busy):  # the row remembers that somebody wants to know; the next round tells them
            await self._take(receipt)


def _chat(letter: Letter) -> str:
    """Where it goes, with all the rooms there."""
    return f"{letter.to.channel}|{letter.to.chat}"
