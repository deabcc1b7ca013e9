"""The questions of a request as one form, for platforms that can show one: the same steps, the same draft.

The draft stands where the conversation's does, so a form can be begun in the chat and a chat in a form.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.titles import proposed
from bot.dialogue import engine, paper
from bot.dialogue.flow import Dialogue
from bot.dialogue.form import Form
from bot.dialogue.words import Answer, Chose, Said, Speech, _, lines, p_
from bot.effects import Effects, Hand, Hush, Say, Seen, Stand
from bot.events import Filled
from bot.links import links_in, without_links
from bot.values import replace
from handlers import known, opening, sending
from handlers.asking.story import take_files
from handlers.asking.subject import twin
from handlers.asking.topic import pages
from handlers.draft import Draft, house_rules, longer
from handlers.intake import intake
from handlers.start import as_message
from handlers.which import Loose

NAME = "intake"
EMPTY = ("",)
SHOWN = 5
"""Words of a field that are remembered: somebody may have the form open twice."""
NOTHING_WRONG: Mapping[str, Speech] = {}


def filled(seen: Seen, event: Filled) -> Effects:
    """Somebody opened the form, chose what turns it, sent it or closed it."""
    match event.moment:
        case "opened":
            yield from _opened(seen, event)
        case "changed":
            yield from _changed(seen, event)
        case "sent":
            yield from _sent(seen, event)
        case "closed":
            yield from _closed(seen, event)


def _opened(seen: Seen, event: Filled) -> Effects:
    draft = _draft(seen)
    brought = _with(seen, draft, event.brought)
    hand = _hand(seen, brought)
    shown = _showing(brought, hand)
    if brought != draft or (seen.dialogue and seen.dialogue.flow != NAME):
        yield from _kept(seen, event, shown)
    elif seen.dialogue:
        yield Stand(event.where, event.who.id, replace(seen.dialogue, draft=shown))
    yield hand


def _changed(seen: Seen, event: Filled) -> Effects:
    draft = _heard(seen, event).draft
    hand = _hand(seen, draft)
    yield from _kept(seen, event, _showing(draft, hand))
    yield hand


def _sent(seen: Seen, event: Filled) -> Effects:
    heard = _heard(seen, event)
    draft = heard.draft
    if issue := next((issue for issue in draft.known if issue.id == draft.same), None):
        yield Hush(event.where)
        yield from known.follow(seen, event, draft, issue)
        return
    if heard.troubles or not paper.complete(intake(seen.desk), draft):
        hand = _hand(seen, draft, {**_gone(seen, draft), **heard.troubles})
        yield from _kept(seen, event, _showing(draft, hand))
        yield hand
        return
    yield from _kept(seen, event, draft)
    yield Hush(event.where)
    press = as_message(event, Chose("send"), "intake.review")
    end = sending.joined if draft.joins else sending.opened
    yield from end(seen, press, draft)


def _closed(seen: Seen, event: Filled) -> Effects:
    """Nothing is lost: the draft waits where a conversation would."""
    draft = replace(_heard(seen, event).draft if event.answers else _draft(seen), same="")
    if replace(draft, mine=(), known=()) == Draft():
        return
    yield from _kept(seen, event, draft, paused=True)
    yield Say(to=event.where, language=seen.person.language, words=opening.WAITS)


# -- the draft -------------------------------------------------------------------------------------------


def _draft(seen: Seen) -> Draft:
    """What stands here: a request in the making, or words that wait for "which one?"."""
    mine, known = opening.open_ones(seen), seen.found.issues or ()
    match seen.dialogue:
        case Dialogue(draft=Draft()) as dialogue:
            draft = opening.with_fresh(seen, dialogue)[0].draft
            return replace(draft, mine=mine, known=known)
        case Dialogue(draft=Loose() as loose):
            return _with(seen, Draft(mine=mine, known=known, words=loose.words), loose.said)
    return Draft(mine=mine, known=known)


def _heard(seen: Seen, event: Filled) -> paper.Filled[Draft]:
    """The draft with what stands in the form now, and what is wrong in it.

    A field that still says what it was handed out with says nothing: its answer may have come by the chat meanwhile.
    """
    flow, draft = intake(seen.desk), _draft(seen)
    found = paper.fields(flow, draft)
    told = {f.name for f in found if f.value and f.kind != "files" and _untouched(draft, f.name, event.answers)}
    shown = {field.name for field in found} - told
    answers = {name: _mended(draft, name, said) for name, said in event.answers.items() if name not in told}
    title = answers.get("title")
    if isinstance(title, Said) and twin(replace(draft, title=title.text)) != twin(draft):
        answers.pop("same", None)  # it answered the question about another request
        shown.discard("same")
    heard = paper.fill(flow, draft, answers, shown)
    loose = {name: a.text for name in heard.troubles if isinstance(a := answers.get(name), Said)}
    return replace(heard, draft=replace(_beside(seen, draft, heard.draft), loose=loose))


def _gone(seen: Seen, draft: Draft) -> dict[str, Speech]:
    """What had its answer when it was shown, and has none any more: a release took that choice away. What is asked only now
    has had no chance to be answered.
    """
    missing = paper.missing(intake(seen.desk), draft)
    return {name: why for name, why in missing.items() if draft.handed.get(name, EMPTY)[-1]}


def _beside(seen: Seen, draft: Draft, filled: Draft) -> Draft:
    """With what was begun in the chat while a form of another request stayed open: it was never handed out there."""
    if draft.handed:
        return filled
    for text in (draft.title, draft.details):
        if text and text != filled.title and text not in filled.details:
            filled = longer(filled, Said(text))
    urls = tuple(dict.fromkeys((*filled.urls, *draft.urls)))[: seen.desk.bounds.urls]
    return replace(filled, urls=urls)


def _kept(seen: Seen, event: Filled, draft: Draft, *, paused: bool = False) -> Effects:
    """It stands where a conversation would: at the first question that is open, with those behind it."""
    now = engine.begin(intake(seen.desk), draft)
    yield Stand(event.where, event.who.id, replace(now, heard=seen.now, paused=paused))
    if seen.dialogue is None or seen.dialogue.flow != NAME:
        yield from opening.remind(seen, event)


def _with(seen: Seen, draft: Draft, brought: Said) -> Draft:
    """A message becomes a request: its links, its files, the rest as details, and its first sentence as a title.

    Whole, however long it is: nobody wrote it for us, so nobody can be asked for less.
    """
    draft, _word = take_files(seen.desk, draft, brought.files)
    bounds, text = seen.desk.bounds, brought.text.strip()
    if not text:
        return draft
    urls = tuple(dict.fromkeys((*draft.urls, *links_in(text))))[: bounds.urls]
    fuller = longer(draft, brought) if without_links(text) or not bounds.urls else draft
    title = draft.title or proposed(text, bounds.title_least, bounds.title_most)
    return replace(fuller, urls=urls, title=title)


def _showing(draft: Draft, hand: Hand) -> Draft:
    """With what the form shows now; some platforms go on showing what it said before."""
    handed = dict(draft.handed)
    for field in hand.form.fields:
        before = (value for value in handed.get(field.name, ()) if value != field.value)
        handed[field.name] = (*before, field.value)[-SHOWN:]
    return replace(draft, handed=handed)


def _untouched(draft: Draft, name: str, answers: Mapping[str, Answer]) -> bool:
    """A platform may have cut what was too long for its field."""
    match answers.get(name):
        case Chose(choice):
            return choice == draft.handed.get(name, EMPTY)[-1]  # it may be the one of before, chosen again
        case Said(text):
            said = text.strip()
        case _:
            said = ""
    return any(
        said == shown.strip() or (said.endswith("…") and len(said) < len(shown) and shown.startswith(said[:-1]))
        for shown in draft.handed.get(name, EMPTY)
    )


def _mended(draft: Draft, name: str, answer: Answer) -> Answer:
    """With the end that a platform cut off a field, where what stood before it was left as it was."""
    whole = draft.handed.get(name, EMPTY)[-1]
    if not isinstance(answer, Said) or not answer.text.endswith("…") or whole.endswith("…"):
        return answer
    text = answer.text[:-1]
    for end in (text.rpartition("\n")[2], text[-300:], text[-60:]):
        at = whole.find(end) if end else -1
        if at >= 0 and at == whole.rfind(end):
            return replace(answer, text=text + whole[at + len(end) :])
    return answer


# -- the form --------------------------------------------------------------------------------------------


def _hand(seen: Seen, draft: Draft, troubles: Mapping[str, Speech] = NOTHING_WRONG) -> Hand:
    found = paper.fields(intake(seen.desk), draft)
    form = Form(
        name=NAME,
        title=_("New request"),
        fields=paper.marked(found, troubles, draft.loose),
        send=_("Send"),
        close=p_("form", "Later"),
        head=_head(seen, draft),
    )
    return Hand(form, seen.person.language)


def _head(seen: Seen, draft: Draft) -> Speech:
    """What helps before writing: notes, help pages, the house's rules."""
    desk = seen.desk
    category, sub = desk.category(draft.category), desk.subcategory(draft.category, draft.subcategory)
    return lines(
        category.note if category else None,
        sub.note if sub else None,
        pages(sub.articles) if sub and sub.articles else None,
        house_rules(desk, draft),
    )
