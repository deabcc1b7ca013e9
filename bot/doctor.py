"""Looks at everything a desk needs, and says how to mend what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy.exc import SQLAlchemyError

from bot.app import Unfit, read_desk, slack, telegram
from bot.channels import Finding
from bot.desk.config import Desk
from bot.settings import Settings
from bot.store.schema import schema_is_current


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Finds the trouble of each part, in the order in which one sets them up."""
    path = settings.desk_path()
    try:
        desk = read_desk(path)
    except Unfit as unfit:
        for line in unfit.lines:
            yield Finding(line, f"mend {path.name}; `conserje check` reads it again")
        return
    yield Finding(f"{path}: {len(desk.categories)} categories")
    yield _database(settings)
    if not settings.telegram_bot_token and not settings.slack:
        mend = "set TELEGRAM_BOT_TOKEN to the token @BotFather gave you, or SLACK_BOT_TOKEN"
        yield Finding("no platform is set up", mend)
        return
    if settings.telegram_bot_token:
        async for finding in _telegram(settings, desk):
            yield finding
    if settings.slack_bot_token:
        async for finding in _slack(settings, desk):
            yield finding


async def _telegram(settings: Settings, desk: Desk) -> AsyncIterator[Finding]:
    channel = telegram(settings, desk)
    try:
        async for finding in channel.examine(settings.telegram_agents_chat):
            yield finding
    finally:
        await channel.close()


async def _slack(settings: Settings, desk: Desk) -> AsyncIterator[Finding]:
    channel = slack(settings, desk)
    try:
        async for finding in channel.examine(settings.slack_agents_channel):
            yield finding
    finally:
        await channel.close()


def _database(settings: Settings) -> Finding:
    try:
        current = schema_is_current(settings.database_url.reveal())
    except (SQLAlchemyError, ValueError, OSError) as trouble:
        return Finding(f"the database does not open ({type(trouble).__name__})", "look at DATABASE_URL")
    return (
        Finding("the database is up to date")
        if current
        else Finding("the database is empty or old", "run `conserje migrate`")
    )
