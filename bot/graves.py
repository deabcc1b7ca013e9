"""What is gone stays gone: files after their owner, erased people after a copy was restored, uploads nobody refers to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

from bot.media.keep import Keep
from bot.store import erasing, trail
from bot.store.engines import flush
from bot.store.marks import mark, of_others
from bot.store.rows import stamp
from bot.store.store import Store

UNCLAIMED = timedelta(days=1)
"""An upload that no request refers to by then never will be: its process died before the desk had taken it. So it is
with what came in a chat, unless whoever sent it is still in the middle of something.
"""
AT_ONCE = 200
MONTH = timedelta(days=365.25) / 12
BREATH = 0.02
"""Seconds in which turns go on, between one person's and the next."""

log = logging.getLogger(__name__)


async def unkeep(keep: Keep, gone: Iterable[str], url: str) -> None:
    """Deletes files, and notes beside the others that somebody was erased (`erasing.STONE`). Then SQLite gives up what it
    still has of them beside its own file.
    """
    try:
        for one in gone:
            await (keep.bury(one) if one.startswith(erasing.STONE) else keep.delete(one))
    finally:
        await asyncio.to_thread(flush, url)


async def erase_again(store: Store, keep: Keep) -> int:
    """Whoever was erased after this copy of the database was made. How many there were."""
    risen = await store.look(erasing.risen, stones=await keep.stones())
    for person in risen:
        await store.run(erasing.erase, person=person)
    if risen:
        log.warning("this database is older than the erasure of %s people: erased again", len(risen))
    return len(risen)


async def tidy(store: Store, keep: Keep) -> int:
    """Uploads of a page whose request never came to be, and files of drafts that were dropped."""
    before, gone = store.rules.now() - UNCLAIMED, 0
    if await are_ours(store, keep):
        async for some in _by(AT_ONCE, keep.uploads(before)):
            gone += await drop_unknown(store, keep, some)
    else:
        log.warning("the files are those of another database: none of them is taken for lost; see `conserje doctor`")
    while left := await store.run(erasing.drop_left, before=stamp(before), most=AT_ONCE):
        gone += left
        await asyncio.sleep(BREATH)
    return gone


async def are_ours(store: Store, keep: Keep) -> bool:
    """Whose the files are stands beside them: to a database that was made today, all of another's would be nobody's."""
    stones = await keep.stones()
    mine = await store.run(mark, stones=stones)
    ours = not of_others(mine, stones)
    if ours and mine not in stones:
        await keep.bury(mine)
    return ours


async def drop_unknown(store: Store, keep: Keep, files: Iterable[str]) -> int:
    """Of these files those that nothing refers to: that of somebody who was erased while it was on its way, too."""
    gone = await store.look(erasing.unknown, files=files)
    for file in gone:
        await keep.delete(file)
    return len(gone)


async def retire(store: Store) -> None:
    """Requests that have been over for longer than they are kept, with their files; then whoever has nothing left."""
    months = store.rules.desk.life.keep
    if not months:
        return
    from bot.store import retiring  # of no use to the start

    before, requests, files, people = stamp(store.rules.now() - months * MONTH), 0, 0, 0
    while some := await store.read(retiring.due, before=before, most=AT_ONCE):
        for person in some:
            gone = await store.run(retiring.retire, person=person, before=before)
            requests, files = requests + gone.requests, files + gone.files
            await asyncio.sleep(BREATH)
    while some := await store.read(retiring.silent, before=before, now=stamp(store.rules.now()), most=AT_ONCE):
        for person in some:
            people += await store.run(retiring.forget, person=person, before=before)
            await asyncio.sleep(BREATH)
    if requests or people:
        what = f"requests: {requests}, files: {files}, people: {people}"
        log.info("no longer kept; %s", what)
        await store.run(trail.write, by="", what=f"kept no longer; {what}")


async def _by(number: int, names: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    some: list[str] = []
    async for name in names:
        some.append(name)
        if len(some) == number:
            yield some
            some = []
    if some:
        yield some
