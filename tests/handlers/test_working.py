"""The team's own affairs: handing on, moving, what sleeps, who else is at it, the baton."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot.desk.people import Agent
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Chose, Command, Said, Spoken
from bot.effects import Effect, Record, Room, Say, Unsay, Wake
from bot.events import COLLEAGUE, Address, Alarm, Caller
from bot.queries import Around, Found
from bot.values import replace
from handlers import answers, cards, sending
from handlers.draft import Draft, kinds
from tests.handlers.team import BEA, LEO, OPEN, OURS, THEIRS, WORDS, acts, at_desk, line, press, saved, told
from tests.handlers.test_list import DESK, NOW, SEEN

# -- moving ------------------------------------------------------------------------------------------------


def test_a_request_that_goes_to_another_team_keeps_its_date_and_has_nobody() -> None:
    asked = Entry(id="a", ticket=1001, kind="asked", by="Ana", at=NOW, text="Still broken")
    note = replace(asked, id="n", kind="note", by="Bea", text="She pays")
    draft = replace(asked, id="d", kind="draft", by="Leo", text="Not sent")
    seen = at_desk(replace(OPEN, agent=BEA), Found(entries=(draft, note, asked)))
    assert handlers.needs(press("move.billing"), SEEN) == Around()
    effects = list(handlers.decide(seen, press("move.billing")))
    (moved,) = saved(effects)
    assert (moved.agents, moved.category, moved.subcategory, moved.agent) == (THEIRS, "billing", "", None)
    assert (moved.due, moved.left_chats) == (OPEN.due, ("telegram:-100",))
    said = [(e.to, e.slot) for e in effects if isinstance(e, Say)]
    here, there = Room(OURS, 1001, cards.title(OPEN)), Room(THEIRS, 1001, cards.title(OPEN))
    assert said == [(here, "card"), (here, "entry.d"), (there, "card"), (there, "")]  # and not a word to the customer
    assert told(effects)[0] == "SUP-1001 · Icon missing went to Billing and plan, says Bea."
    assert told(effects)[1] == "Not sent: it goes along as a note of Leo.\n> Not sent"
    brought = told(effects)[-1]
    assert "Ana:\n> Still broken" in brought
    assert "Bea, in a note:\n> She pays" in brought
    assert brought.endswith("Leo, in a note:\n> Not sent")
    assert replace(draft, kind="note", at=seen.now) in [e.entry for e in effects if isinstance(e, Record)]


def test_however_much_was_said_since_what_nobody_has_sent_goes_along() -> None:
    asked = tuple(Entry(id=str(n), ticket=1001, kind="asked", by="Ana", at=NOW, text=f"({n})") for n in range(20))
    draft = replace(asked[0], id="d", kind="draft", by="Leo", text="Not sent")
    effects = list(handlers.decide(at_desk(OPEN, Found(entries=(*asked, draft))), press("move.billing")))
    assert [words in told(effects)[-1] for words in ("Not sent", "(8)", "(9)")] == [True, True, False]


ASTRAY = Alarm(id="1", at=NOW, name="astray", about="ticket.1001")
ELSEWHERE = Address("telegram", "-200")
"""What is named as the desk's own chat since."""


def test_a_request_in_a_chat_that_is_the_teams_no_more_goes_where_the_team_is() -> None:
    asked = Entry(id="a", ticket=1001, kind="asked", by="Ana", at=NOW, text="Still broken")
    seen = replace(SEEN, ticket=replace(OPEN, agent=BEA), teams=(ELSEWHERE,), found=Found(entries=(asked,)))
    assert handlers.needs(ASTRAY, SEEN) == Around()
    effects = list(handlers.decide(seen, ASTRAY))
    (moved,) = saved(effects)
    assert (moved.agents, moved.agent, moved.due, moved.left_chats) == (ELSEWHERE, BEA, OPEN.due, ("telegram:-100",))
    here, there = Room(OURS, 1001, cards.title(OPEN)), Room(ELSEWHERE, 1001, cards.title(OPEN))
    assert [(e.to, e.slot) for e in effects if isinstance(e, Say)] == [(here, "card"), (there, "card"), (there, "")]
    assert Unsay(there, "left") in effects  # it may have been there before
    assert told(effects)[-1].endswith("it goes on here.\nWhat was said so far:\nAna:\n> Still broken")
    (solved,) = saved(handlers.decide(replace(seen, ticket=replace(OPEN, state="solved")), ASTRAY))
    assert (solved.agents, solved.state) == (ELSEWHERE, "solved")


