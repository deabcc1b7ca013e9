"""Looks at everything a desk needs, and says how to mend what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.channels import Finding
from bot.clock import now
from bot.desk.config import Desk
from bot.parts import Unfit, email, load_holidays, named_teams, read_desk, slack, telegram
from bot.settings import Settings
from bot.store.schema import Newer, schema_is_current

if TYPE_CHECKING:
    from bot.channels.email import Email
    from bot.channels.slack import Slack
    from bot.channels.telegram import Telegram


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Finds the trouble of each part, in the order in which one sets them up."""
    path = settings.desk_path()
    try:
        desk = read_desk(path)
        load_holidays(desk, path.name, now().year)
    except Unfit as unfit:
        for line in unfit.lines:
            yield Finding(line, f"mend {path.name}; `conserje check` reads it again")
        return
    kept = f"; holidays of {', '.join(desk.hours.holidays)}" if desk.hours.holidays else ""
    yield Finding(f"{path}: {len(desk.categories)} categories{kept}")
    yield _database(settings)
    if not settings.telegram_bot_token and not settings.slack:
        mend = "set TELEGRAM_BOT_TOKEN to the token @BotFather gave you, or SLACK_BOT_TOKEN"
        yield Finding("no platform is set up", mend)
        return
    teams = named_teams(settings, desk)
    for name, channel in _channels(settings, desk):
        here = tuple(team.chat for team in teams if team.channel == name)
        try:
            async for finding in channel.examine(here, elsewhere=len(here) < len(teams)):
                yield finding
        finally:
            await channel.close()


def _channels(settings: Settings, desk: Desk) -> Iterator[tuple[str, Telegram | Slack | Email]]:
    """Slack's token may also come by OAuth: then there is none to look at."""
    if settings.telegram_bot_token:
        yield "telegram", telegram(settings, desk)
    if settings.slack_bot_token:
        yield "slack", slack(settings, desk)
    if settings.smtp_url:
        yield "email", email(settings, desk)


def _database(settings: Settings) -> Finding:
    try:
        current = schema_is_current(settings.database_url.reveal())
    except Newer as newer:
        return Finding(str(newer), "install the newer release, or restore the copy you made before it")
    except (SQLAlchemyError, ValueError, OSError) as trouble:
        return Finding(f"the database does not open ({type(trouble).__name__})", "look at DATABASE_URL")
    return (
        Finding("the database is up to date")
        if current
        else Finding("the database is empty or old", "run `conserje migrate`")
    )
