"""Installing the app into a workspace by a browser, and taking it out again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx
import pytest

from tests.channels.slack.stand_in import (
    Kept,
    WebApi,
    event,
)
from tests.channels.slack.test_slack_webhook import post


async def test_installing_keeps_the_token_sealed_and_uninstalling_forgets_it(
    door: httpx.AsyncClient, kept: Kept, api: WebApi
) -> None:
    begun = await door.get("/slack/install")
    asked = httpx.URL(begun.headers["location"])
    assert (begun.status_code, asked.path, asked.params["client_id"]) == (302, "/oauth/v2/authorize", "1.2")
    back = {"code": "c", "state": asked.params["state"]}
    done = await door.get("/slack/oauth_redirect", params=back)
    assert (done.status_code, list(kept.rows), "xoxb" in str(kept.rows)) == (200, ["T9"], False)
    assert api.made("oauth.v2.access")[0]["redirect_uri"] == "https://desk.example.com/slack/oauth_redirect"
    gone = {**event(9, type="app_uninstalled"), "team_id": "T9", "authorizations": []}
    await post(door, json.dumps(gone).encode())
    assert kept.rows == {}


async def test_an_installation_begins_where_the_program_is_nobody_and_has_no_home(
    door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under a number of its own."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in [name for name in sys.modules if name.startswith("slack_sdk.oauth")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(Path, "home", home)
    page = httpx.URL((await door.get("/slack/install")).headers["location"])
    assert (page.path, set(page.params)) == (
        "/oauth/v2/authorize",
        {"client_id", "scope", "redirect_uri", "state"},
    )


async def test_an_uninstalling_that_slack_tells_late_forgets_no_newer_token(
    door: httpx.AsyncClient, kept: Kept
) -> None:
    """It tries again after five minutes what we could not take at first."""
    await kept.keep("T9", "of the second installation")
    gone = {**event(9, type="app_uninstalled"), "team_id": "T9", "authorizations": []}
    kept.at = gone["event_time"] + 60.0
    await post(door, json.dumps(gone).encode())
    assert kept.rows == {"T9": "of the second installation"}
    kept.at = gone["event_time"] - 60.0
    await post(door, json.dumps(gone).encode())
    assert kept.rows == {}


async def test_an_installation_begun_by_another_browser_is_refused(door: httpx.AsyncClient, kept: Kept) -> None:
    state = httpx.URL((await door.get("/slack/install")).headers["location"]).params["state"]
    door.cookies.clear()
    answers = [
        await door.get("/slack/oauth_redirect", params={"code": "c", "state": made}) for made in (state, "", "x.y.z")
    ]
    assert ([a.status_code for a in answers], kept.rows) == ([403] * 3, {})


async def test_a_whole_organisation_is_asked_to_choose_a_workspace(
    door: httpx.AsyncClient, kept: Kept, api: WebApi
) -> None:
    state = httpx.URL((await door.get("/slack/install")).headers["location"]).params["state"]
    api.then("oauth.v2.access", {"access_token": "xoxb-of-all", "team": None, "is_enterprise_install": True})
    answer = await door.get("/slack/oauth_redirect", params={"code": "c", "state": state})
    assert (answer.status_code, kept.rows, "single workspaces" in answer.text) == (400, {}, True)


async def test_an_app_whose_tokens_run_out_is_not_installed(door: httpx.AsyncClient, kept: Kept, api: WebApi) -> None:
    """Else every answer there would wait for ever, twelve hours later."""
    state = httpx.URL((await door.get("/slack/install")).headers["location"]).params["state"]
    team = {"id": "T7", "name": "Otra"}
    rotating = {"access_token": "xoxe.xoxb-1", "refresh_token": "xoxe-1", "expires_in": 43200, "team": team}
    api.then("oauth.v2.access", rotating)
    answer = await door.get("/slack/oauth_redirect", params={"code": "c", "state": state})
    assert (answer.status_code, kept.rows, "token rotation" in answer.text) == (400, {}, True)


async def test_a_code_that_slack_does_not_know_is_not_our_error(
    door: httpx.AsyncClient, kept: Kept, api: WebApi
) -> None:
    state = httpx.URL((await door.get("/slack/install")).headers["location"]).params["state"]
    api.then("oauth.v2.access", "invalid_code")
    answers = [await door.get("/slack/oauth_redirect", params={"code": "made-up", "state": state}) for _ in range(2)]
    assert ([a.status_code for a in answers], kept.rows) == ([400, 403], {})
