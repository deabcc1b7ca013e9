"""To whom something is said, and where they are."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Prompt, Speech, _
from bot.effects import Say, Seen
from bot.events import Address, Message, Searched

OUT_OF_DATE = _("That button is out of date.")
DONE_ALREADY = _("That is already done.")
PATIENCE = timedelta(minutes=10)
"""So long whoever asked for something waits for it."""


def reply(seen: Seen, event: Message, prompt: Prompt) -> Say:
    """Words for whoever wrote, where they wrote; under their own press they take the question's place."""
    return Say(to=event.where, language=seen.person.language, words=prompt, over=event.on)


def whisper(seen: Seen, event: Message, words: Speech) -> Say:
    """Only the agent who pressed sees it, for a moment."""
    return Say(to=event.where, language=seen.desk.agents_language, words=Prompt(words), whisper=event.id)


def to_team(seen: Seen, chat: Address, words: Speech) -> Say:
    """Words for all of a team, in the chat itself; those of one request belong into its room (`cards.tell`)."""
    return Say(to=chat, language=seen.desk.agents_language, words=Prompt(words))


def alone(event: Message | Searched) -> Address:
    """The chat in which whoever of the team acted is alone with us."""
    return Address(event.where.channel, event.who.id)


def to_alone(seen: Seen, event: Message | Searched, words: Speech, receipt: str = "") -> Say:
    """What whoever of the team asked for. Where it cannot go it is said in the team's chat, or they ask again: later it
    is of no use, and nobody is to send it again.
    """
    return Say(
        to=alone(event),
        language=seen.desk.agents_language,
        words=Prompt(words),
        receipt=receipt,
        until=seen.now + PATIENCE,
    )


def whereabouts(seen: Seen, ticket: Ticket) -> Address:
    """The chat where the customer last was."""
    return seen.person.where or ticket.where


def to_customer(seen: Seen, ticket: Ticket, prompt: Prompt, entry: Entry | None = None) -> Say:
    """Words for the customer, in the chat where they last were; those of an answer where that went."""
    return Say(
        to=(entry.door if entry else None) or whereabouts(seen, ticket),
        language=seen.person.language,
        words=prompt,
        about=ticket.id,
        slot=entry.key if entry else "",
        files=entry.files if entry else (),
        receipt=entry.key if entry else "",
    )
