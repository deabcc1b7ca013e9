"""No text, however it is made, keeps a check busy: every regular expression and every reader of words is linear."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bot
import handlers
from bot.channels import Limits, Parcel
from bot.channels.markup import html
from bot.channels.slack import bare, text
from bot.desk import answers, insults, manners
from bot.desk.likeness import like
from bot.dialogue.markup import escape, parse, plain, tame
from bot.dialogue.writing import current, write
from bot.language import detect
from bot.links import links_in, without_links
from bot.logs import redactor
from bot.media.names import shown_name
from bot.outbox.packing import pack
from bot.web import api
from handlers.questions import day, number

ROOT = Path(__file__).resolve().parents[1]
LONG = 100_000
PARTS = (40, 12, 5, 2.5)
"""Most are seen to be quick in so small a part of it, nearly all others in the next."""
MOST = 0.1
"""Seconds of CPU for one pattern at one text of 100 kB: what is linear takes less than half of it, else seconds."""
MOST_FOR_ALL = 0.5
"""The same for a reader that does much more than look: none grows faster than what it is given."""
LIMITS = Limits(text=4096, button=40, album=10)

HEADS = (
    "a", "A1_", "0", " ", "\t", "\n", "\r\n", "a ", "a\n", ".", "-", "_", "*", "`", "~", "[", "]", "(", "\\", "\\\\", "\\_", "\\[",
    "\\[https://a.b\\|", "\\{", "> ", ">\n", "> a\n\n", "<", "<a", "&", "&gt;", "|", "{", "@", "@a", "a@", "#", "/", ":", "://", "://a:",
    "bot1:", "bot1%3A", "=", '"', "'", "http://", "https://a", "https://a.b/", "https://a.b/(", "www.", "www.a.b ", "mailto:", "tg://",
    "<!here>", "<https://a.b|", "SUP-", "SUP-1 ", "a.", "1.", "1,", "é", "\u0301", "\u200b", "\u2028", "\U0001f600", "a" * 32 + ".",
)  # fmt: skip
UNUSED = {"bot.desk.places._KEY", "bot.desk.places._SCALAR", "bot.desk.places._STRING"}
"""Parts of another, and only the operator's own file is read with them."""

TAILS = ("", "\x00", "!")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__") and ".migrations" not in found.name and ".sandbox" not in found.name:
            yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Of all modules that strangers' words reach; the stand-ins serve only ourselves."""
    return {
        f"{module.__name__}.{name}": value
        for package in (bot, handlers)
        for module in modules(package)
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }


