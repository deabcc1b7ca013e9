"""Beginning a request, and what happens when its last question is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.desk import courtesy
from bot.desk.answers import lacks, passes, says_nothing
from bot.desk.ticket import Ticket
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue, Flow, Step
from bot.dialogue.words import Again, Choice, Command, Next, Prompt, Said, Speech, _, lines, n_
from bot.dialogue.writing import PASSED_ON, both
from bot.effects import Effects, Say, Seen, Stand, Wake
from bot.events import TICKET, Filled, Message
from bot.links import links_in
from bot.values import replace
from handlers import start
from handlers.asking import KEPT, cut_short
from handlers.asking.story import Details, Screenshots, Urls, take_files
from handlers.asking.subject import Title
from handlers.draft import Draft, Mine, Word, longer, mine_of
from handlers.intake import intake
from handlers.pieces import FEW, PIECE, is_begun, is_rest
from handlers.questions import Extra
from handlers.saying import reply
from handlers.start import place
from handlers.which import Loose

NUDGE = timedelta(hours=1)
"""A draft left alone so long is brought to mind, once."""

RESUME = (Choice("resume", _("Go on")), Choice("anew", _("Start over")))
WAITS = Prompt(_("I keep what you filled in. Whenever you like:"), RESUME, "resume")

OPEN_NO_MORE = _("That request is not open any more, so let us open a new one.")

WHOLE = 10
"""So many words at once are the whole story."""

REMEMBERED = 40
"""Messages of one request of which we know what they said."""

NO_DRAFT = Draft()
NOTHING = Said()


def open_new(
    seen: Seen,
    event: Message,
    draft: Draft = NO_DRAFT,
    said: Said = NOTHING,
    word: Speech | None = None,
    *,
    then: Speech | None = None,
) -> Effects:
    """/new, /start, a deep link. A draft that stands is offered first: it is never lost.

    Nor is what waits for an answer to "which request is this about?": it is about a new one. `word` is said in any case,
    `then` where it is begun.
    """
    standing = seen.dialogue
    if standing and isinstance(standing.draft, Loose):
        loose = standing.draft
        said, draft = both(loose.said, said), replace(draft, words=loose.words, quoted=loose.quoted)
    if standing is None or standing.flow != "intake" or replace(standing.draft, mine=(), known=()) == NO_DRAFT:
        yield from opening(seen, event, draft, said, lines(word, then, between=" ") if word or then else None)
        return
    brought = both(_came_with(standing.draft), said)
    fresh = replace(draft, details=brought.text, files=brought.files, marked=brought.marked)
    yield from pause(seen, event, replace(standing, draft=replace(standing.draft, fresh=fresh)), word)


def pause(seen: Seen, event: Message, dialogue: Dialogue[Draft], word: Speech | None = None) -> Effects:
    """They say whether they go on with it."""
    step, steps = engine.place(intake(seen.desk), dialogue)
    yield Stand(event.where, event.who.id, replace(dialogue, paused=True, heard=seen.now))
    words = _("Go on where you were ({step} of {steps})?", step=step, steps=steps)
    yield _once(event, reply(seen, event, Prompt(lines(word, words), RESUME, "resume")))


def resume(seen: Seen, event: Message, dialogue: Dialogue[Draft]) -> Effects:
    """They go on with it."""
    flow = intake(seen.desk)
    dialogue, brought = with_fresh(seen, engine.taken_up(flow, dialogue))
    yield from ask(seen, event, flow, dialogue, lines(brought, engine.ask(flow, dialogue).text))


def with_fresh(seen: Seen, dialogue: Dialogue[Draft]) -> tuple[Dialogue[Draft], Speech | None]:
    """What they came back with belongs to it when they go on."""
    brought = _came_with(dialogue.draft)
    draft, word = take_files(seen.desk, replace(dialogue.draft, fresh=None), brought.files)
    if not brought.text:
        return replace(dialogue, draft=draft), word
    kept = _("I keep what you wrote for the details.")
    return replace(dialogue, draft=longer(draft, brought)), lines(word, kept, between="\n")


def start_over(seen: Seen, event: Message, draft: Draft) -> Effects:
    """Another one, begun where they meant to."""
    begun = replace(draft.fresh or NO_DRAFT, details="", files=(), marked="")
    yield from opening(seen, event, begun, _came_with(draft))


def _came_with(draft: Draft) -> Said:
    """What they wrote when they came for another one."""
    fresh = draft.fresh or NO_DRAFT
    return Said(fresh.details, fresh.files, fresh.marked)


def follow(seen: Seen, event: Message, ticket: Ticket, said: Said = NOTHING) -> Effects:
    """Solved too long ago to be opened again: a new one is offered that is linked to it, with what they wrote."""
    if not said.files and courtesy.thanks(said.text, ticket.holder):
        yield reply(seen, event, Prompt(_("You are welcome! *{code}* stays solved.", code=ticket.code)))
        return
    words = _(
        "*{code}* was solved on {when}, too long ago to open it again.",
        code=ticket.code, when=ticket.solved or ticket.touched,
    )  # fmt: skip
    then = _("Let us open a new one that goes on from it.")
    known = seen.desk.subcategory(ticket.category, ticket.subcategory)
    kind = (ticket.category, known.name) if known else ("", "")
    yield from open_new(seen, event, Draft(*kind, read=True, follows=ticket.code), said, words, then=then)


def linked(seen: Seen, event: Message, payload: str) -> Effects:
    """`?start=new_<category>_<sub>`: the operator's own button lands on the right question."""
    door, name, sub, *_rest = (*payload.split("_"), "", "", "")
    category = seen.desk.category(name) if door == "new" else None
    if category is None:
        return open_new(seen, event)
    only = category.subcategories[0].name if len(category.subcategories) == 1 else ""
    known = seen.desk.subcategory(name, sub)
    return open_new(seen, event, Draft(category=name, subcategory=known.name if known else only))


