"""The table of contents: every conversation, command, button and alarm, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import Any

from bot.desk.people import word_in
from bot.dialogue.words import CALL, Chose, Command, Prompt, Said, Text, _
from bot.effects import Effects, Say, Seen
from bot.events import (
    Alarm,
    Called,
    Deleted,
    Edited,
    Event,
    Fetched,
    Filled,
    Joined,
    Knocked,
    Left,
    Message,
    Posted,
    Reacted,
    Receipt,
    Searched,
    Visited,
    Weekly,
)
from bot.queries import Around, Asked, Issues, MyTickets, Query
from bot.values import replace
from handlers import (
    agents,
    alarms,
    baton,
    blocking,
    called,
    cards,
    delivery,
    doors,
    elsewhere,
    form,
    gathering,
    home,
    keeping,
    known,
    mails,
    meanwhile,
    merging,
    morning,
    moving,
    noting,
    numbers,
    opening,
    page,
    rating,
    searching,
    silence,
    snooze,
    standing,
    start,
    talk,
    team,
    tickets,
    which,
)
from handlers.asking import FEW_WORDS
from handlers.draft import Draft
from handlers.saying import reply

# -- conversations ---------------------------------------------------------------------------------------

DRAFTS: Mapping[str, type[Any]] = {"intake": Draft, "which": which.Loose, "note": noting.Noting, "why": rating.Why}
"""What each conversation fills; by it a stored one is read back."""

# -- commands --------------------------------------------------------------------------------------------

COMMANDS: Mapping[str, Mapping[str, Text]] = {
    "en": {
        "new": _("Open a request"),
        "tickets": _("My requests"),
        "language": _("Change the language"),
        "email": _("Answers by e-mail, too"),
        "help": _("What I can do"),
        "cancel": _("Drop the request you are writing"),
    },
    "es": {
        "nuevo": _("Open a request"),
        "misolicitudes": _("My requests"),
        "idioma": _("Change the language"),
        "correo": _("Answers by e-mail, too"),
        "ayuda": _("What I can do"),
        "cancelar": _("Drop the request you are writing"),
    },
}
"""The menu of each language. Every name works in all of them."""

TEAM_MENU: Mapping[str, Mapping[str, Text]] = {
    "en": {
        "queue": _("What waits"),
        "find": _("Find a request"),
        "new": _("Open a request for a customer"),
        "canned": _("Answers written already"),
        "known": _("Tell customers what is wrong for many"),
        "numbers": _("How we are doing"),
        "help": _("What I can do"),
    },
    "es": {
        "cola": _("What waits"),
        "buscar": _("Find a request"),
        "nuevo": _("Open a request for a customer"),
        "respuestas": _("Answers written already"),
        "conocido": _("Tell customers what is wrong for many"),
        "cifras": _("How we are doing"),
        "ayuda": _("What I can do"),
    },
}
"""The same in the team's chat."""

BY_MAIL = ("email", "correo")
"""Of no use where the desk sends no mail."""

JOIN, UNJOIN = ("join", "unir"), ("unjoin", "separar")

EVERYWHERE = (*(name for menu in COMMANDS.values() for name in menu), *JOIN, *UNJOIN)
"""What everybody may say, whether a menu names it or not."""


def _start(seen: Seen, event: Message, rest: str) -> Effects:
    word = word_in(rest)
    return doors.brought(seen, event, word) if word else opening.linked(seen, event, rest)


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


def _told_us(name: str, seen: Seen, event: Message, rest: str) -> Effects:
    """A word of ours, which somebody begins their request with: "cancel my subscription"."""
    return opening.open_new(seen, event, said=Said(f"{name} {rest}"))


ON_COMMAND: Mapping[str, Callable[[Seen, Message, str], Effects]] = {
    "start": _start,
    **dict.fromkeys(("new", "nuevo"), _new),
    **dict.fromkeys(("tickets", "misolicitudes"), _tickets),
    **dict.fromkeys(("language", "idioma"), _language),
    **dict.fromkeys(("help", "ayuda"), _help),
    **dict.fromkeys(("cancel", "cancelar"), _cancel),
    **dict.fromkeys(BY_MAIL, mails.asked),
    **{name: partial(_told_us, name) for name in (*known.COMMANDS, *searching.COMMANDS)},
    **dict.fromkeys(JOIN, doors.invite),
    **dict.fromkeys(UNJOIN, doors.part),
}

