"""What is said in a room that its request has left: for another team, for another topic, for good."""

from __future__ import annotations

from bot.desk.ticket import Ticket
from bot.dialogue.words import Chose, Prompt, Said, Speech, _, lines
from bot.effects import Effects, Record, Room, Say, Seen
from bot.events import Address, Message
from bot.values import replace
from handlers import cards
from handlers.answers import noted
from handlers.saying import whisper


def another_topic(seen: Seen, event: Message, ticket: Ticket) -> Say:
    """The same chat has another topic for it by now: what is said here is heard there."""
    words = lines(_("*{code}* goes on in another topic.", code=ticket.code), cards.way(ticket), between="\n")
    return Say(to=event.where, language=seen.desk.agents_language, words=Prompt(words), slot="left")


def left_behind(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """Written where the request no longer is: a note for those who have it now."""
    note = cards.written(seen, event, ticket.id, said, "note")
    yield Record(note)
    yield noted(seen, ticket, note)
    words = _("*{code}* goes on with another team: what is written here they get as a note.", code=ticket.code)
    yield told_there(seen, event, ticket, words)


def told_there(seen: Seen, event: Message, ticket: Ticket, words: Speech) -> Say:
    """In the room that it was moved out of."""
    return replace(cards.tell(seen, ticket, Prompt(words), "left"), to=cards.left(ticket, event.where))


def lost(seen: Seen, event: Message) -> Effects:
    """Words for a request that is not there any more, or that a copy of the database does not know: told once a day."""
    to: Address | Room
    if seen.erased:
        to, under = Room(event.where, seen.erased), ""
        words = _("This request is gone: it was erased. What is written here reaches nobody any more.")
    elif seen.lost:
        to, under = event.where, event.reply_to
        words = _(
            "I can't tell which request this belongs to, so it reaches nobody. Please write to the request itself."
        )
    else:
        return  # what they say to each other is their own business
    slot = f"lost.{seen.now:%y%m%d}.{under}"
    yield Say(to=to, language=seen.desk.agents_language, words=Prompt(words), slot=slot, under=under)


def nameless(seen: Seen, event: Message, ticket: Ticket) -> Say:
    """In the name of a channel, which belongs to nobody we could ask about: told once a day in each room."""
    words = _("I can't tell who writes here, so it reaches nobody. Please write as yourself.")
    return Say(
        to=event.where,
        language=seen.desk.agents_language,
        words=Prompt(words),
        slot=f"nameless.{seen.now:%y%m%d}.{ticket.id}",
        under=event.reply_to,
        about=ticket.id,
    )


def guest(seen: Seen, event: Message) -> Effects:
    """Called in a group that is no team's. What somebody has to tell us is not for all of it: told once a day."""
    words = _("Write to me in private, please: there I ask a few questions, and a person answers.")
    slot = f"guest.{seen.now:%y%m%d}"
    yield Say(to=event.where, language=seen.person.language, words=Prompt(words), slot=slot)


def too_late(seen: Seen, event: Message) -> Effects:
    """Said or pressed in a chat that was the team's once: nothing is done, and nobody is left to believe that it is."""
    ticket = seen.ticket
    if ticket is None or not cards.was_here(ticket, event.where):
        return
    words = _("*{code}* goes on in another chat of the team: nobody reads what is written here.", code=ticket.code)
    match event.answer:
        case Chose():
            yield whisper(seen, event, words)
        case Said():
            yield told_there(seen, event, ticket, words)
