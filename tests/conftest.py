"""Collects the `.chat` files: each is a conversation that must go as it is written."""

from __future__ import annotations

import asyncio
import difflib
import gc
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvloop
from hypothesis import settings

from bot.stage import LOST, Stage
from bot.theatre import LIMITS
from tests.browser import browser, chromium
from tests.repertoire import is_live
from tests.store.laid import laid

__all__ = ["browser", "chromium"]

# How long one example takes says more of what else the machine does; what has to be quick is measured in CPU.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# What these find is told as a test tells it: without this, a scene that ends badly says `AssertionError` and no more.
pytest.register_assert_rewrite("tests.faults", "tests.playhouse", "tests.ways")

HERE = Path(__file__).parent
WAITERS = {"faults", "playhouse", "ways"}
"""Folders of tests that mostly wait for a program or for what it tells a platform."""
BROWSERS = 2
"""Processes of tests that have one, however many there are."""
LONGEST = 86_400.0
"""Seconds, for a test that may take as long as it likes."""
HOME = "telegram"
"""The platform whose words the files hold."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write down what was really said, for review")


@pytest.fixture(autouse=True)
def nothing_goes_on(request: pytest.FixtureRequest) -> None:
    """Only a test that has a loop may ask for it: to pytest-asyncio those without one have another, and whenever the loop
    changes, the old one ends together with the browser that all tests of a process share.
    """
    if pytest_asyncio.is_async_test(request.node):
        request.getfixturevalue("all_ends")


@pytest.fixture(autouse=True)
def logs_are_heard() -> Iterator[None]:
    """A command that ran in a test says how much its whole process is to log: the next one hears everything again."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)


@pytest.fixture
async def all_ends(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """What a test has left running ends with it, but for the browser; and so does a test that takes too long: uvloop lets
    nobody raise anything in a signal's handler, as pytest-timeout would.
    """
    before = asyncio.all_tasks()
    mark = request.node.get_closest_marker("timeout")
    seconds = mark.args[0] if mark else float(request.config.getini("timeout"))
    watch = asyncio.create_task(_late(seconds or LONGEST, before))
    yield
    watch.cancel()
    left = _cancelled(before)
    if left:
        _ended, still = await asyncio.wait(left, timeout=10)
        assert not still, f"these do not end: {still}"


async def _late(seconds: float, before: set[asyncio.Task[Any]]) -> None:
    """Ends it then, and again whatever it waits for on its way out."""
    await asyncio.sleep(seconds)
    while True:
        _cancelled(before)
        await asyncio.sleep(5)


def _cancelled(before: set[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """All that has begun since, but for whoever asks."""
    since = asyncio.all_tasks() - before - {asyncio.current_task()}
    left = {task for task in since if not _is_playwrights(task)}
    for task in left:
        task.cancel()
    return left


def _is_playwrights(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "playwright" in Path(code.co_filename).parts


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop the program runs on; it also takes a seventh less of the processor."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_configure() -> None:
    """As in the program: what is imported stays, and nobody need look through it for garbage again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several share the work, each gets the same part of the tests that mostly wait, spread among the others: so no
    processor is idle meanwhile, and none of them comes last. Of the others neighbours stay together. Only the first two
    have a browser, and all that looks at it comes early in their share, where nobody takes them over: each browser and
    what drives it cost two seconds before they show a page.
    """
    several = getattr(config, "workerinput", {}).get("workercount", 1)
    if several > 1:
        seen = [item for item in items if _is_seen(item)]
        waiters = [item for item in items if _is_waiter(item)]
        others = iter([item for item in items if not _is_seen(item) and not _is_waiter(item)])
        dealt: list[pytest.Item] = []
        for n in range(several):
            looks = seen[n::BROWSERS] if n < BROWSERS else []
            waits = waiters[n::several]
            left = len(items) * (n + 1) // several - len(dealt) - len(looks) - len(waits)
            share = _spread(waits, list(islice(others, max(0, left))), 0.8)
            dealt += _spread(looks, share, 0.2)
        items[:] = dealt


def _is_seen(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def _is_waiter(item: pytest.Item) -> bool:
    return item.path.relative_to(HERE).parts[0] in WAITERS and not _is_seen(item)


def _spread(some: list[pytest.Item], among: list[pytest.Item], until: float) -> list[pytest.Item]:
    """Evenly, over so much of their beginning."""
    places = [(n / len(among), item) for n, item in enumerate(among)]
    places += [(until * n / len(some), item) for n, item in enumerate(some)]
    return [item for _place, item in sorted(places, key=itemgetter(0))]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return Transcript.from_parent(parent, path=file_path) if file_path.suffix == ".chat" else None


def at_home(said: str, channel: str) -> str:
    """What was said on a platform, as Telegram's people read it."""
    return said.replace(LIMITS[channel].call, "/").replace(channel.capitalize(), "Telegram")


class Diverged(Exception):
    """The conversation went another way; the words are a diff of it."""


class Transcript(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        for channel in (HOME, *(other for other in LIMITS if other != HOME and not is_live(self.path.stem, other))):
            yield Play.from_parent(self, name=f"{self.path.stem}-{channel}", channel=channel)


class Play(pytest.Item):
    """The same words on every platform, but for its name and how its commands are written. Where the real channel of
    another one plays it (`tests/playhouse/test_transcripts.py`), the stage need not play it there once more.
    """

    def __init__(self, *, channel: str, **more: Any) -> None:
        super().__init__(**more)
        self.channel = channel

    def runtest(self) -> None:
        written = self.path.read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            laid(Path(folder) / "play.db")
            said = at_home(Stage(Path(folder), self.channel).play(written), self.channel)
        if LOST in said:
            raise Diverged(said)
        if said != written and self.config.getoption("--accept") and self.channel == HOME:
            self.path.write_text(said, "utf-8")
        elif said != written:
            lines = difflib.unified_diff(
                written.splitlines(), said.splitlines(), "as written", "as it went", lineterm=""
            )
            raise Diverged("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], _style: object = None) -> str:
        if isinstance(excinfo.value, Diverged):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.stem}.chat"
