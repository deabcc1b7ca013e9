"""What is said and pressed in the team's chat, and where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Chose, Command, Prompt, Said, Speech, _
from bot.effects import Effects, Seen
from bot.events import Message
from bot.values import replace
from handlers import (
    agents,
    answers,
    behalf,
    blocking,
    canned,
    cards,
    elsewhere,
    home,
    known,
    noting,
    numbers,
    searching,
)
from handlers.saying import to_alone, to_team

UNKNOWN = _("I don't know that command, and nothing of it was kept. {call}help shows what I can do.", call=CALL)

WRITTEN: Mapping[str, Speech] = {
    "preview": _("I show it to you before it goes."),
    "at-once": _("it leaves at once, and for a minute you can press *Undo*."),
    "note": _("it stays in the team, unless you press *Reply* first or answer what the customer wrote."),
}
"""What becomes of words in a request's room, by the desk's `answers`."""


def at_desk(seen: Seen, event: Message) -> Effects:
    """Something happened in the team's chat."""
    if seen.ticket and event.who.nameless and not event.who.member:
        yield elsewhere.nameless(seen, event, seen.ticket)
        return
    if seen.ticket and seen.old_room and event.who.member and not isinstance(event.answer, Chose):
        yield elsewhere.another_topic(seen, event, seen.ticket)
    yield from _done(seen, event)


def _done(seen: Seen, event: Message) -> Effects:
    """What somebody at the desk said or pressed, whichever topic it was in."""
    match event.answer:
        case Said() | Command() if seen.ticket and event.who.member and cards.was_here(seen.ticket, event.where):
            yield from _where_it_was(seen, event, seen.ticket)
        case Chose(choice) if event.asked.startswith(known.ASKS):
            yield from known.pressed(seen, event, choice)
        case Chose(choice):
            yield from agents.press(seen, event, choice)
        case Said() if not event.who.member:
            return  # a guest, or a channel in a public group: their words go to no customer, not even for a "Send"
        case Said() as said if seen.ticket and (days := blocking.intended(seen)) is not None:
            yield from blocking.blocked(seen, event, seen.ticket, said, days)
        case Said() as said if seen.ticket and (will := noting.intended(seen, event, seen.ticket)) and will.opens:
            yield from behalf.wrote(seen, event, seen.ticket, said)
        case Said() as said if seen.ticket and (said.text.strip() or said.files):
            yield from answers.wrote(seen, event, seen.ticket, said)
        case Said() as said if said.text.strip() or said.files:
            yield from elsewhere.lost(seen, event)
        case Command(name, rest):
            yield from _called(seen, event, name, rest)


def _where_it_was(seen: Seen, event: Message, ticket: Ticket) -> Effects:
    """In the room that a request was moved out of: whatever they were about to write there, it is a note."""
    match event.answer:
        case Said() as said if said.text.strip() or said.files:
            yield from elsewhere.left_behind(seen, event, ticket, said)
        case Command(name, rest) if name in TEAMS or name in HELP:
            yield from _called(replace(seen, ticket=None), event, name, rest)
        case Command():
            yield elsewhere.told_there(seen, event, ticket, UNKNOWN)


TEAMS: Mapping[str, Callable[[Seen, Message, str], Effects]] = {
    **dict.fromkeys(("queue", "cola"), lambda seen, event, _rest: home.queue(seen, event)),
    **dict.fromkeys(("canned", "respuestas"), canned.command),
    **dict.fromkeys(("new", "nuevo"), behalf.command),
    **dict.fromkeys(("numbers", "cifras"), lambda seen, event, _rest: numbers.asked(seen, event)),
    **dict.fromkeys(searching.COMMANDS, searching.asked),
    **dict.fromkeys(known.COMMANDS, known.declare),
}
"""What may be said in the team's chat alone, by those who belong to it."""
HELP = ("help", "ayuda", "start")


def _called(seen: Seen, event: Message, name: str, rest: str) -> Effects:
    """A command in the team's chat."""
    slash = not event.ref  # no message that others see: without a word of ours nothing would have happened
    if name in TEAMS and (event.who.unsure or (slash and not event.who.member)):
        yield to_alone(seen, event, agents.not_a_member(event.who))
        yield from agents.later(event)
    elif name in TEAMS and event.who.member:
        yield from TEAMS[name](seen, event, rest)
    elif name in HELP:
        words = _(
            "New requests arrive here. Write in a request's topic or thread, or answer one of its messages: "
            "{what} {call}queue shows you alone what waits, {call}queue mine what is yours, "
            "{call}queue all everything that is open. {call}find finds any request. "
            "{call}canned lists the answers that are written already. "
            "*More*, *New request* on a card opens another request for its customer. "
            "{call}known tells customers of something that is wrong for many.",
            what=WRITTEN[seen.desk.answers],
            call=CALL,
        )
        yield to_team(seen, event.where, words)
    elif seen.ticket and event.who.member:  # elsewhere it may be another bot's; here it may have been meant as words
        yield cards.tell(seen, seen.ticket, Prompt(UNKNOWN))
