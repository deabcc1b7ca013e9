"""Known issues: the team says what is wrong for many; customers say "same for me" and hear when it is fixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.desk.known import Issue, titles
from bot.desk.likeness import fold
from bot.desk.people import Person
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import CALL, Answer, Choice, Chose, Command, Prompt, Said, Speech, _, lines, n_
from bot.effects import Count, Declare, Drop, Effects, Follow, Know, Say, Seen, Told, Wake
from bot.events import Address, Alarm, Event, Filled, Message, Receipt
from bot.i18n import languages, typed
from bot.queries import Followers, Issues, Query
from bot.values import replace
from handlers import agents, cards, doors, mails, opening
from handlers.asking.known import OTHER, STEP, about, chosen
from handlers.draft import Draft
from handlers.intake import intake
from handlers.saying import OUT_OF_DATE, reply, to_team, whisper
from handlers.start import as_message

COMMANDS = ("known", "conocido")
ASKS = "known."
CHOOSING = ("many", "subcategory", STEP)
"""Behind these questions, and behind a category that has no others in it, something may come that we know of."""
LIST = "list"
SHORT = 4
TOO, NOT = frozenset({"igual", "mismo", "misma", "tambien", "same", "too"}), frozenset({"no", "not", "isn"})
"""Words of a short answer that says the same without pressing it."""


def needs(event: Event, seen: Seen) -> Query | None:
    """Looked up where somebody chooses what it is about, and nowhere else."""
    match event:
        case Message(answer=Command(name), private=False) if name in COMMANDS:
            return Issues()
        case Message(answer=Chose(choice), asked=asked) if asked.startswith(ASKS):
            name = asked.removeprefix(ASKS)
            return Issues(choice.removeprefix("fixed.") if name == LIST else name)
        case Message(answer=Command("start", rest)) if rest.startswith("new_"):
            return Issues()
        case Message(private=True) if _chooses(seen):
            return Issues(hold=seen.dialogue is not None and seen.dialogue.step == STEP)
        case Filled():
            return Issues(hold=event.moment == "sent")
        case Alarm(name="known"):
            return Followers(event.about.removeprefix(ASKS))
        case Receipt(about=about, trouble=trouble) if trouble and about.startswith(ASKS):
            return Issues(about.removeprefix(ASKS).partition("|")[0])
    return None


def _chooses(seen: Seen) -> bool:
    """Whether the next question may be whether it is one of them."""
    match seen.dialogue:
        case Dialogue(flow="intake", step="category", paused=False):
            return any(len(category.subcategories) == 1 for category in seen.desk.categories)
        case Dialogue(flow="intake", paused=paused, step=step):
            return paused or step in CHOOSING
    return False


# -- the team --------------------------------------------------------------------------------------------


def declare(seen: Seen, event: Message, rest: str) -> Effects:
    """`/known Login is down`: asks what it is about. In a request's room that is clear; its title stays its author's."""
    language = seen.desk.agents_language
    issue = Issue(
        id=seen.fresh,
        titles=titles(rest, language, tuple(dict.fromkeys((language, *languages())))),
        team=cards.here(event.where),
        by=event.who.name,
        since=seen.now,
    )
    if not issue.titles:
        yield _listed(seen, event, seen.found.issues or ())
    elif seen.ticket:
        yield from _opened(seen, replace(issue, category=seen.ticket.category, subcategory=seen.ticket.subcategory))
    else:
        yield Declare(issue)
        choices = tuple(Choice(f"c.{c.name}", c.label) for c in seen.desk.categories)
        words = _("*{issue}*: what is it about? Whoever picks that is told before they write.", issue=issue.title)
        yield _card(seen, issue, Prompt(words, (*choices, engine.CANCEL)))


def _asked_for(seen: Seen) -> Issue | None:
    """The one that was looked up, while it is known."""
    return next(iter(seen.found.issues or ()), None)


def _listed(seen: Seen, event: Message, issues: Sequence[Issue]) -> Say:
    how = _(
        "{call}known and its title tells customers of one: `{call}known Login is down | es: No se puede entrar`",
        call=CALL,
    )
    if not issues:
        return to_team(seen, event.where, lines(_("No known issue is open."), how))
    rows = (lines(_("*{issue}*", issue=issue.title), *_state(issue), between=" · ") for issue in issues)
    ways = tuple(Choice(f"fixed.{issue.id}", _("Fixed: {issue}", issue=issue.title)) for issue in issues)
    prompt = Prompt(lines(_("*Known issues*"), lines(*rows, between="\n"), how), ways, f"{ASKS}{LIST}")
    return Say(to=event.where, language=seen.desk.agents_language, words=prompt)


def pressed(seen: Seen, event: Message, choice: str) -> Effects:
    """A button of the team under a known issue."""
    issue = _asked_for(seen)
    if not event.who.member:
        yield from agents.refused(seen, event)
        return
    match choice.partition("."), issue:
        case ("c", _dot, name), Issue(state="new") if category := seen.desk.category(name):
            issue = replace(issue, category=category.name)
            yield Declare(issue)
            subs = tuple(Choice(f"s.{s.name}", s.label) for s in category.subcategories)
            words = _(
                "*{issue}*: {category}. All of it, or something of it?", issue=issue.title, category=category.label
            )
            yield _card(seen, issue, Prompt(words, (Choice("s.", _("All of it")), *subs, engine.CANCEL)))
        case ("s", _dot, name), Issue(state="new") if not name or seen.desk.subcategory(issue.category, name):
            yield from _opened(seen, replace(issue, subcategory=name))
        case ("cancel", _dot, _rest), Issue(state="new"):
            yield Declare(replace(issue, state="gone"))
            yield _card(seen, issue, Prompt(_("*{issue}*: forgotten. No customer was told.", issue=issue.title)))
        case ("fixed", _dot, _rest), Issue(state="open"):
            yield from _told_soon(seen, event, issue.fixed())
        case ("again", _dot, _rest), Issue(state="fixed"):
            yield from _told_soon(seen, event, issue.opened(seen.now))
        case _:
            yield whisper(seen, event, OUT_OF_DATE)


def _opened(seen: Seen, issue: Issue) -> Effects:
    issue = issue.opened(seen.now)
    yield Declare(issue)
    yield _shown(seen, issue)


def _told_soon(seen: Seen, event: Message, issue: Issue) -> Effects:
    """All who follow it hear of it, some at a time. Its card comes to where that was said; in a chat that is the team's no
    more nobody would see it.
    """
    here = cards.here(event.where)
    if here != issue.team:
        left = _shown(seen, issue)
        yield replace(left, words=replace(left.words, choices=()))
    issue = replace(issue, team=here)
    yield Declare(issue)
    yield _shown(seen, replace(issue, broken=0) if issue.state == "open" else issue)
    yield Wake(seen.now, "known", f"{ASKS}{issue.id}")


def _shown(seen: Seen, issue: Issue) -> Say:
    """Its card, written over at every change."""
    category, sub = seen.desk.category(issue.category), seen.desk.subcategory(issue.category, issue.subcategory)
    head = (
        _("*Known issue: {issue}*", issue=issue.title)
        if issue.state == "open"
        else _("*Fixed: {issue}*", issue=issue.title)
    )
    whole = category.label if category else None
    kind = _("{category} · {sub}", category=whole, sub=sub.label) if whole and sub else whole
    others = (_("{language}: {words}", language=code, words=words) for code, words in list(issue.titles.items())[1:])
    way = Choice("fixed", _("Fixed")) if issue.state == "open" else Choice("again", _("Not fixed after all"))
    return _card(seen, issue, Prompt(lines(head, kind, *others, *_state(issue), between="\n"), (way,)))


def _state(issue: Issue) -> tuple[Speech, ...]:
    since = _("Since {when}, says {agent}.", when=issue.since, agent=issue.by)
    count = (
        n_("One person has it too.", "{n} people have it too.", issue.followers)
        if issue.followers
        else _("Nobody else yet.")
    )
    broken = n_("For one it is still broken.", "For {n} it is still broken.", issue.broken)
    return (since, count, broken) if issue.broken else (since, count)


def _card(seen: Seen, issue: Issue, prompt: Prompt) -> Say:
    asks = f"{ASKS}{issue.id}"
    return Say(to=issue.team, language=seen.desk.agents_language, words=replace(prompt, asks=asks), slot=asks)


# -- customers -------------------------------------------------------------------------------------------


def same(dialogue: Dialogue[Any], answer: Answer) -> Issue | None:
    """What they say they have too, when we stand at that question."""
    if dialogue.flow != "intake" or dialogue.step != STEP:
        return None
    match answer, about(dialogue.draft):
        case Said(text, files=()), (only,) if len(words := fold(text).split()) <= SHORT and not TOO.isdisjoint(words):
            return None if NOT.intersection(words) else only
    return chosen(dialogue.draft, answer)


def is_choice(answer: Answer, dialogue: Dialogue[Any]) -> bool:
    """Whether it only answers that question, and tells nothing."""
    return answer in (Chose(OTHER.name), Chose("back")) or same(dialogue, answer) is not None


def fixed(before: Dialogue[Any], now: Dialogue[Any]) -> Speech | None:
    """What has been fixed while they were asked whether it is theirs, if nothing of it is left."""
    if before.flow != "intake" or before.step != STEP or before.paused or about(now.draft):
        return None
    issue = next(iter(about(before.draft)), None)
    if issue is None:
        return None
    return _("*{issue}*: it is fixed by now. If it still happens to you, let us go on:", issue=issue.title)


def follow(seen: Seen, event: Message | Filled, draft: Draft, issue: Issue) -> Effects:
    """One press, and no new request. What they had written already stays theirs to send."""
    yield from _followed(seen, issue)
    yield Count("known.same")
    words = _("Noted: *{issue}*. We are on it, and tell you here as soon as it is fixed.", issue=issue.title)
    draft = replace(draft, same="", aside=(*draft.aside, issue.id))
    as_said = event if isinstance(event, Message) else as_message(event, Chose(""))
    if not (draft.title or draft.details or draft.urls or draft.files):
        yield from opening.over(event)
        yield reply(seen, as_said, Prompt(words))
        return
    flow = intake(seen.desk)
    standing = engine.begin(flow, draft)
    kept = _("What you wrote is not sent. Go on if it should be a request of its own, or cancel.")
    yield from opening.ask(seen, as_said, flow, standing, lines(words, kept, engine.ask(flow, standing).text))


def _followed(seen: Seen, issue: Issue) -> Effects:
    yield Follow(issue, seen.person.id)
    if not issue.mine:
        yield _shown(seen, replace(issue, followers=issue.followers + 1))


def answered(seen: Seen, event: Message) -> Effects:
    """A customer's button under the news of a known issue."""
    issue = _asked_for(seen)
    if event.answer != Chose("broken") or issue is None or issue.state not in ("open", "fixed"):
        yield reply(seen, event, Prompt(OUT_OF_DATE))
    elif issue.state == "open":
        yield from _followed(seen, issue)
        words = _("We know: *{issue}* is not fixed yet. We tell you here as soon as it is.", issue=issue.title)
        yield replace(reply(seen, event, Prompt(words)), over="")
    else:
        yield from _still_broken(seen, event, issue)


