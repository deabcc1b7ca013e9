"""Work on its way to the database, and the answer on its way back to whoever waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from msgspec import Struct, field

from bot.channels import Busy
from bot.store.tx import Bell, Tx

TRIES = 3
"""How often work is run again when somebody else was faster."""
PATIENCE = 1.5
"""Seconds to wait for another's lock before the caller hears `Busy` (they are promised an answer within 2)."""

Ring = Callable[[set[Bell]], None]


class Job(Struct):
    """One piece of work, and who waits for it."""

    work: Callable[[Tx], object]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[object]
    begun: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever does it, or has given it up."""
    result: object = None
    error: BaseException | None = None
    stirred: set[Bell] = field(default_factory=set)


class Writing(Protocol):
    """Whoever writes: takes work, answers after the commit."""

    def submit(self, work: Callable[[Tx], object], *, first: bool = False) -> asyncio.Future[object]:
        """`first`: before all that waits, where work waits in line."""

    def close(self) -> None:
        """Finishes what was submitted, then lets go of the database."""


def job_for(work: Callable[[Tx], object]) -> Job:
    loop = asyncio.get_running_loop()
    return Job(work, loop, loop.create_future())


def give_up(job: Job) -> None:
    """In the event loop: nobody has begun with it in time. It will not be done, so whoever waits may come again."""
    if not job.answer.done() and job.begun.acquire(blocking=False):
        job.answer.set_exception(Busy("every connection is taken"))


def answer(job: Job, ring: Ring) -> None:
    """From a thread back to the event loop."""
    with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
        job.loop.call_soon_threadsafe(settle, (job,), ring)


def settle(jobs: Sequence[Job], ring: Ring) -> None:
    """In the event loop: everybody hears what came of their work, and then whoever has new work because of it."""
    bells: set[Bell] = set()
    for job in jobs:
        if job.error is None:
            bells |= job.stirred
        if job.answer.done():
            continue  # cancelled by its caller; the work is committed all the same
        with suppress(RuntimeError):  # the loop was closed meanwhile
            _tell(job)
    if bells:
        ring(bells)


def _tell(job: Job) -> None:
    if job.error is None:
        job.answer.set_result(job.result)
    else:
        job.answer.set_exception(job.error)
