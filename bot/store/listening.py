"""PostgreSQL tells every process that there is something new to send, as the transaction that wrote it commits.

It is a help, not a promise: who hears nothing still looks once a second. Through a pooler that hands connections around
(PgBouncer in transaction mode) nothing is heard; `LISTEN` needs a connection of its own.
"""

from __future__ import annotations

import asyncio
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast, get_args

from sqlalchemy.pool import PoolProxiedConnection

from bot.store.jobs import Ring
from bot.store.tx import Bell

if TYPE_CHECKING:
    import psycopg

CHANNEL = "conserje"
BELLS: frozenset[Bell] = frozenset(get_args(Bell))
PAUSE = 2.0
"""Seconds before another try when the database is away."""

log = logging.getLogger(__name__)


def told(stirred: set[Bell]) -> str:
    """The end of a transaction that others should hear of. One round trip, and heard only if it commits."""
    if not stirred:
        return "COMMIT"
    return "; ".join([*(f"NOTIFY {CHANNEL}, '{bell}'" for bell in sorted(stirred)), "COMMIT"])


class Listening:
    """A thread that hears of other processes' commits and rings our bells in the event loop that waits for them."""

    def __init__(self, connect: Callable[[], PoolProxiedConnection], driver: Any, ring: Ring) -> None:
        self._connect, self._driver, self._ring = connect, driver, ring
        self._over = threading.Event()
        self._end, self._ending = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._said = ""

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """From the first work on; a store that is opened for a look only needs no listener."""
        self._loop = loop
        self._thread.start()

    @property
    def begun(self) -> bool:
        return self._loop is not None

    def close(self) -> None:
        self._over.set()
        self._end.close()
        if self.begun:
            self._thread.join()
        self._ending.close()

    def _listen(self) -> None:
        """Says each new trouble once."""
        while not self._over.is_set():
            try:
                self._hear()
            except self._driver.Error as error:
                trouble = str(error)
                if trouble != self._said:
                    log.warning("cannot hear of other processes just now: %s", trouble)
                self._said = trouble
                self._over.wait(PAUSE)

    def _hear(self) -> None:
        borrowed = self._connect()
        connection = cast("psycopg.Connection[object]", borrowed.driver_connection)
        borrowed.detach()
        with connection, selectors.DefaultSelector() as either:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            self._said = ""
            self._rung(set(BELLS))  # what came while nobody listened
            either.register(self._ending, selectors.EVENT_READ)
            either.register(connection, selectors.EVENT_READ)
            while not self._over.is_set():
                said = {notice.payload for notice in connection.notifies(timeout=0)}
                self._rung({bell for bell in BELLS if bell in said})
                either.select()

    def _rung(self, bells: set[Bell]) -> None:
        if bells and self._loop:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._ring, bells)
