"""Canned answers: an agent picks one, sees it as the customer will, and sends it; or writes one for all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.desk.canned import DEEDS, MOST, PLACES, TAG, at_odds, filled, promises, unknown
from bot.desk.config import Canned, Deed
from bot.desk.fields import NAME, TAKEN
from bot.desk.promises import promised
from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Lines, Link, Prompt, Said, Speech, Spoken, Text, Tongue, _, lines
from bot.effects import Effects, Say, Seen, Stock, Unstock
from bot.events import Message
from bot.i18n import languages, typed
from bot.values import replace
from handlers import answers, cards
from handlers.draft import kinds
from handlers.noting import how
from handlers.saying import to_team, whisper

PAGE = 12
"""Canned answers that are offered at once."""
SLOT = "canned"
SAVE = frozenset({"save", "guardar"})
DROP = frozenset({"drop", "borrar"})
SPOKEN: Mapping[str, Deed] = {
    **{deed: deed for deed in DEEDS},
    "resolver": "solve",
    "esperar": "wait",
    "urgente": "urgent",
    "baja": "low",
    "mía": "mine",
}
"""What it does, as people write it."""
DOES = re.compile(r"\+(#?[\w-]+|#)\s*")


def ask(seen: Seen, event: Message, ticket: Ticket, start: int = 0, begins: str = "") -> Effects:
    """Which one? By buttons, for whoever asked alone."""
    known = [canned for canned in _known(seen) if not begins or _fits(seen, canned, begins)]
    if not known:
        yield whisper(seen, event, _none(begins)) if event.asked else _tell(seen, event, _none(begins))
        return
    choices = cards.paged([Choice(f"can.{canned.name}", canned.label) for canned in known], start, PAGE, "cans")
    prompt = Prompt(_("Which answer? You see it before it goes."), choices, ticket.key)
    yield from cards.question(seen, ticket, prompt, SLOT, only=event.who.id)


def turned(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    """The next page."""
    yield from ask(seen, event, ticket, cards.page_at(choice, "cans"))


def chosen(seen: Seen, event: Message, ticket: Ticket, choice: str) -> Effects:
    canned = next((c for c in _known(seen) if choice == f"can.{c.name}"), None)
    if canned is None:
        yield whisper(seen, event, _("That canned answer is gone."))
        return
    yield cards.unasked(ticket, SLOT)
    yield cards.unasked(ticket, how(event.who.id))
    yield from _shown(seen, event, ticket, canned)


def command(seen: Seen, event: Message, rest: str) -> Effects:
    """`/canned`, `/canned password`; `/canned save password en …`, `/canned drop password`."""
    first, more = [*rest.split(None, 1), "", ""][:2]
    if first.lower() in SAVE:
        yield from _save(seen, event, more)
    elif first.lower() in DROP:
        yield from _drop(seen, event, more.strip().lower())
    elif seen.ticket is None or seen.ticket.state == "merged":
        yield _tell(seen, event, _overview(seen))
    elif canned := _meant(seen, rest.strip()):
        yield from _shown(seen, event, seen.ticket, canned)
    else:
        yield from ask(seen, event, seen.ticket, begins=rest.strip())


def _known(seen: Seen) -> tuple[Canned, ...]:
    """Those of the desk, then those the team has added; each name once."""
    own = {canned.name for canned in seen.desk.canned}
    added = seen.found.canned
    return (*seen.desk.canned, *(canned for canned in added if canned.name not in own))


def _meant(seen: Seen, word: str) -> Canned | None:
    """The one of that name, or the only one that begins so."""
    fits = [canned for canned in _known(seen) if word and _fits(seen, canned, word)]
    return next((c for c in fits if c.name == word.lower()), fits[0] if len(fits) == 1 else None)


def _fits(seen: Seen, canned: Canned, word: str) -> bool:
    label = typed(canned.label, seen.desk.agents_language)
    return canned.name.startswith(word.lower()) or label.casefold().startswith(word.casefold())


def _none(begins: str) -> Speech:
    if begins:
        return _("No canned answer begins with “{word}”.", word=begins)
    return _("There are no canned answers yet. {call}canned save keeps one.", call=CALL)


# -- one of them -------------------------------------------------------------------------------------------


def _shown(seen: Seen, event: Message, ticket: Ticket, canned: Canned) -> Effects:
    """In the customer's language; where it has no words in that, in the desk's, which the preview says."""
    theirs, words = seen.person.language, canned.words.words
    language = next((code for code in (theirs, seen.desk.language, *words) if words.get(code)), theirs)
    due = promised(seen.desk, replace(ticket, answered=seen.now), seen.now).due
    text = filled(words.get(language, ""), _facts(seen, event, ticket, language, due))
    dated = due if promises(words.get(language, "")) else None
    unmarked = replace(event, ref="", album="")
    draft = cards.written(seen, unmarked, ticket.id, Said(text), "draft")
    yield from answers.drafted(seen, ticket, replace(draft, does=canned.does, spoken=language, dated=dated))


def _facts(seen: Seen, event: Message, ticket: Ticket, language: str, due: datetime) -> Mapping[str, str]:
    """What can be filled in, in the words of the language they stand in."""

    def said(fact: Link | Speech) -> str:
        return seen.plain(Text("{it}", {"it": fact}), language)

    return {
        "name": ticket.name,
        "number": ticket.code,
        "title": ticket.title,
        "category": next(map(said, kinds(seen.desk, ticket)), "…"),
        "link": said(Link(f"/t/{ticket.public}")),
        "promise": said(Text("{it}", {"it": due})),
        "agent": event.who.name or said(seen.desk.name),
    }


# -- written in chat -----------------------------------------------------------------------------------------


def _save(seen: Seen, event: Message, rest: str) -> Effects:
    """`password es +solve Hola, {name}: …`: one language at a time; what it had in others stays."""
    name, language, does, words = _parts(rest)
    trouble = _trouble(seen, name, language, does, words)
    if trouble:
        yield _tell(seen, event, trouble)
        return
    old = next((c for c in _known(seen) if c.name == name), None)
    there = {**(old.words.words if old else {}), language: words}
    label = Spoken(dict.fromkeys(languages(), name))
    canned = Canned(name=name, label=label, words=Spoken(there), does=does or (old.does if old else ()))
    yield Stock(canned)
    missing = tuple(code for code in languages() if code not in there)
    named = Lines(tuple(_("{language}", language=Tongue(code)) for code in missing), ", ")
    also = _("It has no words yet in {languages}.", languages=named) if missing else None
    kept = _("Kept as “{name}”: *Canned answers* on a request's card brings it.", name=name)
    yield _tell(seen, event, lines(kept, also, between=" "))


def _parts(rest: str) -> tuple[str, str, tuple[Deed, ...], str]:
    name, language, rest = [*rest.split(None, 2), "", "", ""][:3]
    does: list[Deed] = []
    while (found := DOES.match(rest)) and (deed := _deed(found[1].lower())):
        does.append(deed)
        rest = rest[found.end() :]
    return name.lower(), language.lower(), tuple(does), rest.strip()


def _deed(word: str) -> Deed | None:
    return SPOKEN.get(word) or (word if TAG.fullmatch(word) else None)


def _trouble(seen: Seen, name: str, language: str, does: tuple[Deed, ...], words: str) -> Speech | None:
    """What is wrong with it, if anything is."""
    example = _("Write it so: {call}canned save password en +solve Hello {{name}}, …", call=CALL)
    if any(canned.name == name for canned in seen.desk.canned):
        return _("“{name}” stands in desk.toml: choose another name, or change it there.", name=name)
    if not NAME.fullmatch(name) or name in TAKEN or language not in languages() or not words:
        return example
    if unheard := DOES.match(words):
        known = " ".join(f"+{word}" for word in (*SPOKEN, "#…"))
        return _("I don't know {word}: it can be {words}.", word=unheard[0].strip(), words=known)
    if len(words) > MOST:
        return _("That is too long: at most {most} letters.", most=MOST)
    if places := unknown(words):
        these, known = (" ".join(f"{{{place}}}" for place in some) for some in (places, PLACES))
        return _("Nobody can fill in {these}: it can be {known}.", these=these, known=known)
    if list(at_odds(does)) or (promises(words) and {"solve", "wait"} & set(does)):
        return _("It can either solve or wait, and have one priority; with either of the first nothing is promised.")
    return None


def _drop(seen: Seen, event: Message, name: str) -> Effects:
    if not name:
        yield _tell(seen, event, _overview(seen))
        return
    if not any(canned.name == name for canned in seen.found.canned):
        yield _tell(seen, event, _("The team has added no canned answer called “{name}”.", name=name))
        return
    yield Unstock(name)
    yield _tell(seen, event, _("“{name}” is gone.", name=name))


def _overview(seen: Seen) -> Speech:
    """All of them, by name."""
    known = _known(seen)
    if not known:
        return _none("")
    rows = (_("`{name}`: {label}", name=canned.name, label=canned.label) for canned in known)
    head = _("The canned answers by their names. *Canned answers* on a request's card brings them:")
    return lines(head, Lines(tuple(rows), "\n"))


def _tell(seen: Seen, event: Message, words: Speech) -> Say:
    """Where it was asked; in a request's room, there."""
    if seen.ticket:
        return cards.tell(seen, seen.ticket, Prompt(words))
    return to_team(seen, event.where, words)