def _still_broken(seen: Seen, event: Message, issue: Issue) -> Effects:
    """Then it is theirs alone: a request, begun with what we know. The team sees that they are not the only one."""
    yield Follow(issue, seen.person.id, broken=True)
    followers = issue.followers if issue.mine else issue.followers + 1
    if not issue.troubled:
        yield Count("known.broken")
        yield _shown(seen, replace(issue, followers=followers, broken=issue.broken + 1))
    title = typed(_("Still broken: {issue}", issue=issue.title), seen.person.language)
    draft = Draft(
        category=issue.category,
        subcategory=issue.subcategory,
        title=title[: seen.desk.bounds.title_most],
        read=True,
        aside=(issue.id,),
        follows=typed(issue.title, seen.desk.agents_language),
    )
    sorry = _("I am sorry: the team knows now that it still happens to you.")
    then = _("Let us look at yours by itself: a few words, and it is a request of its own.")
    yield from opening.open_new(seen, replace(event, on=""), draft, word=sorry, then=then)


def spread(seen: Seen, event: Alarm) -> Effects:
    """Some of its followers hear what is new, each in their language and where they last were; then the next ones."""
    issue, people = _asked_for(seen), seen.found.people
    if issue is None or not people:
        return
    for person in people:
        if person.where:
            yield _news(issue, person, person.where)
    yield Told(issue, tuple(person.id for person in people))
    yield Wake(seen.now, "known", event.about)