def test_only_its_own_platforms_team_keeps_the_holder_of_a_request_whose_chat_is_gone() -> None:
    seen = replace(SEEN, ticket=replace(OPEN, agent=BEA, category="billing"), desk=at_desk().desk, teams=(ELSEWHERE,))
    (moved,) = saved(handlers.decide(seen, ASTRAY))
    assert (moved.agents, moved.agent) == (THEIRS, None)


@pytest.mark.parametrize("ticket", [None, replace(OPEN, state="merged"), replace(OPEN, agents=ELSEWHERE)])
def test_what_is_where_a_team_is_stays(ticket: Ticket | None) -> None:
    assert list(handlers.decide(replace(SEEN, ticket=ticket, teams=(ELSEWHERE,)), ASTRAY)) == []
    assert list(handlers.decide(replace(SEEN, ticket=OPEN, teams=()), ASTRAY)) == []


def test_what_is_said_in_a_chat_that_is_the_teams_no_more_does_nothing_and_says_so() -> None:
    seen = replace(SEEN, ticket=replace(OPEN, agents=ELSEWHERE, left_chats=("telegram:-100",)))
    words = ["SUP-1001 goes on in another chat of the team: nobody reads what is written here."]
    spoken, pressed = (list(handlers.decide(seen, event)) for event in (acts(Said("Hello")), press("claim")))
    assert (told(spoken), told(pressed)) == (words, words)
    assert [(e.to, e.whisper) for e in (*spoken, *pressed) if isinstance(e, Say)] == [
        (Room(OURS, 1001, cards.title(OPEN)), ""),
        (OURS, "1"),
    ]
    assert list(handlers.decide(replace(seen, ticket=None), acts(Said("Hello")))) == []


def test_however_many_places_there_are_each_is_offered() -> None:
    first = DESK.categories[0]
    many = replace(DESK, categories=tuple(replace(first, name=f"c{n:02}") for n in range(60)))
    seen = replace(at_desk(replace(OPEN, category="c00")), desk=many, teams=(OURS, Address("slack", "C1")))
    pages = []
    for choice in ("move", "moves.24", "moves.48", "moves.x"):
        (*_over, asked) = handlers.decide(seen, press(choice))
        assert isinstance(asked, Say)
        pages.append([c.name for c in asked.words.choices])
    assert [(page[0], page[-1], len(page)) for page in pages] == [
        ("move.c01", "moves.24", 25),
        ("move.c25", "moves.48", 25),
        ("move.c49", "team.slack", 12),
        ("move.c01", "moves.24", 25),
    ]


def test_within_one_team_a_request_keeps_its_holder_and_its_card() -> None:
    effects = list(handlers.decide(at_desk(replace(OPEN, agent=BEA)), press("move.push")))
    (moved,) = saved(effects)
    assert (moved.category, moved.agents, moved.agent, moved.left_chats) == ("push", OURS, BEA, ())
    assert [e.slot for e in effects if isinstance(e, Say)] == ["", "card"]


def test_from_a_categorys_own_team_it_comes_back_to_the_desks() -> None:
    theirs = replace(OPEN, agents=THEIRS, category="billing")
    (moved,) = saved(handlers.decide(at_desk(theirs), press("move.push", where=THEIRS)))
    assert moved.agents == OURS


def test_the_desks_own_teams_elsewhere_are_offered_and_reached() -> None:
    seen = replace(at_desk(), teams=(OURS, Address("slack", "C1")))
    (*_over, asked) = handlers.decide(seen, press("move"))
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
    seen = at_desk(found=Found(colleagues=(BEA, LEO)))
    assert handlers.needs(press("to.8"), SEEN) == Around(people=True)
    assert told(handlers.decide(seen, press("to.8", absent=True))) == ["Leo no longer belongs to this group."]
    (now,) = saved(handlers.decide(seen, press("to.8")))
    assert (now.agent, now.held) == (LEO, NOW)


def test_only_whom_the_chat_knows_can_be_handed_anything() -> None:
    found = Found(colleagues=(BEA,))
    assert told(handlers.decide(at_desk(found=found), press("to.666"))) == ["That button is out of date."]
    mine = at_desk(replace(OPEN, agent=BEA), found)
    assert told(handlers.decide(mine, press("assign")))[0].startswith("I know nobody else here yet")


