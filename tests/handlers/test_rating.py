"""The number that somebody writes when we ask how our help was."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.dialogue.words import Chose, Said
from bot.effects import Save, Say
from bot.values import replace
from handlers.rating import typed
from tests.handlers.test_list import NOW, SEEN, TICKET, message

ASKED = replace(TICKET, state="solved", rating=0)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *((words, 4) for words in ("4", "un 4", "4/5", "4 de 5", "4 estrellas", "Cuatro", "four stars!", "⭐⭐⭐⭐")),
        *(
            (words, 5)
            for words in (
                "5 de 5",
                "cinco de cinco",
                "a five",
                "5 stars",
                "5 puntos",
                "muy bien",
                "Very good!",
                "★★★★★",
            )
        ),
        *((words, 1) for words in ("1", "una estrella", "uno", "one star.")),
    ],
)
def test_it_counts_as_its_button(words: str, number: int) -> None:
    assert typed(ASKED, Said(words)) == f"rate.{number}"


def test_an_old_number_rates_nothing_that_is_open_again() -> None:
    press = message(Chose("rate.1"), "ticket.1001")
    (word,) = handlers.decide(replace(SEEN, ticket=replace(ASKED, state="ours")), press)
    assert isinstance(word, Say)
    assert word.whisper == press.id  # the question keeps its buttons, for when it is solved
    later = handlers.decide(replace(SEEN, ticket=ASKED), press)
    assert [e.ticket.rating for e in later if isinstance(e, Save)] == [1]


@pytest.mark.parametrize("words", ["5 minutos", "dos cosas", "6", "0", "tres veces al día", "five of us", "4 4", ""])
def test_anything_else_is_words(words: str) -> None:
    assert typed(ASKED, Said(words)) == ""


@pytest.mark.parametrize(("words", "stars"), [("5", [5]), ("It is blurred again", [])])
def test_it_is_one_in_reply_to_our_question_however_late_it_comes(words: str, stars: list[int]) -> None:
    long_ago = replace(ASKED, solved=NOW - timedelta(days=60))
    effects = handlers.decide(replace(SEEN, ticket=long_ago), message(Said(words)))
    assert [e.ticket.rating for e in effects if isinstance(e, Save)] == stars


def test_what_they_said_last_counts_until_they_say_something_else() -> None:
    again = replace(ASKED, rating=4).reopen(NOW).solve(NOW)
    assert (again.rating, again.stars) == (None, 4)
    assert replace(again, rating=0).stars == 4
    assert replace(again, rating=2).stars == 2
    assert replace(again, rating=2).solve(NOW).rating == 2  # it was solved all the time
