"""What agents write in a ticket's topic: shown back first, then sent, corrected, taken back. Nothing leaves by accident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.desk.pictures import bare
from bot.desk.promises import promised, replied
from bot.desk.ticket import Entry, State, Ticket
from bot.dialogue.words import Choice, In, Lines, Prompt, Said, Speech, Text, Tongue, _, lines, n_
from bot.dialogue.writing import PASSED_ON
from bot.effects import Effects, Know, Record, Room, Say, Seen, Stand, Unsay, Wake
from bot.events import Alarm, Caller, Message
from bot.language import detect
from bot.links import without_links
from bot.values import replace
from handlers import beside, cards, deeds, noting, sketch
from handlers.fates import fate
from handlers.pieces import PIECE, SETTLE
from handlers.saving import saved
from handlers.saying import DONE_ALREADY, to_customer, whereabouts, whisper
from handlers.start import place

UNDO = timedelta(seconds=60)
"""So long an answer can be taken back."""


def asked(seen: Seen, ticket: Ticket) -> Ticket:
    """We have just asked the customer for something: what they write below it is for this one."""
    return replace(ticket, spoke=(whereabouts(seen, ticket), seen.now, True))


def looking(ticket: Ticket) -> Speech:
    """Who has it now. A platform may not have told their name."""
    if not ticket.holder:
        return _("Somebody of the team is looking at *{code}*.", code=ticket.code)
    return _("{agent} is looking at *{code}*.", agent=ticket.holder, code=ticket.code)


def about(ticket: Ticket, words: Speech, state: State) -> Prompt:
    """Words for the customer with the button that fits the state."""
    way = Choice("reopen", _("Reopen")) if state == "solved" else cards.SOLVED
    return Prompt(words, (way,), ticket.key)


def answered(seen: Seen, ticket: Ticket, entry: Entry, state: State) -> Prompt:
    """An answer as the customer gets it. Who is blocked is asked for nothing that would not be taken."""
    if seen.person.is_blocked(seen.now):
        return Prompt(face(ticket, entry, _("With this we call it solved.") if state == "solved" else None))
    after = AFTER.get(state)
    if entry.came == "solved" and state == "ours" and seen.now < ticket.due:  # else it is said once more, and late
        after = _("It is open again: you will hear from us by *{due}*.", due=ticket.due)
    return about(ticket, face(ticket, entry, after), state)


# -- what agents write ---------------------------------------------------------------------------------


def wrote(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects:
    """An agent wrote in a ticket's topic: a note, an answer at once, or shown back first, as the desk wishes.

    The hint that "Reply" or "Note" gave has done its work and goes, so that the next one stands at the end again.
    """
    entry = seen.entry
    if (more := one_more(seen, event, ticket, said)) is not None:
        yield from more
        return
    yield cards.unasked(ticket, noting.how(event.who.id))
    draft = cards.written(seen, event, ticket.id, said, "draft")
    draft = replace(draft, quoted=event.quoted if _knows(seen, ticket, event.quoted) else "")
    intends = noting.intended(seen, event, ticket)
    draft = replace(draft, does=intends.does) if intends else draft
    if intends and not intends.reply and len(said.text) >= PIECE:
        yield Stand(event.where, event.who.id, noting.stands(replace(intends, begun=event.at)))
    elif intends:
        yield Stand(event.where, event.who.id, None)
        yield Wake(None, "note-over", place(event))
    if intends and not intends.reply:
        yield from keep(seen, event, ticket, draft)
    elif seen.desk.answers == "at-once" and not draft.does and not cards.is_nameless(draft):
        yield from gathered(seen, draft) if _in_pieces(seen, draft) else send(seen, event, ticket, draft)
    elif seen.desk.answers == "note" and not intends and not (entry and entry.kind == "asked"):
        yield from keep(seen, event, ticket, draft)
    else:
        yield from drafted(seen, ticket, draft)


def _knows(seen: Seen, ticket: Ticket, quoted: str) -> bool:
    """Whether its customer has read or written these words: no note goes to them in a quotation, no line of the card about
    them, and nothing of another request. Nor the name of whoever wrote what an agent passes on: from whom the team has
    its words is no customer's business.
    """
    if quoted.startswith(PASSED_ON):
        return False
    lines_ = (seen.entry, *seen.found.entries)
    told = (e.text for e in lines_ if e and e.ticket == ticket.id and e.kind in ("asked", "answer") and not e.gone)
    return any(quoted.rstrip("…") in " ".join(text.split()) for text in (ticket.title, ticket.details, *told))


def one_more(seen: Seen, event: Message, ticket: Ticket, said: Said) -> Effects | None:
    """Of an album whose first is here already; None: it is no such thing."""
    entry = seen.entry
    if entry is None or not event.album or entry.album != event.album or entry.kind not in ("draft", "note"):
        return None
    more = Record(entry := cards.joined(entry, said))
    if entry.kind == "note":
        return iter((more, noted(seen, ticket, entry)))
    return iter((more,) if _is_gathered(seen, entry) else (more, preview(seen, ticket, entry)))


def _in_pieces(seen: Seen, draft: Entry) -> bool:
    """Whether it is an album, or stands below one that is still coming in, or below what waits for that."""
    mine = (e for e in seen.found.entries if e.kind == "draft" and e.by_id == draft.by_id)
    return bool(draft.album) or any(_is_gathered(seen, entry) for entry in mine)


def gathered(seen: Seen, draft: Entry) -> Effects:
    """An album that is to leave at once does so when it is all there; and then what was written below it."""
    yield Record(draft)
    yield Wake(seen.now + SETTLE, "album", draft.key)


def _is_gathered(seen: Seen, entry: Entry) -> bool:
    shown = entry.does or entry.opens or cards.is_nameless(entry)
    return seen.desk.answers == "at-once" and not shown and seen.now - entry.at <= SETTLE


def all_there(seen: Seen, event: Alarm, ticket: Ticket, entry: Entry) -> Effects:
    """The album is: it leaves as its author wrote it."""
    where, who = entry.origin or ticket.agents, Caller(cards.writer_of(entry), entry.by)
    message = Message(id=event.id, at=event.at, where=where, who=who, answer=Said(entry.text), private=False)
    yield from send(seen, message, ticket, entry)


def drafted(seen: Seen, ticket: Ticket, draft: Entry) -> Effects:
    """Shown back first; colleagues who are about to answer, too, learn of it on their own previews."""
    yield Record(draft)
    yield preview(seen, ticket, draft)
    if beside.first(seen, draft):
        there = replace(seen, found=replace(seen.found, entries=(draft, *seen.found.entries)))
        for other in beside.drafting(seen, draft):
            yield preview(there, ticket, other)


def preview(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    """Their words as the customer will get them, and what may become of them: for their eyes alone."""
    if entry.opens:
        return _alone(seen, ticket, entry, sketch.preview(ticket, entry, seen.person.language))
    ways = (
        *deeds.way(entry),
        Choice("send", _("Send")),
        Choice("send-wait", _("Send + wait for customer")),
        Choice("send-solve", _("Send + solve")),
        *((Choice("edit", _("Edit")),) if entry.spoken else ()),
        Choice("keep", _("Keep as note")),
    )
    head = _("*{name} will read:*", name=ticket.name)
    theirs = In(seen.person.language, face(ticket, entry))
    unsigned = _("You write as the group: whoever presses *Send* signs it.") if cards.is_nameless(entry) else None
    prompt = Prompt(
        lines(head, theirs, unsigned, _opens(ticket), _stray(seen, entry), beside.word(seen, entry)), ways, entry.key
    )
    return _alone(seen, ticket, entry, prompt)


def _alone(seen: Seen, ticket: Ticket, entry: Entry, prompt: Prompt) -> Say:
    """For whoever wrote it, in its place."""
    say = cards.tell(seen, ticket, prompt, slot=entry.key)
    return replace(say, to=its_room(ticket, entry), only=cards.writer_of(entry))


def its_room(ticket: Ticket, entry: Entry) -> Room:
    """Where its preview stands, also when the request it was written for has been merged into this one. A note is for
    those who have the request.
    """
    if entry.ticket == ticket.id or entry.origin is None or entry.kind == "note":
        return cards.room(ticket)
    return Room(cards.here(entry.origin), entry.ticket)


def _opens(ticket: Ticket) -> Speech | None:
    """What is easily overlooked: who is thanked and answers "you are welcome" makes a promise by it."""
    return _("It is solved: *Send* opens it again, *Send + solve* does not.") if ticket.over else None


def _stray(seen: Seen, entry: Entry) -> Speech | None:
    """A quiet warning when the answer is in another language than the customer's."""
    theirs = seen.person.language
    if entry.spoken and entry.spoken != theirs:
        return _(
            "{name} reads {theirs}, and these words are in {ours}. Send them anyway?",
            name=seen.person.name,
            theirs=Tongue(theirs),
            ours=Tongue(entry.spoken),
        )
    if not entry.text or detect(entry.text, theirs) == theirs:
        return None
    return _("{name} writes in {language}. Send it anyway?", name=seen.person.name, language=Tongue(theirs))


