"""What somebody passes on from another chat was written for somebody else: it is kept, and nothing is decided by it."""

from __future__ import annotations

import pytest

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Answer, Command, Said
from bot.dialogue.writing import passed_on
from bot.effects import Effect, Know, Record, Save, Seen, Stand
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import SEEN, TICKET, message

OPEN = replace(SEEN, ticket=TICKET)
SOLVED = replace(SEEN, ticket=replace(TICKET, state="solved", solved=SEEN.now, rating=0))
DRAFT = Draft("design", "icon", "Icon missing", "It is blank since Monday", read=True)
WRITING = replace(SEEN, dialogue=Dialogue("intake", "screenshots", DRAFT, trail=("details",)))
PAUSED = replace(SEEN, dialogue=Dialogue("intake", "screenshots", DRAFT, paused=True))


def does(seen: Seen, answer: Answer) -> list[Effect]:
    event = replace(message(answer), ref="9", quoted=passed_on("Juan"))
    return list(handlers.decide(seen, event))


@pytest.mark.parametrize("answer", [Said("It works"), Said("5"), Said("Español"), Command("tickets", "")])
def test_it_is_added_to_a_request_whatever_it_would_mean_in_their_own_words(answer: Answer) -> None:
    did = does(OPEN, answer)
    assert [e.ticket.state for e in did if isinstance(e, Save)] == ["ours"]
    assert [e.entry.kind for e in did if isinstance(e, Record)] == ["asked"]
    assert not any(isinstance(e, Know) for e in did)


def test_a_number_in_it_does_not_say_how_our_help_was() -> None:
    assert [e.ticket.rating for e in does(SOLVED, Said("5")) if isinstance(e, Save)] == [0]


@pytest.mark.parametrize("seen", [WRITING, PAUSED])
@pytest.mark.parametrize("answer", [Said("Cancel"), Said("Skip"), Said("start over"), Command("cancel", "")])
def test_a_request_that_is_being_written_stays_where_it_is(seen: Seen, answer: Answer) -> None:
    (stands,) = [e.dialogue for e in does(seen, answer) if isinstance(e, Stand)]
    assert stands
    assert (stands.step, stands.draft.title) == ("screenshots", "Icon missing")
