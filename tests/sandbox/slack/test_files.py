"""Files both ways: uploaded by the app in three steps, and by people, fetched with a token."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, Person, World
from bot.sandbox.slack.shapes import word


async def fetched(url: str, token: str = "") -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_an_upload_becomes_one_message_in_the_thread(slack: AsyncWebClient, team: Channel) -> None:
    root = await slack.chat_postMessage(channel=team.id, text="card")
    uploads = [{"content": b"one", "filename": "a.txt"}, {"content": b"three", "filename": "b.txt"}]
    await slack.files_upload_v2(channel=team.id, thread_ts=root["ts"], initial_comment="both", file_uploads=uploads)
    (message,) = team.replies(root["ts"])
    assert (message.text, [file["name"] for file in message.files or []]) == ("both", ["a.txt", "b.txt"])


async def test_nothing_is_shared_before_its_bytes_came(slack: AsyncWebClient, world: World, team: Channel) -> None:
    slot = await slack.files_getUploadURLExternal(filename="a.txt", length=3)
    with pytest.raises(SlackApiError, match="file_update_failed"):
        await slack.files_completeUploadExternal(files=[{"id": slot["file_id"]}], channel_id=team.id)
    async with aiohttp.ClientSession() as session, session.post(slot["upload_url"], data=b"four") as answer:
        assert (answer.status, await answer.text()) == (400, "Bad Request: 4 bytes instead of 3")
    assert (team.messages, world.files.stored[slot["file_id"]].data) == ([], b"")


async def test_a_picture_of_a_person_opens_with_the_token_only(
    slack: AsyncWebClient, world: World, ana: Person
) -> None:
    message = ana.upload([("shot.png", b"\x89PNG")], "look")
    (file,) = message.files or []
    url = word(file, "url_private_download")
    assert await fetched(url, world.app.token) == (200, "image/png", b"\x89PNG")
    for token in ("", "xoxb-wrong"):
        status, kind, page = await fetched(url, token)
        assert (status, kind, b"Sign in" in page) == (200, "text/html", True)
    world.app.scopes.remove("files:read")
    assert (await fetched(url, world.app.token))[1] == "text/html"
    world.app.scopes.add("files:read")
    info = await slack.files_info(file=word(file, "id"))
    assert (info["file"]["size"], info["file"]["channels"]) == (4, [ana.dm.id])


async def test_the_event_of_a_file_has_its_kind(world: World, ana: Person) -> None:
    ana.upload([("shot.png", b"x")])
    (event,) = world.post.events("message")
    assert (event["subtype"], event["text"], "blocks" in event) == ("file_share", "", False)
