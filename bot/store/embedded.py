"""SQLite: one thread writes, and commits for everybody who waits at that moment.

Turns that wait are run one after another, each in a savepoint, and committed together; everybody is answered after that
commit. Reasons for one thread instead of a pool: SQLite has one write lock anyway, and several writers wait for it in
sleeps (measured p99 350-530 ms instead of 30-50); and twenty turns share one fsync.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic

from sqlalchemy import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from bot.channels import Busy
from bot.store.jobs import PATIENCE, TRIES, Job, Ring, answer, job_for
from bot.store.rows import Cursor
from bot.store.rules import Rules
from bot.store.tx import Conflict, Tx

MOST = 64
"""Turns in one commit: a bound for how long the first of them waits for the last."""


class Embedded:
    """The writer thread and its queue."""

    def __init__(
        self, connect: Callable[[], PoolProxiedConnection], dialect: Dialect, rules: Rules, ring: Ring
    ) -> None:
        self._link, self._dialect, self._rules, self._ring = connect(), dialect, rules, ring
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Tx], object]) -> asyncio.Future[object]:
        job = job_for(work)
        self._queue.put(job)
        return job.answer

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        cursor = self._link.cursor()
        while jobs := self._gather():
            try:
                self._commit(cursor, jobs)
            except sqlite3.DatabaseError as error:  # locked, full, unreadable: nothing of this group is kept
                _undo(cursor)
                for job in jobs:
                    job.error = Busy(str(error))
            answer(jobs, self._ring)
        self._link.close()

    def _gather(self) -> list[Job]:
        """Whoever waits; empty when the store closes."""
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == MOST:
                return jobs
            try:
                job = self._queue.get_nowait()
            except Empty:
                return jobs
        if jobs:
            self._queue.put(None)  # what came before the end is still done
        return jobs

    def _commit(self, cursor: Cursor, jobs: list[Job]) -> None:
        _begin(cursor)
        if len(jobs) == 1:  # alone it needs no savepoint
            self._run(cursor, jobs[0], ("ROLLBACK", "BEGIN IMMEDIATE"))
        else:
            for job in jobs:
                cursor.execute("SAVEPOINT turn")
                self._run(cursor, job, ("ROLLBACK TO turn",))
                cursor.execute("RELEASE turn")
        cursor.execute("COMMIT")

    def _run(self, cursor: Cursor, job: Job, undo: tuple[str, ...]) -> None:
        """One piece of work; whatever it raises is undone alone and told to its caller alone."""
        for again in range(TRIES + 1):
            tx = Tx(cursor, self._dialect, self._rules, again=again)
            try:
                job.result = job.work(tx)
            except sqlite3.OperationalError:
                raise
            except (Conflict, sqlite3.IntegrityError) as error:
                job.error = Busy(str(error)) if isinstance(error, Conflict) else error
            except BaseException as error:  # noqa: BLE001 - not swallowed: its caller gets it, and this thread lives on
                job.error = error
                _all(cursor, undo)
                return
            else:
                job.error, job.stirred = None, tx.stirred
                return
            _all(cursor, undo)


def _begin(cursor: Cursor) -> None:
    """Takes the write lock. `busy_timeout` bounds one attempt; we bound them all."""
    until = monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
        else:
            return


def _undo(cursor: Cursor) -> None:
    with suppress(sqlite3.OperationalError):  # a full disk may have ended the transaction already
        cursor.execute("ROLLBACK")


def _all(cursor: Cursor, statements: tuple[str, ...]) -> None:
    for statement in statements:
        cursor.execute(statement)
