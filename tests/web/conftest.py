"""What the tests of the web side start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.postgres import empty_url, other_url, pg_url, postgres, url
from tests.web.caller import caller
from tests.web.door import Build, Health, Room, Serve, room, served
from tests.web.eyes import Strangers

if TYPE_CHECKING:
    from playwright.async_api import Browser

__all__ = ["caller", "empty_url", "health", "other_url", "pg_url", "postgres", "room", "serve", "site", "url"]


@pytest.fixture
def serve() -> Serve:
    return served


@pytest.fixture
def health(room: Room) -> Health:
    return room.health


@pytest.fixture
def site(room: Room) -> Build:
    return room.build


@pytest.fixture
def strangers(room: Room, browser: Browser) -> Strangers:
    return room, browser
