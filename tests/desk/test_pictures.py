"""Pictures are numbered as they join a request, and stay so."""

from __future__ import annotations

import pytest

from bot.desk.pictures import bare, circled, numbered, signs
from bot.dialogue.words import File
from bot.values import replace
from tests.handlers.test_list import TICKET

PHOTO, SCAN, PAPER = File("a", "photo"), File("b", "document", mime="image/png"), File("c", "document")


def test_what_is_a_picture_gets_the_next_number_and_keeps_it() -> None:
    given, last = numbered((PHOTO, PAPER, SCAN), 2)
    assert ([file.number for file in given], last, signs(given)) == ([3, 0, 4], 4, "③ ④")
    assert numbered(given, 7) == (given, 7)
    assert bare(given) == (PHOTO, PAPER, SCAN)


def test_a_request_counts_on_and_one_of_an_earlier_release_counts_nothing() -> None:
    grown, files = replace(TICKET, pictures=1).number((PAPER, PHOTO))
    assert (grown.pictures, [file.number for file in files]) == (2, [0, 2])
    assert TICKET.number((PHOTO,)) == (TICKET, (PHOTO,))
    assert grown.number((PAPER,))[0] is grown


@pytest.mark.parametrize(("number", "sign"), [(1, "①"), (20, "⑳"), (21, "㉑"), (35, "㉟"), (36, "㊱"), (51, "(51)")])
def test_a_number_has_a_circle_while_there_is_one(number: int, sign: str) -> None:
    assert circled(number) == sign
