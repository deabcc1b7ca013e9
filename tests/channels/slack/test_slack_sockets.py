"""Socket Mode: an envelope is acknowledged after its commit, and a connection that ends is followed by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.channels import Blank, Sheet
from bot.channels.slack import Keys, Slack, sockets
from bot.dialogue.words import Chose, Said
from bot.events import Message
from tests.channels.slack.stand_in import NOW, TOKEN, Desk, Kept, WebApi, pressed, wrote
from tests.channels.slack.test_slack_webhook import submission
from tests.meanwhile import meanwhile


@pytest.fixture
async def listening(api: WebApi, desk: Desk) -> AsyncIterator[WebApi]:
    keys = Keys(token=TOKEN, app_token="xapp-1", secret_key="a key")
    slack = Slack(keys, api_url=f"{api.url}/api/", now=lambda: NOW)
    async with meanwhile(slack.listen(desk.take)):
        await api.until(lambda: api.sockets)
        yield api
    await slack.close()


async def send(api: WebApi, number: int, payload: dict[str, Any], kind: str = "events_api") -> None:
    await api.sockets[-1].send_json({"type": kind, "envelope_id": f"e{number}", "payload": payload})


async def test_an_envelope_is_acknowledged_after_its_commit(listening: WebApi, desk: Desk) -> None:
    desk.gate = asyncio.Event()
    await send(listening, 1, wrote(1, "hi"))
    await asyncio.sleep(0.1)
    assert listening.acks == []
    desk.gate.set()
    await listening.until(lambda: listening.acks)
    assert (listening.acks, [e.answer for e in desk.events if isinstance(e, Message)]) == (
        [{"envelope_id": "e1"}],
        [Said("hi")],
    )


async def test_what_was_not_taken_is_not_acknowledged(listening: WebApi, desk: Desk) -> None:
    desk.busy = 2
    await send(listening, 1, wrote(1, "hi"))
    await send(listening, 2, wrote(2, "ho"))
    await listening.until(lambda: listening.acks)
    assert listening.acks == [{"envelope_id": "e2"}]


async def test_a_form_is_answered_in_the_acknowledgement(listening: WebApi, desk: Desk) -> None:
    desk.sheet = Sheet("intake", "New", (Blank("title", "Title", "line", trouble="Too short."),), "Send", "Close")
    await send(listening, 1, submission(), "interactive")
    await listening.until(lambda: listening.acks)
    answer = {"response_action": "errors", "errors": {"title": "Too short."}}
    assert listening.acks == [{"envelope_id": "e1", "payload": answer}]


async def test_presses_and_commands_come_too_and_strange_things_are_acknowledged(listening: WebApi, desk: Desk) -> None:
    await send(listening, 1, pressed(channel="DBEA"), "interactive")
    await send(listening, 2, {"command": "/support", "text": "", "user_id": "UANA", "team_id": "T1"}, "slash_commands")
    await send(listening, 3, {"type": 7})
    await listening.sockets[0].send_str("no json")
    await listening.until(lambda: len(listening.acks) == 3)
    assert [type(e).__name__ for e in sorted(desk.events, key=lambda e: type(e).__name__)] == ["Filled", "Message"]
    assert [e.answer for e in desk.events if isinstance(e, Message)] == [Chose("claim")]


async def test_a_connection_that_ends_is_followed_by_another(listening: WebApi, desk: Desk) -> None:
    desk.gate = asyncio.Event()
    await send(listening, 1, wrote(1, "hi"))
    await listening.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    desk.gate.set()
    await listening.until(lambda: len(listening.sockets) == 2)
    await send(listening, 2, wrote(2, "ho"))
    await listening.until(lambda: len(listening.acks) == 2)
    assert listening.acks == [{"envelope_id": "e1"}, {"envelope_id": "e2"}]


async def test_who_leaves_closes_the_connection_that_was_about_to_end_too(api: WebApi, desk: Desk) -> None:
    slack = Slack(Keys(token=TOKEN, app_token="xapp-1"), api_url=f"{api.url}/api/", now=lambda: NOW)
    async with meanwhile(slack.listen(desk.take)):
        await api.until(lambda: api.sockets)
        await api.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await api.until(lambda: len(api.sockets) == 2)
    await api.until(lambda: all(socket.close_code for socket in api.sockets))
    assert [socket.close_code for socket in api.sockets] == [1000, 1000]
    await slack.close()


class Ana:
    async def chats(self) -> Sequence[str]:
        return ("UANA",)

    async def rooms(self) -> Sequence[tuple[str, str]]:
        return ()


async def test_what_was_said_while_the_line_was_cut_is_found_when_it_is_back(
    api: WebApi, desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack tries again for some minutes only."""
    monkeypatch.setattr(sockets, "LONG", 0.0)
    slack = Slack(Keys(token=TOKEN, app_token="xapp-1"), api_url=f"{api.url}/api/", now=lambda: NOW)
    slack.remember(kept, Ana())
    async with meanwhile(slack.listen(desk.take)):
        await api.until(lambda: api.sockets and api.made("conversations.history"))
        api.messages = [{"type": "message", "user": "UANA", "text": "hi", "ts": f"{NOW.timestamp() - 60:.6f}"}]
        await api.sockets[0].close()
        (heard,) = await desk.until(1)
        assert isinstance(heard, Message)
        assert heard.answer == Said("hi")
    await slack.close()
