from __future__ import annotations

import pytest

from bot.store import Store
from tests.outbox.office import Office, Window
from tests.store.conftest import hand, store
from tests.store.desk import Hand
from tests.store.postgres import empty_url, other_url, pg_url, postgres, url

__all__ = ["empty_url", "hand", "other_url", "pg_url", "postgres", "store", "url"]


@pytest.fixture
async def office(store: Store, hand: Hand) -> Office:
    return Office(store, hand, Window())
