"""SQLite: the turns that wait are run one after another and committed together.

They run in the event loop's own thread. A turn holds the interpreter nearly all of its time, so a thread of its own only
made both wait for each other at every statement (a fifth of a step's CPU, and most of its latency's tail); and SQLite has
one write lock anyway. What is left to wait for is the disk, once for everybody: a quick one is waited for in place, for a
slow one a thread waits while the loop goes on. For another program's lock nobody blocks: it is tried again a moment later.

Nearly always all turns go well, so none has a savepoint at first (they cost a tenth of a turn). When one of several does
not, the group is undone and run again, each turn in a savepoint of its own; a turn may always be run again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import monotonic, sleep
from typing import cast

from sqlalchemy import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from bot.channels import Away, Busy
from bot.store.jobs import PATIENCE, TRIES, Job, Ring, job_for, settle
from bot.store.rows import Cursor
from bot.store.rules import Rules
from bot.store.tx import Conflict, Tx

MOST = 64
"""Turns in one commit: a bound for how long the first of them waits for the last."""
AGAIN = 0.01
"""Seconds until we try again to get the write lock."""
QUICK = 0.001
"""Seconds of a commit that the event loop may wait for."""
ANEW = ("ROLLBACK", "BEGIN IMMEDIATE")
LOOKS = 16
"""One in so many commits to a slow disk is waited for in place, to see whether it is quick again."""


class Embedded:
    """Who waits, and the connection they share."""

    def __init__(
        self, connect: Callable[[], PoolProxiedConnection], dialect: Dialect, rules: Rules, ring: Ring
    ) -> None:
        self._link, self._dialect, self._rules, self._ring = connect(), dialect, rules, ring
        self._raw = cast("sqlite3.Connection", self._link.driver_connection)
        self._cursor: Cursor = self._link.cursor()
        self._cursor.execute("PRAGMA busy_timeout = 0")
        self._jobs: list[Job] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        """Where a round is under way or about to be; None: there is none."""
        self._disk = ThreadPoolExecutor(1, "disk")
        self._commits, self._pause = 0, 0.0
        self._under_way: Future[None] | None = None

    def submit(self, work: Callable[[Tx], object], *, first: bool = False) -> asyncio.Future[object]:
        job = job_for(work)
        self._jobs.insert(0 if first else len(self._jobs), job)
        if self._loop is not job.loop:
            self._loop = job.loop
            # Not in the loop's next turn but the one after it: what came from the network together is taken together.
            job.loop.call_soon(job.loop.call_soon, self._round, monotonic() + PATIENCE)
        return job.answer

    def close(self) -> None:
        self._disk.shutdown()
        until = monotonic() + PATIENCE
        while self._jobs:
            if self._begun(jobs := self._jobs[:MOST], until):
                del self._jobs[: len(jobs)]
                self._commit(jobs)
                settle(jobs, self._ring)
            else:
                sleep(AGAIN)
        self._link.close()

    def _round(self, until: float) -> None:
        """Whoever has come by now; those who come meanwhile are the next round's."""
        if self._under_way and not self._under_way.done():
            self._under_way.result()  # of another loop, which ended in the middle
        jobs = self._jobs[:MOST]
        if not jobs:  # the store was closed meanwhile, and took them along
            self._loop = None
            return
        if not self._begun(jobs, until):
            asyncio.get_running_loop().call_later(AGAIN, self._round, until)
            return
        del self._jobs[: len(jobs)]
        self._commits += 1
        if self._pause < QUICK or self._commits % LOOKS == 0:
            since = monotonic()
            self._commit(jobs)
            self._pause = (self._pause + monotonic() - since) / 2
            self._ended(jobs)
        else:
            self._under_way = self._disk.submit(self._commit, jobs)
            asyncio.wrap_future(self._under_way).add_done_callback(lambda _: self._ended(jobs))

    def _ended(self, jobs: list[Job]) -> None:
        settle(jobs, self._ring)
        if self._jobs:
            asyncio.get_running_loop().call_soon(self._round, monotonic() + PATIENCE)
        else:
            self._loop = None

    def _begun(self, jobs: list[Job], until: float) -> bool:
        """Runs the turns. False: another program has the write lock, and there is time to try again."""
        try:
            self._all("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and monotonic() < until:
                return False
            _fail(jobs, error)
            return True
        try:
            self._turns(jobs)
        except sqlite3.DatabaseError as error:
            self._lost(jobs, error)
        return True

    def _turns(self, jobs: list[Job]) -> None:
        if len(jobs) == 1:
            self._run(jobs[0], *ANEW)
        elif not all(map(self._goes_well, jobs)):
            self._all(*ANEW)
            for job in jobs:
                self._all("SAVEPOINT turn")
                self._run(job, "ROLLBACK TO turn")
                self._all("RELEASE turn")

    def _commit(self, jobs: list[Job]) -> None:
        try:
            if self._raw.in_transaction:
                self._all("COMMIT")
        except sqlite3.DatabaseError as error:
            self._lost(jobs, error)

    def _lost(self, jobs: list[Job], error: sqlite3.DatabaseError) -> None:
        """Full, unreadable: nothing of this group is kept."""
        with suppress(sqlite3.DatabaseError):  # a full disk may have ended the transaction already
            self._all("ROLLBACK")
        _fail(jobs, error)

    def _goes_well(self, job: Job) -> bool:
        """One piece of work, tried once."""
        tx = Tx(self._cursor, self._dialect, self._rules)
        try:
            job.result = job.work(tx)
        except sqlite3.OperationalError:
            raise
        except BaseException:  # noqa: BLE001 - whatever it is: it comes again in `_run`, which tells it
            return False
        job.error, job.stirred = None, tx.stirred
        return True

    def _run(self, job: Job, *undo: str) -> None:
        """One piece of work; whatever it raises is undone alone and told to its caller alone."""
        for again in range(TRIES + 1):
            tx = Tx(self._cursor, self._dialect, self._rules, again=again)
            try:
                job.result = job.work(tx)
            except sqlite3.OperationalError:
                raise
            except (Conflict, sqlite3.IntegrityError) as error:
                job.error = Busy(str(error)) if isinstance(error, Conflict) else error
            except BaseException as error:  # noqa: BLE001 - not swallowed: its caller gets it, and the others go on
                job.error = error
                self._all(*undo)
                return
            else:
                job.error, job.stirred = None, tx.stirred
                return
            self._all(*undo)

    def _all(self, *statements: str) -> None:
        for statement in statements:
            self._cursor.execute(statement)


def _fail(jobs: list[Job], error: sqlite3.DatabaseError) -> None:
    for job in jobs:
        job.error = Away(str(error))
