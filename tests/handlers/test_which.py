"""What waits for "which one?" is kept, as we said, however much has been written meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, Said
from bot.effects import Effect, Record, Save
from bot.events import Alarm
from bot.values import replace
from handlers.draft import Draft, Word, mine_of
from handlers.start import place
from handlers.which import Loose
from tests.handlers.test_list import DESK, NOW, SEEN, TICKET, message

OLD = replace(TICKET, state="solved", solved=NOW - timedelta(days=60))
SINCE = replace(TICKET, id=1002, code="SUP-1002", follows=OLD.code)
MOST = DESK.bounds.at_once
FLOODED = replace(TICKET, burst=(NOW, MOST + 1))
OTHER = replace(TICKET, id=1002, code="SUP-1002", touched=NOW.replace(hour=1))
THOSE = (FLOODED, OTHER)
LOOSE = Dialogue(
    "which", "which", Loose("it was the blue one", mine=mine_of(THOSE), words=(Word("5", "which", "", NOW),))
)
FOUND = Draft("design", "icon", "Icon missing", "the blue one", mine=mine_of(THOSE), apart=True, joins=1001, read=True)
TWIN = Dialogue("intake", "review", FOUND)


def kept(effects: Iterable[Effect]) -> list[str]:
    return [e.entry.text for e in effects if isinstance(e, Record) and e.entry.ticket == FLOODED.id]


@pytest.mark.parametrize("burst", [MOST, MOST + 1])
def test_what_they_said_which_one_it_is_about_is_taken_in_a_flood(burst: int) -> None:
    flooded = replace(FLOODED, burst=(NOW, burst))
    seen = replace(SEEN, open_tickets=(flooded, OTHER), dialogue=LOOSE)
    effects = list(handlers.decide(seen, message(Chose("t.1001"), "which.which")))
    assert kept(effects) == ["it was the blue one"]
    # What comes next is too much again, and they hear so.
    (ticket,) = (e.ticket for e in effects if isinstance(e, Save))
    assert kept(handlers.decide(replace(SEEN, ticket=ticket), message(Said("and more")))) == []


def test_so_is_what_nobody_said_it_of() -> None:
    seen = replace(SEEN, open_tickets=THOSE, dialogue=LOOSE)
    rings = Alarm(id="2", at=NOW, name="which-over", about=place(message(Said(""))))
    assert kept(handlers.decide(seen, rings)) == ["it was the blue one"]


def test_so_is_a_draft_that_turns_out_to_be_about_it() -> None:
    seen = replace(SEEN, open_tickets=THOSE, dialogue=TWIN)
    assert kept(handlers.decide(seen, message(Chose("send"), "intake.review"))) == ["Icon missing\nthe blue one"]


def test_what_they_answer_an_old_one_with_is_for_the_open_one_that_goes_on_from_it() -> None:
    seen = replace(SEEN, ticket=OLD, open_tickets=(SINCE, OTHER))
    added = [e.entry for e in handlers.decide(seen, message(Said("still nothing"))) if isinstance(e, Record)]
    assert [(entry.ticket, entry.text) for entry in added] == [(SINCE.id, "still nothing")]