def _strays(seen: Seen, entry: Entry) -> bool:
    """Whether it was in the customer's language when its author saw it last, and is no more: they have changed that."""
    return entry.reads not in ("", seen.person.language) and _stray(seen, entry) is not None


AFTER: Mapping[State, Speech] = {
    "yours": _("We look forward to your answer: just write it here."),
    "solved": _("With this we call it solved. If it isn't, just answer this message."),
}


def face(ticket: Ticket, entry: Entry, after: Speech | None = None) -> Speech:
    """An answer's words, between whose they are and what comes of them."""
    head = (
        _("*{code}* · {agent} answers:", code=ticket.code, agent=entry.by)
        if entry.by and not cards.is_nameless(entry)
        else _("*{code}* · our answer:", code=ticket.code)
    )
    body = lines(head, cards.words(entry), *_files(entry), between="\n")
    return Lines(tuple(p for p in (body, after, cards.link(ticket)) if p), "\n\n")


def _files(entry: Entry) -> Iterator[Speech]:
    left = sum(file.id in entry.unshown for file in entry.files)
    if there := len(entry.files) - left:
        yield n_("With one file.", "With {n} files.", there)
    if left:
        yield n_(
            "One file cannot come here: you find it on the page of your request.",
            "{n} files cannot come here: you find them on the page of your request.",
            left,
        )


