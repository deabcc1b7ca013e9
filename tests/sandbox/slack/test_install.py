"""Installing the app: the page that asks, the code it gives, the token the code is good for."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import World


# The SDK hands the client's secret over in a way aiohttp is about to give up.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_code_of_the_page_buys_the_token_once(url: str, world: World) -> None:
    asked = {"client_id": world.app.client_id, "scope": "chat:write", "state": "s1", "redirect_uri": "http://x/back"}
    page = f"{url}/slack/oauth/v2/authorize"
    async with aiohttp.ClientSession() as session:
        async with session.get(page, params=asked) as shown:
            assert "Conserje is requesting access to Sandbox" in await shown.text()
        async with session.post(page, params=asked, allow_redirects=False) as answer:
            back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["s1"]
    client = AsyncWebClient(base_url=f"{url}/slack/api/")
    secrets = {"client_id": world.app.client_id, "client_secret": world.app.client_secret}
    bought = await client.oauth_v2_access(code=back["code"][0], **secrets)
    assert (bought["access_token"], bought["team"]["id"], bought["scope"]) == (
        world.app.token,
        "T0SANDBOX",
        "chat:write",
    )
    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(code=back["code"][0], **secrets)
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(code="x", client_id=world.app.client_id, client_secret="wrong")


async def test_cancel_leads_back_without_a_code_and_a_workspace_may_be_chosen(url: str, world: World) -> None:
    globex = world.neighbour("Globex")
    asked = {"client_id": world.app.client_id, "state": "s1", "redirect_uri": "http://x/back"}
    page = f"{url}/slack/oauth/v2/authorize"
    async with aiohttp.ClientSession() as session:
        async with session.post(page, params=asked, data={"cancel": "1"}, allow_redirects=False) as answer:
            back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert back == {"error": ["access_denied"], "state": ["s1"]}
        async with session.post(page, params=asked, data={"team": globex.team.id}, allow_redirects=False) as answer:
            (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        secrets = {"client_id": world.app.client_id, "client_secret": world.app.client_secret, "code": code}
        async with session.post(f"{url}/slack/api/oauth.v2.access", data=secrets) as answer:
            bought = await answer.json()
    assert bought["team"] == {"name": "Globex", "id": globex.team.id}
    assert bought["access_token"] == globex.app.token != world.app.token


async def test_a_token_opens_its_own_workspace_alone(url: str, world: World) -> None:
    globex = world.neighbour("Globex")
    globex.app.token = "xoxb-2-pretend"
    globex.tokens[globex.app.token] = globex.team.id
    zoe = globex.person("Zoe Lee")
    there, here = (AsyncWebClient(token=one.app.token, base_url=f"{url}/slack/api/") for one in (globex, world))
    assert (await there.auth_test())["team_id"] == globex.team.id
    await there.chat_postMessage(channel=zoe.dm.id, text="hello")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await here.chat_postMessage(channel=zoe.dm.id, text="hello")
