"""The last question is answered: a ticket, a word to the customer, a card to the agents; or all of it goes to another."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.hours import opening as opening_hour
from bot.desk.hours import wall
from bot.desk.pictures import numbered
from bot.desk.promises import promised
from bot.desk.ticket import Ticket
from bot.dialogue.words import Prompt, Said, Speech, Text, _, lines
from bot.effects import Count, Effects, Know, Record, Say, Seen
from bot.events import Address, Message
from bot.i18n import typed
from bot.values import replace
from handlers import cards, gathering, tickets, which
from handlers.draft import Draft, adds_only, details, extra_row, extras, kinds, orphans, refs
from handlers.opening import OPEN_NO_MORE, open_ones, opening, over
from handlers.questions import answered
from handlers.saving import saved
from handlers.saying import reply, to_customer, whereabouts


def opened(seen: Seen, event: Message, draft: Draft) -> Effects:
    category, today = seen.desk.category(draft.category), _today(seen)
    team = (category and category.team) or seen.agents
    if team is None:
        words = _(
            "Nobody can take requests yet: the team's chat is not set up. Your answers are kept; try *Send* later."
        )
        yield Say(to=event.where, language=seen.person.language, words=Prompt(words))
        return
    if today > seen.desk.manners.daily:
        yield Count("daily.refused")
        words = _(
            "You have opened {n} requests today, as many as one person can. Your answers are kept: press *Send* "
            "tomorrow, or write to one that is open.",
            n=seen.person.today,
        )
        yield Say(to=event.where, language=seen.person.language, words=Prompt(words))
        return
    ticket = promised(seen.desk, made(seen, draft, team, event.where), seen.now)
    yield from over(event)
    yield from saved(seen, ticket)
    yield Know(replace(seen.person, requests=ticket.nth, where=event.where, day=_day(seen), today=today))
    yield Record(cards.happened(seen, ticket, event, "opened"))
    yield replace(reply(seen, event, Prompt(_confirmation(seen, ticket))), about=ticket.id)
    yield from cards.shown(seen, ticket)
    yield from _counted(draft)
    yield from _second(seen, event, draft)


def _counted(draft: Draft) -> Effects:
    for name in dict.fromkeys(draft.heeded):
        yield Count(f"{name}.heeded")
    for name in dict.fromkeys(draft.kept):
        yield Count(f"{name}.kept")


def _second(seen: Seen, event: Message, draft: Draft) -> Effects:
    """What was to become a request of its own."""
    if draft.second:
        words = _("Now the other subject.")
        begun = Draft(mine=open_ones(seen), unasked=("many",))
        yield from opening(seen, replace(event, on=""), begun, Said(draft.second), words)


def _day(seen: Seen) -> int:
    return wall(seen.desk.hours, seen.now).toordinal()


def _today(seen: Seen) -> int:
    """The how-manieth of this person today it would be."""
    return seen.person.today + 1 if seen.person.day == _day(seen) else 1


def made(seen: Seen, draft: Draft, team: Address, where: Address, like: Ticket | None = None) -> Ticket:
    """`where`: the chat of whoever has a problem; `like`: another about the same, perhaps of a category that is gone."""
    category, whole, given = seen.desk.category(draft.category), details(draft), extras(seen.desk, draft)
    asked = (*(category.questions if category else ()), *orphans(seen.desk, draft))
    files, pictures = numbered(draft.files, 0)
    return Ticket(
        id=seen.next_id,
        code=f"{seen.desk.prefix}-{seen.next_id}",
        public=seen.fresh,
        person=seen.person.id,
        name=seen.person.name,
        where=where,
        language=seen.person.language,
        agents=team,
        category=draft.category,
        subcategory=draft.subcategory,
        named=kinds(seen.desk, like) if like else seen.desk.named(draft.category, draft.subcategory),
        title=draft.title,
        details=whole.text,
        marked=whole.marked,
        urls=draft.urls,
        files=files,
        pictures=pictures,
        extras=given,
        asked=tuple(answered(q, given[q.name]) for q in asked if q.name in given),
        opened=seen.now,
        touched=seen.now,
        due=seen.now,  # `promised` says when
        priority=category.priority if category else "normal",
        nth=seen.person.requests + 1,
        earlier=seen.person.solved,
        follows=draft.follows,
        wrote=refs(draft),
    )


BUSY: Mapping[int, Text] = {
    0: _("Mondays are busy here, so it may take us until then."),
    1: _("Tuesdays are busy here, so it may take us until then."),
    2: _("Wednesdays are busy here, so it may take us until then."),
    3: _("Thursdays are busy here, so it may take us until then."),
    4: _("Fridays are busy here, so it may take us until then."),
    5: _("Saturdays are busy here, so it may take us until then."),
    6: _("Sundays are busy here, so it may take us until then."),
}


def _confirmation(seen: Seen, ticket: Ticket) -> Speech:
    """The date, and what the last weeks say of it."""
    figures, today = seen.figures, wall(seen.desk.hours, opening_hour(seen.desk.hours, seen.now)).weekday()
    kept = figures.in_time
    return lines(
        lines(
            _("*{code}* is open. You will hear from us by *{due}*.", code=ticket.code, due=ticket.due),
            BUSY[today] if today in figures.busy else None,
            _("Answered in time, last 90 days: {kept} %.", kept=kept) if kept is not None else None,
            between=" ",
        ),
        lines(_("Somebody on the team reads it, and the answer comes here."), tickets.invited(seen), between=" "),
        cards.link(ticket),
    )


def followed(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """At the page of one that was solved too long ago: another goes on from it, with their words and about the same.
    Nothing is asked there, and its chat reads of it.
    """
    draft = Draft(
        category=ticket.category,
        subcategory=ticket.subcategory,
        title=ticket.title,
        details=said.text.strip(),
        files=said.files,
        follows=ticket.code,
    )
    fresh = promised(seen.desk, made(seen, draft, ticket.agents, whereabouts(seen, ticket), ticket), seen.now)
    yield from saved(seen, fresh)
    yield Know(replace(seen.person, requests=fresh.nth, day=_day(seen), today=_today(seen)))
    yield Record(cards.happened(seen, fresh, event, "opened"))
    yield to_customer(seen, fresh, Prompt(_confirmation(seen, fresh)))
    yield from cards.shown(seen, fresh)


def joined(seen: Seen, event: Message, draft: Draft) -> Effects:
    """It was the subject of an open ticket after all: everything goes there."""
    known = which.still_open(seen, draft.mine, draft.joins)
    if known is None and adds_only(draft):
        yield from opening(seen, replace(event, on=""), replace(draft, joins=0), word=OPEN_NO_MORE)
        return
    if known is None:
        yield from opened(seen, event, replace(draft, joins=0))
        return
    yield from over(event)
    language = seen.desk.agents_language
    desk, asked = seen.desk, orphans(seen.desk, draft)
    rows = (typed(extra_row(desk, draft.category, *extra, asked), language) for extra in extras(desk, draft).items())
    text = "\n".join(part for part in (draft.title, draft.details, *rows, *draft.urls) if part)
    known = gathering.with_room(known, seen.desk.bounds.at_once)
    whole = replace(known, wrote=(*known.wrote, *refs(draft)))
    yield from tickets.add(seen, replace(event, album="", ref="", quoted=draft.quoted), whole, Said(text, draft.files))
    yield from _counted(draft)
    yield from _second(seen, event, draft)
