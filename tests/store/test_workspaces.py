"""The tokens of workspaces: kept sealed, and forgotten only by who knows of nothing newer."""

from __future__ import annotations

from math import inf

from bot.store import Store
from bot.store.workspaces import Workspaces
from tests.store.desk import Hand


async def test_a_token_is_forgotten_when_it_was_kept_before_then(store: Store, hand: Hand) -> None:
    kept = Workspaces(store, "slack")
    before = hand.at.timestamp()
    hand.later(60)
    await kept.keep("T8", "first")
    await kept.keep("T9", "second")
    forgotten = [await kept.forget(*which) for which in (("T8", before), ("T9", before + 120), ("T9", inf))]
    assert (forgotten, await kept.teams(), await kept.sealed("T8")) == ([False, True, False], ("T8",), "first")
    assert (await kept.forget("T8", inf), await kept.teams()) == (True, ())
