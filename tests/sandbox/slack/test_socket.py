"""Socket Mode with the SDK's own client: hello, envelopes, answers, a line that breaks."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Person, World

from .test_modals import TITLE, modal, opened


class Listener:
    """Acknowledges everything with what a test says, and keeps it. With `deaf` it says nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: list[SocketModeRequest] = []
        self.payloads: list[dict[str, object]] = []
        self.deaf = False

    async def __call__(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        self.world.changed.ring()
        if not self.deaf:
            payload = self.payloads.pop(0) if self.payloads else None
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


@pytest.fixture
async def listener(world: World, url: str) -> AsyncIterator[Listener]:
    listener = Listener(world)
    client = SocketModeClient(
        world.app.app_token, web_client=AsyncWebClient(base_url=f"{url}/slack/api/"), ping_interval=1
    )
    client.socket_mode_request_listeners.append(listener)
    await client.connect()  # type: ignore[no-untyped-call]
    yield listener
    await client.close()  # type: ignore[no-untyped-call]


async def test_events_and_gestures_come_through_the_socket(world: World, listener: Listener, ana: Person) -> None:
    said = ana.write("hola")
    command = ana.command("help")
    await world.until(lambda: command.done and world.post.log[0].done)
    kinds = sorted((one.type, one.accepts_response_payload) for one in listener.heard)
    assert kinds == [("events_api", False), ("slash_commands", True)]
    (event,) = [one for one in listener.heard if one.type == "events_api"]
    assert (event.payload["event"]["ts"], event.retry_attempt) == (said.ts, 0)


async def test_the_answer_to_a_submission_rides_on_its_acknowledgement(
    slack: AsyncWebClient, world: World, listener: Listener, ana: Person
) -> None:
    await opened(slack, world, ana, modal(TITLE))
    ana.fill("title", "x")
    listener.payloads = [{"response_action": "errors", "errors": {"title": "Too short"}}]
    delivery = ana.submit()
    await world.until(lambda: delivery.done)
    assert [view.errors for view in ana.modals] == [{"title": "Too short"}]


async def test_what_is_not_acknowledged_comes_again(world: World, listener: Listener, ana: Person) -> None:
    world.rules.patience, world.rules.retry_second, listener.deaf = 0.1, 0.0, True
    ana.write("hola")
    await world.until(lambda: len(listener.heard) == 4 and world.post.log[0].done)
    assert [(one.retry_attempt, one.retry_reason) for one in listener.heard] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]


async def test_a_client_asked_to_come_again_does(world: World, listener: Listener, ana: Person) -> None:
    await world.sockets.refresh()
    await world.until(lambda: len(world.called("apps.connections.open")) == 2 and world.sockets.open, 10)
    ana.write("still there?")
    await world.until(lambda: world.post.log[0].done)
    assert len(listener.heard) == 1


async def test_a_ticket_opens_one_connection(world: World, url: str, slack: AsyncWebClient) -> None:
    answer = await slack.apps_connections_open(app_token=world.app.app_token)
    assert answer["url"].startswith(url.replace("http", "ws"))
    assert len(world.tickets) == 1
