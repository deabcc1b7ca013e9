"""PostgreSQL: a few threads, each with its own connection; each turn its own transaction."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import ModuleType
from typing import Protocol

from sqlalchemy import Dialect

from bot.channels import Busy
from bot.store.jobs import TRIES, Job, Ring, answer, job_for
from bot.store.prepared import Cursor
from bot.store.rules import Rules
from bot.store.tx import Conflict, Tx

THREADS = 4
AGAIN = {"40001", "40P01", "23505"}
"""Serialization failure, deadlock, somebody else inserted it: run the turn again with fresh facts."""

# One round trip. LOCAL, so that nothing sticks to a connection that a pooler hands to somebody else.
BEGIN = "BEGIN; SET LOCAL lock_timeout = '1500ms'; SET LOCAL statement_timeout = '10s'"


class Link(Protocol):
    """What we use of psycopg's connection, in autocommit: BEGIN and COMMIT are said by us."""

    def cursor(self) -> Cursor: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class Server:
    """The threads and the queue they share."""

    def __init__(self, connect: Callable[[], Link], dialect: Dialect, rules: Rules, ring: Ring) -> None:
        self._connect, self._dialect, self._rules, self._ring = connect, dialect, rules, ring
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._driver: ModuleType = dialect.loaded_dbapi
        names = [f"writer-{n}" for n in range(THREADS)]
        self._threads = [threading.Thread(target=self._write, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[Tx], object]) -> asyncio.Future[object]:
        job = job_for(work)
        self._queue.put(job)
        return job.answer

    def close(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        link: Link | None = None
        while job := self._queue.get():
            try:
                link = link or self._connect()
                self._run(link.cursor(), job)
            except self._driver.OperationalError as error:  # down, restarting, locked for too long
                job.error = Busy(str(error))
                link = _dropped(link)
            answer((job,), self._ring)
        _dropped(link)

    def _run(self, cursor: Cursor, job: Job) -> None:
        for again in range(TRIES + 1):
            cursor.execute(BEGIN, None)
            tx = Tx(cursor, self._dialect, self._rules, again=again)
            try:
                job.result = job.work(tx)
                cursor.execute("COMMIT", None)
            except Conflict as error:
                job.error = Busy(str(error))
            except self._driver.Error as error:
                if error.sqlstate not in AGAIN and isinstance(error, self._driver.OperationalError):
                    raise
                job.error = error if error.sqlstate == "23505" else Busy(str(error))
                if error.sqlstate not in AGAIN:
                    job.error = error
                    again = TRIES  # noqa: PLW2901
            except BaseException as error:  # noqa: BLE001 - not swallowed: its caller gets it, and this thread lives on
                job.error = error
                cursor.execute("ROLLBACK", None)
                return
            else:
                job.error, job.stirred = None, tx.stirred
                return
            cursor.execute("ROLLBACK", None)


def _dropped(link: Link | None) -> None:
    if link is not None:
        link.close()