def test_however_many_colleagues_there_are_each_is_offered() -> None:
    many = Found(colleagues=tuple(Agent(f"telegram:{n}", f"Agent {n}") for n in range(30)))
    pages = []
    for choice in ("assign", "assigns.12", "assigns.24"):
        assert handlers.needs(press(choice), SEEN) == Around(people=True)
        (*_over, asked) = handlers.decide(at_desk(found=many), press(choice))
        assert isinstance(asked, Say)
        pages.append([c.name for c in asked.words.choices])
    assert [(page[0], page[-1], len(page)) for page in pages] == [
        ("to.0", "assigns.12", 13),
        ("to.12", "assigns.24", 13),
        ("to.24", "to.29", 6),
    ]
    solved = at_desk(replace(OPEN, state="solved"), many)
    assert [e.whisper for e in handlers.decide(solved, press("assigns.12")) if isinstance(e, Say)] == ["1"]


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
        (*_over, asked) = handlers.decide(seen, press("snooze"))
        assert isinstance(asked, Say)
        offered[day] = [choice.name for choice in asked.words.choices]
    assert offered == {
        23: ["sleep.1", "sleep.monday", "sleep.3"],
        27: ["sleep.monday", "sleep.7"],
        29: ["sleep.1", "sleep.3", "sleep.7"],
    }


# -- who else is at it --------------------------------------------------------------------------------------


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
    seen = replace(at_desk(found=Found(entries=(*others, mine))), entry=mine)
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
    effects = list(handlers.decide(at_desk(held, Found(entries=wrote)), ring))
    assert [ticket.agent for ticket in saved(effects)] == ([None] if free else [])
    assert any(isinstance(e, Wake) and e.alarm == "baton" for e in effects) is not free


def test_an_agent_whose_name_no_platform_tells_is_somebody_of_the_team() -> None:
    nameless = Caller("9", "")
    claimed = list(handlers.decide(at_desk(), press("claim", who=nameless)))
    (ticket,), words = saved(claimed), "\n".join(told(claimed))
    assert "Somebody of the team is looking at SUP-1001." in words
    assert "Somebody of the team has it." in words
    answer = line("1", "answer", Agent("telegram:9", ""), 1)
    assert "our answer:" in WORDS.plain(answers.face(ticket, answer), "en")


GAP = re.compile(r"(?:^| )[.,:;]|  |^ | $")
"""What is left of a sentence in which a name should have stood."""
NAMELESS = Agent("telegram:9", "")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("choice", "ticket"),
    [
        *(
            (choice, OPEN)
            for choice in ("claim", "note", "prio.urgent", "move.push", "move.billing", "snooze", "assign")
        ),
        *((choice, OPEN) for choice in ("block", "block.7", "unblock", "solve", "wait")),
        ("sleep.day", OPEN),
        ("claim", replace(OPEN, agent=replace(NAMELESS, id="telegram:8"))),
        (f"{COLLEAGUE}8", replace(OPEN, agent=replace(NAMELESS, id="telegram:8"))),
        (f"{COLLEAGUE}8", OPEN),
        ("wake", replace(OPEN, asleep=NOW + timedelta(days=1))),
    ],
)
def test_where_nobody_has_a_name_no_sentence_has_a_gap(language: str, choice: str, ticket: Ticket) -> None:
    entries = (line("1", "answer", replace(NAMELESS, id="telegram:8"), 1), line("2", "note", NAMELESS, 2))
    page = Found(entries=entries, colleagues=(replace(LEO, name="Leo"),))
    ticket = replace(ticket, name="")
    seen = replace(at_desk(ticket, page), person=replace(SEEN.person, name="", blocked=NOW + timedelta(days=1)))
    effects = list(handlers.decide(seen, press(choice, who=Caller("9", ""))))
    written = list(handlers.decide(at_desk(ticket, page), acts(Said("Hola"), who=Caller("9", ""), reply_to="5")))
    words = [row for one in told((*effects, *written), language) for row in one.splitlines() if row]
    assert words
    assert [row for row in words if GAP.search(row)] == []


def test_the_example_of_a_number_is_one_of_this_desk() -> None:
    seen = replace(at_desk(), desk=replace(DESK, prefix="PAN"))
    (said,) = told(handlers.decide(seen, acts(Command("find"))))
    assert "/find PAN-1042," in said


# -- what is called by no name any more ----------------------------------------------------------------------


def test_a_category_that_is_gone_keeps_its_name_also_in_what_is_opened_after() -> None:
    """An earlier release kept none: then nothing is said of it, and no name that only `desk.toml` knows."""
    seen = at_desk()
    (moved,) = saved(handlers.decide(seen, press("move.account")))
    later = replace(seen.desk, categories=seen.desk.categories[1:])
    after = sending.made(replace(seen, desk=later), Draft(category="account"), OURS, OURS, moved)
    for ticket in (moved, after):
        assert "Account and access" in told([cards.card(replace(seen, desk=later), ticket)])[0]
    nameless = replace(OPEN, category="fax", subcategory="noise")
    (card,) = told([cards.card(seen, nameless)])
    assert ("fax" in card, "noise" in card) == (False, False)
    assert kinds(seen.desk, replace(OPEN, subcategory="gone", named=(*seen.desk.named("design", ""), Spoken({}))))[1:]
