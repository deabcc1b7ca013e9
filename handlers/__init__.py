"""The table of contents: every conversation, command, button and alarm, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.words import Chose, Command, Prompt, Said, Text, _
from bot.effects import Effects, MyTickets, Query, Say, Seen
from bot.events import Alarm, Deleted, Edited, Event, Fetched, Filled, Joined, Message, Moved, Reacted, Receipt, Visited
from handlers import alarms, answers, opening, start, talk, tickets
from handlers.draft import Draft
from handlers.start import reply

# -- conversations ---------------------------------------------------------------------------------------

DRAFTS: Mapping[str, type[Any]] = {"intake": Draft, "which": tickets.Loose, "note": answers.Noting}
"""What each conversation fills; by it a stored one is read back."""

# -- commands --------------------------------------------------------------------------------------------

COMMANDS: Mapping[str, Mapping[str, Text]] = {
    "en": {
        "new": _("Open a request"),
        "tickets": _("My requests"),
        "language": _("Change the language"),
        "help": _("What I can do"),
        "cancel": _("Drop the request you are writing"),
    },
    "es": {
        "nuevo": _("Open a request"),
        "misolicitudes": _("My requests"),
        "idioma": _("Change the language"),
        "ayuda": _("What I can do"),
        "cancelar": _("Drop the request you are writing"),
    },
}
"""The menu of each language. Every name works in all of them."""


def _start(seen: Seen, event: Message, rest: str) -> Effects:
    return opening.linked(seen, event, rest)


def _new(seen: Seen, event: Message, rest: str) -> Effects:
    return opening.open_new(seen, event, said=Said(rest))


def _tickets(seen: Seen, event: Message, _rest: str) -> Effects:
    return tickets.mine(seen, event)


def _language(seen: Seen, event: Message, rest: str) -> Effects:
    return talk.speak(seen, event, rest.strip().lower()) if rest.strip() else start.language(seen, event)


def _help(seen: Seen, event: Message, _rest: str) -> Effects:
    return start.help_(seen, event)


def _cancel(seen: Seen, event: Message, _rest: str) -> Effects:
    return talk.cancel(seen, event)


ON_COMMAND: Mapping[str, Callable[[Seen, Message, str], Effects]] = {
    "start": _start,
    **dict.fromkeys(("new", "nuevo"), _new),
    **dict.fromkeys(("tickets", "misolicitudes"), _tickets),
    **dict.fromkeys(("language", "idioma"), _language),
    **dict.fromkeys(("help", "ayuda"), _help),
    **dict.fromkeys(("cancel", "cancelar"), _cancel),
}

# -- alarms ----------------------------------------------------------------------------------------------

ON_ALARM: Mapping[str, Callable[[Seen, Alarm], Effects]] = {
    "nudge": alarms.nudge,
    "forget": alarms.forget,
    "album": alarms.album,
    "undo-over": answers.undo_over,
}

# -- the one door ----------------------------------------------------------------------------------------


def needs(event: Event) -> Query | None:
    """What has to be looked up before the handler runs."""
    match event:
        case Message(answer=Command("tickets" | "misolicitudes")):
            return MyTickets()
        case Message(answer=Chose(choice), asked="tickets"):
            return MyTickets(tickets.page_at(choice))
    return None


def decide(seen: Seen, event: Event) -> Effects:  # noqa: C901 - one table, read from top to bottom
    """What should happen because of an event."""
    match event:
        case Message() if seen.at_desk:
            return talk.at_desk(seen, event)
        case Message(private=False):
            return iter(())  # a group that is not the team's: we are a guest there
        case Message(answer=Command(name, rest)):
            return ON_COMMAND.get(name, _unknown)(seen, event, rest)
        case Message(asked="tickets"):
            return tickets.mine(seen, event)
        case Message():
            return talk.with_customer(seen, event)
        case Edited():
            return talk.edited(seen, event)
        case Alarm(name=name):
            return ON_ALARM[name](seen, event) if name in ON_ALARM else iter(())
        case Receipt():
            return answers.arrived(seen, event)
        case Fetched():
            return alarms.fetched(seen, event)
        case Joined():
            return start.joined(seen, event)
        case Deleted() | Reacted() | Visited() | Filled():
            return iter(())
        case Moved():
            return iter(())  # the store has taken note


def _unknown(seen: Seen, event: Message, _rest: str) -> Effects:
    yield reply(seen, event, Prompt(_("I don't know that command. /help shows what I can do.")))


def apology(event: Event) -> Effects:
    """Said when an event could not be worked off five times: without any facts, since looking may be what fails."""
    if isinstance(event, Message) and event.private:
        words = _(
            "Something went wrong on our side and your last message didn't get through. We have kept it, and somebody will look at it."
        )
        yield Say(to=event.where, language=event.who.locale[:2] or "es", words=Prompt(words))
