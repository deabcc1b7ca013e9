"""When the alarm of a promise rings: at its time, too early, too late, at night; and what is said of the last weeks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.desk.figures import Figures
from bot.desk.people import Agent
from bot.desk.promises import marks, promised
from bot.desk.ticket import Ticket
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Prompt
from bot.effects import Effect, Save, Say, Seen, Wake
from bot.events import Address, Alarm
from bot.i18n import Words
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import ANA, CHAT, DESK, SEEN, TICKET, message

TEAM = Address("telegram", "-100")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # nine in Madrid
WORDS = Words("https://desk.example", ZoneInfo("Europe/Madrid"))
OPEN = promised(DESK, replace(TICKET, opened=MONDAY, agents=TEAM), MONDAY)


def rings(ticket: Ticket, at: datetime) -> list[Effect]:
    seen = replace(SEEN, now=at, ticket=ticket)
    return list(handlers.decide(seen, Alarm(id="1", at=at, name="promise", about="ticket.1001")))


def said(effects: list[Effect]) -> list[tuple[str, str]]:
    return [
        (e.to.chat, WORDS.plain(e.words.text, "en").split("\n")[0])
        for e in effects
        if isinstance(e, Say) and isinstance(e.to, Address)
    ]


def test_three_quarters_and_nine_tenths_are_of_open_time() -> None:
    assert OPEN.due == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert marks(DESK.hours, OPEN) == (
        datetime(2026, 11, 23, 15, tzinfo=UTC),  # 6 of 8 h, with lunch between
        datetime(2026, 11, 23, 16, 12, tzinfo=UTC),
    )


def test_nobody_has_it_at_three_quarters_so_everybody_is_told() -> None:
    effects = rings(OPEN, datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert said(effects) == [("-100", "SUP-1001 · Icon missing has to be answered by Tuesday 24 November at 09:00.")]
    assert Wake(datetime(2026, 11, 23, 16, 12, tzinfo=UTC), "promise", "ticket.1001") in effects


def test_somebody_has_it_at_three_quarters_so_nobody_is_told() -> None:
    effects = rings(replace(OPEN, agent=Agent("telegram:5", "Bea")), datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert effects == [Wake(datetime(2026, 11, 23, 16, 12, tzinfo=UTC), "promise", "ticket.1001")]


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "We are sorry: SUP-1001 takes us longer than we promised."),
        (datetime(2026, 11, 25, 9, tzinfo=UTC), "We are sorry: we promised you an answer about SUP-1001 by Tuesday"),
    ],
)
def test_one_apology_with_a_new_date_says_whether_the_old_one_has_passed(at: datetime, first: str) -> None:
    effects = rings(OPEN, at)
    chats = said(effects)
    assert [chat for chat, _words in chats] == [CHAT.chat, "-100"]
    assert chats[0][1].startswith(first)
    (saved,) = (e.ticket for e in effects if isinstance(e, Save))
    assert (saved.sorry, saved.since) == (OPEN.due, at)
    assert saved.due > at
    assert rings(saved, marks(DESK.hours, saved)[1]) == []


@pytest.mark.parametrize(
    ("ticket", "at", "effects"),
    [
        (
            OPEN,
            datetime(2026, 11, 23, 9, tzinfo=UTC),
            [Wake(datetime(2026, 11, 23, 15, tzinfo=UTC), "promise", "ticket.1001")],
        ),
        (
            OPEN,
            datetime(2026, 11, 23, 20, tzinfo=UTC),
            [Wake(datetime(2026, 11, 24, 8, tzinfo=UTC), "promise", "ticket.1001")],
        ),
        (replace(OPEN, state="yours"), datetime(2026, 11, 23, 15, tzinfo=UTC), []),
        (replace(OPEN, state="solved"), datetime(2026, 11, 23, 15, tzinfo=UTC), []),
    ],
)
def test_an_alarm_at_the_wrong_time_only_sets_the_right_one(
    ticket: Ticket, at: datetime, effects: list[Effect]
) -> None:
    assert rings(ticket, at) == effects


@pytest.mark.parametrize(
    ("figures", "first"),
    [
        (Figures(), "SUP-1007 is open. You will hear from us by Tuesday 24 November at 10:00."),
        (Figures(96), "SUP-1007 is open. You will hear from us by Tuesday 24 November at 10:00. Answered in time, last 90 days: 96 %."),
        (Figures(96, frozenset({0})), "SUP-1007 is open. You will hear from us by Tuesday 24 November at 10:00. Mondays are busy here, so it may take us until then. Answered in time, last 90 days: 96 %."),
        (Figures(busy=frozenset({1})), "SUP-1007 is open. You will hear from us by Tuesday 24 November at 10:00."),
    ],
)  # fmt: skip
def test_the_confirmation_says_what_the_last_weeks_say(figures: Figures, first: str) -> None:
    draft = Draft("account", "email", "Change my mail", "please")
    here: Dialogue[Draft] = Dialogue("intake", "review", draft)
    seen: Seen = replace(SEEN, figures=figures, dialogue=here, agents=TEAM, person=replace(ANA, where=CHAT))
    effects = list(handlers.decide(seen, message(Chose("send"), "intake.review")))
    prompts = [e.words for e in effects if isinstance(e, Say) and e.to == CHAT]
    assert [_first(prompt) for prompt in prompts] == [first]


def _first(prompt: Prompt) -> str:
    return WORDS.plain(prompt.text, "en").split("\n")[0]
