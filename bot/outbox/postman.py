"""Delivers letters, one call each, and decides what a failure means."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TypeVar

from msgspec import Struct, field

from bot.channels import (
    Attachment,
    Busy,
    Channel,
    Gone,
    Later,
    NoMessage,
    NoThread,
    Parcel,
    Refused,
    Rehoused,
    Stays,
    TakenOut,
)
from bot.clock import Watch, rung
from bot.dialogue.markup import tame
from bot.dialogue.words import File
from bot.events import GONE, OUT, STAYS, Address, Event, Moved, Receipt
from bot.outbox.breaker import Breaker
from bot.store.fates import TOO_FAST, Dead, Deserted, Failed, Fate, Held, Homeless, Sent, finish, news, opened
from bot.store.lanes import AHEAD, Claimed, claim, keep, let_go
from bot.store.letters import LEASE, Letter, whole_chat
from bot.store.rows import stamp
from bot.store.store import Store
from bot.store.tx import Tx
from bot.values import replace

R = TypeVar("R")
log = logging.getLogger(__name__)

LANES = 64
"""Lanes in hand at once; beyond that only those somebody waits for."""
CLAIM = 16
POLL = 1.0
"""Seconds after which we look even if nobody rang: another process may have written."""

OFF = 60.0
"""Seconds until we look again whether a platform is set up for which something waits."""

AWAY = "the platform does not answer"

Take = Callable[[Event], Awaitable[object]]


class Unread(Exception):
    """A kept file cannot be read just now."""


def _is_nothing(parcel: Parcel) -> bool:
    """Whether it needs no call: what it should change or take back was never sent, or none of its files could be kept."""
    return not parcel.over if parcel.unsay or parcel.amends else not (parcel.text or parcel.files)


def _uncounted(_platform: str, _result: str) -> None:
    return None


class Run(Struct):
    """The letters of one lane that are in hand."""

    letters: deque[Letter]
    since: float
    """Until when its first one had to begin: one that had to begin earlier was claimed before."""
    kept: float
    """When our claim of them was renewed last."""
    at: int = 0
    """The number of the one that is under way; 0: it is noted what became of the last."""


class Page(Struct):
    """Fates to be written down together."""

    fates: list[Fate] = field(default_factory=list)
    noted: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Postman:
    """One for each process that sends. `post` what a turn has claimed; `run` finds the rest, or `mind` leaves it to others.

    `attach(file)`: a kept file with its bytes. `take`: where events about letters go.
    `count`: hears of every letter that was tried, its platform and how it ended.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        attach: Callable[[File], Awaitable[Attachment]],
        take: Take,
        count: Callable[[str, str], None] = _uncounted,
    ) -> None:
        self._store, self._channels, self._attach, self._take = store, channels, attach, take
        self._count = count
        self._bell = store.bell("outbox")
        self._runs: dict[str, Run] = {}
        self._page: Page | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._finishing: asyncio.Task[None] | None = None
        self._hushed: dict[str, float] = {}
        self._deserted: set[str] = set()
        """Chats of the team that could not be reached, and nothing has arrived in since."""
        self._breakers = {name: Breaker() for name in channels}
        self._watch = Watch(store.rules.now)

    def post(self, letters: tuple[Letter, ...]) -> None:
        """Sends claimed letters: lanes side by side, each in order. Returns at once."""
        for letter in letters:
            run = self._runs.get(letter.lane)
            if run is None and letter.behind:
                self._noted(Held(letter, 0.0))  # those it was to leave behind are no longer in hand
            elif run is None:
                run = self._runs[letter.lane] = Run(deque((letter,)), letter.by, self._now())
                self._spawn(self._carry(letter.lane, run))
            elif not letter.behind:
                # Claimed anew, with whatever stands behind it; perhaps since we said too late that we are at it.
                run.letters, run.since = deque(() if letter.id == run.at else (letter,)), letter.by
            elif letter.by >= run.since:
                run.letters.append(letter)

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
            if pause > 0:
                await rung(self._bell, within=pause)

    async def mind(self) -> None:
        """Sends nothing but what is posted, until cancelled: for a process beside which others `run`."""
        while True:
            await asyncio.sleep(POLL)
            with suppress(Busy):
                await self.tend()

    async def round(self) -> float:
        """Claims once and posts; returns the seconds until the next look, 0 when more is waiting."""
        await self.tend()
        free = min(CLAIM, LANES - len(self._tasks))
        found: Claimed = await self._store.run(claim, most=max(free, 4), notices=free > 0)
        self.post(found.letters)
        for receipt in await self._store.run(news) if not self._finishing else ():
            self._spawn(self._tell(receipt))
        if found.full and found.letters:
            return 0.0
        return max(0.005, min(POLL, found.soonest - self._now())) if found.soonest else POLL

    async def tend(self) -> None:
        """Renews the claims of what takes long."""
        if by := self._watch.back():
            self._set_back(by)
        now = self._now()
        if slow := {lane: run for lane, run in self._runs.items() if now - run.kept > LEASE / 4}:
            await self._store.run(keep, lanes=slow)
            for run in slow.values():
                run.kept = now

    def _set_back(self, by: float) -> None:
        """The clock: what is in this process's own mind is moved along (`store/setback.py` sees to the rows)."""
        self._hushed = {one: until - by for one, until in self._hushed.items()}
        for breaker in self._breakers.values():
            breaker.until -= by
        for run in self._runs.values():
            run.kept, run.since = run.kept - by, run.since - by

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

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return bool(self._under_way())

    def _now(self) -> float:
        return stamp(self._store.rules.now())

    def _under_way(self) -> set[asyncio.Task[None]]:
        return {*self._tasks, *((self._finishing,) if self._finishing else ())}

    def _spawn(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if len(self._tasks) == LANES:
            self._bell.set()  # there is a hand free for what nobody waits for
        self._tasks.discard(task)

    # -- one lane ------------------------------------------------------------------------------------

    async def _carry(self, lane: str, run: Run) -> None:
        """One letter after another; the next one only after it is noted what became of the last, so that a crash
        sends no more than one of them twice.
        """
        while run.letters:
            letter = run.letters.popleft()
            run.at = letter.id
            fate = await self._fate(letter)
            self._count(letter.to.channel, type(fate).__name__.lower())
            await self._noted(fate)
        del self._runs[lane]

    async def _fate(self, letter: Letter) -> Fate:
        """Delivers one letter and says what became of it."""
        if letter.to.channel not in self._channels:
            return Held(letter, OFF, why=f"{letter.to.channel} is not set up")
        waited = 0.0
        while (opens := self._opens(letter)) > max(waited, now := self._now()):
            if opens - now > AHEAD:
                return Held(letter, opens - now)
            await asyncio.sleep(opens - now)
            waited = opens  # meanwhile another letter to the same chat may have been asked to wait longer
        if self._now() > letter.by:
            return Held(letter, 0.0)
        if letter.void:
            return Dead(letter, letter.void)
        if _is_nothing(letter.parcel):
            return Sent(letter, letter.to, ())
        breaker = self._breakers[letter.to.channel]
        if pause := breaker.waits(self._now()):
            return Held(letter, pause, why=AWAY)
        return self._judged(letter, breaker, await self._tried(letter))

    def _judged(self, letter: Letter, breaker: Breaker, fate: Fate) -> Fate:
        """What it says of the platform; a failure may be that one's, and not the letter's."""
        if not isinstance(fate, Failed):
            breaker.well()
        elif fate.unread:
            breaker.looking = False
        elif pause := breaker.fails(letter.lane, self._now()):
            return Held(replace(letter, again=True), pause, why=fate.error)
        return fate

    async def _tried(self, letter: Letter) -> Fate:
        try:
            return self._back(await self._deliver(letter))
        except Later as later:
            self._hush(
                letter.to.channel if later.everywhere else whole_chat(letter.to.channel, letter.to.chat), later.seconds
            )
            return Held(letter, later.seconds, later.everywhere, later.why or TOO_FAST)
        except Gone as gone:
            return self._gone(letter, gone)
        except Refused as refused:
            return Dead(letter, tame(str(refused)) or "refused")  # a mail server's may be in no UTF-8
        except NoThread:
            return Sent(letter, letter.to, ()) if letter.parcel.amends else Homeless(letter)
        except Rehoused as moved:
            await self._moved(letter.to, str(moved.args[0]))
            return Held(letter, 0.0)
        except Exception as error:  # noqa: BLE001 - whatever a network can raise: noted on the letter and tried again
            log.warning("letter %s failed: %r", letter.id, error)
            return Failed(letter, repr(error), unread=isinstance(error, Unread))

    def _hush(self, whom: str, seconds: float) -> None:
        """What is in hand already waits at once; until the rows say so may take a while."""
        at = self._now()
        self._hushed = {one: until for one, until in self._hushed.items() if until > at}
        self._hushed[whom] = max(self._hushed.get(whom, 0.0), at + seconds)

    def _opens(self, letter: Letter) -> float:
        chat = 0.0 if letter.parcel.whisper else self._hushed.get(whole_chat(letter.to.channel, letter.to.chat), 0.0)
        return max(letter.after, chat, self._hushed.get(letter.to.channel, 0.0))

    def _gone(self, letter: Letter, gone: Gone) -> Fate:
        to = letter.to
        if "#" not in letter.lane or not self._store.rules.of_team(to.channel, to.chat):
            return Dead(letter, OUT if isinstance(gone, TakenOut) else GONE)
        log.error(
            "the team's chat %s in %s cannot be reached (%s): `conserje doctor` says how to mend it",
            to.chat,
            to.channel,
            str(gone) or "nobody there",
        )
        self._deserted.add(whole_chat(to.channel, to.chat))
        return Deserted(letter)

    def _back(self, fate: Sent | Dead) -> Sent | Dead:
        """With whether a chat of the team's can be reached again."""
        if isinstance(fate, Sent) and "#" in fate.letter.lane:
            chat = whole_chat(fate.to.channel, fate.to.chat)
            if chat in self._deserted:
                self._deserted.discard(chat)
                return replace(fate, back=True)
        return fate

    async def _deliver(self, letter: Letter) -> Sent | Dead:
        channel, to, before = self._channels[letter.to.channel], letter.to, self._opens(letter)
        parcel = replace(letter.parcel, letter=letter.id, again=letter.again)
        if letter.room:
            thread = await channel.open_thread(letter.room.at, letter.room.title)
            noted = partial(opened, at=letter.room.at, ticket=letter.room.ticket, thread=thread)
            await self._written(noted, f"the room of letter {letter.id}")
            to = replace(to, thread=thread)
        files = await self._attachments(parcel.files)
        if (opens := self._opens(letter)) > before:
            raise Later(opens - self._now())  # asked of us while the room was opened and noted, or a file was read
        try:
            return Sent(letter, to, await channel.deliver(to, parcel, files))
        except NoMessage as no:
            if parcel.unsay or parcel.amends:
                return Dead(letter, STAYS) if parcel.receipt and isinstance(no, Stays) else Sent(letter, to, ())
            if parcel.over == parcel.reply_to and not isinstance(no, Stays):
                raise NoThread from no  # everything hangs under it
            return Sent(letter, to, await channel.deliver(to, replace(parcel, over=""), files))

    async def _attachments(self, files: tuple[File, ...]) -> tuple[Attachment, ...]:
        return tuple([await self._read(file) for file in files])

    async def _read(self, file: File) -> Attachment:
        try:
            return await self._attach(file)
        except Exception as error:
            raise Unread(repr(error)) from error

    async def _moved(self, old: Address, to: str) -> None:
        event = Moved(id=f"moved:{old.channel}:{old.chat}:{to}", at=self._store.rules.now(), where=old, to=to)
        with suppress(Busy):
            await self._take(event)

    # -- what became of them -------------------------------------------------------------------------

    def _noted(self, fate: Fate) -> asyncio.Future[None]:
        """Done when it is written down; as many at once as come together."""
        if self._page is None:
            self._page = Page()
            self._finishing = self._finishing or asyncio.ensure_future(self._finish())
        self._page.fates.append(fate)
        return self._page.noted

    async def _finish(self) -> None:
        try:
            while page := self._page:
                self._page = None
                await self._note(page)
        finally:
            self._finishing = None

    async def _note(self, page: Page) -> None:
        receipts = await self._written(partial(finish, fates=page.fates), f"what became of {len(page.fates)} letters")
        for fate in page.fates:
            self._over(fate)
        page.noted.set_result(None)
        for receipt in receipts:
            self._spawn(self._tell(receipt))

    def _over(self, fate: Fate) -> None:
        """At once, and not when whoever carries it goes on: by then its lane may have been claimed anew."""
        run = self._runs.get(fate.letter.lane)
        if run and run.at == fate.letter.id:
            run.at = 0
            if not isinstance(fate, Sent | Dead):
                run.letters.clear()  # they went back into the lane with it

    async def _written(self, note: Callable[[Tx], R], what: str) -> R:
        """What a platform has done already is noted however long the database balks, or it would be done again."""
        while True:
            try:
                return await self._store.run_first(note)  # a turn of the same moment then finds its lane idle
            except Busy as busy:
                log.warning("cannot note %s: %s", what, busy)
                await asyncio.sleep(0.2)

    async def _tell(self, receipt: Receipt) -> None:
        with suppress(Busy):  # the row remembers that somebody wants to know; the next round tells them
            await self._take(receipt)
