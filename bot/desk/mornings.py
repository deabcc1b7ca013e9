"""When the morning's digest comes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal

from bot.desk.config import Hours
from bot.desk.hours import instant, is_business_day, opening_on_wall, wall

FAR = 800
"""Days in which a business day is found, however long the desk is closed."""


def next_digest(hours: Hours, setting: time | Literal["opening", "off"], now: datetime) -> datetime | None:
    """The first one after now, in UTC; None: there is none."""
    if setting == "off":
        return None
    today = wall(hours, now).date()
    days = (today + timedelta(days=n) for n in range(FAR))
    for day in days:
        if is_business_day(hours, day):
            at = setting if isinstance(setting, time) else time.min
            shown = datetime.combine(day, at)
            comes = instant(hours, shown) if isinstance(setting, time) else opening_on_wall(hours, shown)
            if comes > now:
                return comes
    return None
