"""The door of Slack: only what Slack signed, answered after the commit, within three seconds whatever hangs."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from bot.channels import Blank, Sheet
from bot.channels.slack import Slack
from bot.channels.slack.guard import WINDOW
from bot.dialogue.words import Chose, Command, File, Said
from bot.events import Address, Caller, Filled, Message, Reacted, Visited
from tests.channels.slack.stand_in import (
    NOW,
    Desk,
    WebApi,
    event,
    form,
    interaction,
    pressed,
    signed,
    wrote,
)

ANA = Caller("UANA", "Ana", "es-ES")
BEA = Caller("UBEA", "Ana", "es-ES")
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HI = json.dumps(wrote(1, "hi")).encode()
STAMP = int(NOW.timestamp())
DEEP = b'{"type":"event_callback","event":' + b"[" * 480_000 + b"]" * 480_000 + b"}"
"""Deeper than any Python reads; since 3.14 that is as deep as its stack, and no more a thousand."""
SHEET = Sheet("intake", "New request", (Blank("title", "Title", "line"),), "Send", "Close")


async def post(door: httpx.AsyncClient, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    kind = FORM if body[:8] in (b"payload=", b"command=") else JSON
    return await door.post(
        "/slack/events", content=body, headers={**kind, **(signed(body) if headers is None else headers)}
    )


async def test_a_message_is_taken_with_the_name_slack_knows(door: httpx.AsyncClient, desk: Desk) -> None:
    answer = await post(door, HI)
    assert (answer.status_code, answer.content) == (200, b"")
    assert desk.events == [
        Message(
            id="slack:said:DANA/1700000000.000001",
            at=desk.events[0].at,
            where=Address("slack", "UANA"),
            who=ANA,
            answer=Said("hi"),
            ref="DANA/1700000000.000001",
        )
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (HI, {}, 401),
        (HI, signed(HI, secret="another"), 401),
        (HI, signed(HI, at=STAMP - WINDOW - 1), 401),
        (HI, signed(HI, at=STAMP + WINDOW + 1), 401),
        (HI, signed(HI, at="soon"), 401),
        (HI, signed(HI, at=""), 401),
        (HI, {**signed(HI), "x-slack-request-timestamp": "²".encode("latin-1")}, 401),
        (HI, {**signed(HI), "x-slack-signature": "v0=ñandú".encode("latin-1")}, 401),
        (HI, signed(HI, secret="an-older-secret"), 200),
        (HI, signed(HI, at=STAMP - WINDOW + 1), 200),
        (b"\xff\xfe", None, 400),
        (b"no json", None, 400),
        (b"no json", {}, 401),
        (b"[1, 2]", None, 400),
        (DEEP, None, 400),
        (DEEP, {}, 401),
        (b"payload=%7Bbroken", None, 400),
        (b"payload=%FF", None, 400),
        (b"", None, 400),
        (b'{"type": "url_verification", "challenge": "x"}', {}, 401),
        (b'{"type": 7}', None, 200),
        (b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "team_join", "user": {"id": "U1"}}}', None, 200),
        (b"x" * 1_000_001, None, 413),
    ],
)  # fmt: skip
async def test_whatever_comes_is_answered_and_only_what_slack_signed_gets_in(
    door: httpx.AsyncClient, desk: Desk, body: bytes, headers: dict[str, Any] | None, status: int
) -> None:
    answer = await post(door, body, headers)
    assert (answer.status_code, len(desk.events)) == (status, int(status == 200 and body == HI))


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (signed(HI, secret="another"), "SLACK_SIGNING_SECRET"),
        (signed(HI, at=STAMP - WINDOW - 1), "clock"),
        (signed(HI, secret="another", at=STAMP - WINDOW - 1), "SLACK_SIGNING_SECRET"),
        ({}, ""),
    ],
)
async def test_what_says_it_is_slacks_and_is_not_let_in_is_said_once_to_whoever_runs_the_desk(
    door: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, headers: dict[str, Any], said: str
) -> None:
    """A secret that was pasted from another app, or a clock that is wrong, would else look as if nobody wrote."""
    for _ in range(3):
        await post(door, HI, headers)
    assert [said in line.getMessage() for line in caplog.records] == ([True] if said else [])


async def test_without_a_content_type_a_body_is_read_as_json(door: httpx.AsyncClient, desk: Desk) -> None:
    await door.post("/slack/events", content=HI, headers=signed(HI))
    assert len(desk.events) == 1


async def test_slacks_first_question_is_answered(door: httpx.AsyncClient) -> None:
    answer = await post(door, b'{"type": "url_verification", "challenge": "3eZbrw"}')
    assert answer.json() == {"challenge": "3eZbrw"}


async def test_what_somebody_says_is_heard_in_their_order_though_slack_tells_late_who_they_are(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    known = asyncio.Event()
    api.then("users.info", known)
    both = [asyncio.create_task(post(door, json.dumps(wrote(1, "first")).encode()))]
    await api.until(lambda: api.made("users.info"))
    both.append(asyncio.create_task(post(door, json.dumps(wrote(2, "second")).encode())))
    other = {**wrote(3, "from somebody else", channel="DBOB", user="UBOB")}
    await post(door, json.dumps(other).encode())
    known.set()
    answers = await asyncio.gather(*both)
    said = [event.answer.text for event in desk.events if isinstance(event, Message) and isinstance(event.answer, Said)]
    assert ([answer.status_code for answer in answers], said) == ([200, 200], ["from somebody else", "first", "second"])


async def test_a_busy_desk_asks_slack_to_come_again_after_two_runs(door: httpx.AsyncClient, desk: Desk) -> None:
    desk.busy = 3
    answers = [await post(door, HI) for _ in range(2)]
    assert [(a.status_code, a.headers.get("Retry-After")) for a in answers] == [(503, "1"), (200, None)]
    assert (desk.runs, len(desk.events)) == (4, 1)


async def test_a_press_comes_once_so_its_turn_is_tried_five_times(door: httpx.AsyncClient, desk: Desk) -> None:
    desk.busy = 4
    answer = await post(door, interaction(pressed()))
    assert (answer.status_code, desk.runs, len(desk.events)) == (200, 5, 1)


async def test_the_answer_does_not_wait_for_slack_itself(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    api.then("users.info", asyncio.Event())
    async with asyncio.timeout(2):
        assert (await post(door, HI)).status_code == 200
    assert [e.who for e in desk.events if isinstance(e, Message)] == [Caller("UANA", "")]


async def test_a_turn_that_hangs_is_answered_within_three_seconds(door: httpx.AsyncClient, desk: Desk) -> None:
    desk.gate = asyncio.Event()
    async with asyncio.timeout(3):
        assert (await post(door, HI)).status_code == 503
    desk.gate.set()


async def test_who_presses_in_the_teams_channel_is_asked_after(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    await post(door, interaction(pressed()))
    api.members = []
    await post(door, interaction(pressed("ticket.7|solve")))
    await post(door, json.dumps(event(2, type="reaction_added", user="UBEA", reaction="eyes", event_ts="1700000000.000001", item={"type": "message", "channel": "CTEAM", "ts": "1.000002"})).encode())  # fmt: skip
    heard = [e for e in desk.events if isinstance(e, Message | Reacted)]
    assert [e.who.member for e in heard] == [True, False, False]
    assert [e.answer for e in heard if isinstance(e, Message)] == [Chose("claim"), Chose("solve")]


async def test_whom_a_press_names_is_asked_after_too(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    for user in ("UBEA", "UANA"):
        await post(door, interaction(pressed(f"ticket.7|to.{user}")))
    api.then("conversations.members", "fetch_members_failed")
    await post(door, interaction(pressed("ticket.7|to.UBEA")))
    heard = [(e.who.member, e.absent) for e in desk.events if isinstance(e, Message)]
    assert heard == [(True, False), (True, True), (False, False)]  # of whom nobody tells, nothing is believed


async def test_who_is_to_hand_something_on_hears_of_the_channels_members_too(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    """Not of bots, not of guests of another company, nor of whom Slack still lists though their account is closed."""
    api.members = ["UBEA", "ULEO", "UBOT", "UGUEST", "UGONE"]
    for choice in ("assign", "claim"):
        await post(door, interaction(pressed(f"ticket.7|{choice}")))
    heard = [[(who.id, who.name) for who in e.members] for e in desk.events if isinstance(e, Message)]
    assert heard == [[("UBEA", "Ana"), ("ULEO", "Ana")], []]


async def test_a_room_s_address_is_that_of_its_workspace_once_that_is_known(
    slack: Slack, door: httpx.AsyncClient
) -> None:
    before = slack.limits.room("CTEAM", "CTEAM/1.2")
    await post(door, interaction(pressed()))
    after = [slack.limits.room(chat, "CTEAM/1.2") for chat in ("CTEAM", "T9:CTEAM")]
    assert [before, *after] == [f"https://{host}slack.com/archives/CTEAM/p12" for host in ("", "acme.", "")]


async def test_a_press_is_taken_as_unsure_while_slack_does_not_say_who_belongs(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    """The desk keeps it; a sign waits until Slack brings it again."""
    api.then("conversations.members", "fetch_members_failed")
    assert (await post(door, interaction(pressed()))).status_code == 200
    assert [(e.who.member, e.who.unsure) for e in desk.events if isinstance(e, Message)] == [(False, "yet")]
    api.then("conversations.members", "fetch_members_failed")
    sign = event(2, type="reaction_added", user="UBEA", reaction="eyes", event_ts="1700000000.000001", item={"type": "message", "channel": "CTEAM", "ts": "1.000002"})  # fmt: skip
    assert ((await post(door, json.dumps(sign).encode())).status_code, len(desk.events)) == (503, 1)


async def test_whoever_opens_their_page_is_known_as_agent_or_not(door: httpx.AsyncClient, desk: Desk) -> None:
    for number, user in enumerate(("UBEA", "UANA")):
        await post(door, json.dumps(event(number, type="app_home_opened", user=user, tab="home")).encode())
    seen = [(e.where, e.agent) for e in desk.events if isinstance(e, Visited)]
    assert seen == [(Address("slack", "UBEA", "home"), True), (Address("slack", "UANA", "home"), False)]


async def test_a_page_that_is_not_there_yet_does_not_wait_for_who_belongs(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    """What everybody may see, until Slack brings the visit again; a page that stands is left for as long."""
    visit = {"type": "app_home_opened", "user": "UBEA", "tab": "home"}
    bodies = [json.dumps(event(n, **visit, **more)).encode() for n, more in ((1, {}), (2, {"view": {"type": "home"}}))]
    answers = []
    for body, fails in ((bodies[0], True), (bodies[0], False), (bodies[1], True)):
        if fails:
            api.then("conversations.members", "fetch_members_failed")
        answers.append((await post(door, body)).status_code)
        await desk.until(1)
    assert answers == [503, 200, 503]
    assert [(e.who.name, e.agent) for e in desk.events if isinstance(e, Visited)] == [("Ana", False), ("Ana", True)]
    assert len({e.id for e in desk.events}) == 2


async def test_a_form_is_opened_with_the_trigger_of_the_command(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    desk.sheet = SHEET
    answer = await post(door, form(command="/support", text="", user_id="UANA", team_id="T1", trigger_id="1.2.abc"))
    await api.until(lambda: api.made("views.open"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [call["trigger_id"] for call in api.made("views.open")] == ["1.2.abc"]


async def test_a_form_that_cannot_be_opened_becomes_a_conversation(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    desk.sheet = SHEET
    api.then("views.open", "expired_trigger_id")
    message = {
        "user": "UANA",
        "ts": "1700000000.000001",
        "text": "It broke",
        "files": [{"id": "F1", "mimetype": "image/png"}],
    }
    await post(door, interaction(pressed(type="message_action", callback_id="support_message", message=message)))
    file = File("sl-F1-CTEAM-1700000000_000001", "photo", mime="image/png", ref="|F1")
    opened, begun, brought = await desk.until(3)
    assert isinstance(opened, Filled)
    assert opened.brought == Said("It broke", (file,))
    assert [(m.where, m.answer) for m in (begun, brought) if isinstance(m, Message)] == [
        (Address("slack", "UBEA"), Command("new", "It broke")),
        (Address("slack", "UBEA"), Said(files=(file,))),
    ]


def submission(moment: str = "view_submission", **view: Any) -> dict[str, Any]:
    values = {"title": {"v": {"type": "plain_text_input", "value": "Broken"}}}
    return {
        "type": moment,
        "user": {"id": "UANA", "team_id": "T1"},
        "team": {"id": "T1"},
        "view": {
            "id": "V1",
            "type": "modal",
            "hash": "h1",
            "callback_id": "form",
            "private_metadata": '{"name":"intake"}',
            "state": {"values": values},
            "blocks": [{"type": "input", "block_id": "title"}],
            **view,
        },
    }


async def test_a_form_that_was_sent_is_closed_or_shows_what_is_wrong(door: httpx.AsyncClient, desk: Desk) -> None:
    closed = await post(door, interaction(submission()))
    desk.sheet = Sheet("intake", "New", (Blank("title", "Title", "line", trouble="Too short."),), "Send", "Close")
    wrong = await post(door, interaction(submission()))
    assert closed.json() == {"response_action": "clear"}
    assert wrong.json() == {"response_action": "errors", "errors": {"title": "Too short."}}
    filled = desk.events[0]
    assert isinstance(filled, Filled)
    assert (filled.moment, filled.form, filled.answers) == ("sent", "intake", {"title": Said("Broken")})


async def test_a_changed_field_draws_the_form_again(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    desk.sheet = SHEET
    await post(door, interaction(submission("block_actions", actions=[])))
    (update,) = await api.until(lambda: api.made("views.update"))
    assert (update["view_id"], update["hash"], update["view"]["callback_id"]) == ("V1", "h1", "form")


async def test_who_chooses_once_more_before_the_form_is_drawn_again_sees_what_they_chose_last(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    desk.sheet = SHEET
    api.then("views.update", "hash_conflict")
    await post(door, interaction(submission("block_actions", actions=[])))
    first, again = await api.until(lambda: api.made("views.update")[1:] and api.made("views.update"))
    assert (first.pop("hash"), "hash" in again, first) == ("h1", False, again)
