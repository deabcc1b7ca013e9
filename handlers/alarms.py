"""What happens by itself: drafts brought to mind or forgotten, albums complete, files that could not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.ticket import Entry, Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File, Prompt, Speech, _, lines, megabytes
from bot.effects import Effects, Record, Save, Say, Seen, Stand, Wake
from bot.events import Alarm, Caller, Fetched, Message, draft_of
from bot.values import replace
from handlers import answers, cards, delivery, gathering, noting, opening, piles, which
from handlers.asking.story import got
from handlers.draft import Draft
from handlers.noting import Noting
from handlers.opening import NUDGE, RESUME
from handlers.rating import Why
from handlers.standing import flow_of
from handlers.which import Loose


def nudge(seen: Seen, event: Alarm) -> Effects:
    """An hour without a word: one reminder, never two."""
    flow = flow_of(seen)
    if seen.dialogue is None or flow is None:
        return
    if seen.dialogue.heard and seen.now < (quiet := seen.dialogue.heard + NUDGE):
        yield Wake(quiet, event.name, event.about)  # they are still at it
        return
    if seen.person.is_blocked(seen.now):
        yield Wake(seen.person.blocked, event.name, event.about)  # then they can go on with it
        return
    where, who = draft_of(event.about)
    step, steps = engine.place(flow, seen.dialogue)
    yield Stand(where, who, replace(seen.dialogue, paused=True, heard=seen.now))
    words = _("Your request is not sent yet ({step} of {steps}). Go on?", step=step, steps=steps)
    yield Say(to=where, language=seen.person.language, words=Prompt(words, RESUME, "resume"))


def forget(seen: Seen, event: Alarm) -> Effects:
    """Nobody went on with it for days."""
    if seen.dialogue is None:
        return
    quiet = timedelta(days=seen.desk.draft_days)
    if seen.dialogue.heard and seen.now < seen.dialogue.heard + quiet:
        yield Wake(seen.dialogue.heard + quiet, event.name, event.about)  # they went on with it since
        return
    where, who = draft_of(event.about)
    yield Stand(where, who, None)
    yield Wake(None, "nudge", event.about)
    if seen.person.is_blocked(seen.now):
        return
    words = _("I have discarded the request you began and didn't send. Write whenever you need us.")
    yield Say(to=where, language=seen.person.language, words=Prompt(words))


def pile(seen: Seen, event: Alarm) -> Effects:
    """No further picture has come: what we have, and the question we are at. What was answered since was told already."""
    flow = flow_of(seen)
    match seen.dialogue:
        case (
            Dialogue(draft=Draft(files=files) | Loose(files=files) as draft, heard=datetime() as heard) as dialogue
        ) if flow and files and heard + piles.SOON <= event.at and not seen.person.is_blocked(seen.now):
            where, who = draft_of(event.about)
            question = engine.ask(flow, dialogue)
            told = isinstance(draft, Loose) or engine.standing(flow, dialogue).name == "screenshots"
            words = question.text if told else lines(got(len(files)), question.text)
            yield Stand(where, who, dialogue)
            yield Say(to=where, language=seen.person.language, words=engine.ask(flow, dialogue, words))


def note_over(seen: Seen, event: Alarm) -> Effects:
    """An agent pressed *Note* or *Reply* and wrote nothing."""
    return noting.over(seen, *draft_of(event.about))


def which_over(seen: Seen, event: Alarm) -> Effects:
    """Nobody said which request their words are about."""
    where, who = draft_of(event.about)
    match seen.dialogue:
        case Dialogue(draft=Loose() as loose):
            message = Message(
                id=event.id,
                at=event.at,
                where=where,
                who=Caller(who, seen.person.name),
                answer=opening.NOTHING,
                ref=loose.ref,
            )
            yield Stand(where, who, None)
            if seen.open_tickets:
                yield from which.unsaid(seen, message, loose)
            else:
                yield from opening.opening(seen, message, Draft(words=loose.several), loose.said)


def why_over(seen: Seen, event: Alarm) -> Effects:
    """Somebody pressed *Say why* and wrote nothing."""
    match seen.dialogue:
        case Dialogue(draft=Why()):
            yield Stand(*draft_of(event.about), None)


def album(seen: Seen, event: Alarm) -> Effects:
    """All pictures of an album have arrived: the team, or the customer, gets them as one."""
    match seen.ticket, seen.entry:
        case Ticket() as ticket, Entry(kind="draft", gone=None) as entry:
            yield from answers.all_there(seen, event, ticket, entry)
        case Ticket(), Entry(kind="asked") if len(seen.found.entries) > 1:
            yield from gathering.gathered(seen, event)
        case Ticket() as ticket, Entry(kind="asked") as entry:
            yield Record(replace(entry, sent=seen.now))
            yield cards.added(seen, ticket, entry)


TROUBLES = {
    "type": _(
        "I can't take *{name}*: PNG, JPEG, WebP and GIF pictures, PDF, text, office files, zip, sound and video are welcome."
    ),
    "size": _("I can't take *{name}*: it is larger than {limit} MB."),
    "pixels": _("I can't take *{name}*: the picture has too many pixels. A smaller one, please."),
    "broken": _("I can't open *{name}*: the picture is damaged. Could you send it again?"),
    "empty": _("I can't take *{name}*: there is nothing in it. Could you send it again?"),
    "lost": _("I couldn't fetch *{name}*. Could you send it again?"),
    "story": _("I can't see stories. Could you send a screenshot of it, or the video itself?"),
    "paid": _("I can't see what is paid for. Could you send it as an ordinary picture or video?"),
    "many": _("That is more than {most} files in a day, so I can't take *{name}*. The rest tomorrow, or in one zip."),
}


def _files_of(draft: Draft) -> set[str]:
    fresh = draft.fresh.files if draft.fresh else ()
    return {file.id for file in (*draft.files, *fresh)}


def _less(draft: Draft | Loose | Noting, file: str) -> Draft | Loose | Noting:
    """Without that one."""
    left = replace(draft, files=_others(draft.files, file))
    match left:
        case Draft(fresh=Draft() as fresh):
            return replace(left, fresh=replace(fresh, files=_others(fresh.files, file)))
    return left


def _others(files: tuple[File, ...], file: str) -> tuple[File, ...]:
    return tuple(other for other in files if other.id != file)


def fetched(seen: Seen, event: Fetched) -> Effects:
    """A file could not be kept: said at once, never swallowed, and no longer counted."""
    if not event.trouble:
        return
    match seen.dialogue:
        case Dialogue(draft=Draft() as draft) if seen.ticket is None and event.file not in _files_of(draft):
            return  # it never came into the draft, or has left it: that was said then
        case Dialogue(draft=Draft() | Loose() | Noting() as draft) as dialogue:
            yield Stand(event.where, seen.who, replace(dialogue, draft=_less(draft, event.file)))
    sentence = TROUBLES.get(event.trouble, TROUBLES["lost"])
    name: Speech | str = event.name or _("your file")
    facts = {"name": name, "limit": megabytes(event.limit), "most": event.limit}
    words = Prompt(replace(sentence, facts=facts))
    slot = "file.many" if event.trouble == "many" else ""  # for all of them one message, which names the last
    if seen.at_desk and seen.ticket and not cards.was_here(seen.ticket, event.where):
        yield cards.tell(seen, seen.ticket, words, slot)
    else:
        language = seen.desk.agents_language if seen.at_desk else seen.person.language
        yield Say(to=event.where, language=language, words=words, slot=slot)
    if seen.ticket and seen.entry:
        yield from delivery.without(seen, seen.ticket, seen.entry, event.file)
    elif seen.ticket and (lost := next((file for file in seen.ticket.files if file.id == event.file), None)):
        ticket = replace(seen.ticket, files=_others(seen.ticket.files, event.file))
        yield Save(ticket)
        yield cards.card(seen, ticket)
        if not seen.at_desk:  # else whoever sent it has just read so, here
            yield cards.tell(seen, ticket, Prompt(cards.could_not_be_kept(lost)))
