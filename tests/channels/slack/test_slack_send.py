"""Parcels out: what each call answers, what each refusal means, and that nothing is sent twice."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels import Attachment, Gone, Later, Lost, NoMessage, NoThread, Parcel, Refused, Stays
from bot.channels.slack import Keys, Slack
from bot.channels.slack.line import Refusal
from bot.channels.slack.wire import MOST_FILE
from bot.channels.slack.workspaces import Safe
from bot.events import Address
from tests.channels.slack.stand_in import TOKEN, Kept, WebApi

ANA, TEAM = Address("slack", "UANA"), Address("slack", "CTEAM")
HI = Parcel(text="Hi", letter=12)
PICTURE = Attachment("a.png", "photo", "image/png", b"abc")


async def test_a_persons_conversation_is_opened_once(slack: Slack, api: WebApi) -> None:
    ids = [await slack.deliver(ANA, HI, ()) for _ in range(2)]
    assert ids == [("DANA/1700000000.000001",), ("DANA/1700000000.000002",)]
    assert api.made("conversations.open") == [{"users": "UANA"}]
    assert set(api.bearers) == {f"Bearer {TOKEN}"}


async def test_an_edit_keeps_its_id_and_a_deletion_leaves_none(slack: Slack) -> None:
    edited = await slack.deliver(ANA, Parcel(text="Ho", over="DANA/1.000002"), ())
    deleted = await slack.deliver(ANA, Parcel(unsay=True, over="DANA/1.000002"), ())
    published = await slack.deliver(Address("slack", "UANA", "home"), HI, ())
    assert (edited, deleted, published) == (("DANA/1.000002",), (), ("home",))


async def test_files_go_in_three_steps_as_one_message(slack: Slack, api: WebApi) -> None:
    ids = await slack.deliver(ANA, Parcel(letter=13), (PICTURE, PICTURE))
    assert ids == ("DANA/1700000000.000900",)
    assert api.uploads == [b"abc", b"abc"]
    (shown,) = api.made("files.completeUploadExternal")
    assert shown == {"channel_id": "DANA", "files": [{"id": "F1", "title": "a.png"}, {"id": "F2", "title": "a.png"}]}


async def test_a_file_that_we_have_no_right_to_send_holds_nothing_up(
    slack: Slack, api: WebApi, caplog: pytest.LogCaptureFixture
) -> None:
    """What is said behind it would wait for days. Whoever runs the desk reads why, once."""
    for _ in range(3):
        api.then("files.getUploadURLExternal", "missing_scope")
        with pytest.raises(Refused, match="we may send no files there"):
            await slack.deliver(TEAM, Parcel(letter=13), (PICTURE,))
    assert [entry.levelname for entry in caplog.records if "shows no files" in entry.message] == ["ERROR"]


async def test_files_that_were_shown_are_not_sent_again_because_we_ask_too_fast_where(
    slack: Slack, api: WebApi
) -> None:
    api.then("files.info", (429, {"Retry-After": "1"}, "{}"))
    assert await slack.deliver(ANA, Parcel(letter=13), (PICTURE,)) == ("DANA/1700000000.000900",)
    assert len(api.made("files.completeUploadExternal")) == 1


async def test_what_all_could_read_goes_before_one_person_alone_sees_it(slack: Slack, api: WebApi) -> None:
    alone = Parcel(text="Hi", only="UANA", over="CTEAM/1.000002")
    assert await slack.deliver(TEAM, alone, ()) == ()
    assert api.made("chat.delete") == [{"channel": "CTEAM", "ts": "1.000002"}]
    api.then("chat.delete", "message_not_found")
    assert await slack.deliver(TEAM, alone, ()) == ()
    assert [one["user"] for one in api.made("chat.postEphemeral")] == ["UANA", "UANA"]


OVER = Parcel(text="Ho", over="CTEAM/1.000002")


@pytest.mark.parametrize(
    ("parcel", "method", "word", "meant"),
    [
        (HI, "chat.postMessage", "channel_not_found", Gone),
        (HI, "chat.postMessage", "is_archived", Gone),
        (HI, "chat.postMessage", "not_in_channel", Gone),
        (HI, "chat.postMessage", "account_inactive", Later),
        (HI, "chat.postMessage", "thread_not_found", NoThread),
        (HI, "chat.postMessage", "restricted_action_thread_locked", NoThread),
        (HI, "chat.postMessage", "restricted_action_read_only_channel", Gone),
        (HI, "chat.postMessage", "invalid_blocks", Refused),
        (HI, "chat.postMessage", "msg_too_long", Refused),
        (HI, "chat.postMessage", "missing_scope", Refusal),
        (HI, "chat.postMessage", "no_permission", Refusal),
        (HI, "chat.postMessage", "accesslimited", Refusal),
        (HI, "chat.postMessage", "org_login_required", aiohttp.ClientError),
        (HI, "chat.postMessage", "internal_error", aiohttp.ClientError),
        (HI, "chat.postMessage", (502, {}, "<html>"), aiohttp.ClientError),
        (HI, "chat.postMessage", (200, {"Content-Type": "text/plain"}, "hm"), aiohttp.ClientError),
        (HI, "chat.postMessage", "taken, then cut", aiohttp.ClientError),
        (OVER, "chat.update", "update_failed", aiohttp.ClientError),
        (OVER, "chat.update", "external_channel_migrating", aiohttp.ClientError),
        (OVER, "chat.update", "message_not_found", NoMessage),
        (OVER, "chat.update", "edit_window_closed", Stays),
        (OVER, "chat.update", "cant_update_message", NoMessage),
        (Parcel(unsay=True, over="CTEAM/1.000002"), "chat.delete", "message_not_found", NoMessage),
        (Parcel(unsay=True, over="CTEAM/1.000002"), "chat.delete", "cant_delete_message", Stays),
    ],
)  # fmt: skip
async def test_a_refusal_means_what_the_desk_knows(  # noqa: PLR0917 - a row of the table
    slack: Slack, api: WebApi, parcel: Parcel, method: str, word: Any, meant: type[Exception]
) -> None:
    api.then(method, word)
    with pytest.raises(meant) as raised:
        await slack.deliver(TEAM, parcel, ())
    assert TOKEN not in f"{raised.value!r}"


async def test_an_answer_that_slack_leaves_in_the_channel_is_taken_back(slack: Slack, api: WebApi) -> None:
    """It says nothing of a thread that is gone: the answer tells, by what is missing in it, and then we ask."""
    api.then("chat.postMessage", {"channel": "CTEAM", "ts": "1.000009", "message": {"text": "Hi"}})
    api.then("conversations.replies", "thread_not_found")
    with pytest.raises(NoThread):
        await slack.deliver(TEAM, Parcel(text="Hi", reply_to="CTEAM/1.000002"), ())
    assert api.made("chat.delete") == [{"channel": "CTEAM", "ts": "1.000009"}]
    for brief in ({"thread_ts": "1.000002"}, {}):
        api.then("chat.postMessage", {"channel": "CTEAM", "ts": "1.000010", "message": brief})
        assert await slack.deliver(TEAM, Parcel(text="Hi", reply_to="CTEAM/1.000002"), ()) == ("CTEAM/1.000010",)
    assert len(api.made("conversations.replies")) == 2


async def test_files_that_slack_leaves_in_the_channel_are_taken_back(slack: Slack, api: WebApi) -> None:
    """Where they are shown tells, by what is missing in it. Those that hang where they should cost no other look."""
    below = {"ts": "1.000009", "thread_ts": "1.000002"}
    api.then("files.info", {"file": {"id": "F1", "shares": {"private": {"CTEAM": [below]}}}})
    files = Parcel(letter=13, reply_to="CTEAM/1.000002")
    assert await slack.deliver(TEAM, files, (PICTURE,)) == ("CTEAM/1.000009",)
    assert api.made("conversations.replies") == []
    api.then("files.info", {"file": {"id": "F1", "shares": {"private": {"CTEAM": [{"ts": "1.000010"}]}}}})
    api.then("conversations.replies", "thread_not_found")
    with pytest.raises(NoThread):
        await slack.deliver(TEAM, files, (PICTURE,))
    assert api.made("chat.delete") == [{"channel": "CTEAM", "ts": "1.000010"}]


@pytest.mark.parametrize("asked", ["conversations.replies", "chat.delete"])
async def test_an_answer_left_in_the_channel_is_taken_back_however_fast_we_ask(
    slack: Slack, api: WebApi, asked: str
) -> None:
    """To be told to wait then means: wait, not send it again beside the one that stands there."""
    api.then("chat.postMessage", {"channel": "CTEAM", "ts": "1.000009", "message": {"text": "Hi"}})
    api.then(asked, (429, {"Retry-After": "1"}, "{}"))
    api.then("conversations.replies", "thread_not_found")
    with pytest.raises(NoThread):
        await slack.deliver(TEAM, Parcel(text="Hi", reply_to="CTEAM/1.000002"), ())
    assert [one["ts"] for one in api.made("chat.delete")][-1:] == ["1.000009"]


async def test_a_whisper_to_somebody_who_left_is_done(slack: Slack, api: WebApi) -> None:
    api.then("chat.postEphemeral", "user_not_in_channel")
    assert await slack.deliver(TEAM, Parcel(text="Hm", whisper="slack:act:k#CTEAM:U1:"), ()) == ()


async def test_too_fast_for_a_chat_is_that_chats_matter(slack: Slack, api: WebApi) -> None:
    api.then("chat.postMessage", (429, {"Retry-After": "7", "Content-Type": "application/json"}, '{"ok":false}'))
    api.then("chat.postMessage", "message_limit_exceeded")
    found = []
    for _ in range(2):
        with pytest.raises(Later) as raised:
            await slack.deliver(TEAM, HI, ())
        found.append((raised.value.seconds, raised.value.everywhere))
    assert found == [(7.0, False), (5.0, True)]


async def test_too_many_edits_in_the_workspace_are_not_tried_further(slack: Slack, api: WebApi) -> None:
    api.then("chat.update", (429, {"Retry-After": "30", "Content-Type": "application/json"}, '{"ok":false}'))
    for _ in range(3):
        with pytest.raises(Later):
            await slack.deliver(TEAM, OVER, ())
    assert (len(api.made("chat.update")), await slack.deliver(TEAM, HI, ()) != ()) == (1, True)


async def test_a_token_slack_does_not_know_is_said_once_and_not_tried_again(
    slack: Slack, api: WebApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.then("chat.postMessage", "invalid_auth")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(Later) as raised:
                await slack.deliver(TEAM, HI, ())
    assert (raised.value.everywhere, len(api.calls), len(caplog.records)) == (True, 1, 1)
    assert TOKEN not in caplog.text


# -- sent twice ------------------------------------------------------------------------------------


async def test_a_letter_that_arrived_without_an_answer_is_found_and_not_sent_again(slack: Slack, api: WebApi) -> None:
    api.then("chat.postMessage", "taken, then cut")
    with pytest.raises(aiohttp.ClientError):
        await slack.deliver(TEAM, HI, ())
    again = Parcel(text="Hi", letter=12, again=True)
    assert await slack.deliver(TEAM, again, ()) == ("CTEAM/1700000000.000001",)
    assert len(api.made("chat.postMessage")) == 1


async def test_a_letter_is_found_at_the_end_of_a_long_thread(slack: Slack, api: WebApi) -> None:
    """Slack tells a thread from its beginning, a page at a time."""
    note = {"event_type": "conserje_letter", "event_payload": {"letter": 12}}
    begins, ends = {"ts": "1.000003", "bot_id": "B1"}, {"ts": "1.000900", "bot_id": "B1", "metadata": note}
    api.then("conversations.replies", {"messages": [begins], "response_metadata": {"next_cursor": "on"}})
    api.then("conversations.replies", {"messages": [ends], "response_metadata": {"next_cursor": ""}})
    again = Parcel(text="Hi", letter=12, again=True, reply_to="CTEAM/1.000002")
    assert await slack.deliver(TEAM, again, ()) == ("CTEAM/1.000900",)
    assert [one.get("cursor") for one in api.made("conversations.replies")] == [None, "on"]
    assert api.made("chat.postMessage") == []


@pytest.mark.parametrize(("begins", "asks"), [(1, [None]), (2, [None, "on", "on"])], ids=["first page", "second page"])
async def test_a_thread_that_slack_shows_a_page_a_minute_is_read_on_from_there(
    slack: Slack, api: WebApi, begins: int, asks: list[str | None]
) -> None:
    """As it does to apps that are not in its Marketplace: whoever began anew each time would never get to the end."""
    note = {"event_type": "conserje_letter", "event_payload": {"letter": 12}}
    ours = {"ts": "1700000000.000007", "bot_id": "B1", "metadata": note}
    pages = [[ours] if begins == page else [{"ts": f"170000000{page}.000001", "user": "UANA"}] for page in (1, 2)]
    api.then("conversations.replies", {"messages": pages[0], "response_metadata": {"next_cursor": "on"}})
    api.then("conversations.replies", (429, {"Retry-After": "0"}, '{"ok": false, "error": "ratelimited"}'))
    api.then("conversations.replies", {"messages": pages[1], "response_metadata": {"next_cursor": ""}})
    parcel = Parcel(text="Hi", letter=12, again=True, reply_to="CTEAM/1.000002")
    with suppress(Later):
        await slack.deliver(TEAM, parcel, ())
    if begins > 1:
        assert await slack.deliver(TEAM, parcel, ()) == ("CTEAM/1700000000.000007",)
    assert [one.get("cursor") for one in api.made("conversations.replies")] == asks
    assert api.made("chat.postMessage") == []


async def test_a_letter_that_did_not_arrive_is_sent_again(slack: Slack, api: WebApi) -> None:
    api.then("chat.postMessage", (502, {}, "<html>"))
    with pytest.raises(aiohttp.ClientError):
        await slack.deliver(TEAM, HI, ())
    parcel = Parcel(text="Hi", letter=12, again=True, reply_to="CTEAM/1.000002")
    assert await slack.deliver(TEAM, parcel, ()) == ("CTEAM/1700000000.000001",)
    assert [call["ts"] for call in api.made("conversations.replies")] == ["1.000002"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_files_that_arrived_without_an_answer_are_found(
    slack: Slack,
    api: WebApi,
    restarted: bool,  # noqa: FBT001 - one of two cases
) -> None:
    api.then("files.completeUploadExternal", "taken, then cut")
    with pytest.raises(aiohttp.ClientError):
        await slack.deliver(TEAM, Parcel(letter=13), (PICTURE,))
    other = Slack(Keys(token=TOKEN), api_url=f"{api.url}/api/")
    sender = other if restarted else slack
    assert await sender.deliver(TEAM, Parcel(letter=13, again=True), (PICTURE,)) == ("CTEAM/1700000000.000900",)
    assert len(api.made("files.completeUploadExternal")) == 1
    await other.close()


# -- files in --------------------------------------------------------------------------------------


async def test_a_file_is_fetched_with_the_token_from_slack_alone(slack: Slack, api: WebApi) -> None:
    api.files["a.png"] = lambda _request: web.Response(body=b"abc", content_type="image/png")
    assert await slack.fetch(f"|{api.url}/files/a.png") == b"abc"
    assert api.bearers == [f"Bearer {TOKEN}"]


def _elsewhere(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/files/other"})


def _login(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>", content_type="text/html")


def _long(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * (MOST_FILE + 1))


@pytest.mark.parametrize(
    ("ref", "behave", "why"),
    [
        ("{api}/files/x", _elsewhere, "lost"),
        ("{api}/files/x", _login, "lost"),
        ("{api}/files/x", _long, "size"),
        ("{api}/files/x", lambda _r: web.Response(status=404), "lost"),
        ("http://127.0.0.1:1/files/x", _login, "lost"),
        ("http://files.slack.com/x", _login, "lost"),
        ("https://files.slack.com.evil.example/x", _login, "lost"),
        ("https://files.slack.com@evil.example/x", _login, "lost"),
        ("", _login, "lost"),
    ],
)
async def test_a_file_that_cannot_be_had_is_lost(slack: Slack, api: WebApi, ref: str, behave: Any, why: str) -> None:
    api.files["x"] = behave
    with pytest.raises(Lost) as raised:
        await slack.fetch("|" + ref.format(api=api.url))
    assert raised.value.args == (why,)


async def test_a_file_that_may_be_had_later_is_tried_again(slack: Slack, api: WebApi) -> None:
    api.files["x"] = lambda _request: web.Response(status=503)
    with pytest.raises(aiohttp.ClientError):
        await slack.fetch(f"|{api.url}/files/x")


# -- several workspaces ----------------------------------------------------------------------------


async def test_another_workspace_is_spoken_to_with_its_own_token_until_it_takes_it_back(
    slack: Slack, api: WebApi, kept: Kept
) -> None:
    there = Address("slack", "T9:C9")
    with pytest.raises(Gone):
        await slack.deliver(there, HI, ())
    await kept.keep("T9", Safe("a key").seal("xoxb-of-another"))
    assert await slack.deliver(there, HI, ()) == ("C9/1700000000.000001",)
    api.then("chat.postMessage", "token_revoked")
    with pytest.raises(Gone):
        await slack.deliver(there, HI, ())
    assert (api.bearers, kept.rows) == (["Bearer xoxb-of-another"] * 2, {})


@pytest.mark.parametrize("word", ["invalid_auth", "not_authed", "token_expired"])
async def test_a_refusal_that_may_pass_costs_another_workspace_a_minute_and_not_its_token(
    slack: Slack, api: WebApi, kept: Kept, caplog: pytest.LogCaptureFixture, word: str
) -> None:
    await kept.keep("T9", Safe("a key").seal("xoxb-of-another"))
    rows = dict(kept.rows)
    api.then("chat.postMessage", word)
    for _ in range(2):
        with pytest.raises(Later) as raised:
            await slack.deliver(Address("slack", "T9:C9"), HI, ())
        assert not raised.value.everywhere
    assert (len(api.calls), kept.rows, "T9" in caplog.text) == (1, rows, True)
    assert await slack.deliver(TEAM, HI, ()) != ()


async def test_a_token_that_was_taken_back_does_not_cost_the_one_another_process_was_given_since(
    slack: Slack, api: WebApi, kept: Kept
) -> None:
    there = Address("slack", "T9:C9")
    await kept.keep("T9", Safe("a key").seal("xoxb-of-before"))
    await slack.deliver(there, HI, ())
    await kept.keep("T9", Safe("a key").seal("xoxb-of-now"))
    api.then("chat.postMessage", "account_inactive")
    with pytest.raises(Later):
        await slack.deliver(there, HI, ())
    assert await slack.deliver(there, HI, ()) != ()
    assert api.bearers == [*["Bearer xoxb-of-before"] * 2, "Bearer xoxb-of-now"]


async def test_what_is_for_a_workspace_whose_token_is_sealed_with_another_key_waits_for_that_key(
    slack: Slack, api: WebApi, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """A desk that was started with a wrong SECRET_KEY has nobody to say that its customers are gone."""
    await kept.keep("T9", Safe("another key").seal("xoxb-of-another"))
    for _ in range(2):
        with pytest.raises(Later, match="it refuses the token: kept under another SECRET_KEY") as raised:
            await slack.deliver(Address("slack", "T9:C9"), HI, ())
        assert (raised.value.seconds, raised.value.everywhere) == (60, False)
    (said,) = (r.message for r in caplog.records if r.levelno >= logging.ERROR)
    assert said.startswith("the token of workspace T9 is kept under another SECRET_KEY: put that one behind the new")
    assert slack.ailing.startswith("a workspace's token is kept under another SECRET_KEY")
    assert await slack.deliver(TEAM, HI, ()) != ()
    await kept.keep("T9", Safe("a key").seal("xoxb-of-now"))
    assert await slack.deliver(Address("slack", "T9:C9"), HI, ()) != ()
    assert (slack.ailing, api.bearers[-1]) == ("", "Bearer xoxb-of-now")


async def test_a_call_that_hangs_does_not_hold_another(slack: Slack, api: WebApi) -> None:
    gate = asyncio.Event()
    api.then("chat.postMessage", gate)
    slow = asyncio.create_task(slack.deliver(TEAM, HI, ()))
    await api.until(lambda: api.made("chat.postMessage"))
    assert await slack.deliver(Address("slack", "CTWO"), HI, ()) == ("CTWO/1700000000.000001",)
    gate.set()
    await slow
