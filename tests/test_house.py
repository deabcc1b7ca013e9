"""Who may import whom: the floors of `bot/README.md`, checked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS: tuple[tuple[str, ...], ...] = (
    ("bot.dialogue", "bot.links", "bot.language", "bot.values"),
    ("bot.events",),
    ("bot.desk",),
    ("bot.effects", "bot.queries", "bot.i18n"),
    ("handlers",),
    (
        "bot.turn",
        "bot.clock",
        "bot.store",
        "bot.media",
        "bot.outbox",
        "bot.channels",
        "bot.web",
        "bot.sandbox",
        "bot.settings",
        "bot.shapes",
        "bot.logs",
        "bot.metrics",
    ),
    (
        "bot.almanac",
        "bot.app",
        "bot.parts",
        "bot.backlog",
        "bot.briefing",
        "bot.persons",
        "bot.cli",
        "bot.doctor",
        "bot.graves",
        "bot.rehearsal",
        "bot.report",
        "bot.stage",
        "bot.players",
        "bot.theatre",
        "bot.trail",
        "bot.weekly",
        "bot.__main__",
    ),
)
SCRIPT = 4
"""Up to this floor nothing waits, reads a clock, a file or a platform."""
WORLDLY = (
    "asyncio",
    "sqlalchemy",
    "telegram",
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "starlette",
    "os",
    "time",
    "random",
    "secrets",
    "threading",
)
STRANGERS = (
    ("bot.channels", "bot.store"),
    ("bot.store", "bot.channels.telegram"),
    ("bot.store", "bot.channels.slack"),
    ("bot.web", "bot.channels.telegram"),
    ("bot.web", "bot.channels.slack"),
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for folder in ("bot", "handlers") for path in sorted((ROOT / folder).rglob("*.py"))}


@cache
def tree(name: str) -> ast.Module:
    """Read when a test asks for it, not while tests are gathered."""
    return ast.parse(MODULES[name].read_text("utf-8"))


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def floor(name: str) -> int | None:
    return next((n for n, rooms in enumerate(FLOORS) if any(within(name, room) for room in rooms)), None)


@pytest.mark.parametrize("name", [n for n in MODULES if n != "bot"])
def test_a_module_uses_its_own_floor_and_those_below(name: str) -> None:
    mine = floor(name)
    assert mine is not None, f"{name} has no floor: give it one in FLOORS and in bot/README.md"
    above = {other for other in imported(tree(name)) if (level := floor(other)) is not None and level > mine}
    assert above == set()


@pytest.mark.parametrize("name", [n for n in MODULES if (level := floor(n)) is not None and level <= SCRIPT])
def test_the_script_is_pure(name: str) -> None:
    assert {other for other in imported(tree(name)) if other.split(".")[0] in WORLDLY} == set()
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(tree(name)))


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_these_rooms_do_not_know_each_other(one: str, other: str) -> None:
    known = {name for name in MODULES if within(name, one) and any(within(i, other) for i in imported(tree(name)))}
    assert known == set()


def test_nobody_asks_which_platform_it_is_outside_the_channels() -> None:
    asking = [
        f"{name}:{node.lineno}"
        for name in MODULES
        if not within(name, "bot.channels") and not within(name, "bot.sandbox")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Compare)
        and any(
            isinstance(s, ast.Constant) and s.value in ("telegram", "slack") for s in (node.left, *node.comparators)
        )
    ]
    assert asking == []


CALENDARS = {
    "bot.clock.now",
    "bot.channels.telegram._now",
    "bot.channels.slack._now",
    "bot.channels.slack.examine.knocked",
}
"""The clock; what a channel has where nobody hands it one; and the doctor, who asks our own door."""


def test_one_clock_says_what_time_it_is_to_everybody() -> None:
    """Where it is handed on it can be moved by hand; how long something took is no question for a calendar."""
    asks = re.compile(r"(?:time\.)?time\(\)|time\.time_ns\(\)|datetime\.(?:now|utcnow|today)\(.*\)|date\.today\(\)")
    asking = {
        f"{name}.{around.name}"
        for name in MODULES
        if not within(name, "bot.sandbox")
        for around in ast.walk(tree(name))
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(around)
        if isinstance(node, ast.Call) and asks.fullmatch(ast.unparse(node))
    }
    assert asking == CALENDARS


def test_a_platform_or_database_that_is_off_is_not_imported() -> None:
    ask = "import sys, bot.cli, bot.app, bot.parts, bot.doctor; print([m for m in sys.modules if any(n in m for n in ('slack', 'smtp', 'postgresql'))])"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Which of them may be imported first would be a matter of luck."""
    graph = {name: set(at_once(name)) for name in MODULES}
    assert list(TopologicalSorter(graph).static_order())


def at_once(name: str) -> Iterator[str]:
    """What a module imports while it is imported; of a package and a module in it the module."""
    first: list[ast.stmt] = [node for node in tree(name).body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {other for other in imported(ast.Module(first, [])) if other in MODULES and not within(name, other)}
    yield from (other for other in found if not any(within(one, other) and one != other for one in found))
