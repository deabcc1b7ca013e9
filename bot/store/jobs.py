"""Work on its way to the database and back: from the event loop to a thread, and the answer to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from bot.store.tx import Bell, Tx

TRIES = 3
"""How often work is run again when somebody else was faster."""
PATIENCE = 1.5
"""Seconds to wait for another's lock before the caller hears `Busy` (they are promised an answer within 2)."""

Ring = Callable[[set[Bell]], None]


@dataclass(slots=True)
class Job:
    """One piece of work, and who waits for it."""

    work: Callable[[Tx], object]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[object]
    result: object = None
    error: BaseException | None = None
    stirred: set[Bell] = field(default_factory=set)


class Writing(Protocol):
    """Whoever writes: takes work, answers after the commit."""

    def submit(self, work: Callable[[Tx], object]) -> asyncio.Future[object]: ...

    def close(self) -> None:
        """Finishes what was submitted, then lets go of the database."""


def job_for(work: Callable[[Tx], object]) -> Job:
    loop = asyncio.get_running_loop()
    return Job(work, loop, loop.create_future())


def answer(jobs: Iterable[Job], ring: Ring) -> None:
    """From the thread back to each event loop: one call for everybody who waits in it."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, done in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(_settle, done, ring)


def _settle(jobs: list[Job], ring: Ring) -> None:
    bells: set[Bell] = set()
    for job in jobs:
        if job.error is None:
            bells |= job.stirred
        if job.answer.done():
            continue  # cancelled by its caller; the work is committed all the same
        if job.error is None:
            job.answer.set_result(job.result)
        else:
            job.answer.set_exception(job.error)
    if bells:
        ring(bells)
