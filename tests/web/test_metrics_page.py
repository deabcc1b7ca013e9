"""Who may read the numbers."""

from __future__ import annotations

import aiohttp
import pytest

from bot.web.app import signs
from tests.web.door import Build, Health, Room, Serve


async def status(base: str, path: str, headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.get(base + path, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, 200), ({"X-Forwarded-For": "203.0.113.7"}, 403), ({"Forwarded": "for=203.0.113.7"}, 403)],
)
async def test_without_a_token_this_machine_may_and_nobody_behind_a_proxy(
    serve: Serve, site: Build, headers: dict[str, str], expected: int
) -> None:
    async with serve(site()) as base:
        assert await status(base, "/metrics", headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, 403), ({"Authorization": "Bearer wrong"}, 403), ({"Authorization": "Bearer s3crêt"}, 200)],
)
async def test_with_a_token_everybody_has_to_show_it(
    serve: Serve, site: Build, headers: dict[str, str], expected: int
) -> None:
    async with serve(site(metrics_token="s3crêt")) as base:
        assert await status(base, "/metrics", headers) == expected


async def test_a_worker_shows_signs_of_life_and_nothing_else(serve: Serve, room: Room) -> None:
    async with serve(signs(room.site())) as base:
        found = {path: await status(base, path, {}) for path in ("/healthz", "/readyz", "/metrics", "/", "/t/x")}
    assert found == {"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 404, "/t/x": 404}


async def test_a_worker_whose_database_is_away_is_alive_and_not_ready(serve: Serve, room: Room, health: Health) -> None:
    health.away = True
    async with serve(signs(room.site())) as base:
        found = {path: await status(base, path, {}) for path in ("/healthz", "/readyz", "/metrics")}
    assert found == {"/healthz": 200, "/readyz": 503, "/metrics": 503}
