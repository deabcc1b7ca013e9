"""Planned trouble: refusals by name or status, broken answers, cut lines, before and after the call took effect."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, World


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (429, (429, "ratelimited", "7")),
        (500, (500, "internal_error", None)),
        (503, (503, "service_unavailable", "7")),
        ("is_archived", (200, "is_archived", None)),
        ("token_revoked", (200, "token_revoked", None)),
    ],
)
async def test_the_next_call_meets_what_was_planned_and_the_one_after_does_not(
    slack: AsyncWebClient, world: World, team: Channel, answer: int | str, met: object
) -> None:
    world.fail("chat.postMessage", answer, retry_after=7)
    with pytest.raises(SlackApiError) as trouble:
        await slack.chat_postMessage(channel=team.id, text="x")
    found = trouble.value.response
    assert (found.status_code, found["error"], found.headers.get("Retry-After")) == met
    assert (await slack.chat_postMessage(channel=team.id, text="y"))["ok"]


async def test_trouble_may_be_in_one_channel_only(slack: AsyncWebClient, world: World, team: Channel) -> None:
    other = world.channel("other")
    world.fail("*", "is_archived", channel=other)
    assert (await slack.chat_postMessage(channel=team.id, text="x"))["ok"]
    with pytest.raises(SlackApiError, match="is_archived"):
        await slack.chat_postMessage(channel=other.id, text="x")


@pytest.mark.parametrize(("trick", "kept"), [("before", 0), ("after", 1)])
async def test_a_cut_line_may_have_done_its_work(url: str, world: World, team: Channel, trick: str, kept: int) -> None:
    world.fail("chat.postMessage", trick)
    client = AsyncWebClient(token=world.app.token, base_url=f"{url}/slack/api/", retry_handlers=[])
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=team.id, text="x")
    assert len(team.messages) == kept


@pytest.mark.parametrize(("trick", "kept"), [("hang", 0), ("hang-after", 1)])
async def test_a_silent_line_ends_with_the_callers_patience(
    url: str, world: World, team: Channel, trick: str, kept: int
) -> None:
    world.fail("chat.postMessage", trick)
    client = AsyncWebClient(token=world.app.token, base_url=f"{url}/slack/api/", timeout=1)
    with pytest.raises(asyncio.TimeoutError):
        await client.chat_postMessage(channel=team.id, text="x")
    assert len(team.messages) == kept


@pytest.mark.parametrize("trick", ["html", "garbage"])
async def test_an_answer_may_be_no_json(slack: AsyncWebClient, world: World, team: Channel, trick: str) -> None:
    world.fail("chat.postMessage", trick)
    with pytest.raises(SlackApiError):
        await slack.chat_postMessage(channel=team.id, text="x")
    assert team.messages == []
