"""The team's own affairs: handing on, moving, canned answers, who else is at it, the baton, lists, the digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.desk.config import Canned
from bot.desk.people import Agent
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Chose, Command, Said, Spoken
from bot.effects import Around, Effect, Morning, Page, Queue, Record, Room, Save, Say, Seen, Stock, Unstock, Wake
from bot.events import Address, Alarm, Caller, Message, Visited
from bot.i18n import Words
from bot.values import replace
from handlers import cards
from handlers.answers import Noting
from tests.handlers.test_list import DESK, NOW, SEEN, TICKET

OURS, THEIRS = Address("telegram", "-100"), Address("slack", "C9")
BEA, LEO = Agent("telegram:9", "Bea"), Agent("telegram:8", "Leo")
OPEN = replace(TICKET, agents=OURS, due=NOW + timedelta(days=1))
BILLING = replace(DESK.categories[1], agents="slack:C9")
TWO_TEAMS = replace(DESK, categories=(DESK.categories[0], BILLING, *DESK.categories[2:]))
WORDS = Words("https://desk.example", ZoneInfo("Europe/Madrid"))
EMPTY = Page((), 0, 0)


def at_desk(ticket: Ticket = OPEN, found: Page = EMPTY) -> Seen:
    return replace(SEEN, at_desk=True, ticket=ticket, found=found, desk=TWO_TEAMS, teams=(OURS,), plain=WORDS.plain)


def acts(answer: Answer, asked: str = "", **more: object) -> Message:
    message = Message(id="1", at=NOW, where=OURS, who=Caller("9", "Bea"), answer=answer, asked=asked, private=False)
    return replace(message, **more)  # type: ignore[arg-type]  # whatever a test needs


def press(choice: str, **more: object) -> Message:
    return acts(Chose(choice), f"ticket.{OPEN.id}", **more)


def told(effects: Iterable[Effect], language: str = "en") -> list[str]:
    return [WORDS.plain(e.words.text, language) for e in effects if isinstance(e, Say)]


def saved(effects: Iterable[Effect]) -> list[Ticket]:
    return [e.ticket for e in effects if isinstance(e, Save)]


# -- moving ------------------------------------------------------------------------------------------------


def test_a_request_that_goes_to_another_team_keeps_its_date_and_has_nobody() -> None:
    asked = Entry(id="a", ticket=1001, kind="asked", by="Ana", at=NOW, text="Still broken")
    note = replace(asked, id="n", kind="note", by="Bea", text="She pays")
    draft = replace(asked, id="d", kind="draft", by="Leo", text="Not sent")
    seen = at_desk(replace(OPEN, agent=BEA), Page((), 0, 0, entries=(draft, note, asked)))
    assert handlers.needs(press("move.billing"), SEEN) == Around()
    effects = list(handlers.decide(seen, press("move.billing")))
    (moved,) = saved(effects)
    assert (moved.agents, moved.category, moved.subcategory, moved.agent) == (THEIRS, "billing", "", None)
    assert (moved.due, moved.left_chats) == (OPEN.due, ("telegram:-100",))
    said = [(e.to, e.slot) for e in effects if isinstance(e, Say)]
    here, there = Room(OURS, 1001, cards.title(OPEN)), Room(THEIRS, 1001, cards.title(OPEN))
    assert said == [(here, "card"), (there, "card"), (there, "")]  # and not a word to the customer
    assert told(effects)[0] == "SUP-1001 · Icon missing went to Billing and plan, says Bea."
    brought = told(effects)[-1]
    assert "Ana:\n> Still broken" in brought
    assert "Bea, in a note:\n> She pays" in brought
    assert "Not sent" not in brought


def test_within_one_team_a_request_keeps_its_holder_and_its_card() -> None:
    effects = list(handlers.decide(at_desk(replace(OPEN, agent=BEA)), press("move.push")))
    (moved,) = saved(effects)
    assert (moved.category, moved.agents, moved.agent, moved.left_chats) == ("push", OURS, BEA, ())
    assert [e.slot for e in effects if isinstance(e, Say)] == ["move", "card"]


def test_from_a_categorys_own_team_it_comes_back_to_the_desks() -> None:
    theirs = replace(OPEN, agents=THEIRS, category="billing")
    (moved,) = saved(handlers.decide(at_desk(theirs), press("move.push", where=THEIRS)))
    assert moved.agents == OURS


def test_the_desks_own_teams_elsewhere_are_offered_and_reached() -> None:
    seen = replace(at_desk(), teams=(OURS, Address("slack", "C1")))
    (asked,) = handlers.decide(seen, press("move"))
    assert isinstance(asked, Say)
    assert asked.words.choices[-1].name == "team.slack"
    (moved,) = saved(handlers.decide(seen, press("team.slack")))
    assert (moved.agents, moved.category) == (Address("slack", "C1"), OPEN.category)


def test_what_is_written_where_it_no_longer_is_reaches_its_team_as_a_note() -> None:
    gone = replace(OPEN, agents=THEIRS, left_chats=("telegram:-100",))
    effects = list(handlers.decide(at_desk(gone), acts(Said("She has two accounts"), reply_to="5")))
    (line,) = (e.entry for e in effects if isinstance(e, Record))
    assert (line.kind, line.text) == ("note", "She has two accounts")
    assert [e.to.at for e in effects if isinstance(e, Say) and isinstance(e.to, Room)] == [THEIRS, OURS]


@pytest.mark.parametrize("choice", ["claim", "solve", "snooze", "canned", "move.push"])
def test_buttons_where_it_no_longer_is_do_nothing(choice: str) -> None:
    gone = replace(OPEN, agents=THEIRS, left_chats=("telegram:-100",))
    (only,) = handlers.decide(at_desk(gone), press(choice))
    assert isinstance(only, Say)
    assert (only.whisper, told([only])) == ("1", ["SUP-1001 goes on with another team now."])


# -- handing on ---------------------------------------------------------------------------------------------


def test_whoever_left_the_chat_is_handed_nothing() -> None:
    seen = at_desk(found=Page((), 0, 0, colleagues=(BEA, LEO)))
    assert handlers.needs(press("to.8"), SEEN) == Around(people=True)
    assert told(handlers.decide(seen, press("to.8", absent=True))) == ["Leo no longer belongs to this group."]
    (now,) = saved(handlers.decide(seen, press("to.8")))
    assert (now.agent, now.held) == (LEO, NOW)


def test_only_whom_the_chat_knows_can_be_handed_anything() -> None:
    found = Page((), 0, 0, colleagues=(BEA,))
    assert told(handlers.decide(at_desk(found=found), press("to.666"))) == ["That button is out of date."]
    mine = at_desk(replace(OPEN, agent=BEA), found)
    assert told(handlers.decide(mine, press("assign")))[0].startswith("I know nobody else here yet")


# -- sleep ---------------------------------------------------------------------------------------------------


def wakes(ticket: Ticket, now: datetime) -> list[Effect]:
    ring = Alarm(id="1", at=now, name="wake", about="ticket.1001")
    return list(handlers.decide(replace(at_desk(ticket), now=now), ring))


ASLEEP = replace(OPEN, asleep=NOW, agent=BEA)


def test_what_wakes_calls_its_holder_by_name_where_they_are() -> None:
    (first, *_rest) = (
        told(wakes(replace(ASLEEP, agent=agent), NOW)) for agent in (BEA, None, Agent("slack:U1", "Max"))
    )
    assert first[0].startswith("@Bea: SUP-1001 is awake again. We promised an answer by ")
    assert [words[0].split(".")[0] for words in _rest] == ["SUP-1001 is awake again"] * 2


def test_nothing_wakes_twice_too_early_or_at_night() -> None:
    ring, night = "ticket.1001", datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert wakes(replace(ASLEEP, asleep=None), NOW) == []
    assert wakes(replace(ASLEEP, asleep=NOW + timedelta(days=1)), NOW) == [Wake(NOW + timedelta(days=1), "wake", ring)]
    assert wakes(ASLEEP, night) == [Wake(datetime(2026, 11, 24, 8, tzinfo=UTC), "wake", ring)]


def test_nobody_is_reminded_of_what_sleeps() -> None:
    asleep = replace(OPEN, opened=NOW, due=NOW + timedelta(days=1), asleep=NOW + timedelta(hours=23))
    ring = Alarm(id="1", at=NOW, name="promise", about="ticket.1001")
    at = NOW + timedelta(hours=7)
    assert list(handlers.decide(replace(at_desk(asleep), now=at), ring)) == [
        Wake(NOW + timedelta(hours=23), "promise", "ticket.1001")
    ]


def test_every_morning_is_offered_once_and_none_on_a_day_off() -> None:
    offered = {}
    for day in (23, 27, 29):  # Monday, Friday, Sunday
        seen = replace(at_desk(), now=datetime(2026, 11, day, 9, tzinfo=UTC))
        (asked,) = handlers.decide(seen, press("snooze"))
        assert isinstance(asked, Say)
        offered[day] = [choice.name for choice in asked.words.choices]
    assert offered == {
        23: ["sleep.1", "sleep.monday", "sleep.3"],
        27: ["sleep.monday", "sleep.7"],
        29: ["sleep.1", "sleep.3", "sleep.7"],
    }


# -- canned answers -----------------------------------------------------------------------------------------


def test_places_are_filled_in_with_the_customers_words() -> None:
    words = "{name} {number} {title} {category} {link} {promise} {agent}"
    canned = Canned(name="all", label=Spoken({"en": "All"}), words=Spoken({"es": words}))
    effects = handlers.decide(at_desk(found=Page((), 0, 0, canned=(canned,))), press("can.all"))
    (draft,) = (e.entry for e in effects if isinstance(e, Record))
    link, due = f"https://desk.example/t/{'x' * 16}", "martes 24 de noviembre a las 10:00"
    assert draft.text == f"Ana SUP-1001 Icon missing Diseño y plantillas {link} {due} Bea"
    assert (draft.kind, draft.spoken, draft.does) == ("draft", "es", ())


def test_what_was_kept_in_chat_grows_by_language_and_goes() -> None:
    old = Canned(name="hi", label=Spoken({"en": "hi"}), words=Spoken({"es": "Hola"}), does=("mine",))
    seen = replace(at_desk(found=Page((), 0, 0, canned=(old,))), ticket=None)
    (kept,) = (
        e.canned for e in handlers.decide(seen, acts(Command("canned", "save hi en Hello"))) if isinstance(e, Stock)
    )
    assert (kept.words.words, kept.does) == ({"es": "Hola", "en": "Hello"}, ("mine",))
    gone = list(handlers.decide(seen, acts(Command("canned", "drop hi"))))
    assert gone[0] == Unstock("hi")


def test_an_answer_of_several_lines_is_kept_line_for_line() -> None:
    seen = replace(at_desk(), ticket=None)
    (kept,) = (
        e.canned
        for e in handlers.decide(seen, acts(Command("canned", "save hi\nen\n+mine Hello,\n\nbye")))
        if isinstance(e, Stock)
    )
    assert (kept.words.words, kept.does) == ({"en": "Hello,\n\nbye"}, ("mine",))


def test_many_canned_answers_are_offered_page_by_page() -> None:
    many = tuple(
        Canned(name=f"n{n:02}", label=Spoken({"en": f"No {n}"}), words=Spoken({"es": "Hola"})) for n in range(20)
    )
    seen = replace(at_desk(found=Page((), 0, 0, canned=many)), desk=replace(DESK, canned=()))
    pages = []
    for choice in ("canned", "cans.12", "cans.x"):
        (asked,) = handlers.decide(seen, press(choice))
        assert isinstance(asked, Say)
        assert asked.only == "9"  # for whoever asked alone
        pages.append([c.name for c in asked.words.choices])
    first = [f"can.n{n:02}" for n in range(12)]
    assert pages == [[*first, "cans.12"], [f"can.n{n:02}" for n in range(12, 20)], [*first, "cans.12"]]


def test_a_canned_answer_is_shown_first_also_where_words_leave_at_once() -> None:
    seen = replace(at_desk(), desk=replace(DESK, answers="at-once"))
    (draft,) = (e.entry for e in handlers.decide(seen, press("can.more")) if isinstance(e, Record))
    assert (draft.kind, draft.does) == ("draft", ("wait", "mine"))
    changed = Dialogue("note", "note", Noting(1001, reply=True, does=draft.does))
    written = handlers.decide(replace(seen, dialogue=changed), acts(Said("Hola, Ana"), reply_to="5"))
    (draft,) = (e.entry for e in written if isinstance(e, Record))
    assert (draft.kind, draft.does) == ("draft", ("wait", "mine"))


def test_all_that_a_canned_answer_does_is_done_at_once() -> None:
    draft = replace(line("d", "draft", BEA, 0), does=("wait", "urgent", "mine"), spoken="es")
    seen = replace(at_desk(replace(OPEN, agent=LEO)), entry=draft)
    effects = list(handlers.decide(seen, acts(Chose("send-all"), "entry.d")))
    (now,) = saved(effects)
    assert (now.state, now.priority, now.agent, now.answered) == ("yours", "urgent", BEA, NOW)
    assert [e.entry.text for e in effects if isinstance(e, Record) and e.entry.kind == "event"] == ["priority urgent"]


def sent(holder: Agent | None) -> tuple[Ticket, Entry]:
    """All that a canned answer does has just been done by Bea."""
    draft = replace(line("d", "draft", BEA, 0), does=("wait", "urgent", "mine"), spoken="es")
    effects = list(handlers.decide(replace(at_desk(replace(OPEN, agent=holder)), entry=draft), ALL_OF_IT))
    (ticket,) = saved(effects)
    return ticket, next(e.entry for e in effects if isinstance(e, Record) and e.entry.kind == "answer")


ALL_OF_IT, UNDO = (acts(Chose(choice), "entry.d") for choice in ("send-all", "undo"))


@pytest.mark.parametrize("holder", [LEO, None])
def test_all_that_a_canned_answer_did_is_undone_with_it(holder: Agent | None) -> None:
    ticket, answer = sent(holder)
    effects = list(handlers.decide(replace(at_desk(ticket), entry=answer), UNDO))
    (now,) = saved(effects)
    assert (now.state, now.priority, now.agent, now.held, now.due) == ("ours", "normal", holder, OPEN.held, OPEN.due)
    assert [e.entry.text for e in effects if isinstance(e, Record) and e.entry.kind == "event"] == ["priority normal"]


def test_what_somebody_else_changed_since_the_answer_is_not_undone() -> None:
    ticket, answer = sent(None)
    meanwhile = replace(ticket, priority="low", agent=LEO)
    (now,) = saved(list(handlers.decide(replace(at_desk(meanwhile), entry=answer), UNDO)))
    assert (now.priority, now.agent) == ("low", LEO)


def test_whoever_is_no_member_keeps_nothing() -> None:
    stranger = acts(Command("canned", "save hi en Hello"), who=Caller("9", "Eve", member=False))
    assert list(handlers.decide(at_desk(), stranger)) == []


# -- who else is at it --------------------------------------------------------------------------------------


def line(number: str, kind: str, by: Agent, minutes: float) -> Entry:
    at = NOW - timedelta(minutes=minutes)
    entry = Entry(id=number, ticket=1001, kind="draft", by=by.name, by_id=by.id, at=at, text="Hola")
    return replace(entry, kind=kind, sent=at if kind == "answer" else None)  # type: ignore[arg-type]  # one of its kinds


ANA = Agent("telegram:7", "Ana")
MINE = line("mine", "draft", BEA, 3)


@pytest.mark.parametrize(
    ("others", "drawn", "goes"),
    [
        ((), None, True),
        ((line("a", "answer", LEO, 1),), None, False),
        ((line("a", "answer", LEO, 1),), NOW, True),  # they have read of it
        ((line("a", "answer", LEO, 4),), None, True),  # the preview said so already
        ((line("a", "answer", BEA, 1),), None, True),  # one's own
        ((line("a", "asked", ANA, 1),), None, False),
        ((line("a", "asked", ANA, 4),), None, True),
        ((line("a", "draft", LEO, 1), line("b", "note", LEO, 1)), None, True),  # may never be sent
        ((replace(line("a", "asked", ANA, 1), gone=NOW),), None, True),
    ],
)
def test_send_asks_once_when_somebody_has_said_something_since(
    others: tuple[Entry, ...],
    drawn: datetime | None,
    goes: bool,  # noqa: FBT001 - a case
) -> None:
    mine = replace(MINE, drawn=drawn)
    seen = replace(at_desk(found=Page((), 0, 0, entries=(*others, mine))), entry=mine)
    effects = list(handlers.decide(seen, acts(Chose("send"), "entry.mine")))
    (entry,) = (e.entry for e in effects if isinstance(e, Record))
    assert (entry.kind, entry.drawn) == (("answer", drawn) if goes else ("draft", NOW))
    assert any("anyway?" in words for words in told(effects)) is not goes


# -- the baton ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrote", "free"),
    [
        ((), True),
        ((line("n", "note", BEA, 60),), False),
        ((line("d", "draft", BEA, 60),), False),
        ((line("n", "note", LEO, 60),), True),
    ],
)
def test_whoever_wrote_anything_lately_has_the_baton(wrote: tuple[Entry, ...], free: bool) -> None:  # noqa: FBT001 - a case
    held = replace(OPEN, agent=BEA, held=NOW - timedelta(days=4))
    ring = Alarm(id="1", at=NOW, name="baton", about="ticket.1001")
    assert handlers.needs(ring, SEEN) == Around()
    effects = list(handlers.decide(at_desk(held, Page((), 0, 0, entries=wrote)), ring))
    assert [ticket.agent for ticket in saved(effects)] == ([None] if free else [])
    assert any(isinstance(e, Wake) and e.alarm == "baton" for e in effects) is not free


# -- lists and mornings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "query"),
    [
        ("", Queue("telegram:9")),
        ("2", Queue("telegram:9", 10)),
        ("mine", Queue("telegram:9", of="mine")),
        ("MÍA 3", Queue("telegram:9", 20, of="mine")),
        ("all", Queue("telegram:9", of="all")),
        ("todo 2", Queue("telegram:9", 10, of="all")),
        ("what?", Queue("telegram:9")),
        ("0", Queue("telegram:9")),
    ],
)
def test_a_list_is_named_after_the_command(rest: str, query: Queue) -> None:
    assert handlers.needs(acts(Command("queue", rest)), SEEN) == query


def test_the_page_of_ones_own_turns_between_the_lists() -> None:
    home = acts(Chose("all.10"), "home", agent=True, private=True, where=Address("slack", "U7", "home"))
    assert handlers.needs(home, SEEN) == Queue("slack:9", 10, of="all")
    (said,) = handlers.decide(replace(SEEN, found=Page((OPEN,), 10, 25)), home)
    assert isinstance(said, Say)
    assert [c.name for c in said.words.choices] == ["all.0", "all.20", "queue.0", "mine.0"]
    customer = replace(home, agent=False)
    assert not isinstance(handlers.needs(customer, SEEN), Queue)
    visit = Visited(id="1", at=NOW, where=home.where, who=home.who, agent=True)
    assert handlers.needs(visit, SEEN) == Queue("slack:9")


OPENS = datetime(2026, 11, 23, 8, tzinfo=UTC)


def digest(at: datetime, now: datetime, *tickets: Ticket) -> list[Effect]:
    ring = Alarm(id="1", at=at, name="digest", about="team.telegram|-100")
    assert handlers.needs(ring, SEEN) == Morning(OURS)
    seen = replace(SEEN, now=now, desk=replace(DESK, agents_language="en"), found=Page(tickets, 0, len(tickets)))
    return list(handlers.decide(seen, ring))


def test_each_request_stands_in_the_first_part_it_belongs_to() -> None:
    late, today, free, held = (
        replace(OPEN, code=f"SUP-{n}", due=due, agent=agent)
        for n, (due, agent) in enumerate(
            (
                (OPENS - timedelta(days=1), None),
                (OPENS + timedelta(hours=3), BEA),
                (NOW + timedelta(days=3), None),
                (NOW + timedelta(days=4), BEA),
            )
        )
    )
    effects = digest(OPENS, OPENS, late, today, free, held)
    (said,) = told(effects)
    parts = [part.split("\n") for part in said.split("\n\n")]
    assert [part[0] for part in parts] == [
        "Good morning! 4 requests wait for us.", "Overdue", "Due today", "Nobody has it yet", "Waiting longest",
    ]  # fmt: skip
    assert [part[1].split(" ")[0] for part in parts[1:]] == ["SUP-0", "SUP-1", "SUP-2", "SUP-3"]
    assert effects[0] == Wake(datetime(2026, 11, 24, 8, tzinfo=UTC), "digest", "team.telegram|-100")


@pytest.mark.parametrize(
    ("at", "now", "comes"),
    [
        (OPENS, OPENS + timedelta(minutes=40), True),  # we were away for a moment
        (OPENS, OPENS + timedelta(days=1), False),  # yesterday's is of no use
        (OPENS - timedelta(hours=1), OPENS - timedelta(hours=1), False),  # the hour has been changed meanwhile
    ],
)
def test_a_digest_that_is_not_todays_is_left_out(at: datetime, now: datetime, comes: bool) -> None:  # noqa: FBT001 - a case
    effects = digest(at, now)
    assert [type(e) for e in effects] == ([Wake, Say] if comes else [Wake])


def test_long_parts_say_how_many_more_there_are() -> None:
    late = replace(OPEN, due=OPENS - timedelta(days=1))
    (said,) = told(digest(OPENS, OPENS, *(late,) * 11))
    assert said.endswith("3 more: /queue")
    assert said.count("SUP-1001") == 8
