"""One event, one transaction: look, decide, write."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from msgspec import Struct

import handlers
from bot.channels import Busy, Sheet
from bot.desk.calendars import NotYet
from bot.effects import Effects, Seen
from bot.events import Event, Moved
from bot.queries import Query
from bot.store.accept import accept, instead
from bot.store.failures import bury, count
from bot.store.finding import find
from bot.store.ledger import Ledger
from bot.store.letters import Letter
from bot.store.look import look
from bot.store.rehousing import move
from bot.store.store import Store
from bot.store.tx import Tx
from bot.store.written import written
from bot.values import replace

log = logging.getLogger(__name__)

Handler = Callable[[Seen, Event], Effects]
Needs = Callable[[Event, Seen], Query | None]
"""What a handler needs to be looked up for an event before it runs, besides what is seen always."""

SOON = 0.05
"""Seconds until a turn is run again that asked for holidays while they were being loaded."""
RUNS = 5
"""The run at which an event whose turn keeps failing is set aside."""


def needs_nothing(_event: Event, _seen: Seen) -> Query | None:
    return None


def says_nothing(_event: Event) -> Effects:
    return iter(())


class Script(Struct, frozen=True):
    """What the desk does: pure functions, written elsewhere."""

    decide: Handler
    needs: Needs = needs_nothing
    on_poison: Callable[[Event], Effects] = says_nothing
    """What to tell people when an event is set aside, because its turn failed five times."""


SCRIPT = Script(handlers.decide, handlers.needs, handlers.apology)
"""The desk's own."""


class Taken(Struct, frozen=True):
    """What became of an event, after the commit."""

    repeat: bool = False
    """It had been taken before; nothing happened."""
    whispered: bool = False
    """Somebody gets a whisper for this press."""
    sheet: Sheet | None = None
    """The form in answer to a `Filled`."""
    letters: tuple[Letter, ...] = ()
    """Claimed for this process already: to be sent now (`Postman.post`)."""


async def take(event: Event, store: Store, script: Script, *, notices: bool = False) -> Taken:
    """Takes one event through the desk; returns after the commit. `notices`: whoever asks sends not only the answers at
    once, but what others are told too.

    Raises `Busy` when it cannot be committed now, or when the turn failed: the platform should send the event again.
    At its fifth run an event that keeps failing is set aside in `dead_letter`, and this returns as if all were well.
    """
    while True:
        try:
            return await store.run(turn, event=event, script=script, notices=notices)
        except Busy:
            raise
        except NotYet:
            await asyncio.sleep(SOON)
        except Exception as error:  # noqa: BLE001 - a bug of ours, whichever: undone, counted, told; see `_failed`
            return await _failed(event, store, script, error)


def turn(tx: Tx, event: Event, script: Script, *, notices: bool = False) -> Taken:
    """Nothing here talks to the network, so it is safe to run again."""
    if not accept(tx, event):
        if isinstance(event, Moved):
            move(tx, event)  # another process took note of it
        return Taken(repeat=True)
    event = instead(tx, event)
    seen = look(tx, event)
    if query := script.needs(event, seen):
        seen = replace(seen, found=find(tx, seen, query))
    ledger = Ledger(tx, event, seen)
    for effect in script.decide(seen, event):
        ledger.write(effect)
    letters = ledger.seal(notices=notices)
    return Taken(whispered=ledger.whispered, sheet=ledger.sheet, letters=letters)


async def _failed(event: Event, store: Store, script: Script, error: Exception) -> Taken:
    runs = await store.run(count, key=event.id, error=repr(error))
    log.error("turn of %s failed, run %s of %s", event.id, runs, RUNS, exc_info=error)
    if runs < RUNS:
        raise Busy(f"the turn failed, run {runs}") from error
    return await store.run(_bury, event=event, script=script, error=repr(error))


def _bury(tx: Tx, event: Event, script: Script, error: str) -> Taken:
    """Sets the event aside with all it said, so that it can be run again after the mend."""
    if not accept(tx, event):
        return Taken(repeat=True)
    bury(tx, event.id, written(event), error)
    ledger = Ledger(tx, event)
    for effect in script.on_poison(event):
        ledger.write(effect)
    letters = ledger.seal()
    return Taken(whispered=ledger.whispered, letters=letters)