def opening(seen: Seen, event: Message, draft: Draft, said: Said = NOTHING, word: Speech | None = None) -> Effects:
    """The first question, with what the person already brought."""
    flow = intake(seen.desk)
    known = draft.known if seen.found.issues is None else seen.found.issues
    draft = replace(draft, mine=open_ones(seen), known=known)
    begun = engine.begin(flow, draft)
    dialogue, brought = _bring(seen, flow, begun, said)
    dialogue = remembered(begun, dialogue, event) if said == event.answer else dialogue
    first = seen.person.new or (isinstance(event.answer, Command) and event.answer.name == "start")
    hello = word or (start.greeting(seen) if first else _("Let us open a request."))
    question = engine.ask(flow, dialogue).text
    yield from ask(seen, event, flow, dialogue, lines(hello, brought, _unread(seen, draft), question))
    yield from remind(seen, event)


def _unread(seen: Seen, draft: Draft) -> Speech | None:
    """What they would have read of the category, had they not been led past its question."""
    category = seen.desk.category(draft.category)
    led = category and len(category.subcategories) > 1 and draft.subcategory and not draft.read
    return category.note if category and led else None


def open_ones(seen: Seen) -> tuple[Mine, ...]:
    """What the question about the same subject needs to know."""
    return mine_of(seen.open_tickets)


def _bring(
    seen: Seen, flow: Flow[Draft], dialogue: Dialogue[Draft], said: Said
) -> tuple[Dialogue[Draft], Speech | None]:
    """A request may start with a picture, a link or the whole story: nothing of it is asked again."""
    draft, word = take_files(seen.desk, dialogue.draft, said.files)
    dialogue = replace(dialogue, draft=draft)
    if not said.text.strip() or courtesy.greeting(said.text):
        return dialogue, word
    turn = engine.advance(flow, dialogue, Said(said.text, marked=said.marked))
    if turn.dialogue is None:
        return dialogue, word
    kept = turn.dialogue.draft
    dialogue = replace(turn.dialogue, draft=replace(kept, whole=len(kept.details.split()) >= WHOLE))
    whole = len(said.text) <= seen.desk.bounds.details_most
    keeping = _("I keep what you wrote for the details.") if whole else cut_short(seen.desk)
    note = keeping if kept.details != draft.details else None
    links = len(kept.urls) - len(draft.urls)
    link = n_("I keep the link.", "I keep the {n} links.", links) if links else None
    found = [part for part in (word, note, link) if part]
    return dialogue, lines(*found, between="\n") if found else None


