"""What the tests may do inside the real program: end it at a named point, break a turn, loosen its pace, fill its disk.

Python imports a module of this name before anything else when its folder is on PYTHONPATH, so the product knows nothing
of it and pays nothing for it. `tests/faults/points.py` says what each variable means.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.values import replace

Function = Callable[..., Any]
Change = Callable[[Function], Function]
CHANGES: dict[str, list[tuple[str, Change]]] = {}
"""For each module what becomes of its functions (`Class.method`, `function`, or any name) once it is imported."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def armed() -> bool:
    """Faults wait for a file `now` in the working directory, if they are told to."""
    return not os.environ.get("CONSERJE_WAIT") or Path("now").exists()


def anybody(*_: Any) -> bool:
    return True


def dies(nth: int, *, after: bool = False, when: Callable[..., bool] = anybody) -> Change:
    """At the nth passage: on the way in, or on the way out."""
    passages = count(1)

    def at_last(*given: Any) -> bool:
        return armed() and when(*given) and next(passages) == nth

    def change(function: Function) -> Function:
        @wraps(function)
        def passed(*given: Any, **named: Any) -> Any:
            last = at_last(*given)
            if last and not after:
                die()
            result = function(*given, **named)
            if last:
                die()
            return result

        @wraps(function)
        async def awaited(*given: Any, **named: Any) -> Any:
            last = at_last(*given)
            if last and not after:
                die()
            result = await function(*given, **named)
            if last:
                die()
            return result

        return awaited if inspect.iscoroutinefunction(function) else passed

    return change


def is_alarm(_app: object, event: object) -> bool:
    return type(event).__name__ == "Alarm"


def said(connection: Any, _data: bytes) -> bool:
    """Whether what comes is the answer to a message."""
    asked: bytes = getattr(connection, "request", b"")
    return b"/sendMessage " in asked or b"/chat.postMessage " in asked


def remembers(call: Function) -> Function:
    """A connection that knows what was asked on it."""

    async def remembering(connection: Any, request: bytes, until: float) -> Any:
        connection.request = request[:200]
        return await call(connection, request, until)

    return remembering


POINTS: dict[str, Callable[[int], tuple[str, str, Change]]] = {
    "received": lambda n: ("bot.channels.telegram.listen", "Ear.hear", dies(n)),
    "accepted": lambda n: ("bot.turn", "accept", dies(n, after=True)),
    "looked": lambda n: ("bot.turn", "look", dies(n, after=True)),
    "written": lambda n: ("bot.store.ledger", "Ledger.seal", dies(n, after=True)),
    "committed": lambda n: ("bot.turn", "take", dies(n, after=True)),
    "heard": lambda n: ("bot.channels.telegram.listen", "Ear.hear", dies(n, after=True)),
    "claimed": lambda n: ("bot.channels.telegram.send", "deliver", dies(n)),
    "sent": lambda n: ("bot.channels.pool", "Connection.data_received", dies(n, when=said)),
    "answered": lambda n: ("bot.channels.telegram.send", "deliver", dies(n, after=True)),
    "noted": lambda n: ("bot.outbox.postman", "finish", dies(n, after=True)),
    "opened": lambda n: ("bot.outbox.postman", "opened", dies(n)),
    "fetching": lambda n: ("bot.app", "App.chore", dies(n)),
    "fetched": lambda n: ("bot.media.clean", "clean", dies(n)),
    "kept": lambda n: ("bot.media.keep", "Keep.put", dies(n, after=True)),
    "told": lambda n: ("bot.app", "App.chore", dies(n, after=True)),
    "rung": lambda n: ("bot.app", "App.take", dies(n, when=is_alarm)),
    "migrating": lambda n: ("bot.store.schema", "_upgrade", dies(n, after=True)),
}

IN_SLACK = dict.fromkeys(("claimed", "answered"), ("bot.channels.slack.send", "Sender.deliver"))
"""The same point there; the passages of both are counted together."""


def poisoned(word: str) -> Callable[[Any], Any]:
    """A bug in the script: whatever holds the word is worked off to the last effect, and then it raises."""

    def change(script: Any) -> Any:
        def decided(seen: Any, event: Any) -> Iterator[Any]:
            yield from script.decide(seen, event)
            if word in repr(event):
                raise RuntimeError("poison")

        return replace(script, decide=decided)

    return change


def may_fill(begun: Function) -> Function:
    """As long as a file `full` lies in the working directory, the database cannot grow."""

    def beginning(store: Any, jobs: Any, until: float) -> Any:
        store._cursor.execute(f"PRAGMA max_page_count = {1 if Path('full').exists() else 2**30}").fetchone()
        return begun(store, jobs, until)

    return beginning


def loose(_pace: Function) -> Any:
    """A platform that takes whatever we say as fast as we say it."""
    return sys.modules["bot.outbox.pace"].Pace(10_000, 1_000)


def loose_limits(limits: Any) -> Any:
    """The same of a platform that has paces of its own."""
    pace = loose(limits)
    return replace(limits, group=pace, everywhere=pace)


def later(seconds: float) -> Change:
    """Another time than it is."""

    def change(now: Function) -> Function:
        from datetime import timedelta

        return lambda: now() + timedelta(seconds=seconds)

    return change


def plan() -> Iterator[tuple[str, str, Change]]:
    """What the environment asks for."""
    asked = os.environ.get
    for fault in filter(None, asked("CONSERJE_FAULT", "").split(",")):
        point, _, nth = fault.partition(":")
        where, what, change = POINTS[point](int(nth or 1))
        yield where, what, change
        if point in IN_SLACK:
            yield *IN_SLACK[point], change
        if point == "sent":
            yield "bot.channels.pool", "Connection.call", remembers
    if word := asked("CONSERJE_POISON"):
        yield "bot.app", "SCRIPT", poisoned(word)
    if asked("CONSERJE_LOOSE"):
        yield "bot.outbox.pace", "BOT", loose
        yield "bot.outbox.pace", "GROUP", loose
        yield "bot.channels.slack", "Slack.limits", loose_limits
    if asked("CONSERJE_FULL"):
        yield "bot.store.embedded", "Embedded._begun", may_fill
    if seconds := asked("CONSERJE_LATER"):
        yield "bot.clock", "now", later(float(seconds))


class Changing(Loader):
    """Imports a module as always, then changes it."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        for path, how in CHANGES[module.__name__]:
            changed(module, path, how)


def changed(module: ModuleType, path: str, how: Change) -> tuple[Any, Any]:
    """What it was and what it is now."""
    holder, _, name = path.rpartition(".")
    owner = getattr(module, holder) if holder else module
    old = getattr(owner, name)
    setattr(owner, name, how(old))
    return old, getattr(owner, name)


def changed_late(module: ModuleType, path: str, how: Change) -> None:
    """The same where others have imported it already; but what a module has only borrowed changes there alone."""
    old, new = changed(module, path, how)
    if "." not in path and getattr(old, "__module__", "") == module.__name__:
        for other in [module for name, module in sys.modules.items() if name.startswith(("bot", "handlers"))]:
            for name in [name for name, value in vars(other).items() if value is old]:
                setattr(other, name, new)


class Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in CHANGES else None
        if spec and spec.loader:
            spec.loader = Changing(spec.loader)
        return spec


for where, what, how in plan():
    if where in sys.modules:
        changed_late(sys.modules[where], what, how)
    else:
        CHANGES.setdefault(where, []).append((what, how))
if CHANGES:
    sys.meta_path.insert(0, Finder())
