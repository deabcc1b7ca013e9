"""The morning's digest in a team's chat: what is overdue, what is due today, what nobody has, what waits longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.desk.config import Desk
from bot.desk.hours import wall
from bot.desk.mornings import next_digest
from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Speech, _, lines, n_
from bot.effects import Effects, Say, Seen, Wake
from bot.events import Address, Alarm
from bot.queries import Found, Morning
from handlers import cards
from handlers.saying import to_team

MORNING = range(4, 13)
"""A desk may open in the afternoon, and `conserje digest` is asked at any hour."""
SHOWN = 8
"""Requests in one part."""
LONGEST = 3
"""Of those that wait longest."""


def needs(event: Alarm) -> Morning:
    return Morning(team(event.about))


def team(about: str) -> Address:
    """`team.<channel>|<chat>`."""
    channel, _bar, chat = about.removeprefix("team.").partition("|")
    return Address(channel, chat)


def about(at: Address) -> str:
    return f"team.{at.channel}|{at.chat}"


def digest(seen: Seen, event: Alarm) -> Effects:
    """Its hour has come. One that is missed, since we were away, is not made up for on another day."""
    desk = seen.desk
    following = next_digest(desk.hours, desk.team.digest, seen.now)
    if following:
        yield Wake(following, event.name, event.about)
    meant = next_digest(desk.hours, desk.team.digest, event.at - timedelta.resolution)
    if meant == event.at and wall(desk.hours, seen.now).date() == wall(desk.hours, event.at).date():
        yield _said(seen, event)


def now(seen: Seen, event: Alarm) -> Effects:
    """Somebody wants it at once."""
    yield _said(seen, event)


def _said(seen: Seen, event: Alarm) -> Say:
    return to_team(seen, team(event.about), words(seen.desk, seen.found, seen.now))


def words(desk: Desk, found: Found, now: datetime) -> Speech:
    """By promise; each request stands in the first part it belongs to."""
    hello = _("Good morning!") if wall(desk.hours, now).hour in MORNING else _("Hello!")
    if not found.total:
        return _("*{hello}* Nothing waits for us.", hello=hello)
    head = n_("*{hello} One request waits for us.*", "*{hello} {n} requests wait for us.*", found.total, hello=hello)
    return lines(head, *_parts(desk, found.tickets, now))


def _parts(desk: Desk, waiting: tuple[Ticket, ...], now: datetime) -> Iterator[Speech]:
    today = wall(desk.hours, now).date()
    parts: tuple[tuple[Speech, Callable[[Ticket], bool]], ...] = (
        (_("*Overdue*"), lambda ticket: ticket.due < now),
        (_("*Due today*"), lambda ticket: wall(desk.hours, ticket.due).date() <= today),
        (_("*Nobody has it yet*"), lambda ticket: ticket.agent is None),
    )
    for head, belongs in parts:
        some = [ticket for ticket in waiting if belongs(ticket)]
        waiting = tuple(ticket for ticket in waiting if not belongs(ticket))
        yield from _part(head, some[:SHOWN], len(some) - SHOWN)
    longest = sorted(waiting, key=lambda ticket: ticket.since or ticket.opened)
    yield from _part(_("*Waiting longest*"), longest[:LONGEST], len(longest) - LONGEST)


def _part(head: Speech, some: list[Ticket], more: int) -> Iterator[Speech]:
    if some:
        rest = _("{n} more: {call}queue", n=more, call=CALL) if more > 0 else None
        yield lines(head, *map(_row, some), rest, between="\n")


def _row(ticket: Ticket) -> Speech:
    holder = cards.holder(ticket)
    by = _("*{code}* {title} · by *{due}*.", code=ticket.code, title=ticket.title, due=ticket.due)
    return lines(by, holder, cards.way(ticket), between=" ")