def is_detail(seen: Seen, dialogue: Dialogue[Any], event: Message) -> bool:
    """Whether it answers nothing but joins the details: it is passed on where one chooses, or goes on with what they wrote
    a moment ago. In danger of the latter is a question that takes any words, and a short line where one takes none.
    """
    match dialogue.draft, event.answer:
        case Draft(), Said(text) if event.passed_on and text.strip() and not _takes_words(seen, dialogue):
            return True
        case Draft(words=(*_earlier, Word(text=text, at=datetime() as at))), Said(text=said, files=()):
            least = _least(engine.standing(intake(seen.desk), dialogue), said)
            return (len(text) >= PIECE and is_rest(event.at, at)) or (least > 0 and is_begun(said, event.at, at, least))
    return False


def _least(step: Step[Draft], said: str) -> int:
    """So many words of it are no answer to the question, if they were begun before it could be read; 0: any may be one."""
    if isinstance(step, Extra) and step.question.kind == "text":
        return FEW
    ways = links_in(said) or passes(said) or lacks(said) or says_nothing(said)
    return 1 if isinstance(step, Urls | Screenshots) and not ways else 0


def _takes_words(seen: Seen, dialogue: Dialogue[Draft]) -> bool:
    return isinstance(engine.standing(intake(seen.desk), dialogue), Title | Details | Extra)


def take_rest(seen: Seen, event: Message, dialogue: Dialogue[Draft], rest: Said) -> Effects:
    """It joins the details, whatever we have asked meanwhile."""
    flow, details = intake(seen.desk), Details(seen.desk)
    gathered = flow.gather(dialogue.draft, rest, details.name)
    draft, word, said = gathered.draft, gathered.word, gathered.rest or rest
    match None if says_nothing(said.text) else details.hear(draft, said):
        case Next(fuller):
            draft, word = fuller, lines(word, KEPT, between="\n")
        case Again(why):
            word = why
    now = replace(dialogue, draft=draft)
    yield from ask(seen, event, flow, remembered(dialogue, now, event), lines(word, engine.ask(flow, now).text))


def remembered(before: Dialogue[Any], after: Dialogue[Any], event: Message) -> Dialogue[Any]:
    """Which message said what, or that it would not do: an edit finds it."""
    match after.draft, event.answer:
        case Draft() as draft, Said(text) if event.ref and text.strip():
            word, missed = Word(event.ref, before.step, text.strip(), event.at), draft.missed
            if draft == before.draft:
                return replace(after, draft=replace(draft, missed=word))
            words, still = (*draft.words, word)[-REMEMBERED:], missed if missed and missed.ref != word.ref else None
            quoted = draft.quoted or _brought(before.draft, draft, event)
            return replace(after, draft=replace(draft, words=words, missed=still, quoted=quoted))
        case Loose() as loose, Said(text) if event.ref:
            word = Word(event.ref, before.step, text.strip(), event.at)
            return replace(after, draft=replace(loose, words=(*loose.words, word)))
    return after


def _brought(before: Draft, after: Draft, event: Message) -> str:
    """What they quote tells the team something, unless it is what we have just asked. Whose words they pass on stands above
    the details: when these begin with them.
    """
    if event.quoted.startswith(PASSED_ON) and (before.details or not after.details):
        return ""
    return event.quoted if event.reply_asks is None or event.reply_asks.startswith(TICKET) else ""


def ask(seen: Seen, event: Message, flow: Flow[Any], dialogue: Dialogue[Any], instead: Speech | None = None) -> Effects:
    """Stands there and asks."""
    stands = replace(dialogue, step=engine.standing(flow, dialogue).name, heard=seen.now)
    yield Stand(event.where, event.who.id, stands)
    yield _once(event, reply(seen, event, engine.ask(flow, dialogue, instead)))


def _once(event: Message, say: Say) -> Say:
    """The pictures of one album get one answer, which counts them."""
    return replace(say, slot=f"album.{event.album}") if event.album else say


def remind(seen: Seen, event: Message | Filled) -> Effects:
    """A draft that is left alone is brought to mind once, and one day forgotten."""
    about = place(event)
    yield Wake(seen.now + NUDGE, "nudge", about)
    yield Wake(seen.now + timedelta(days=seen.desk.draft_days), "forget", about)


def over(event: Message | Filled) -> Effects:
    """The conversation is over, and nobody need be reminded of it."""
    yield Stand(event.where, event.who.id, None)
    yield Wake(None, "nudge", place(event))
    yield Wake(None, "forget", place(event))
