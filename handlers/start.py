"""Greeting, help, and the language we speak."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.desk.likeness import fold
from bot.dialogue.words import CALL, Answer, Choice, Prompt, Speech, Spoken, Tongue, _, lines
from bot.effects import Effects, Know, Say, Seen
from bot.events import Deleted, Edited, Filled, Joined, Message, Reacted, about_draft
from bot.i18n import languages, typed
from bot.values import replace
from handlers.labels import below
from handlers.saying import reply

LANGUAGE = "language"
AROUND = frozenset(("en", "in", "please", "por", "favor"))
"""What may stand beside a language's name."""
# A language is called by its own name, whatever the reader's.
NAMES: Mapping[str, str] = {"es": "Español", "en": "English", "fr": "Français", "pt": "Português", "ca": "Català"}


def language_of(name: str) -> str:
    """That which somebody calls so, in any of ours: "en", "English", "inglés". Empty: there is no such."""
    return _called().get(fold(name), "")


@cache
def _called() -> Mapping[str, str]:
    words = {
        fold(typed(_("{language}", language=Tongue(code)), reader)): code
        for code in languages()
        for reader in languages()
    }
    return words | {fold(NAMES.get(code, code)): code for code in languages()} | {code: code for code in languages()}


def own_name(language: str) -> Spoken:
    return Spoken({language: NAMES.get(language, language)})


def may_answer(_seen: Seen, text: str) -> bool:
    """Who writes the name of a language may answer our question for it."""
    return bool(_named(text))


def chosen(seen: Seen, text: str) -> str:
    """The language whose name they write under our question for it; else empty."""
    code = _named(text)
    return code if code and (LANGUAGE, code) in below(seen) else ""


def _named(text: str) -> str:
    """The language that is called so, and nothing more: "English", "en inglés"."""
    words = [word for word in fold(text).split() if word not in AROUND]
    return language_of(" ".join(words)) if words else ""


def greeting(seen: Seen) -> Speech:
    """Who we are; with a way out for somebody whose language we had to guess."""
    name, desk = seen.person.name, seen.desk.name
    hello = (
        _("Hello, {name}! This is {desk}. I ask a few questions, then a person takes over.", name=name, desk=desk)
        if name
        else _("Hello! This is {desk}. I ask a few questions, then a person takes over.", desk=desk)
    )
    others = " · ".join(NAMES.get(code, code) for code in languages() if code != seen.person.language)
    way = _("{others}: {call}language", others=others, call=CALL)
    return hello if seen.person.sure else lines(hello, way, between="\n")


def place(event: Message | Filled) -> str:
    """What the alarms of a conversation are about: where it stands."""
    return about_draft(event.where, event.who.id)


def as_message(event: Edited | Deleted | Filled | Reacted, answer: Answer, asked: str = "") -> Message:
    """The same as if they had said or pressed it."""
    private = event.private if isinstance(event, Edited | Deleted | Reacted) else True
    return Message(
        id=event.id, at=event.at, where=event.where, who=event.who, answer=answer, asked=asked, private=private
    )


def help_(seen: Seen, event: Message) -> Effects:
    words = lines(
        _("*What I can do*"),
        lines(
            _("{call}new opens a request: a few questions, one at a time.", call=CALL),
            _("{call}tickets shows yours, with their state and the date we promised.", call=CALL),
            _("{call}language changes the language. {call}cancel drops the request you are writing.", call=CALL),
            between="\n",
        ),
        _("To add something to an open request, just write it here: words, links or pictures."),
    )
    yield reply(seen, event, Prompt(words))


def language(seen: Seen, event: Message) -> Effects:
    choices = tuple(Choice(code, own_name(code)) for code in languages())
    yield reply(seen, event, Prompt(_("Which language shall we speak?"), choices, LANGUAGE))


def known(seen: Seen, code: str) -> Know:
    """The person chose: from now on and everywhere."""
    return Know(replace(seen.person, language=code, chosen=True))


def from_now_on(code: str) -> Speech:
    return _("We speak {language} from now on.", language=Tongue(code))


def joined(seen: Seen, event: Joined) -> Effects:
    """Added to a group: whoever sets us up needs its id, and nobody else there. What waits for the team comes with the first
    word that arrives.
    """
    if event.back and not seen.at_desk:
        return
    if event.back:
        words = _("This channel is open again: requests arrive here as before.")
    elif seen.at_desk:
        words = _("Hello! New requests arrive here, each kept apart from the others.")
    else:
        words = _(
            "Hello! To make this group the team's, set `{setting}={chat}` and start me again.",
            setting=event.setting,
            chat=event.where.chat,
        )
    only = "" if seen.at_desk else event.who.id
    yield Say(to=event.where, language=seen.desk.agents_language, words=Prompt(words), only=only)