def _news(issue: Issue, person: Person, to: Address, shut: Sequence[str] = ()) -> Say:
    """`shut`: their doors that did not take it."""
    ways = (Choice("broken", _("Still broken")),) if issue.state == "fixed" else ()
    return Say(
        to=to,
        language=person.language,
        words=Prompt(_what_is_new(issue), ways, f"{ASKS}{issue.id}"),
        slot=_slot(issue, person),
        receipt="|".join((f"{ASKS}{issue.id}", str(issue.round), *shut)),
    )


def _what_is_new(issue: Issue) -> Speech:
    if issue.state == "fixed":
        return _("*{issue}*: it is fixed. Thank you for your patience!", issue=issue.title)
    return _(
        "*{issue}*: we called it fixed too early, sorry. We are on it again, and tell you here.", issue=issue.title
    )


def _slot(issue: Issue, person: Person) -> str:
    return f"{ASKS}{issue.id}.{issue.round}.{person.id}"


def arrived(seen: Seen, event: Receipt) -> Effects:
    """Where a chat is shut the news goes by the next door, as an answer does; unless there is newer news by now."""
    issue = _asked_for(seen)
    _about, of_round, *before = event.about.split("|")
    shut = (*before, cards.chat_of(event.where))
    door = doors.following(seen, event, shut) if event.trouble else None
    if issue is None or door is None or str(issue.round) != of_round:
        return
    yield Drop(_slot(issue, seen.person))
    if door in mails.at(seen):
        yield mails.news(seen, _what_is_new(issue))
    else:
        yield Know(replace(seen.person, where=door))
        yield _news(issue, seen.person, door, shut)
