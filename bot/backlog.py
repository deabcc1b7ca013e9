"""`conserje outbox`: what waits, what never left and why, what was set aside; and sending it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from getpass import getuser
from typing import Concatenate, ParamSpec, TypeVar

import click
import msgspec
from sqlalchemy import Connection

from bot.channels import LOCKED_OUT, Busy, Channel
from bot.clock import now
from bot.desk.people import HOOK
from bot.events import BARRED, GONE, OUT
from bot.parts import hook, open_store, read_desk
from bot.settings import Settings, Unfit
from bot.store import backlog, trail
from bot.store.backlog import Aside, Standing, Stuck
from bot.store.fates import DESERTED
from bot.store.rows import stamp
from bot.store.store import Store
from bot.store.tx import Tx
from bot.store.written import unwritten

T = TypeVar("T")
P = ParamSpec("P")

ALL = 100_000
"""More than there ever are."""

WHY = {
    GONE: "Nobody there: they blocked the bot, left, or the account is gone. An answer goes by itself when they write again; retry anything else after that.",
    OUT: "Their workspace has taken our app out. An answer goes by itself when it is installed there again and they write; retry anything else after that.",
    DESERTED: "The team's chat is archived, or we were put out of it. It goes by itself when that is mended; see `conserje doctor`.",
    LOCKED_OUT: "Our token is not accepted. It goes by itself when that is mended; see `conserje doctor`.",
    BARRED: "The bot lacks the right to send files (Slack: files:write; Telegram: the group's permissions). `conserje doctor` says how to give it; retry this after that.",
    "no such thread": "The ticket's topic or thread could not be opened. `conserje doctor` says which right is missing.",
}
"""What the outbox notes, in an operator's words; anything else is what the platform said."""
PLATFORM = "The platform refused it in these words; trying the same again rarely helps."
TIRED = "It failed so often that nothing more was tried. When the cause is mended, retry it."


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The desk's database, beside the program that is at work on it. Raises `Unfit`."""
    hears: dict[str, Channel] = {HOOK: hook(settings)} if settings.hook_url else {}  # of an erasure, too
    store = open_store(settings, read_desk(settings.desk_path()), hears, alone=False)
    try:
        yield store
    finally:
        store.close()


def operator() -> str:
    """Whoever types a command, by the name the machine knows them by."""
    try:
        return f"{getuser()}, by command"
    except (KeyError, OSError):
        return "by command"


def report(settings: Settings, *, waiting: bool) -> None:
    """Prints how much there is, and the letters that never left (or those that wait)."""
    with opened(settings) as store:
        at = stamp(now())
        click.echo(summary(_read(store, backlog.standing, now=at)))
        for stuck in _read(store, backlog.stuck, dead=not waiting):
            click.echo(line(stuck, at))
        for aside in () if waiting else _read(store, backlog.set_aside):
            click.echo(aside_line(aside, at))


def show(settings: Settings, number: int) -> None:
    """Prints one letter: whose it is, what it says, why it did not leave, what to do. Raises `Unfit`."""
    with opened(settings) as store:
        stuck = _read(store, backlog.letter, number=number)
        if stuck is None:
            raise Unfit(f"letter {number} is not there any more, or has been sent")
        click.echo(whole(stuck, stamp(now())))


def retry(settings: Settings, numbers: tuple[int, ...]) -> None:
    """Puts letters in line again; all that never left when none is named. Raises `Unfit` for one that is none."""
    with opened(settings) as store:
        named = numbers or tuple(stuck.id for stuck in _read(store, backlog.stuck, dead=True, most=ALL))
        _each(store, named, backlog.requeue, "Letter {} is in line again.")
    if not named:
        click.echo("There is nothing to retry: every letter has left, or is on its way.")


def drop(settings: Settings, numbers: tuple[int, ...]) -> None:
    """Forgets letters for good. Raises `Unfit`."""
    with opened(settings) as store:
        _each(store, numbers, backlog.drop, "Letter {} is forgotten.")


