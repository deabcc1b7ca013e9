"""A secret that has leaked is changed without losing what was made with it, nor anything that is on its way."""

from __future__ import annotations

import json

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels import Took
from bot.channels.rotation import keys_of
from bot.channels.slack.workspaces import Safe
from bot.channels.telegram import Telegram
from bot.channels.telegram.webhook import HEADER, PATH, secret_token
from bot.events import Event

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32


@pytest.mark.parametrize(
    ("setting", "keys"),
    [
        ("", ()),
        (OLD, (OLD,)),
        (f"{NEW},{OLD}", (NEW, OLD)),
        ("a,key,of,one,that,has,commas,in,it,from,before", ("a,key,of,one,that,has,commas,in,it,from,before",)),
        (f"{NEW},", (f"{NEW},",)),
    ],
)
def test_a_comma_parts_two_whole_keys_and_nothing_else(setting: str, keys: tuple[str, ...]) -> None:
    assert keys_of(setting) == keys


async def test_updates_come_in_with_the_new_secret_and_the_old() -> None:
    async def take(_event: Event) -> Took:
        raise AssertionError("nothing was said")

    async def status(key: str) -> int:
        channel = Telegram("1:abc", secret_key=f"{NEW},{OLD}", api_url="http://127.0.0.1:9")
        transport = httpx.ASGITransport(app=Starlette(routes=channel.routes(take)))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            shown = {HEADER.decode(): secret_token(key)}
            answer = await client.post(PATH, content=json.dumps([]).encode(), headers=shown)
        await channel.close()
        return answer.status_code

    both = secret_token(f"{NEW},{OLD}")
    assert [await status(key) for key in (NEW, OLD, OTHER, "")] == [200, 200, 401, 401]
    assert both not in (secret_token(NEW), secret_token(OLD))


def test_tokens_sealed_with_the_old_key_are_opened_and_new_ones_sealed_with_the_new() -> None:
    before, now, after = Safe(OLD), Safe(f"{NEW},{OLD}"), Safe(NEW)
    sealed = now.seal("xoxb-1")
    assert [now.opened(before.seal("xoxb-1")), after.opened(sealed), before.opened(sealed)] == ["xoxb-1", "xoxb-1", ""]
