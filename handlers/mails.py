"""E-mail, a door that only leads out: adding an address, showing that it is one's own, and the mail that says "we answered"."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from bot.desk.people import CODES, MAIL, Person, address_said, is_code, sealed
from bot.desk.ticket import Ticket
from bot.dialogue.words import CALL, Choice, Chose, Link, Prompt, Speech, _, lines
from bot.effects import Effect, Effects, Know, Prove, Say, Seen, Tried
from bot.events import LATE, Address, Message, Posted, Receipt
from bot.values import replace
from handlers.labels import below
from handlers.saying import reply

ASKS = "mail"
"""What the buttons under one's address ask."""
CODE = "code."
"""Begins what a code's letter is told by (`Receipt`): where it was asked for, and in which language."""
HOLDS = timedelta(minutes=30)
"""A code: mail may be slow."""
Done = tuple[tuple[Effect, ...], Speech]
"""What happens, and what they are told where they asked for it."""


def asked(seen: Seen, event: Message, rest: str) -> Effects:
    """/email: alone it says how things stand; with an address a code goes there; with a code the address is theirs."""
    if not seen.by_mail:
        yield reply(seen, event, Prompt(_("We send no e-mail here: answers come to this chat.")))
    elif rest.strip():
        effects, words = ordered(seen, rest)
        yield from effects
        proves = any(isinstance(effect, Prove) for effect in effects)
        yield reply(seen, event, Prompt(words, (_OTHER,) if proves else (), ASKS))
    else:
        yield reply(seen, event, standing(seen))


def may_answer(seen: Seen, text: str) -> bool:
    """Who writes an address and nothing more may answer our question for it."""
    return seen.by_mail and bool(address_said(text))


def written(seen: Seen, text: str) -> bool:
    """Whether these words are the address that we asked for last."""
    return any(asks == ASKS for asks, _choice in below(seen)) and bool(address_said(text))


def standing(seen: Seen) -> Prompt:
    """How things stand, and what may be changed."""
    person = seen.person
    if not person.mail:
        words = _("We have no e-mail address of you. With one, answers that no chat of yours takes reach you by mail.")
        return Prompt(
            lines(words, _("Write it here, and we send a code there to see that it is yours.")), (_LATER,), ASKS
        )
    each = Choice("shut", _("Only when no chat works")) if person.mails else Choice("each", _("Mail me every answer"))
    when = (
        _("A mail tells you of every answer.")
        if person.mails
        else _("A mail tells you of answers that no chat of yours takes.")
    )
    known = lines(_("Your e-mail address: {address}.", address=person.mail), when, between=" ")
    return Prompt(lines(known, _("For another one, write it here.")), (each, _REMOVE), ASKS)


_REMOVE = Choice("remove", _("Remove the address"))
_LATER = Choice("later", _("Not now"))
_OTHER = Choice("other", _("Another address"))


def pressed(seen: Seen, event: Message) -> Effects:
    """A button under one's address, or under our question for it. One that is about an address that is gone asks for it."""
    choice = event.answer.choice if isinstance(event.answer, Chose) else ""
    if choice == _OTHER.name or (choice in ("each", "shut") and not seen.person.mail):
        yield from asked(seen, event, "")
        return
    effects, words = ordered(seen, choice)
    yield from effects
    yield reply(seen, event, Prompt(words))


def brought(seen: Seen, event: Message, code: str) -> Effects:
    """Six digits, while we wait for a code."""
    effects, words = ordered(seen, code)
    yield from effects
    elsewhere = _("If it belongs to a request, write it as a reply to one of its messages.")
    missed = seen.open_tickets and not _right(seen, code)
    yield reply(seen, event, Prompt(lines(words, elsewhere if missed else None, between=" ")))


def awaits(seen: Seen, text: str) -> bool:
    """Whether these words are a code that we wait for. In the middle of something else only the right one is: six digits
    may as well be an invoice's, that a request asks for.
    """
    return _as_code(seen, text) and ((seen.dialogue is None and seen.ticket is None) or _right(seen, text))


def guessed(seen: Seen, text: str) -> Effects:
    """What is no code for us, since it is said in the middle of something else, counts as a try all the same."""
    if _as_code(seen, text):
        yield Tried(seen.person.id, right=False)


def _as_code(seen: Seen, text: str) -> bool:
    return seen.mailing is not None and seen.mailing.pending is not None and is_code(text)


def at_the_page(seen: Seen, _event: Posted, rest: str) -> Effects:
    """The same from the page, which shows by itself what came of it."""
    if seen.by_mail:
        yield from ordered(seen, rest)[0]


def ordered(seen: Seen, what: str) -> Done:
    """An address, a code, or one of the buttons."""
    person = seen.person
    if what == "remove":
        return _known(seen, mail="", mails=False, off=""), _("Your e-mail address is gone. We write to you here alone.")
    if what in ("each", "shut") and person.mail:
        words = (
            _("From now on a mail tells you of every answer.")
            if what == "each"
            else _("From now on we mail you only answers that no chat of yours takes.")
        )
        return _known(seen, mails=what == "each"), words
    if what == _LATER.name:
        return (), _("All right. Whenever you like: {call}email", call=CALL)
    if is_code(what):
        return _shown(seen, what)
    if address := address_said(what):
        return _sent(seen, address)
    return (), _("I see no e-mail address there. It should look like this: `{call}email ana@example.com`", call=CALL)


