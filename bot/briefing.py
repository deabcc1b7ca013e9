"""`conserje digest`: the morning's digest of each team, printed or sent at once."""

from __future__ import annotations

import asyncio

import click

from bot.backlog import opened
from bot.channels import Busy
from bot.clock import now
from bot.events import Address
from bot.parts import named_teams
from bot.settings import Settings, Unfit
from bot.store.alarms import plant
from bot.store.finding import morning
from bot.store.rehousing import learn_homes
from bot.store.store import Store
from handlers.morning import about, words


def digest(settings: Settings, *, send: bool) -> None:
    """Prints what each team's says now, or gives it to whoever delivers. Raises `Unfit`."""
    with opened(settings) as store:
        teams = named_teams(settings, store.rules.desk)
        if not teams:
            raise Unfit("there is no team yet: set TELEGRAM_AGENTS_CHAT or SLACK_AGENTS_CHANNEL")
        asyncio.run(store.look(learn_homes))
        for team in teams:
            asyncio.run(_send(store, team) if send else _print(store, team))


async def _print(store: Store, team: Address) -> None:
    desk, limits = store.rules.desk, store.rules.limit(team.channel)
    found = await store.look(morning, at=team)
    said = store.rules.words.read_on(limits.call).plain(words(desk, found, now()), desk.agents_language)
    click.echo(f"{team.channel}:{team.chat}\n\n{said}\n")


async def _send(store: Store, team: Address) -> None:
    """By an alarm that is due: whoever is at work knows what each platform takes."""
    try:
        await store.run(plant, name="digest-now", about=about(team), at=now())
    except Busy as busy:
        raise Unfit(f"the database is busy ({busy}); nothing was sent: try again") from None
    click.echo(f"{team.channel}:{team.chat}: the desk at work sends it now.")