# -- what becomes of it --------------------------------------------------------------------------------


def send(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from sent(seen, event, ticket, entry, usual(ticket))


def send_wait(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from sent(seen, event, ticket, entry, "yours")


def send_solve(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    yield from sent(seen, event, ticket, entry, "solved")


def send_all(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """With all that a canned answer does."""
    state: State = "solved" if "solve" in entry.does else "yours" if "wait" in entry.does else usual(ticket)
    yield from sent(seen, event, ticket, entry, state, all_of_it=True)


def usual(ticket: Ticket) -> State:
    """Whose turn it is after an answer that says nothing of it."""
    return "ours" if ticket.over else ticket.state


def sent(seen: Seen, event: Message, ticket: Ticket, entry: Entry, state: State, *, all_of_it: bool = False) -> Effects:
    """Once more with a word when others have said something, or called it solved, since it was shown; the next press sends
    it.
    """
    closed = state != "solved" and beside.closed(ticket, entry)
    if entry.kind != "draft" or entry.opens:
        yield whisper(seen, event, DONE_ALREADY)
    elif closed or beside.news(seen, entry) or _strays(seen, entry):
        entry = _dated(seen, ticket, beside.looked(seen, entry))
        yield Record(entry)
        yield preview(seen, ticket, entry)
        yield whisper(seen, event, _("Not sent yet: look what is new, and press again."))
    else:
        yield from _leaves(seen, event, ticket, entry, state, all_of_it=all_of_it)


def _leaves(seen: Seen, event: Message, ticket: Ticket, entry: Entry, state: State, *, all_of_it: bool) -> Effects:
    agent = cards.agent_of(event)
    if cards.is_nameless(entry):
        entry = replace(entry, by=agent.name, by_id=agent.id)
    before = ticket
    ticket, files = ticket.number(entry.files if entry.ticket == ticket.id else bare(entry.files))
    entry = replace(
        entry,
        kind="answer",
        files=files,
        sent=seen.now,
        door=whereabouts(seen, ticket),
        came=ticket.state,
        led=state,
        kept=(ticket.since or ticket.opened, ticket.due),
        sorry=ticket.sorry,
    )
    if all_of_it:
        entry = replace(entry, was=deeds.before(event, ticket))
        ticket = deeds.done(seen, event, ticket, entry)
    yield from deeds.told(seen, event, before, ticket)
    asks = state == "yours" or "?" in without_links(entry.text)
    spoke = (whereabouts(seen, ticket), seen.now, asks)
    ticket = replied(seen.desk, replace(ticket.answer(agent, seen.now, state), spoke=spoke), seen.now)
    entry = _dated(seen, ticket, entry)
    yield from saved(seen, ticket, before)
    yield Record(entry)
    if state == "solved":
        yield Know(replace(seen.person, solved=seen.now))
    yield to_customer(seen, ticket, answered(seen, ticket, entry, state), entry)
    yield settled(seen, ticket, entry, fate(ticket, entry), undo=True)
    yield cards.card(seen, ticket)
    yield Wake(seen.now + UNDO, "undo-over", entry.key)


def _dated(seen: Seen, ticket: Ticket, entry: Entry) -> Entry:
    """With the date of the answer after it, reckoned from now: a canned answer that names one may have waited for days."""
    if entry.dated is None:
        return entry
    date = promised(seen.desk, replace(ticket, answered=ticket.answered or seen.now), seen.now).due
    was, due = (seen.plain(Text("{it}", {"it": at}), entry.spoken) for at in (entry.dated, date))
    return replace(entry, text=entry.text.replace(was, due), dated=date)


def edit(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """A canned answer's words are copied, changed and written here; they take its place, and do what it does."""
    if entry.kind != "draft":
        yield whisper(seen, event, DONE_ALREADY)
        return
    yield Record(replace(entry, gone=seen.now))
    yield Unsay(its_room(ticket, entry), entry.key)
    yield from noting.will_write(seen, event, noting.Noting(ticket.id, reply=True, does=entry.does))
    words = _("{agent}, copy this, change it, and write it here, as a reply to this message:", agent=event.who.name)
    copied = cards.words(_dated(seen, ticket, entry))
    yield from cards.question(seen, ticket, Prompt(lines(words, copied, between="\n")), noting.how(event.who.id))


def keep(seen: Seen, event: Message, ticket: Ticket, entry: Entry) -> Effects:
    """It stays in the team."""
    if entry.kind != "draft":
        yield whisper(seen, event, DONE_ALREADY)
        return
    yield Record(replace(entry, kind="note"))
    yield noted(seen, ticket, entry)


def noted(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    return settled(seen, ticket, entry, _("Kept as a note of {agent}.", agent=entry.by))


def settled(seen: Seen, ticket: Ticket, entry: Entry, word: Speech, *, undo: bool = False) -> Say:
    """The preview turns into a line that says what became of it."""
    ways = (Choice("undo", _("Undo")),) if undo else ()
    prompt = Prompt(lines(word, cards.words(entry), between="\n"), ways, entry.key)
    return replace(cards.tell(seen, ticket, prompt, slot=entry.key), to=its_room(ticket, entry))
