"""Looks at everything a desk needs, and says how to mend what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Finding
from bot.channels.skew import skew
from bot.clock import now
from bot.desk.calendars import days_off
from bot.desk.config import Desk
from bot.media.keep import GRAVES, Away, Keep
from bot.parts import (
    below_a_path,
    email,
    hook,
    load_holidays,
    named_teams,
    read_desk,
    slack,
    telegram,
    unreachable,
)
from bot.settings import Settings, Unfit
from bot.store.engines import NO_RIGHT, Misplaced, missing, no_database, no_room, refusal, try_to_grow
from bot.store.marks import of_others, strangers
from bot.store.schema import Newer, schema_is_current, try_to_write

if TYPE_CHECKING:
    from bot.channels.email import Email
    from bot.channels.hook import Hook
    from bot.channels.slack import Slack
    from bot.channels.telegram import Telegram

PATIENCE = 15
"""Seconds for a bucket to answer."""
LOCKED = "database is locked"
"""As SQLite says it."""
OURS = "make the user of DATABASE_URL the owner of that database and its tables, or grant it everything in its schema"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Finds the trouble of each part, in the order in which one sets them up."""
    path = settings.desk_path()
    try:
        desk = read_desk(path)
        load_holidays(desk, path, now().year)
    except Unfit as unfit:
        for line in unfit.lines:
            yield Finding(line, f"mend {path.name}; `conserje check` reads it again")
        return
    kept = f"; holidays of {', '.join(desk.hours.holidays)}" if desk.hours.holidays else ""
    yield Finding(f"{path}: {len(desk.categories)} categories{kept}")
    for finding in holidays(desk, now().year):
        yield finding
    yield _database(settings)
    yield await _files(settings)
    if wrong := await _clock(settings):
        yield wrong
    if pathed := below_a_path(settings):
        yield Finding(pathed, "give the desk a name of its own, such as https://desk.example.com")
    if not settings.telegram_bot_token and not settings.slack:
        mend = "set TELEGRAM_BOT_TOKEN to the token @BotFather gave you, or SLACK_BOT_TOKEN"
        yield Finding("no platform is set up", mend)
        return
    for line in unreachable(settings, desk):
        yield Finding(line, f"set that platform up, or name another chat as its `agents` in {path.name}")
    teams = named_teams(settings, desk)
    for name, channel in _channels(settings, desk):
        here = tuple(team.chat for team in teams if team.channel == name)
        try:
            async for finding in channel.examine(here, elsewhere=len(here) < len(teams)):
                yield finding
        finally:
            await channel.close()


async def _clock(settings: Settings) -> Finding | None:
    """By any platform that answers: they keep good time."""
    urls = {settings.slack_api_url: settings.slack, settings.telegram_api_url: settings.telegram_bot_token}
    for url in (url for url, used in urls.items() if used):
        if (off := await skew(url, now())) is None:
            continue
        minutes = abs(off) // timedelta(minutes=1)
        if minutes < 1:
            return None
        mend = "let it be set by the network (`timedatectl set-ntp true`): promises go by it, and Slack's signatures"
        return Finding(f"this machine's clock is {minutes} min {'ahead' if off > timedelta() else 'behind'}", mend)
    return None


def _channels(settings: Settings, desk: Desk) -> Iterator[tuple[str, Telegram | Slack | Email | Hook]]:
    """Slack's token may also come by OAuth: then there is none to look at."""
    if settings.telegram_bot_token:
        yield "telegram", telegram(settings, desk)
    if settings.slack_bot_token:
        yield "slack", slack(settings, desk)
    if settings.smtp_url:
        yield "email", email(settings, desk)
    if settings.hook_url:
        yield "hook", hook(settings)


def holidays(desk: Desk, year: int) -> Iterator[Finding]:
    """Whether those of the next year are known by now: a promise may be made for it any day."""
    for calendar in desk.hours.holidays:
        if days_off(calendar, year) and not days_off(calendar, year + 1):
            mend = "update the package `holidays`, or name its days as `closed` in [hours]"
            yield Finding(f"the public holidays of {calendar} in {year + 1} are not known", mend)


async def _files(settings: Settings) -> Finding:
    """Keeps one, and takes it away again; looks whose the others are."""
    url = settings.media_url
    try:
        async with asyncio.timeout(PATIENCE):
            keep = Keep.open(url)
            await keep.put("doctor", b"well", "doctor.txt", "text/plain")
            await keep.delete("doctor")
            stones = await keep.stones()
    except (Away, BaseError, OSError) as trouble:
        why = str(trouble) if isinstance(trouble, Away) else type(trouble).__name__
        mend = "let the program write there, or mend MEDIA_URL; for a bucket the AWS_* variables, too"
        return Finding(f"no file can be kept in {url} ({why})", mend)
    if others := _of_others(settings, stones):
        marks = " and ".join(f"{GRAVES}/{other}" for other in others)
        mend = f"mend DATABASE_URL or MEDIA_URL; if they are this desk's after all, remove {marks} from there"
        return Finding(f"the files in {url} are those of another database", mend)
    return Finding(f"files are kept in {url}")


def _of_others(settings: Settings, stones: tuple[str, ...]) -> tuple[str, ...]:
    try:
        url = settings.database_url.reveal()
        return of_others("", stones) if missing(url) else strangers(url, stones)
    except (SQLAlchemyError, ValueError, OSError):  # it is away: that is told by itself
        return ()


def _database(settings: Settings) -> Finding:
    url = settings.database_url.reveal()
    try:
        if path := missing(url):
            return Finding(no_database(path), "run `conserje migrate`, or name that of your desk in DATABASE_URL")
        current = schema_is_current(url)
    except Newer as newer:
        return Finding(str(newer), "install the newer release, or restore the copy you made before it")
    except Misplaced as why:
        return Finding(str(why), "mend that, or DATABASE_URL")
    except (SQLAlchemyError, ValueError, OSError) as trouble:
        if full := no_room(url):
            return _no_room(full)
        return _refused(trouble, "the database does not open", "look at DATABASE_URL")
    if not current:
        return Finding("the database is empty or old", "run `conserje migrate`")
    try:
        try_to_write(url)
    except SQLAlchemyError as trouble:
        return _refused(
            trouble, "the database takes nothing", "make room for it, or name the server that is written to"
        )
    try:
        try_to_grow(url)
    except OSError as trouble:
        return _no_room(str(trouble.strerror))
    return Finding("the database is up to date")


def _no_room(why: str) -> Finding:
    return Finding(f"the database has no room to grow ({why})", "make room on its disk")


def _refused(trouble: Exception, what: str, mend: str) -> Finding:
    error = getattr(trouble, "orig", None)
    why = str(error or "").strip().partition("\n")[0] or type(trouble).__name__
    if refusal(error) == NO_RIGHT:
        what, mend = "the database is not ours", OURS
    elif why == LOCKED:
        mend = "another program holds it, as one does that copies it: wait until that is done, or end it"
    return Finding(f"{what} ({why})", mend)