MOST_WORDS: Mapping[str, int] = {
    **dict.fromkeys(("cancel", "cancelar", *JOIN, *UNJOIN), 0),
    **dict.fromkeys(("tickets", "misolicitudes", "help", "ayuda", "language", "idioma"), 1),
    **dict.fromkeys(("queue", "cola", "numbers", "cifras"), 1),
}
"""So many may follow a command; with more, somebody tells us what is wrong."""

TEAM_COMMANDS = ("queue", "cola", "canned", "respuestas", "numbers", "cifras", *searching.COMMANDS, *known.COMMANDS)
"""For the team's chat only."""

ROOM_COMMANDS = (*TEAM_COMMANDS, "new", "nuevo")
"""For a request's room: there a new one is for its customer."""

# -- buttons of customers --------------------------------------------------------------------------------

ON_PRESS: Mapping[str, Callable[[Seen, Message], Effects]] = {
    "tickets": tickets.mine,
    "home": home.written,
    doors.JOIN: doors.answered,
    doors.PART: doors.parted,
    "known": known.answered,
    mails.ASKS: mails.pressed,
}
"""By what they ask (`Prompt.asks`), where it is no conversation, no ticket and no language."""

# -- alarms ----------------------------------------------------------------------------------------------

ON_ALARM: Mapping[str, Callable[[Seen, Alarm], Effects]] = {
    "nudge": alarms.nudge,
    "forget": alarms.forget,
    "pile": alarms.pile,
    "album": alarms.album,
    "note-over": alarms.note_over,
    "which-over": alarms.which_over,
    "why-over": alarms.why_over,
    "undo-over": delivery.undo_over,
    "promise": keeping.promise,
    "silence": silence.silence,
    "rate": rating.rate,
    "gathered": gathering.gathered,
    "known": known.spread,
    "wake": snooze.woken,
    "baton": baton.silent,
    "left": baton.left_more,
    "astray": moving.astray,
    "digest": morning.digest,
    "digest-now": morning.now,
}

ALARM_NEEDS: Mapping[str, Callable[[Alarm, Seen], Query]] = {
    **dict.fromkeys(("album", "gathered"), gathering.needs),
    **dict.fromkeys(("baton", "astray"), lambda _event, _seen: Around()),
    "left": baton.more,
    **dict.fromkeys(("digest", "digest-now"), lambda event, _seen: morning.needs(event)),
}
"""What some of them have to have looked up, …"""

FOR_EVENT: Mapping[type[Event], Callable[[Seen, Any], Query | None]] = {
    Posted: page.needs,
    Receipt: lambda seen, event: known.needs(event, seen) or delivery.needs(seen, event),
    Searched: searching.needs,
    Left: baton.needs,
}
"""… and some events."""

# -- the one door ----------------------------------------------------------------------------------------


def needs(event: Event, seen: Seen) -> Query | None:
    """What has to be looked up before the handler runs."""
    match event:
        case Message(answer=Command("queue" | "cola", rest), private=False):
            return home.queue_page(event, rest)
        case Message(answer=Command("tickets" | "misolicitudes")):
            return MyTickets()
        case Message(answer=Chose(choice), asked="tickets"):
            return MyTickets(cards.page_at(choice, "from"))
        case Message(answer=Chose("apart"), private=False):
            return merging.needs(event)
        case Message(private=False) | Edited(private=False) | Reacted(private=False):
            return known.needs(event, seen) or agents.needs(event)
        case Alarm(name=name) if needed := ALARM_NEEDS.get(name):
            return needed(event, seen)
        case Visited() | Message(asked="home"):
            return home.needs(event)
        case Posted() | Receipt() | Searched() | Left():
            return FOR_EVENT[type(event)](seen, event)
    return _to_understand(event, seen)


def _to_understand(event: Event, seen: Seen) -> Query | None:
    """What a customer's words or press may answer, and what is wrong for many."""
    query = _below(event, seen) or which.needs(event, seen)
    match known.needs(event, seen), query:
        case Issues() as issues, Asked() as asked:
            return replace(asked, issues=issues)  # one look finds both
        case None, _:
            return query
        case issues, _:
            return issues


MAY_ANSWER = (mails.may_answer, doors.may_answer, start.may_answer, rating.may_answer)


def _below(event: Event, seen: Seen) -> Asked | None:
    """Words for no request in particular, that may answer what we asked last."""
    match event:
        case Message(private=True, answer=Said(text, files=())) if seen.ticket is None:
            asks = any(may(seen, text) for may in MAY_ANSWER)
            return Asked(event.where, past=rating.in_stars(seen, text)) if asks else None
    return None


