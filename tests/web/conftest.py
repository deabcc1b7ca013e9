"""What the tests of the web side start from."""

from __future__ import annotations

from functools import partial

import pytest

from tests.web.door import Build, Health, Serve, built, served


@pytest.fixture
def serve() -> Serve:
    return served


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def site(health: Health) -> Build:
    return partial(built, health)
