"""Carries what a customer says to where it belongs: the first that fits wins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.desk import courtesy
from bot.desk.answers import agrees, declines, way
from bot.desk.likeness import fold
from bot.desk.ticket import Entry, Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import CALL, Answer, Chose, Prompt, Said, Speech, _, lines
from bot.effects import Effects, Record, Say, Seen, Wake
from bot.events import TICKET, Deleted, Edited, Message
from bot.values import replace
from handlers import (
    cards,
    delivery,
    known,
    meanwhile,
    opening,
    piles,
    questions,
    rating,
    revising,
    sending,
    standing,
    start,
    tickets,
    which,
)
from handlers.draft import Draft
from handlers.labels import heard, pressed
from handlers.saying import reply
from handlers.standing import flow_of

TWICE = timedelta(minutes=1)
OLD = _("That button belongs to an earlier question. We are here:")


def with_customer(seen: Seen, event: Message) -> Effects:
    """A customer said or pressed something."""
    flow, seen = flow_of(seen), _gone_on(seen, event)
    match event.answer:
        case Chose("reopen") if seen.ticket and tickets.long_over(seen, seen.ticket):
            yield from opening.follow(seen, replace(event, on=""), seen.ticket)
        case Chose(choice) if event.asked.startswith(TICKET):
            yield from tickets.press(seen, event, choice)
        case Chose(choice) if event.asked == "language":
            yield from speak(seen, event, choice)
        case Said() as said if (
            seen.ticket and tickets.needs_another(seen, seen.ticket) and not _rates(seen.ticket, event, said)
        ):
            yield from opening.follow(seen, event, seen.ticket, said)
        case Said() as said if seen.ticket:
            yield from tickets.add(seen, event, seen.ticket, said)
        case answer if seen.lost_draft:
            sorry = _("I had to forget where we were, sorry. Let us start again.")
            said = answer if isinstance(answer, Said) else opening.NOTHING
            yield from opening.opening(seen, event, Draft(), said, sorry)
        case Chose() | Said() if seen.dialogue and flow:
            asked = meanwhile.asked(seen, event, flow)
            yield from (
                meanwhile.answered(seen, event, flow, asked) if asked else _go_on(seen, event, seen.dialogue, flow)
            )
        case Chose(choice):
            yield _too_late(seen, event, choice)
        case Said() as said:
            yield from _unasked(seen, event, said)


def _gone_on(seen: Seen, event: Message) -> Seen:
    """What they answer an old one with, while we ask about the one that goes on from it, is for that."""
    match event.answer, seen.dialogue, seen.ticket:
        case Said() as said, Dialogue(draft=Draft(follows=code)), Ticket(codes=codes) as old:
            kept = _rates(old, event, said) or tickets.leaves_it(old, said)
            return seen if kept or code not in codes or not tickets.long_over(seen, old) else replace(seen, ticket=None)
    return seen


def _rates(ticket: Ticket, event: Message, said: Said) -> bool:
    """A number in reply to our question is one however long ago that was."""
    return not event.passed_on and bool(rating.typed(ticket, said))


def _too_late(seen: Seen, event: Message, choice: str) -> Say:
    """The question is gone. Who presses *Send* twice in a moment, as a finger or a line may, only sees that it is done."""
    opened = next((t for t in seen.open_tickets if choice == "send" and seen.now - t.opened < TWICE), None)
    if opened:
        words = _("{code} is open already.", code=opened.code)
        return Say(to=event.where, language=seen.person.language, words=Prompt(words), whisper=event.id)
    usual = _(
        "That question is behind us. Tell us what is wrong, or write {call}new, and we open a request.", call=CALL
    )
    over = _next(seen, _("That question is behind us."), usual)
    return Say(to=event.where, language=seen.person.language, words=Prompt(over))


def _next(seen: Seen, word: Speech, usual: Speech) -> Speech:
    """The usual words say that what they write next opens a request; while one is open, it goes there."""
    return lines(word, tickets.ELSE, between=" ") if seen.open_tickets else usual


def _unasked(seen: Seen, event: Message, said: Said) -> Effects:
    """Nobody asked anything: it belongs to the ticket it names, the only open one, the one just solved, or a new one."""
    if named := which.named(seen.open_tickets, said.text):
        yield from tickets.add(seen, event, named, said)
    elif (over := which.solved(seen, said.text)) and tickets.needs_another(seen, over):
        yield from opening.follow(seen, event, over, said)
    elif over:
        yield from tickets.add(seen, event, over, said)
    elif meant := which.meant(seen, event):
        yield from tickets.add(seen, event, meant, said)
    elif seen.open_tickets:
        yield from opening.ask(seen, event, which.WHICH, which.begun(seen, event, said))
        yield Wake(seen.now + which.PATIENCE, "which-over", start.place(event))
    elif seen.lately and not courtesy.greeting(said.text) and not tickets.long_over(seen, seen.lately):
        yield from tickets.add(seen, event, seen.lately, said)
    elif not (seen.person.new or said.files) and courtesy.thanks(said.text, _helper(seen)):
        yield reply(seen, event, Prompt(_("You are welcome! Write whenever you need us.")))
    else:
        yield from opening.opening(seen, event, Draft(), said)


def _helper(seen: Seen) -> str:
    """Whoever had the request that was solved last."""
    return seen.lately.holder if seen.lately else ""


def _go_on(seen: Seen, event: Message, dialogue: Dialogue[Any], flow: Flow[Any]) -> Effects:
    """The next answer of a conversation."""
    language, before = seen.person.language, dialogue
    if seen.found.issues is not None and isinstance(dialogue.draft, Draft):
        dialogue = replace(dialogue, draft=replace(dialogue.draft, known=seen.found.issues))
    if dialogue.paused:
        dialogue = replace(dialogue, paused=False)
        if not event.passed_on and (back := _come_back(seen, event, dialogue)) is not None:
            yield from back
            return
        dialogue, _brought = opening.with_fresh(seen, dialogue)
    if not event.passed_on and flow.name == "intake" and _begins_anew(event.answer):
        yield from opening.open_new(seen, event)
        return
    news = known.fixed(before, dialogue)
    if news and not event.passed_on and known.is_choice(heard(flow, before, event.answer, language), before):
        yield from opening.ask(seen, event, flow, dialogue, lines(news, engine.ask(flow, dialogue).text))
        return
    if event.asked and event.asked != engine.asks(flow, dialogue):
        words = engine.ask(flow, dialogue, lines(OLD, engine.ask(flow, dialogue).text))
        yield Say(to=event.where, language=language, words=words)
        return
    answer = event.answer if event.passed_on else heard(flow, dialogue, event.answer, language)
    if isinstance(answer, Said) and (questions.gone(flow, dialogue) or opening.is_detail(seen, dialogue, event)):
        yield from opening.take_rest(seen, event, dialogue, answer)
        return
    answer = questions.dated(engine.standing(flow, dialogue), answer, seen)
    if issue := known.same(dialogue, answer):
        yield from known.follow(seen, event, dialogue.draft, issue)
        return
    turn = engine.advance(flow, dialogue, answer)
    if news and turn.dialogue:
        turn = replace(turn, say=lines(news, turn.say or engine.ask(flow, turn.dialogue).text))
    yield from _advanced(seen, event, dialogue, flow, turn)


def _begins_anew(answer: Answer) -> bool:
    return isinstance(answer, Said) and way(fold(answer.text)) == "over"


def _advanced(seen: Seen, event: Message, dialogue: Dialogue[Any], flow: Flow[Any], turn: engine.Turn[Any]) -> Effects:
    """The next question; or there is none, and it is over."""
    if turn.dialogue is None:
        yield from _ended(seen, event, turn)
        return
    now = opening.remembered(dialogue, turn.dialogue, event)
    if piles.grows(seen, event, dialogue, now):
        yield from piles.grown(seen, event, now)
    else:
        yield from opening.ask(seen, event, flow, now, None if _is_new_here(dialogue, turn.dialogue) else turn.say)


def _is_new_here(before: Dialogue[Any], now: Dialogue[Any]) -> bool:
    """The question stood in a form alone so far, and what they wrote did not answer it: here it is asked for the first time."""
    return not before.asked and now.draft == before.draft


def _come_back(seen: Seen, event: Message, dialogue: Dialogue[Draft]) -> Effects | None:
    """They say whether they go on; None: they do already, with an answer to the question itself."""
    match pressed(opening.RESUME, event.answer, seen.person.language):
        case Chose("anew"):
            return opening.start_over(seen, event, dialogue.draft)
        case Chose("resume"):
            return opening.resume(seen, event, dialogue)
        case Said(text) if agrees(text):
            return opening.resume(seen, event, dialogue)
        case Said(text) if declines(text):
            return iter((reply(seen, event, opening.WAITS),))
    return None


def _ended(seen: Seen, event: Message, turn: engine.Turn[Any]) -> Effects:
    match turn.done:
        case Draft(joins=0) as draft:
            yield from sending.opened(seen, event, draft)
        case Draft() as draft:
            yield from sending.joined(seen, event, draft)
        case rating.Why() as why:
            yield from rating.told(seen, event, why)
        case which.Loose() as loose:
            yield from _placed(seen, event, loose)
        case _:
            yield from opening.over(event)
            if turn.say:
                yield reply(seen, event, Prompt(turn.say))


def _placed(seen: Seen, event: Message, loose: which.Loose) -> Effects:
    """They told us which request it is about."""
    said, event = loose.said, replace(event, ref=loose.ref)
    known = which.still_open(seen, loose.mine, loose.ticket) or which.just_solved(seen, loose.ticket)
    if known is None:
        word = opening.OPEN_NO_MORE if loose.ticket else None
        yield from opening.opening(
            seen, replace(event, answer=said, quoted=loose.quoted), Draft(words=loose.several), said, word
        )
        return
    yield from opening.over(event)
    yield from which.placed(seen, replace(event, album=""), known, loose)


# -- commands that depend on where we stand ----------------------------------------------------------


def cancel(seen: Seen, event: Message) -> Effects:
    if flow_of(seen) is None:
        usual = _("There is nothing to cancel. Tell us what is wrong and we open a request.")
        yield reply(seen, event, Prompt(_next(seen, _("There is nothing to cancel."), usual)))
        return
    yield from opening.over(event)
    yield reply(seen, event, Prompt(_("Cancelled. Nothing was sent.")))


def speak(seen: Seen, event: Message, named: str) -> Effects:
    """They chose a language; the question we are at comes again in it."""
    code = start.language_of(named)
    if not code:
        yield from start.language(seen, event)
        return
    yield start.known(seen, code)
    seen = replace(seen, person=replace(seen.person, language=code, chosen=True))
    yield from (cards.card(seen, ticket) for ticket in seen.open_tickets)
    yield from standing.again(seen, event, start.from_now_on(code))


def speak_everywhere(seen: Seen, code: str) -> Effects:
    """They chose a language at the page: what is asked in a chat of theirs comes again in it."""
    yield start.known(seen, code)
    if code == seen.person.language:
        return
    seen = replace(seen, person=replace(seen.person, language=code, chosen=True))
    yield from (cards.card(seen, ticket) for ticket in seen.open_tickets)
    if seen.person.is_blocked(seen.now):
        return
    for where, dialogue in seen.found.standing:
        if flow := flow_of(replace(seen, dialogue=dialogue)):
            question = engine.ask(flow, dialogue).text
            words = engine.ask(flow, dialogue, lines(start.from_now_on(code), question))
            yield Say(to=where, language=code, words=words)


# -- edits -------------------------------------------------------------------------------------------


def edited(seen: Seen, event: Edited) -> Effects:
    """Somebody changed what they wrote: whoever has read it learns of it."""
    ticket, entry = seen.ticket, seen.entry
    flow = flow_of(seen) if ticket is None else None
    if seen.dialogue and flow:
        if better := revising.answer(seen.dialogue, flow, event):
            yield from _go_on(seen, better, seen.dialogue, flow)
        else:
            yield from revising.revised(seen, event, seen.dialogue)
    if ticket is None and (made := revising.made_of(seen, event)):
        yield from revising.too_late(seen, event, made)
    if ticket is None or entry is None or entry.gone or _same(entry, event):
        return
    if seen.at_desk:
        yield from delivery.corrected(seen, event, ticket, entry)
    elif entry.kind == "asked":
        entry = cards.rewritten(entry, event)
        yield Record(entry)
        yield from _shown(seen, ticket, entry)


def deleted(seen: Seen, event: Deleted) -> Effects:
    """Somebody took back what they had written. What was sent stays in the record."""
    ticket, entry = seen.ticket, seen.entry
    if ticket is None and not seen.at_desk:
        yield from revising.taken_back(seen, event, flow_of(seen))
    if ticket is None or entry is None or entry.gone:
        return
    if seen.at_desk:
        yield from delivery.taken_back(seen, ticket, entry)
    elif entry.kind == "asked":
        entry = replace(entry, gone=seen.now)
        yield Record(entry)
        yield from _shown(seen, ticket, entry)


def _shown(seen: Seen, ticket: Ticket, entry: Entry) -> Effects:
    """What still waits to be shown to the team comes as it is by then."""
    if entry.sent or entry.album:
        yield cards.added(seen, ticket, entry)


def _same(entry: Entry, event: Edited) -> bool:
    return (entry.text, entry.marked) == (event.text.strip(), event.marked.strip())
