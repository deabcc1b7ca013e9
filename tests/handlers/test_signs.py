"""Signs, deletions and pages of one's own: who may, and what a second time does."""

from __future__ import annotations

import pytest

import handlers
from bot.desk.people import Agent
from bot.desk.ticket import Entry
from bot.dialogue.words import Chose, Command
from bot.effects import Effect, Record, Save, Say, Unsay
from bot.events import STAYS, Address, Caller, Deleted, Event, Message, Reacted, Receipt, Visited
from bot.queries import Found, MyTickets, Query, Queue
from bot.values import replace
from handlers.beside import looked
from tests.handlers.team import told
from tests.handlers.test_list import CHAT, NOW, SEEN, TICKET

TEAM = Address("slack", "C1")
HOME = Address("slack", "U7", "home")
AT_DESK = replace(SEEN, at_desk=True, ticket=TICKET)
LEO = Agent("slack:U7", "Leo")
ANSWER = Entry(id="e", ticket=TICKET.id, kind="answer", by="Leo", at=NOW, text="Hello", sent=NOW)


def reacted(sign: str, *, member: bool = True) -> Reacted:
    return Reacted(id="1", at=NOW, where=TEAM, who=Caller("U7", "Leo", member=member), on="C1/1", sign=sign)


def saved(effects: list[Effect]) -> list[tuple[str, Agent | None]]:
    return [(e.ticket.state, e.ticket.agent) for e in effects if isinstance(e, Save)]


@pytest.mark.parametrize(
    ("sign", "member", "states"),
    [("👀", True, [("ours", LEO)]), ("✅", True, [("solved", None)]), ("👀", False, []), ("🎉", True, [])],
)
def test_a_sign_is_a_press_of_a_member(sign: str, member: bool, states: list[tuple[str, Agent | None]]) -> None:  # noqa: FBT001
    assert saved(list(handlers.decide(AT_DESK, reacted(sign, member=member)))) == states


def test_a_second_sign_says_nothing() -> None:
    taken = replace(AT_DESK, ticket=replace(TICKET, agent=LEO))
    over = replace(AT_DESK, ticket=replace(TICKET, state="solved"))
    assert [*handlers.decide(taken, reacted("👀")), *handlers.decide(over, reacted("✅"))] == []


def test_eyes_on_what_one_has_not_sent_yet_show_it_again_to_them_alone() -> None:
    draft = replace(ANSWER, kind="draft", sent=None, by_id=LEO.id)
    drawn, said = handlers.decide(replace(AT_DESK, entry=draft), reacted("👀"))
    assert (drawn, isinstance(said, Say)) == (Record(looked(AT_DESK, draft)), True)
    assert isinstance(said, Say)
    assert (said.only, said.slot, len(said.words.choices)) == ("U7", "entry.e", 4)
    assert list(handlers.decide(replace(AT_DESK, entry=replace(draft, gone=NOW)), reacted("👀"))) == []


def test_eyes_on_what_somebody_else_has_not_sent_claim() -> None:
    draft = replace(ANSWER, kind="draft", sent=None, by_id="slack:U8")
    assert saved(list(handlers.decide(replace(AT_DESK, entry=draft), reacted("👀")))) == [("ours", LEO)]


def test_a_sign_in_a_strange_chat_is_none() -> None:
    assert list(handlers.decide(replace(AT_DESK, at_desk=False), reacted("✅"))) == []


def test_what_was_deleted_can_no_longer_be_sent() -> None:
    seen = replace(AT_DESK, entry=replace(ANSWER, kind="draft", gone=NOW))
    press = Message(
        id="1", at=NOW, where=TEAM, who=Caller("U7", "Leo"), answer=Chose("send"), asked="entry.e", private=False
    )
    (said,) = handlers.decide(seen, press)
    assert isinstance(said, Say)
    assert said.whisper == "1"


def test_a_deleted_answer_is_taken_back_where_it_went_and_late_news_of_it_change_nothing() -> None:
    deleted = Deleted(id="1", at=NOW, where=TEAM, who=Caller("U7", "Leo"), ref="C1/2", private=False)
    effects = list(handlers.decide(replace(AT_DESK, entry=ANSWER), deleted))
    assert [e for e in effects if isinstance(e, Unsay)] == [Unsay(CHAT, "entry.e", receipt="entry.e")]
    gone = next(e.entry for e in effects if isinstance(e, Record))
    assert (gone.text, gone.gone) == ("Hello", NOW)
    receipt = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e")
    assert list(handlers.decide(replace(SEEN, ticket=TICKET, entry=gone), receipt)) == []


@pytest.mark.parametrize("more", [{"gone": NOW}, {"kind": "draft", "sent": None}], ids=["deleted", "undone"])
def test_what_could_not_be_taken_back_is_said_to_be_there_still(more: dict[str, object]) -> None:
    """The platform refuses: it is too long ago, or not for us to delete."""
    entry = replace(ANSWER, **more)  # type: ignore[arg-type]  # its fields
    receipt = Receipt(id="receipt:1", at=NOW, where=CHAT, about="entry.e", trouble=STAYS)
    (said,) = handlers.decide(replace(SEEN, ticket=TICKET, entry=entry), receipt)
    assert told([said])[0].startswith(
        f"Not taken back: we could not delete it in that chat, so {TICKET.name} can still"
    )


def press(choice: str, *, agent: bool) -> Message:
    return Message(id="1", at=NOW, where=HOME, who=Caller("U7", "Leo"), answer=Chose(choice), asked="home", agent=agent)


@pytest.mark.parametrize(
    ("event", "query"),
    [
        (Visited(id="1", at=NOW, where=HOME, who=Caller("U7", "Leo")), MyTickets()),
        (Visited(id="1", at=NOW, where=HOME, who=Caller("U7", "Leo"), agent=True), Queue("slack:U7")),
        (press("queue.10", agent=True), Queue("slack:U7", 10)),
        (press("queue.10", agent=False), MyTickets()),
        (press("from.5", agent=False), MyTickets(5)),
    ],
)
def test_only_whom_the_platform_calls_one_of_the_team_sees_what_waits(event: Event, query: Query) -> None:
    assert handlers.needs(event, SEEN) == query


@pytest.mark.parametrize(("rest", "start"), [("", 0), ("2", 10), ("0", 0), ("x", 0)])
def test_the_queue_has_pages(rest: str, start: int) -> None:
    command = Message(id="1", at=NOW, where=TEAM, who=Caller("U7", "Leo"), answer=Command("queue", rest), private=False)
    assert handlers.needs(command, SEEN) == Queue("slack:U7", start)
    assert handlers.needs(replace(command, private=True), SEEN) is None


def test_a_page_of_the_queue_leads_on() -> None:
    visit = Visited(id="1", at=NOW, where=HOME, who=Caller("U7", "Leo"), agent=True)
    (said,) = handlers.decide(replace(SEEN, found=Found((TICKET,) * 10, 10, 25)), visit)
    assert isinstance(said, Say)
    assert (said.slot, [c.name for c in said.words.choices]) == ("home", ["queue.0", "queue.20", "mine.0", "all.0"])
