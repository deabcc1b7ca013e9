"""Topics of a forum: opened, refused, and groups that have none."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from bot.channels import Gone, Later
from bot.channels.telegram import Telegram, shapes
from bot.channels.telegram.topics import PAUSE
from bot.events import Address
from tests.channels.telegram.stand_in import TOKEN, BotApi

TEAM = Address("telegram", "-1001234")


async def test_a_topic_is_opened_with_a_name_that_fits(telegram: Telegram, api: BotApi) -> None:
    assert await telegram.open_thread(TEAM, "SUP-7 " + "x" * 200) == "300"
    assert api.calls == [("createForumTopic", {"chat_id": -1001234, "name": "SUP-7 " + "x" * 122})]


async def test_a_chat_without_topics_works_by_replies_and_is_told_of_once(
    telegram: Telegram, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    for words in ("the chat is not a forum", "not enough rights to create a topic"):
        api.refuse("createForumTopic", 400, f"Bad Request: {words}")
        assert await telegram.open_thread(TEAM, "SUP-7") == ""
        heard(telegram, my_chat_member={"from": {"id": 77}, "chat": {"id": -1001234, "type": "supergroup"}})
    assert [r.message for r in caplog.records] == [
        "chat -1001234 has no topics, or we may not open them there: tickets hang on replies"
    ]


def heard(telegram: Telegram, **update: object) -> None:
    """Something happens in the group."""
    telegram.refusals.hear(msgspec.convert({"update_id": 1, **update}, shapes.Update))


def said(*, forum: bool) -> dict[str, object]:
    return {"message_id": 9, "chat": {"id": -1001234, "type": "supergroup", "is_forum": forum}, "text": "x"}


async def refused(telegram: Telegram, api: BotApi, words: str) -> None:
    api.refuse("createForumTopic", 400, f"Bad Request: {words}")
    assert await telegram.open_thread(TEAM, "SUP-7") == ""


async def test_a_chat_without_topics_is_not_asked_for_every_request(telegram: Telegram, api: BotApi) -> None:
    await refused(telegram, api, "the chat is not a forum")
    heard(telegram, message=said(forum=False))
    assert await telegram.open_thread(TEAM, "SUP-8") == ""
    assert len(api.made("createForumTopic")) == 1
    assert await telegram.open_thread(Address("telegram", "-1005678"), "SUP-9") == "300"


@pytest.mark.parametrize("of", ["message", "press"])
async def test_a_group_that_becomes_a_forum_is_seen_by_what_is_said_there(
    telegram: Telegram, api: BotApi, of: str
) -> None:
    await refused(telegram, api, "the chat is not a forum")
    press = {"id": "1", "from": {"id": 77}, "data": "x|y", "message": said(forum=True)}
    heard(telegram, **({"message": said(forum=True)} if of == "message" else {"callback_query": press}))
    assert await telegram.open_thread(TEAM, "SUP-8") == "300"


async def test_a_right_that_is_missing_is_asked_for_again_when_ours_change(telegram: Telegram, api: BotApi) -> None:
    await refused(telegram, api, "not enough rights to create a topic")
    heard(telegram, message=said(forum=True))
    assert await telegram.open_thread(TEAM, "SUP-8") == ""
    heard(telegram, my_chat_member={"from": {"id": 77}, "chat": {"id": -1001234, "type": "supergroup"}})
    assert await telegram.open_thread(TEAM, "SUP-9") == "300"


async def test_after_a_while_it_is_tried_in_any_case(api: BotApi) -> None:
    now = [datetime(2026, 11, 23, 10, tzinfo=UTC)]
    channel = Telegram(TOKEN, api_url=api.url, secret_key="k", now=lambda: now[0])
    await refused(channel, api, "the chat is not a forum")
    now[0] += PAUSE
    assert await channel.open_thread(TEAM, "SUP-8") == "300"
    await channel.close()


async def test_other_troubles_of_a_topic_mean_what_they_mean_elsewhere(telegram: Telegram, api: BotApi) -> None:
    api.refuse("createForumTopic", 403, "Forbidden: bot was kicked from the supergroup chat")
    with pytest.raises(Gone):
        await telegram.open_thread(TEAM, "SUP-7")
    api.refuse("createForumTopic", 429, "Too Many Requests", retry_after=3)
    with pytest.raises(Later):
        await telegram.open_thread(TEAM, "SUP-7")


# -- files -----------------------------------------------------------------------------------------