def decide(seen: Seen, event: Event) -> Effects:
    """What should happen because of an event."""
    if seen.missed:
        known = replace(seen.person, missed=())
        return chain(delivery.returned(seen), decide(replace(seen, person=known, missed=()), event))
    if isinstance(event, Message):
        return _message(seen, event)
    if isinstance(event, Filled) and blocking.is_blocked(seen):
        return blocking.turned_away(seen, event)
    if isinstance(event, Edited | Deleted) and not seen.at_desk and blocking.is_blocked(seen):
        return iter(())
    handler = ON_EVENT.get(type(event))
    return handler(seen, event) if handler else iter(())


def _message(seen: Seen, event: Message) -> Effects:
    match event:
        case _ if seen.at_desk:
            return team.at_desk(seen, event)
        case Message(private=False, answer=Command(name)) if name in ("start", *EVERYWHERE):
            return elsewhere.guest(seen, event)
        case Message(private=False):
            return elsewhere.too_late(seen, event)  # a group that is not the team's: we are a guest there
        case _ if blocking.is_blocked(seen):
            return blocking.turned_away(seen, event)
        case Message(passed_on=True):
            return talk.with_customer(seen, _as_words(event))
        case Message(answer=Command(name, rest)) if len(rest.split()) > MOST_WORDS.get(name, len(rest)):
            return _told_us(name, seen, event, rest)
        case Message(answer=Command(name, rest)):
            return ON_COMMAND.get(name, _unknown)(seen, event, rest)
        case Message(asked=asked) if handler := ON_PRESS.get(asked.partition(".")[0]):
            return handler(seen, event)
        case Message(answer=Said(text=text)):
            return _said(seen, event, text)
        case _:
            return talk.with_customer(seen, event)


def _said(seen: Seen, event: Message, text: str) -> Effects:
    if code := start.chosen(seen, text):
        return talk.speak(seen, event, code)
    if press := doors.written(seen, event, text):
        return doors.heard(seen, press)
    if below := rating.written(seen, event) or meanwhile.thanked(seen, event, standing.flow_of(seen)):
        return below
    if mails.written(seen, text):
        return mails.asked(seen, event, text)
    if mails.awaits(seen, text):
        return mails.brought(seen, event, text)
    if word := word_in(text):
        return doors.brought(seen, event, word)
    return chain(mails.guessed(seen, text), talk.with_customer(seen, event))


def _alarm(seen: Seen, event: Alarm) -> Effects:
    return ON_ALARM[event.name](seen, event) if event.name in ON_ALARM else iter(())


def _arrived(seen: Seen, event: Receipt) -> Effects:
    return known.arrived(seen, event) if event.about.startswith(known.ASKS) else delivery.arrived(seen, event)


ON_EVENT: Mapping[type[Event], Callable[[Seen, Any], Effects]] = {
    Edited: talk.edited,
    Deleted: talk.deleted,
    Reacted: agents.reacted,
    Visited: home.written,
    Filled: form.filled,
    Alarm: _alarm,
    Receipt: _arrived,
    Fetched: alarms.fetched,
    Joined: start.joined,
    Left: baton.left,
    Knocked: page.knocked,
    Posted: page.posted,
    Called: called.called,
    Weekly: numbers.weekly,
    Searched: searching.found,
}
"""All others are nobody's business here (`Moved`, `Allowed`: the store has taken note)."""


def _as_words(event: Message) -> Message:
    """A command that is none."""
    match event.answer:
        case Command(name, rest):
            return replace(event, answer=Said(f"/{name} {rest}".strip()))
    return event


def _unknown(seen: Seen, event: Message, rest: str) -> Effects:
    """With words behind it, it is what somebody tells us: "/invoice 42 did not arrive"."""
    match event.answer:
        case Command() if len(rest.split()) >= FEW_WORDS:
            yield from talk.with_customer(seen, _as_words(event))
            return
        case Command(name) if any(name in menu for menu in TEAM_MENU.values()):
            yield reply(seen, event, Prompt(_("{call}{name} works in the team's chat.", call=CALL, name=name)))
            return
    yield reply(seen, event, Prompt(_("I don't know that command. {call}help shows what I can do.", call=CALL)))


def apology(event: Event) -> Effects:
    """Said when an event could not be worked off five times: without any facts, since looking may be what fails."""
    if isinstance(event, Filled) or (isinstance(event, Message) and event.private):
        words = _(
            "Something went wrong on our side and your last message didn't get through. We have kept it, and somebody will look at it."
        )
        yield Say(to=event.where, language=event.who.locale[:2] or "es", words=Prompt(words))
