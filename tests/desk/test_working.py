"""How the team works together, as `desk.toml` has it: canned answers, the baton, the morning's digest."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.desk.canned import filled
from bot.desk.config import Canned, Team, Term
from bot.desk.mornings import next_digest
from bot.desk.reading import Wrong, read
from tests.desk.test_reading import SHIPPED, SMALL, both

CANNED = """
[canned.fixed]
label = { es = "Arreglado", en = "Fixed" }
words = { es = "Hola, {name}", en = "Hello {name}" }
"""


def wrong(text: str) -> list[str]:
    with pytest.raises(Wrong) as found:
        read(text)
    return list(found.value.lines("desk.toml"))


def test_canned_answers_and_the_team_are_read() -> None:
    desk = read(
        SMALL + CANNED + 'does = ["solve", "mine", "low", "#bank"]\n[team]\nbaton = "2 days"\ndigest = "8:30"\n'
    )
    words = both("Hola, {name}", "Hello {name}")
    fixed = Canned(name="fixed", label=both("Arreglado", "Fixed"), words=words, does=("solve", "mine", "low", "#bank"))
    assert desk.canned == (fixed,)
    assert desk.team == Team(baton=Term(days=2), digest=time(8, 30))


def test_what_is_not_said_of_the_team_is_as_usual_and_off_is_off() -> None:
    assert read(SMALL).team == Team(baton=Term(minutes=480), digest="opening")
    assert read(SMALL + '[team]\nbaton = "off"\ndigest = "off"\n').team == Team(baton=None, digest="off")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (CANNED.replace("Hola, {name}", "Hola, {nmae}"), 3, 'nobody can fill in {nmae}; did you mean "name"?'),
        (CANNED.replace(', en = "Hello {name}"', ""), 3, 'the English words are missing (en = "…")'),
        (
            CANNED + 'does = ["close"]\n',
            4,
            "should be one of solve, wait, urgent, normal, low, mine, or a tag such as #bank",
        ),
        (CANNED + 'does = ["solve", "wait"]\n', 4, "can do only one of solve, wait"),
        (CANNED + 'does = ["low", "urgent"]\n', 4, "can do only one of low, urgent"),
        (
            CANNED.replace("Hello {name}", "By {promise}") + 'does = ["wait"]\n',
            3,
            "nothing is promised after it solves or waits, so {promise} has no date",
        ),
        ('\n[team]\nbaton = "soon"\n', 2, 'should be like "8 hours" or "1 day", or "off", not "soon"'),
        ('\n[team]\ndigest = "25:00"\n', 2, 'should be the "opening" of the day, a time such as "8:30", or "off"'),
    ],
)
def test_what_is_wrong_is_said_by_line(text: str, line: int, said: str) -> None:
    problems = wrong(SMALL + text)
    assert len(problems) == 1
    assert problems[0].startswith(f"desk.toml:{len(SMALL.splitlines()) + 1 + line}: ")
    assert said in problems[0]


def test_only_known_places_are_filled_in_and_other_braces_stay() -> None:
    assert (
        filled('{name}: {"a": 1} {other} {}', {"name": "Ana {title}", "title": "x"})
        == 'Ana {title}: {"a": 1} {other} {}'
    )


def test_the_digest_comes_at_the_opening_or_at_its_hour_on_working_days_only() -> None:
    hours = read(SHIPPED.read_text("utf-8")).hours
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert next_digest(hours, "opening", friday) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert next_digest(hours, time(7, 15), friday) == datetime(2026, 11, 30, 6, 15, tzinfo=UTC)
    assert next_digest(hours, "off", friday) is None
    eve = datetime(2026, 12, 23, 12, tzinfo=UTC)  # a half day follows, a holiday, a weekend
    opens = [datetime(2026, 12, 24, 8, tzinfo=UTC), datetime(2026, 12, 28, 8, tzinfo=UTC)]
    assert [next_digest(hours, "opening", at) for at in (eve, opens[0])] == opens
