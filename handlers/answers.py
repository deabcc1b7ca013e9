"""What agents write in a ticket's topic: shown back first, then sent, corrected, taken back. Nothing leaves by accident."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.desk.ticket import Entry, State, Ticket
from bot.dialogue.words import Choice, In, Lines, Prompt, Said, Speech, Tongue, _, lines, n_
from bot.effects import Effects, Know, Record, Save, Say, Seen, Stand, Unsay, Wake
from bot.events import Alarm, Edited, Message, Receipt
from bot.language import detect
from handlers import cards

UNDO = timedelta(seconds=60)
"""So long an answer can be taken back."""


@dataclass(frozen=True, slots=True)
class Noting:
    """An agent is about to write a note."""

    ticket: int = 0


def whisper(seen: Seen, event: Message, words: Speech) -> Say:
    """Only the presser sees it, for a moment."""
    return Say(to=event.where, language=seen.desk.agents_language, words=Prompt(words), whisper=event.id)


def to_customer(seen: Seen, ticket: Ticket, prompt: Prompt, entry: Entry | None = None) -> Say:
    """Words for the customer, in the chat where they last were."""
    return Say(
        to=seen.person.where or ticket.where,
        language=seen.person.language,
        words=prompt,
        about=ticket.id,
        slot=f"entry.{entry.id}" if entry else "",
        files=entry.files if entry else (),
        receipt=f"entry.{entry.id}" if entry else "",
    )


def about(ticket: Ticket, words: Speech, state: State) -> Prompt:
    """Words for the customer with the button that fits the state."""
    way = Choice("reopen", _("Reopen")) if state == "solved" else Choice("solve", _("It is solved"))
    return Prompt(words, (way,), f"ticket.{ticket.id}")


# -- what agents write ---------------------------------------------------------------------------------


def wrote(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """An agent wrote in a ticket's topic: a note, an answer at once, or shown back first, as the desk wishes.

    The hint that "Reply" or "Note" gave has done its work and goes, so that the next one stands at the end again.
    """
    entry = seen.entry
    if entry and event.album and entry.album == event.album and entry.kind in ("draft", "note"):
        entry = cards.joined(entry, said)
        yield Record(entry)
        yield _preview(seen, ticket, entry) if entry.kind == "draft" else _noted(seen, ticket, entry)
        return
    yield Unsay(cards.room(ticket), "how")
    draft = cards.written(seen, event, ticket, said, kind="draft", by=cards.agent_of(event))
    if seen.dialogue and seen.dialogue.draft == Noting(ticket.id):
        yield Stand(event.where, event.who.id, None)
        yield from keep(seen, event, ticket, draft)
    elif seen.desk.answers == "at-once":
        yield from send(seen, event, ticket, draft)
    elif seen.desk.answers == "note" and not _to_customer(event, entry):
        yield from keep(seen, event, ticket, draft)
    else:
        yield Record(draft)
        yield _preview(seen, ticket, draft)


def _to_customer(event: Message, entry: Entry | None) -> bool:
    """Whether it answers what the customer wrote, the card, or the hint that "Reply" gave; not a colleague."""
    return bool(event.reply_to) and (entry is None or entry.kind == "asked")


def _preview(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    """Their words as the customer will get them, and what may become of them."""
    ways = (
        Choice("send", _("Send")),
        Choice("send-wait", _("Send + wait for customer")),
        Choice("send-solve", _("Send + solve")),
        Choice("keep", _("Keep as note")),
    )
    head = _("*{name} will read:*", name=ticket.name)
    prompt = Prompt(
        lines(head, In(seen.person.language, _face(ticket, entry, "ours")), _stray(seen, entry)),
        ways,
        f"entry.{entry.id}",
    )
    return cards.tell(seen, ticket, prompt, slot=f"entry.{entry.id}")


def _stray(seen: Seen, entry: Entry) -> Speech | None:
    """A quiet warning when the answer is in another language than the customer's."""
    theirs = seen.person.language
    if not entry.text or detect(entry.text, theirs) == theirs:
        return None
    return _("{name} writes in {language}. Send it anyway?", name=seen.person.name, language=Tongue(theirs))


def _face(ticket: Ticket, entry: Entry, state: State) -> Speech:
    """An answer as the customer gets it."""
    head = _("*{code}* · {agent} answers:", code=ticket.code, agent=entry.by)
    after = {
        "yours": _("We look forward to your answer: just write it here."),
        "solved": _("With this we call it solved. If it isn't, just answer this message."),
    }.get(state)
    files = n_("With one file.", "With {n} files.", len(entry.files)) if entry.files else None
    body = lines(head, cards.words(entry), files, between="\n")
    return Lines(tuple(p for p in (body, after, cards.link(ticket)) if p), "\n\n")


