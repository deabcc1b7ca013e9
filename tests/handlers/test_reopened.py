"""What counts as a request that was opened again, and what comes of it."""

from __future__ import annotations

import pytest

import handlers
from bot.dialogue.words import Chose
from bot.effects import Record, Save
from bot.values import replace
from tests.handlers.team import LEO, OPEN, acts, at_desk, line
from tests.handlers.test_list import NOW

SOLVED = replace(OPEN, state="solved", solved=NOW, reopened=1)
DRAFT = line("d", "draft", LEO, 0)


@pytest.mark.parametrize(
    ("choice", "asked", "times"),
    [
        ("reopen", "ticket.1001", 2),
        ("send", "entry.d", 2),
        ("send-wait", "entry.d", 2),
        ("send-solve", "entry.d", 1),
    ],
)
def test_whatever_opens_it_counts(choice: str, asked: str, times: int) -> None:
    seen = replace(at_desk(SOLVED), entry=DRAFT)
    (ticket,) = (e.ticket for e in handlers.decide(seen, acts(Chose(choice), asked)) if isinstance(e, Save))
    assert ticket.reopened == times


@pytest.mark.parametrize("choice", ["send", "send-wait", "send-solve"])
def test_an_answer_that_is_taken_back_has_opened_nothing(choice: str) -> None:
    effects = list(handlers.decide(replace(at_desk(SOLVED), entry=DRAFT), acts(Chose(choice), "entry.d")))
    (ticket,) = (e.ticket for e in effects if isinstance(e, Save))
    (answer,) = (e.entry for e in effects if isinstance(e, Record) and e.entry.kind == "answer")
    back = handlers.decide(replace(at_desk(ticket), entry=answer), acts(Chose("undo"), "entry.d"))
    assert [(e.ticket.state, e.ticket.reopened) for e in back if isinstance(e, Save)] == [("solved", 1)]
