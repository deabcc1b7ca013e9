"""Slack's controls over HTTP: what the page and other processes can do, and what they hear of it."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, Person, World, shown

from .test_modals import SHOTS, TITLE, modal, opened


@pytest.fixture
async def web(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/sandbox/slack") as client:
        yield client


async def test_a_conversation_over_http(web: httpx.AsyncClient, team: Channel, bea: Person) -> None:
    here = {"person": bea.id, "channel": team.id}
    said = (await web.post("/write", json=here | {"text": "one"})).json()
    await web.post("/write", json=here | {"text": "below", "thread": said["ts"]})
    await web.post("/edit", json=here | {"ts": said["ts"], "text": "two"})
    await web.post("/react", json=here | {"ts": said["ts"], "name": "eyes"})
    state = (await web.get("/state")).json()
    (room,) = state["channels"]
    assert [(message["text"], message.get("reactions")) for message in room["messages"]] == [
        ("two", [{"name": "eyes", "users": [bea.id], "count": 1}]),
        ("below", None),
    ]
    await web.post("/delete", json=here | {"ts": said["ts"]})
    assert [shown(message) for message in team.messages] == ["This message was deleted.", "below"]


async def test_a_modal_is_filled_and_sent_over_http(
    web: httpx.AsyncClient, slack: AsyncWebClient, world: World, ana: Person
) -> None:
    await opened(slack, world, ana, modal(TITLE, SHOTS))
    me = {"person": ana.id}
    assert (await web.post("/submit", json=me)).json() is False
    await web.post("/fill", json=me | {"action_id": "title", "value": "broken"})
    form = me | {"action_id": "shots", "samples": ["login"]}
    await web.post("/attach", data=form, files={"files": ("a.txt", b"x", "text/plain")})
    assert (await web.post("/submit", json=me)).json() == "d1"
    assert ana.modal is not None
    (files,) = ana.modal.values["shots"].values()
    names = [file["name"] for file in files["files"]]  # type: ignore[attr-defined]
    assert (ana.modal.values["title"]["title"]["value"], names) == ("broken", ["a.txt", "login.png"])


async def test_gestures_over_http(
    web: httpx.AsyncClient, slack: AsyncWebClient, world: World, team: Channel, bea: Person
) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "value": "x", "action_id": "b0"}
    blocks = [{"type": "actions", "elements": [button]}]
    sent = await slack.chat_postMessage(channel=team.id, text="card", blocks=blocks)
    here = {"person": bea.id, "channel": team.id}
    await web.post("/press", json=here | {"ts": sent["ts"], "action_id": "b0"})
    await web.post("/command", json=here | {"text": "help"})
    await web.post("/shortcut", json={"person": bea.id, "name": "support"})
    await web.post("/shortcut", json=here | {"ts": sent["ts"], "name": "support_message"})
    await web.post("/home", json={"person": bea.id})
    kinds = [one.payload.get("type", one.kind) for one in world.post.log[1:]]
    assert kinds == ["block_actions", "slash_commands", "shortcut", "message_action", "event_callback"]


async def test_the_page_hears_what_happens(web: httpx.AsyncClient, world: World, ana: Person) -> None:
    kinds: list[str] = []
    async with web.stream("GET", "/events") as stream:
        await world.until(lambda: world.listeners)
        ana.write("hola")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                kinds.append(json.loads(line[6:])["kind"])
                if kinds[-1] == "slack_message":
                    break
    assert kinds == ["slack_channel", "slack_message"]


async def test_wrong_orders_are_refused(web: httpx.AsyncClient, team: Channel, bea: Person) -> None:
    here: dict[str, object] = {"person": bea.id, "channel": team.id}
    orders: list[tuple[str, dict[str, object], int]] = [
        ("write", {"person": "U0NOBODY", "text": "x"}, 404),
        ("write", here | {"channel": "C0NOWHERE"}, 404),
        ("press", here | {"ts": "1.0"}, 404),
        ("submit", {"person": bea.id}, 409),
        ("write", {"persona": bea.id}, 400),
    ]
    codes = [(await web.post(f"/{name}", json=body)).status_code for name, body, _ in orders]
    assert codes == [status for _, _, status in orders]
    evil = {"sec-fetch-site": "cross-site"}
    assert (await web.post("/write", json=here | {"text": "x"}, headers=evil)).status_code == 403
