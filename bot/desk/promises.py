"""When an answer is due."""

from __future__ import annotations

from datetime import datetime

from bot.desk.config import Hours
from bot.desk.hours import business_day, opening, opening_on_wall, wall


def promise(hours: Hours, asked: datetime) -> datetime:
    """The same time of day, `hours.days` business days later, in UTC: Friday 13:00 becomes Monday 13:00.

    What is asked outside opening hours counts from the next opening. Where the later day is closed at that time (it
    has other frames), the promise is for the opening that follows.
    """
    start = wall(hours, opening(hours, asked))
    due = datetime.combine(business_day(hours, start.date(), hours.days), start.time())
    return opening_on_wall(hours, due)
