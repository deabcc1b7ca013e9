from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.store import Store
from tests.outbox.office import Office, Window
from tests.store.desk import Hand, opened
from tests.store.postgres import empty_url, other_url, pg_url, postgres, url

__all__ = ["empty_url", "hand", "other_url", "pg_url", "postgres", "store", "url"]


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def store(url: str, hand: Hand) -> Iterator[Store]:
    found = opened(url, hand)
    yield found
    found.close()


@pytest.fixture
async def office(url: str, hand: Hand) -> AsyncIterator[Office]:
    store = opened(url, hand)
    yield Office(store, hand, Window())
    store.close()
