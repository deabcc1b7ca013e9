"""Once a week the team gets a picture of how the last one was: counted, drawn and kept here, told by the script."""

from __future__ import annotations

import asyncio
from datetime import date
from zoneinfo import ZoneInfo

from bot.desk.config import Desk
from bot.desk.numbers import WEEKS
from bot.dialogue.words import File, Speech
from bot.events import Weekly
from bot.i18n import typed
from bot.media.chart import Names, chart
from bot.media.keep import Keep
from bot.outbox.postman import Take
from bot.store.numbers import count
from bot.store.store import Store


async def tell(store: Store, keep: Keep, take: Take, monday: date) -> None:
    """How the week before that Monday was. Done twice, by this process or another, it is told once."""
    rules = store.rules
    desk, at = rules.desk, rules.now()
    quarter = await store.read(count, at=at, zone=ZoneInfo(desk.hours.zone), weeks=WEEKS)
    last = quarter.last
    if not last.numbers.opened:
        return
    drawn = await asyncio.to_thread(chart, quarter, names_of(desk))
    picture = File(f"week-{last.monday}", "photo", f"{last.monday}.png", "image/png", len(drawn))
    await keep.put(picture.id, drawn, picture.name, picture.mime)
    numbers = last.numbers
    await take(
        Weekly(
            id=f"week:{monday}",
            at=at,
            monday=last.monday,
            opened=numbers.opened,
            in_time=numbers.in_time,
            picture=picture,
        )
    )


def names_of(desk: Desk) -> Names:
    """For the team."""

    def say(speech: Speech) -> str:
        return typed(speech, desk.agents_language)

    return Names(say, desk.name, {category.name: category.label for category in desk.categories})
