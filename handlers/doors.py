"""Doors of one person: joining another chat to theirs by a word that is good once, and parting them again."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from bot.dialogue.words import CALL, Choice, Chose, Prompt, Said, _, lines
from bot.effects import Effects, Invite, Join, Say, Seen, Unjoin
from bot.events import NOBODY, Address, Message, Posted, Receipt
from bot.values import replace
from handlers import cards, mails, standing
from handlers.labels import below, pressed
from handlers.saying import reply

HOLDS = timedelta(minutes=10)
JOIN, PART = "join", "part"
"""What the buttons under "join them?" and "part them?" ask."""
BOTH = _("Yes, both are mine")
NODS = (Choice("yes", BOTH), Choice("no", _("No")))
NAMELESS = _("somebody whose name I don't know")


def word_for(fresh: str) -> str:
    """26 letters and digits that every platform's buttons and links take: 128 bits of this turn's random word."""
    return b32encode(sha256(fresh.encode()).digest()).decode().lower()[:26]


def invite(seen: Seen, event: Message, _rest: str) -> Effects:
    """/join: a word to bring to the other chat."""
    word = word_for(seen.fresh)
    yield Invite(seen.person.id, word, seen.now + HOLDS)
    words = lines(
        _("To join another chat of yours with this one, write this word to us there, within 10 minutes:"),
        _("`join-{word}`", word=word),
        _("Then both show the same requests, and answers come to where you last wrote. Give it to nobody else."),
    )
    yield reply(seen, event, Prompt(words))


def brought(seen: Seen, event: Message, word: str) -> Effects:
    """Somebody brings a word. Nothing happens before they say that it was they who asked for it: a link with a
    stranger's word in it would hand them over to that stranger.
    """
    if seen.invited is None:
        yield from standing.again(
            seen, event, _("That word is not good any more. Ask for a new one in the other chat.")
        )
    elif seen.invited.id == seen.person.id:
        yield from standing.again(seen, event, _("This chat is joined with that one already."))
    else:
        words = lines(
            _("Join this chat with that of *{name}*?", name=seen.invited.name or NAMELESS),
            _("Whoever has one of them then sees the requests of both. Only say yes if you asked for this yourself."),
        )
        yield reply(seen, event, Prompt(words, (Choice(word, BOTH), Choice("no", _("No"))), JOIN))


def may_answer(seen: Seen, text: str) -> bool:
    """Who writes a yes or a no may mean one of our questions, also while a request is half written."""
    return bool(_nod(seen, text))


def written(seen: Seen, event: Message, text: str) -> Message | None:
    """The press that it stands for; only under the last thing we said there."""
    for asks, choice in below(seen):
        if asks in (JOIN, PART) and (choice == "no") == (_nod(seen, text) == "no"):
            return replace(event, answer=Chose(choice), asked=asks)
    return None


def heard(seen: Seen, press: Message) -> Effects:
    """What was written instead of pressed."""
    if press.asked == PART:
        return parted(replace(seen, doors=2), press)
    return answered(replace(seen, invited=next(iter(seen.found.people), None)), press)


def _nod(seen: Seen, text: str) -> str:
    said = pressed(NODS, Said(text), seen.person.language)
    return said.choice if isinstance(said, Chose) else ""


def answered(seen: Seen, event: Message) -> Effects:
    """*Yes, both are mine*, or *No*."""
    choice = event.answer.choice if isinstance(event.answer, Chose) else "no"
    if choice == "no":
        yield from standing.again(seen, event, _("All right, nothing is joined."))
        return
    if seen.invited is None or seen.invited.id == seen.person.id:
        yield from brought(seen, event, choice)
        return
    other = seen.invited
    yield Join(choice, other.id, event.where.channel, event.who.id)
    yield from standing.again(seen, event, _("Joined: from now on this is one and the same for us."))
    if other.where:
        words = _(
            "Another chat is joined with this one now: *{name}*. If that wasn't you, write {call}unjoin here at once.",
            name=event.who.name or NAMELESS,
            call=CALL,
        )
        yield Say(to=other.where, language=other.language, words=Prompt(words))


def part(seen: Seen, event: Message, _rest: str) -> Effects:
    """/unjoin: this chat by itself again."""
    if seen.doors < 2:
        yield from standing.again(seen, event, _("This chat is joined with no other."))
        return
    words = _("This chat by itself again? It keeps the requests that were opened in it.")
    yield reply(seen, event, Prompt(words, (Choice("yes", _("Yes")), Choice("no", _("No"))), PART))


def parted(seen: Seen, event: Message) -> Effects:
    match event.answer:
        case Chose("yes") if seen.doors > 1:
            yield Unjoin(seen.person.id, event.where.channel, event.who.id)
            yield from standing.again(seen, event, _("This chat is by itself again."))
        case _:
            yield from standing.again(seen, event, _("Nothing was changed."))


def at_the_page(seen: Seen, event: Posted, what: str, rest: str) -> Effects:
    """The same from the page, which has made the word itself, or names the door."""
    match what, rest.split(" "):
        case "join", [word]:
            yield Invite(event.person, word, seen.now + HOLDS)
        case "unjoin", [channel, user]:
            yield Unjoin(event.person, channel, user)


# -- when one is shut ----------------------------------------------------------------------------------


def following(seen: Seen, event: Receipt, shut: Collection[str]) -> Address | None:
    """Another chat where nobody is there any more; e-mail is the last one, whatever the trouble is."""
    chats = seen.elsewhere if event.trouble in NOBODY else ()
    return next((door for door in (*chats, *mails.at(seen)) if cards.chat_of(door) not in shut), None)
