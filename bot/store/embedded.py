"""SQLite: the turns that wait are run one after another and committed together.

They run in the event loop's own thread. A turn holds the interpreter nearly all of its time, so a thread of its own only
made both wait for each other at every statement (a fifth of a step's CPU, and most of its latency's tail); and SQLite has
one write lock anyway. What is left to wait for is the disk, once for everybody. For another program's lock nobody
blocks: it is tried again a moment later.

Nearly always all turns go well, so none has a savepoint at first (they cost a tenth of a turn). When one does not, the
group is undone and run again, each turn in a savepoint of its own; a turn may always be run again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

from sqlalchemy import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from bot.channels import Busy
from bot.store.jobs import PATIENCE, TRIES, Job, Ring, job_for, settle
from bot.store.rows import Cursor
from bot.store.rules import Rules
from bot.store.tx import Conflict, Tx

MOST = 64
"""Turns in one commit: a bound for how long the first of them waits for the last."""
AGAIN = 0.01
"""Seconds until we try again to get the write lock."""


class Embedded:
    """Who waits, and the connection they share."""

    def __init__(
        self, connect: Callable[[], PoolProxiedConnection], dialect: Dialect, rules: Rules, ring: Ring
    ) -> None:
        self._link, self._dialect, self._rules, self._ring = connect(), dialect, rules, ring
        self._cursor: Cursor = self._link.cursor()
        self._cursor.execute("PRAGMA busy_timeout = 0")
        self._jobs: list[Job] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        """Where the next round is about to run; None: there is none."""

    def submit(self, work: Callable[[Tx], object]) -> asyncio.Future[object]:
        job = job_for(work)
        self._jobs.append(job)
        if self._loop is not job.loop:
            self._loop = job.loop
            job.loop.call_soon(self._round, monotonic() + PATIENCE)
        return job.answer

    def close(self) -> None:
        until = monotonic() + PATIENCE
        while self._jobs:
            if not self._turns(until):
                sleep(AGAIN)
        self._link.close()

    def _round(self, until: float) -> None:
        """Whoever has come by now; those who come meanwhile are the next round's."""
        loop = asyncio.get_running_loop()
        if not self._turns(until):
            loop.call_later(AGAIN, self._round, until)
        elif self._jobs:
            loop.call_soon(self._round, monotonic() + PATIENCE)
        else:
            self._loop = None

    def _turns(self, until: float) -> bool:
        """False: another program has the write lock, and there is time to try again."""
        jobs = self._jobs[:MOST]
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if monotonic() < until:
                return False
            _fail(jobs, error)
        else:
            self._commit(jobs)
        del self._jobs[: len(jobs)]
        settle(jobs, self._ring)
        return True

    def _commit(self, jobs: list[Job]) -> None:
        try:
            if len(jobs) == 1 or not all(map(self._goes_well, jobs)):
                self._all("ROLLBACK", "BEGIN IMMEDIATE")
                for job in jobs:
                    self._all("SAVEPOINT turn")
                    self._run(job)
                    self._all("RELEASE turn")
            self._all("COMMIT")
        except sqlite3.DatabaseError as error:  # full, unreadable: nothing of this group is kept
            with suppress(sqlite3.OperationalError):  # a full disk may have ended the transaction already
                self._cursor.execute("ROLLBACK")
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

    def _run(self, job: Job) -> None:
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
                self._all("ROLLBACK TO turn")
                return
            else:
                job.error, job.stirred = None, tx.stirred
                return
            self._all("ROLLBACK TO turn")

    def _all(self, *statements: str) -> None:
        for statement in statements:
            self._cursor.execute(statement)


def _fail(jobs: list[Job], error: sqlite3.DatabaseError) -> None:
    for job in jobs:
        job.error = Busy(str(error))
