"""A bare Bolt app, as its manual shows it under Starlette: no state, no database, one call for each event."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Heard = Any
BUTTONS = [
    {"type": "actions", "elements": [{"type": "button", "action_id": "b0", "value": "a|b", "text": {"type": "plain_text", "text": "Go on"}}]}
]  # fmt: skip


async def said(event: Heard, say: Heard) -> None:
    await say(text=event["text"] or "📷", blocks=BUTTONS)


async def pressed(ack: Heard, body: Heard, client: AsyncWebClient) -> None:
    await ack()
    place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
    await client.chat_update(**place, text=body["actions"][0]["value"], blocks=BUTTONS)


def made(client: AsyncWebClient) -> AsyncSlackRequestHandler:
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    app.event("message")(said)
    app.action(re.compile(".*"))(pressed)
    return AsyncSlackRequestHandler(app)


def main(shared: bool) -> None:  # noqa: FBT001 - the one word of the command line
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    handler = made(client)

    @asynccontextmanager
    async def lifespan(_site: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            client.session = session if shared else None
            yield

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    site = Starlette(routes=[Route("/slack/events", receive, methods=["POST"])], lifespan=lifespan)
    uvicorn.run(site, port=int(os.environ["PORT"]), log_level="error", access_log=False)


if __name__ == "__main__":
    main("shared" in sys.argv)
