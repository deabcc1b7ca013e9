"""PostgreSQL: a few threads, each with its own connection; each turn its own transaction."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue

from sqlalchemy import Dialect
from sqlalchemy.pool import PoolProxiedConnection

from bot.channels import Away, Busy
from bot.store.engines import PATIENT, refusal
from bot.store.jobs import PATIENCE, TRIES, Job, Ring, answer, give_up, job_for
from bot.store.listening import Listening, told
from bot.store.rows import Cursor
from bot.store.rules import Rules
from bot.store.tx import Conflict, Tx

THREADS = 4
AGAIN = {"40001", "40P01"}
"""Serialization failure, deadlock: run the turn again with fresh facts."""

BEGIN = f"BEGIN; {PATIENT}; SET LOCAL statement_timeout = '10s'"
"""One round trip."""


class Server:
    """The threads and the queue they share."""

    def __init__(
        self, connect: Callable[[], PoolProxiedConnection], dialect: Dialect, rules: Rules, ring: Ring
    ) -> None:
        self._connect, self._dialect, self._rules, self._ring = connect, dialect, rules, ring
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._driver = dialect.loaded_dbapi
        names = [f"writer-{n}" for n in range(THREADS)]
        self._threads = [threading.Thread(target=self._write, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()
        self._listening = Listening(connect, self._driver, ring)

    def submit(self, work: Callable[[Tx], object], *, first: bool = False) -> asyncio.Future[object]:  # noqa: ARG002
        job = job_for(work)
        if not self._listening.begun:
            self._listening.begin(job.loop)
        self._queue.put(job)
        job.loop.call_later(PATIENCE, give_up, job)
        return job.answer

    def close(self) -> None:
        self._listening.close()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        link: PoolProxiedConnection | None = None
        while job := self._queue.get():
            if not job.begun.acquire(blocking=False):
                continue  # its caller has been told to come again
            try:
                link = link or self._connect()
                self._run(link.cursor(), job)
            except self._driver.Error as error:
                job.error = Away(str(error)) if self._is_away(error) else error
                _drop(link)
                link = None
            answer(job, self._ring)
        _drop(link)

    def _is_away(self, error: Exception) -> bool:
        """Down, restarting, locked for too long, refusing; else it is a statement that it does not take."""
        return isinstance(error, self._driver.OperationalError) or bool(refusal(error))

    def _run(self, cursor: Cursor, job: Job) -> None:
        for again in range(TRIES + 1):
            cursor.execute(BEGIN)
            tx = Tx(cursor, self._dialect, self._rules, again=again)
            try:
                job.result = job.work(tx)
                cursor.execute(told(tx.stirred))
            except (Conflict, self._driver.Error) as error:
                if not self._once_more(job, error):
                    raise
            except BaseException as error:  # noqa: BLE001 - not swallowed: its caller gets it, and this thread lives on
                job.error = error
                cursor.execute("ROLLBACK")
                return
            else:
                job.error, job.stirred = None, tx.stirred
                return
            cursor.execute("ROLLBACK")

    def _once_more(self, job: Job, error: Exception) -> bool:
        """Whether another try may end better; what the caller hears if none does. False: the connection is no good."""
        twice = isinstance(error, self._driver.IntegrityError)
        job.error = error if twice else Busy(str(error))
        return twice or isinstance(error, Conflict) or getattr(error, "sqlstate", None) in AGAIN


def _drop(link: PoolProxiedConnection | None) -> None:
    if link is not None:
        link.invalidate()