def rerun(settings: Settings, numbers: tuple[int, ...]) -> None:
    """Takes events that were set aside through the desk once more; all of them when none is named. Raises `Unfit`."""
    with opened(settings) as store:
        found = [aside for aside in _read(store, backlog.set_aside, most=ALL) if aside.id in numbers or not numbers]
        for aside in found:
            _readable(aside)
        named = numbers or tuple(aside.id for aside in found)
        _each(store, named, backlog.rerun, "Event {} is taken once more.")
    if not named:
        click.echo("There is nothing to rerun: no event is set aside.")


def _readable(aside: Aside) -> None:
    try:
        unwritten(aside.body)
    except (msgspec.MsgspecError, KeyError) as trouble:
        raise Unfit(f"event {aside.id} was written by another release and cannot be read: {trouble}") from None


def _each(store: Store, numbers: tuple[int, ...], work: Callable[[Tx, int], bool], done: str) -> None:
    def noted(tx: Tx, number: int) -> bool:
        well = work(tx, number)
        if well:
            trail.write(tx, operator(), done.format(number))
        return well

    for number in numbers:
        if not asyncio.run(committed(store, noted, number)):
            raise Unfit(f"there is no {number} among those that could not be delivered or were set aside")
        click.echo(done.format(number))


async def committed(store: Store, work: Callable[Concatenate[Tx, P], T], *args: P.args, **values: P.kwargs) -> T:
    """What a command does in the desk's database, beside the program that is at work on it. Raises `Unfit`."""
    try:
        return await store.run(work, *args, **values)
    except Busy as busy:
        raise Unfit(f"the database is busy ({busy}); nothing was done: try again") from None


def _read(store: Store, work: Callable[Concatenate[Connection, P], T], *args: P.args, **values: P.kwargs) -> T:
    return asyncio.run(store.read(work, *args, **values))


# -- in words --------------------------------------------------------------------------------------


def summary(of: Standing) -> str:
    late = f", the oldest for {_span(of.oldest)}" if of.oldest else ""
    rows = [
        f"waiting: {of.waiting} ({_many(of.lanes, 'chat')}{late})",
        f"never left: {of.undelivered}",
        f"events set aside: {of.aside}",
        f"still to do: {_many(of.chores, 'chore')} (files to fetch, events to take once more)",
    ]
    return "\n".join(rows)


def line(stuck: Stuck, at: float) -> str:
    words = " ".join(stuck.words.split())
    return f"\n#{stuck.id}  {_whose(stuck)}  {_span(at - stuck.at)} ago, {_many(stuck.tries, 'time')} tried again: {stuck.error or 'not tried yet'}\n    {words[:100]}"


def aside_line(aside: Aside, at: float) -> str:
    return f"\nevent {aside.id}  {aside.key}  {_span(at - aside.at)} ago: {aside.error}"


def whole(stuck: Stuck, at: float) -> str:
    rows = [
        f"Letter {stuck.id} to {_whose(stuck)}, written {datetime.fromtimestamp(stuck.at, UTC):%Y-%m-%d %H:%M:%S} UTC",
        stuck.words or "(files only)",
        f"{stuck.error or 'no error'} ({_many(stuck.tries, 'time')} tried again)",
        _why(stuck, at),
    ]
    return "\n\n".join(rows)


def _why(stuck: Stuck, at: float) -> str:
    if not stuck.dead:
        when = f"It goes in {_span(stuck.opens - at)}." if stuck.opens > at else "It goes as soon as somebody works."
        known = WHY.get(stuck.error.partition(":")[0])  # of a token that is refused, Slack has words of its own
        return f"{known} {when}" if known else when
    return WHY.get(stuck.error) or (TIRED if "(" in stuck.error else PLATFORM)


def _whose(stuck: Stuck) -> str:
    channel, chat, tail = (*stuck.lane.split("|", 2), "", "")[:3]
    return f"{channel} {chat}" + (f" ticket {tail[1:]}" if tail.startswith("#") else "")


def _many(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _span(seconds: float) -> str:
    """Whole seconds below two minutes, whole minutes below two hours, and so on."""
    whole = timedelta(seconds=max(0, round(seconds)))
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if whole.total_seconds() >= 2 * size:
            return f"{int(whole.total_seconds() // size)} {name}"
    return f"{int(whole.total_seconds())} seconds"
