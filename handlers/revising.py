"""Somebody edits or deletes a message that answered a question: the answer follows, and after *Send* the team reads it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from bot.desk.answers import says_nothing
from bot.desk.likeness import fold
from bot.desk.ticket import Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow
from bot.dialogue.words import Again, Prompt, Quote, Said, Speech, _, lines
from bot.effects import Effects, Record, Seen
from bot.events import Deleted, Edited, Message
from bot.links import links_in, without_links
from bot.values import replace
from handlers import cards, opening
from handlers.asking import too_long
from handlers.asking.story import fewer_links
from handlers.draft import Draft, Word
from handlers.intake import intake
from handlers.questions import dated
from handlers.saying import reply
from handlers.start import as_message
from handlers.which import WHICH, Loose

CORRECTED = _("I have corrected it.")
OUT = _("I have taken that out.")


def revised(seen: Seen, event: Edited, dialogue: Dialogue[Any]) -> Effects:
    """The draft with the new words, and the present question again."""
    match dialogue.draft:
        case Draft() as draft:
            yield from _answer(seen, event, dialogue, draft)
        case Loose() as loose if (word := _word(loose.words, event)) and word.text != event.text.strip():
            dialogue = replace(dialogue, draft=_reworded(loose, word, event))
            yield from _again(seen, event, WHICH, dialogue, CORRECTED)


def answer(dialogue: Dialogue[Any], flow: Flow[Any], event: Edited) -> Message | None:
    """What they say now to the question that is still asked, when their last words would not do."""
    match dialogue.draft:
        case Draft(missed=Word(ref=event.ref) as word) if word.step == engine.standing(flow, dialogue).name:
            new = Said(event.text.strip(), marked=event.marked.strip())
            return replace(as_message(event, new), ref=event.ref) if new.text not in ("", word.text) else None
    return None


def _again(seen: Seen, event: Edited | Deleted, flow: Flow[Any], dialogue: Dialogue[Any], note: Speech) -> Effects:
    words = lines(note, engine.ask(flow, dialogue).text)
    yield from opening.ask(seen, as_message(event, Said()), flow, dialogue, words)


def _word(words: Iterable[Word], event: Edited) -> Word | None:
    """What they said before; None: not here, or nothing is left of it."""
    return next((word for word in words if word.ref == event.ref), None) if event.text.strip() else None


def _reworded(loose: Loose, word: Word, event: Edited) -> Loose:
    new, alone = event.text.strip(), len(loose.words) == 1
    text = new if alone else loose.text.replace(word.text, new, 1)
    words = tuple(replace(w, text=new) if w is word else w for w in loose.words)
    return replace(loose, text=text, marked=event.marked.strip() if alone else "", words=words)


def _answer(seen: Seen, event: Edited, dialogue: Dialogue[Draft], draft: Draft) -> Effects:
    new, missed = event.text.strip(), _word((draft.missed,) if draft.missed else (), event)
    if missed and not says_nothing(new) and fold(new) != fold(missed.text):
        said = Said(new, marked=event.marked.strip())
        yield from opening.take_rest(seen, replace(as_message(event, said), ref=event.ref), dialogue, said)
    word = _word(draft.words, event)
    if word is None or word.text == new:
        return
    flow = intake(seen.desk)
    match _with(seen, draft, word, new):
        case Draft() as better:
            words = tuple(replace(w, text=new) if w is word else w for w in draft.words)
            dialogue = replace(dialogue, draft=replace(better, words=words))
            note: Speech = CORRECTED
        case Again(why):
            note = why
    yield from _again(seen, event, flow, dialogue, note)


def _with(seen: Seen, draft: Draft, word: Word, new: str) -> Draft | Again:
    """The draft with `new` where the old words are: in the details, among the links, or as the answer itself."""
    bounds = seen.desk.bounds
    if gone := set(links_in(word.text)) if bounds.urls else frozenset[str]():
        others = (url for url in draft.urls if url not in gone)
        urls = tuple(dict.fromkeys((*others, *links_in(new))))
        if len(urls) > bounds.urls:
            return Again(fewer_links(bounds.urls))
        draft = replace(draft, urls=urls)
    for kept in (str, without_links):  # at most questions the links of a message went to their own slot
        if (was := kept(word.text)) and was in draft.details:
            details = draft.details.replace(was, kept(new), 1)
            fits = len(details) <= bounds.details_most
            return replace(draft, details=details) if fits else Again(too_long(seen.desk))
    step = intake(seen.desk).step(word.step)
    if gone or step is None or not step.filled(draft) or step.field(draft) is None:
        return draft
    return step.fill(draft, dated(step, Said(new), seen))


# -- what they delete --------------------------------------------------------------------------------


def taken_back(seen: Seen, event: Deleted, flow: Flow[Any] | None) -> Effects:
    """Out of what is not sent yet; of what is, the team hears."""
    if ticket := made_of(seen, event) or _showing(seen, event.was):
        was, answers = event.was, (ticket.title, ticket.details, *ticket.urls, *ticket.extras.values())
        words = [Quote(was.text, was.marked)] if any(_stands_in(was.text, answer) for answer in answers) else []
        files = cards.listed(file for file in ticket.files if file.id in _ids(was))
        if gone := [*words, *files]:
            head = _("*{name}* has deleted this:", name=ticket.name)
            yield cards.tell(seen, ticket, Prompt(lines(head, *gone, between="\n")))
    elif seen.dialogue and flow:
        match seen.dialogue.draft:
            case Draft() as draft:
                yield from _out_of(seen, event, seen.dialogue, draft)
            case Loose() as loose:
                yield from _left(seen, event, seen.dialogue, loose)


def _showing(seen: Seen, said: Said) -> Ticket | None:
    """The open request that came with these files."""
    return next((t for t in seen.open_tickets if any(file.id in _ids(said) for file in t.files)), None)


def _ids(said: Said) -> frozenset[str]:
    return frozenset(file.id for file in said.files)


def _stands_in(text: str, whole: str) -> bool:
    """As lines of their own."""
    return bool(text) and f"\n{text}\n" in f"\n{whole}\n"


def _out_of(seen: Seen, event: Deleted, dialogue: Dialogue[Draft], draft: Draft) -> Effects:
    """The draft without it; a question that has no answer now is asked once more, from where they come back."""
    words = tuple(word for word in draft.words if word.ref != event.ref)
    files = tuple(file for file in draft.files if file.id not in _ids(event.was))
    flow, rest = intake(seen.desk), replace(draft, files=files)
    for word in set(draft.words) - set(words):
        rest = _without(rest, word.text)
    if rest == draft:
        return
    dialogue = replace(dialogue, draft=replace(rest, words=words))
    here = engine.standing(flow, dialogue)
    behind = takewhile(lambda step: step.name != here.name, flow.steps)
    opened = next((s for s in behind if s.filled(draft) and not s.filled(rest) and not s.optional), here)
    if opened is not here:
        trail = dialogue.trail if dialogue.returns else (*dialogue.trail, here.name)
        dialogue = replace(dialogue, step=opened.name, returns=dialogue.returns or here.name, trail=trail)
    yield from _again(seen, event, flow, dialogue, OUT)


def _without(draft: Draft, text: str) -> Draft:
    """Without these words, wherever they are an answer of their own, and their links."""
    gone = links_in(text)
    details = next(
        (_cut(draft.details, was) for was in (text, without_links(text)) if _stands_in(was, draft.details)), None
    )
    draft = replace(draft, urls=tuple(url for url in draft.urls if url not in gone))
    draft = (
        draft if details is None else replace(draft, details=details, marked="", whole=draft.whole and bool(details))
    )
    draft = replace(draft, title="") if _stands_in(text, draft.title) else draft
    return replace(draft, extras={name: value for name, value in draft.extras.items() if value != text})


def _cut(whole: str, text: str) -> str:
    return f"\n{whole}\n".replace(f"\n{text}\n", "\n", 1).strip("\n")


def _left(seen: Seen, event: Deleted, dialogue: Dialogue[Loose], loose: Loose) -> Effects:
    """Nothing is put anywhere when there is nothing left of it."""
    word = next((word for word in loose.words if word.ref == event.ref), None)
    if word is None or not _stands_in(word.text, loose.text):
        return
    words, text = tuple(w for w in loose.words if w is not word), _cut(loose.text, word.text)
    if text or loose.files:
        dialogue = replace(dialogue, draft=replace(loose, text=text, marked="", words=words))
        yield from _again(seen, event, WHICH, dialogue, OUT)
        return
    message = as_message(event, event.was)
    yield from opening.over(message)
    yield reply(seen, message, Prompt(OUT))


# -- what is sent already ----------------------------------------------------------------------------


def made_of(seen: Seen, event: Edited | Deleted) -> Ticket | None:
    """The open ticket that this message became a part of, when it was sent."""
    mine = (ticket for ticket in seen.open_tickets if ticket.where == event.where)
    return next((ticket for ticket in mine if event.ref in ticket.wrote), None)


def too_late(seen: Seen, event: Edited, ticket: Ticket) -> Effects:
    """The answers have been sent as they were: the team reads the new words below them."""
    new = Said(event.text.strip(), marked=event.marked.strip())
    if not new.text or any(new.text in old for old in (ticket.title, ticket.details, *ticket.urls)):
        return
    said = replace(as_message(event, new), ref=event.ref)
    entry = replace(cards.written(seen, said, ticket.id, new, "asked"), sent=seen.now)
    yield Record(entry)
    yield cards.added(seen, ticket, entry)
