"""Where things stand in a TOML file."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.places import Path, line_of, places

TEXT = '''# a comment with = and [brackets]
name = "x"  # another
"quoted.key" = 1
a.b.'c d' = { x = 1, "y" = [1, { z = 2 }] }
many = [
  "one", # a comment ]
  """two
and "more" """,
  [3, 4],
]
long = \'\'\'
[not.a.header]
key = 1\'\'\'\'
[table]
key = 2026-12-08
[table.below] # fine
f.g = 1.5
[[list]]
x = "\\"]"
[[list]]
x = []
[list.deep]
y = {}
[[list.more]]
z = 1
'''

LINES: dict[Path, int] = {
    ("name",): 2,
    ("quoted.key",): 3,
    ("a",): 4,
    ("a", "b"): 4,
    ("a", "b", "c d"): 4,
    ("a", "b", "c d", "x"): 4,
    ("a", "b", "c d", "y"): 4,
    ("a", "b", "c d", "y", 0): 4,
    ("a", "b", "c d", "y", 1): 4,
    ("a", "b", "c d", "y", 1, "z"): 4,
    ("many",): 5,
    ("many", 0): 6,
    ("many", 1): 7,
    ("many", 2): 9,
    ("many", 2, 0): 9,
    ("many", 2, 1): 9,
    ("long",): 11,
    ("table",): 14,
    ("table", "key"): 15,
    ("table", "below"): 16,
    ("table", "below", "f"): 17,
    ("table", "below", "f", "g"): 17,
    ("list",): 18,
    ("list", 0): 18,
    ("list", 0, "x"): 19,
    ("list", 1): 20,
    ("list", 1, "x"): 21,
    ("list", 1, "deep"): 22,
    ("list", 1, "deep", "y"): 23,
    ("list", 1, "more"): 24,
    ("list", 1, "more", 0): 24,
    ("list", 1, "more", 0, "z"): 25,
}


def test_every_key_of_a_file_has_its_line() -> None:
    assert places(TEXT) == LINES


def test_every_key_tomllib_knows_has_a_line() -> None:
    assert set(_paths(tomllib.loads(TEXT), ())) == set(LINES)


def test_windows_line_ends_count_once() -> None:
    assert places(TEXT.replace("\n", "\r\n")) == LINES


@pytest.mark.parametrize(("path", "line"), [(("table", "missing", "x"), 14), (("nothing",), 1), ((), 1)])
def test_what_is_missing_stands_where_it_should_have_been(path: Path, line: int) -> None:
    assert line_of(path, LINES) == line


words = st.text("ab\"'\\\n#[]{}=, .é", max_size=6)


@given(st.dictionaries(words, st.lists(words, max_size=3), max_size=4))
def test_no_text_in_keys_and_values_leads_astray(table: dict[str, list[str]]) -> None:
    written = [(k, f"{_quoted(k)} = [{','.join(map(_quoted, v))}]") for k, v in table.items()]
    expected: dict[Path, int] = {}
    for number, (key, _line) in enumerate(written, start=1):
        expected[key,] = number
        expected |= {(key, n): number for n in range(len(table[key]))}
    assert places("\n".join(line for _key, line in written)) == expected


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _paths(value: Any, path: Path) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    here = [path] if path else []
    return here + [p for key, item in inner for p in _paths(item, (*path, key))]