# -- what becomes of it --------------------------------------------------------------------------------


def send(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from _sent(seen, event, ticket, entry, "ours" if ticket.over else ticket.state)


def send_wait(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from _sent(seen, event, ticket, entry, "yours")


def send_solve(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from _sent(seen, event, ticket, entry, "solved")


def _sent(seen: Seen, event: Message, ticket: Ticket, entry: Entry, state: State) -> Effects:
    if entry.kind != "draft":
        yield whisper(seen, event, _("That is already done."))
        return
    agent = cards.agent_of(event)
    ticket = ticket.answer(agent, seen.now, state)
    entry = replace(entry, kind="answer", sent=seen.now)
    yield Save(ticket)
    yield Record(entry)
    if state == "solved":
        yield Know(replace(seen.person, solved=seen.now))
    yield to_customer(seen, ticket, about(ticket, _face(ticket, entry, state), state), entry)
    yield _receipt(seen, ticket, entry, _("On its way to {name}.", name=ticket.name), undo=True)
    yield cards.card(seen, ticket)
    yield Wake(seen.now + UNDO, "undo-over", f"entry.{entry.id}")


def keep(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """It stays in the team."""
    if entry.kind != "draft":
        yield whisper(seen, event, _("That is already done."))
        return
    yield Record(replace(entry, kind="note"))
    yield _noted(seen, ticket, entry)


def _noted(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    return _receipt(seen, ticket, entry, _("Kept as a note of {agent}.", agent=entry.by))


def undo(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """Takes an answer back while its minute lasts."""
    if entry.kind != "answer" or entry.sent is None or seen.now - entry.sent > UNDO:
        yield whisper(seen, event, _("Too late to take it back: it has been more than a minute."))
        return
    entry = replace(entry, kind="draft", sent=None)
    ticket = ticket.hear(seen.now)
    yield Unsay(seen.person.where or ticket.where, f"entry.{entry.id}")
    yield Save(ticket)
    yield Record(entry)
    yield _preview(seen, ticket, entry)
    yield cards.card(seen, ticket)
    yield Wake(None, "undo-over", f"entry.{entry.id}")


def _receipt(seen: Seen, ticket: Ticket, entry: Entry, word: Speech, *, undo: bool = False) -> Say:
    """The preview turns into a line that says what became of it."""
    ways = (Choice("undo", _("Undo")),) if undo else ()
    return cards.tell(
        seen,
        ticket,
        Prompt(lines(word, cards.words(entry), between="\n"), ways, f"entry.{entry.id}"),
        slot=f"entry.{entry.id}",
    )


def arrived(seen: Seen, event: Receipt) -> Effects:
    """The answer has reached the customer, or never will: the agent sees which."""
    ticket, entry = seen.ticket, seen.entry
    if ticket is None or entry is None or entry.kind != "answer":
        return
    if not event.trouble:
        fresh = entry.sent is not None and seen.now - entry.sent < UNDO
        word = _("Delivered to {name} in {door}.", name=ticket.name, door=event.where.channel.capitalize())
        yield _receipt(seen, ticket, entry, word, undo=fresh)
        return
    yield Wake(None, "undo-over", event.about)
    if event.trouble == "gone":
        word = _(
            "*Not delivered.* {name} has blocked the bot or left. You will have to reach them another way.",
            name=ticket.name,
        )
        yield _receipt(seen, ticket, entry, word)
    else:
        word = _(
            "*Not delivered to {name}:* {trouble}. Please write it again in another way.",
            name=ticket.name,
            trouble=event.trouble,
        )
        yield _receipt(seen, ticket, entry, word)


def undo_over(seen: Seen, _event: Alarm) -> Effects:
    """The minute is over: the button goes."""
    if seen.ticket and seen.entry and seen.entry.kind == "answer":
        yield _receipt(seen, seen.ticket, seen.entry, _("Sent to {name}.", name=seen.ticket.name))


def corrected(seen: Seen, event: Edited, ticket: Ticket, entry: Entry) -> Effects:
    """An agent changed what they wrote: the draft follows, and so does what was already sent."""
    entry = cards.rewritten(entry, event)
    yield Record(entry)
    if entry.kind == "draft":
        yield _preview(seen, ticket, entry)
    elif entry.kind == "note":
        yield _noted(seen, ticket, entry)
    elif entry.kind == "answer":
        # The words only: the files are there already, and one asks for no second receipt.
        words = about(ticket, _face(ticket, entry, ticket.state), ticket.state)
        yield replace(to_customer(seen, ticket, words, entry), files=(), receipt="")
        yield _receipt(seen, ticket, entry, _("Corrected for {name} too.", name=ticket.name))