@cache
def text_of(head: str, most: int) -> str:
    return (head * (most // len(head) + 1))[:most]


def seconds(do: Callable[[], object], most: float) -> float:
    """Of CPU. Whoever seems too slow may try again: other programs share this machine's caches."""
    for _ in range(8):
        begun = time.thread_time()
        do()
        taken = time.thread_time() - begun
        if taken < most:
            break
    return taken


def slow(do: Callable[[str], object], head: str, tail: str, most: float) -> float:
    """Seconds of CPU for a text of this kind, if they are too many; else 0.

    Who takes so little of the `most` there is for a part of the text is within it at the whole text even when it grows by
    the square; what grows faster than that takes seconds already here.
    """
    for part in PARTS:
        words = text_of(head, int(LONG / part)) + tail
        begun = time.thread_time()
        do(words)
        taken = time.thread_time() - begun
        if taken < most / part**2:
            return 0.0
        if taken > 2 * most:  # the whole text might take hours
            return taken
    words = text_of(head, LONG) + tail
    taken = seconds(lambda: do(words), most)
    return taken if taken >= most else 0.0


def used() -> dict[str, set[str]]:
    """The ways in which the code looks with what has this name; those that go through the whole text are one."""
    ways = defaultdict(set)
    for found in re.finditer(r"\.(match|fullmatch|search|sub|subn|split|findall|finditer)\(", SOURCE):
        *_before, name = re.split(r"\W", SOURCE[max(0, found.start() - 40) : found.start()])
        ways[name].add(found[1] if found[1] in ("match", "fullmatch") else "finditer")
    return ways


def look(pattern: re.Pattern[Any], way: str, words: str) -> None:
    found = getattr(pattern, way)(words.encode() if isinstance(pattern.pattern, bytes) else words)
    if isinstance(found, Iterator):
        deque(found, 0)


SOURCE = "\n".join(file.read_text("utf-8") for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py"))
USED = used()
WAYS = [(name, pattern, way) for name, pattern in patterns().items() for way in sorted(USED[name.rpartition(".")[2]])]


LOOKS = re.compile(r"^ .*\bre\.", re.MULTILINE)


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every use of `re` inside of a function, with its module."""
    found = []
    for folder in ("bot", "handlers"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            words = file.read_text("utf-8")
            if "sandbox" not in file.parts and LOOKS.search(words):  # most need no parsing
                name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
                functions = (n for n in ast.parse(words).body if not isinstance(n, ast.Assign | ast.AnnAssign))
                for node in (part for function in functions for part in ast.walk(function)):
                    match node:
                        case ast.Call(func=ast.Attribute(value=ast.Name("re"))):
                            found.append((name, node))
    return found


def inline() -> dict[str, tuple[re.Pattern[Any], str]]:
    """Those that stand where they are used, with the way in which they look."""
    found = {}
    for name, call in calls():
        way = ast.unparse(call.func).removeprefix("re.")
        if way not in ("escape", "compile") and isinstance(call.args[0], ast.Constant):
            flags = next((k.value for k in call.keywords if k.arg == "flags"), None)
            number = getattr(re, ast.unparse(flags).removeprefix("re.")) if flags else 0
            pattern = re.compile(str(call.args[0].value), number)
            found[f"{name}: {pattern.pattern}"] = pattern, way if way in ("match", "fullmatch") else "finditer"
    return found


INLINE = inline()
OURS = {
    "bot.desk.fields: re.fullmatch(pattern, value)",
    "bot.desk.opening_hours: re.fullmatch(calendars.FORM, item)",
    "bot.shapes: re.fullmatch(pattern, text)",
}
"""The operator's own words alone come here."""
PHRASES = ("phrases", "phrases told", "phrases are", "phrases before", "phrases unmeant")
LISTED = {"bot.desk.manners: inside": manners._inside()} | {
    f"bot.desk.insults: {name}": insults._phrases(name) for name in PHRASES
}
"""Made of word lists, in functions."""
SHORT = {r"bot.links: [ \t]+(?=[.,;:!?)\]]|$)|(?<=[(\[])[ \t]+"}
"""Of these, no text brings more than one in a row: what stands around them has seen to it."""
REPEATS = re.compile(r"[*+{]")
"""What repeats nothing looks at no place for longer than it is itself."""


def test_no_pattern_stands_where_this_page_does_not_see_it() -> None:
    seen = {name for name in INLINE if name not in SHORT}
    hidden = {
        f"{name}: {ast.unparse(call)}"
        for name, call in calls()
        if not isinstance(call.args[0], ast.Constant) and ast.unparse(call.func) != "re.escape"
    }
    assert len(seen) > 20
    made = tuple(f"bot.{name}: re.compile(" for name in ("logs", "desk.answers", "desk.insults", "desk.manners"))
    assert {
        one for one in hidden if not one.startswith(made)
    } == OURS  # of our secrets the first; the others are `LISTED`


def test_all_patterns_are_looked_at() -> None:
    assert len(patterns()) > 25
    assert set(patterns()) - {name for name, _pattern, _way in WAYS} == UNUSED


WAYS += [(name, pattern, "finditer") for name, pattern in LISTED.items()]
WAYS += [("bot.desk.answers: starred", answers._given(), "fullmatch")]
WAYS += [(f"bot.web.api: {name}", kind, "fullmatch") for name, (kind, _what) in api._QUERY.items()]
WAYS += [(name, *found) for name, found in INLINE.items() if name not in SHORT]
REPEATING = [(name, pattern, way) for name, pattern, way in WAYS if REPEATS.search(str(pattern.pattern))]


@pytest.mark.parametrize(("pattern", "way"), [e[1:] for e in REPEATING], ids=[f"{n}.{w}" for n, _p, w in REPEATING])
def test_every_pattern_is_linear(pattern: re.Pattern[str], way: str) -> None:
    found = [(head, tail) for head in HEADS for tail in TAILS if slow(partial(look, pattern, way), head, tail, MOST)]
    assert found == []


REDACT = redactor(["a-secret-of-ours", "aaaaaaaa"])
READERS: Mapping[str, Callable[[str], object]] = {
    "tame": tame,
    "escape": escape,
    "parse": parse,
    "plain": plain,
    "html": html,
    "html, hushed": lambda words: html(words, hushed=True),
    "write": lambda words: write(parse(words)),
    "current": lambda words: current(words, words),
    "links_in": links_in,
    "without_links": without_links,
    "detect": lambda words: detect(words, "en"),
    "like": lambda words: like(words[:4_000], [words[:120]] * 20, str),
    "shown_name": shown_name,
    "number": number,
    "day": day,
    "redact": REDACT,
    "pack": lambda words: pack(Parcel(text=escape(words)), LIMITS),
    "Slack's rich text": lambda words: text.rich_text(escape(words)),
    "Slack's mrkdwn": lambda words: text.mrkdwn(escape(words)),
    "what Slack says": lambda words: text.words(None, words),
    "Slack's bare text": lambda words: list(bare.spans(words[:40_000])),
}


@pytest.mark.parametrize("name", READERS)
def test_whoever_reads_words_takes_time_in_proportion(name: str) -> None:
    assert {head for head in HEADS if slow(READERS[name], head, "", MOST_FOR_ALL)} == set()