def _sent(seen: Seen, address: str) -> Done:
    """A code on its way. What is said does not tell whether anybody else has that address, or asked for it."""
    mailing = seen.mailing
    if mailing is None or mailing.today >= CODES:
        return (), _("That was the third code within a day. Please try again tomorrow.")
    code = digits(f"mail:{seen.fresh}")
    words = _("A code is on its way to {address}. Write it here within 30 minutes: six digits.", address=address)
    prove = Prove(seen.person.id, address, code, seen.now + HOLDS)
    return ((prove,) if mailing.crowded else (prove, _letter(seen, address, code))), words


def _letter(seen: Seen, address: str, code: str) -> Say:
    """Nothing that a stranger could have written stands in it."""
    words = lines(
        _("Your code: {code}", code=code),
        _("Somebody, most likely you, wants answers of {desk} to come to this address.", desk=seen.desk.name),
        _("If that was you, write this code where you asked for it, within 30 minutes: *{code}*", code=code),
        _("If that wasn't you, do nothing: without the code nothing comes here."),
    )
    return Say(
        to=Address(MAIL, address),
        language=seen.person.language,
        words=Prompt(words),
        receipt=_asked_by(seen.person),
        until=seen.now + HOLDS,
    )


def _asked_by(person: Person) -> str:
    at = person.where
    return f"{CODE}{at.channel}|{at.chat}|{at.thread}|{person.language}" if at else ""


def unsent(_seen: Seen, event: Receipt) -> Effects:
    """A code that will never arrive: whoever waits for it is told where they are."""
    channel, chat, thread, language = event.about.removeprefix(CODE).split("|")
    address = event.where.chat
    words = _(
        "The mail with your code did not reach {address}. Please look whether that is how it is written, or take another one.",
        address=address,
    )
    if event.trouble == LATE:
        words = _(
            "The mail with your code could not leave for {address} in time; that was our fault. For a new code: `{call}email {address}`",
            address=address,
            call=CALL,
        )
    yield Say(to=Address(channel, chat, thread), language=language, words=Prompt(words))


def _shown(seen: Seen, code: str) -> Done:
    """They bring a code: the right one makes the address theirs."""
    pending = seen.mailing.pending if seen.mailing else None
    if pending is None:
        return (), _("That code is not good any more. Ask for a new one: `{call}email ana@example.com`", call=CALL)
    if not _right(seen, code):
        words = (
            _("That is not the code. Please look again.")
            if pending.left > 1
            else _("That is not the code either, so it is void now. You can ask for a new one.")
        )
        return (Tried(seen.person.id, right=False),), words
    known = _known(seen, mail=pending.address, off=_word(seen.fresh))
    return (Tried(seen.person.id, right=True), *known), lines(
        _("{address} is yours: answers that no chat of yours takes reach you there.", address=pending.address),
        _("For a mail about every answer, or to remove it: {call}email", call=CALL),
    )


def _known(seen: Seen, **facts: str | bool) -> tuple[Know, ...]:
    return (Know(replace(seen.person, **facts)),)  # type: ignore[arg-type]  # each is a field of that type


def _right(seen: Seen, code: str) -> bool:
    pending = seen.mailing.pending if seen.mailing else None
    return pending is not None and pending.code == sealed(seen.person.id, "".join(code.split()))


def digits(fresh: str) -> str:
    """Six of them, out of this turn's random word."""
    return f"{int.from_bytes(sha256(fresh.encode()).digest()[:8]) % 1_000_000:06}"


def _word(fresh: str) -> str:
    """Of this turn's random word: 96 bits, 32 letters."""
    return sha256(f"off:{fresh}".encode()).hexdigest()[:32]


# -- what it is for ------------------------------------------------------------------------------------


def wanted(seen: Seen) -> bool:
    """They want a mail for every answer."""
    return seen.person.mails and bool(at(seen))


def at(seen: Seen) -> tuple[Address, ...]:
    """Where mail reaches them."""
    return (Address(MAIL, seen.person.mail),) if seen.by_mail and seen.person.mail else ()


def told(seen: Seen, ticket: Ticket, receipt: str = "") -> Say:
    """That an answer is there, and where. Not the answer: mail is read by others on its way."""
    words = lines(
        _("{code}: we have answered you", code=ticket.code),
        _hello(seen),
        _(
            "There is an answer to your request *{code} · {title}*. You can read it here:",
            code=ticket.code,
            title=ticket.title,
        ),
        _("{link}", link=Link(f"/t/{ticket.public}")),
        _(
            "Please do not answer this mail, nobody reads it: go on in the ticket, or in the chat where you write to us."
        ),
        _no_more(seen),
    )
    return replace(_mail(seen, words), about=ticket.id, receipt=receipt)


def news(seen: Seen, words: Speech) -> Say:
    """What is no secret of theirs, said whole."""
    nobody = _("Please do not answer this mail, nobody reads it: write to us in a chat.")
    return _mail(seen, lines(words, _hello(seen), words, nobody, _no_more(seen)))


def _hello(seen: Seen) -> Speech:
    return _("Hello, {name}:", name=seen.person.name) if seen.person.name else _("Hello:")


def _no_more(seen: Seen) -> Speech:
    return _("No more of these mails: {link}", link=Link(_off(seen)))


def _off(seen: Seen) -> str:
    return f"/mail/{seen.person.off}"


def _mail(seen: Seen, words: Speech) -> Say:
    to = Address(MAIL, seen.person.mail)
    return Say(to=to, language=seen.person.language, words=Prompt(words), off=_off(seen))


def bounced(seen: Seen, address: str) -> Effects:
    """Nobody is at their address: it is no door any more."""
    if seen.person.mail == address:
        yield from _known(seen, mail="", mails=False, off="")
