"""What a stranger might try at Slack's doors beyond a wrong signature: half of one, no end, another's browser or form."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web
from starlette.applications import Starlette

from bot.channels import Attachment, Blank, Lost, Parcel, Sheet
from bot.channels.slack import Keys, Slack, modal, people
from bot.channels.slack.draw import draw
from bot.channels.slack.wire import MOST_FILE, Wire
from bot.dialogue.words import File, Said
from bot.events import Filled, Message, Reacted, Visited
from tests.channels.slack.stand_in import (
    NOW,
    SECRET,
    TOKEN,
    Desk,
    Kept,
    WebApi,
    event,
    interaction,
    pressed,
    signed,
    wrote,
)

HI = json.dumps(wrote(1, "hi")).encode()
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_half_a_signature_lets_nobody_in(door: httpx.AsyncClient, desk: Desk) -> None:
    good = signed(HI)
    forged = {**good, "x-slack-signature": good["x-slack-signature"][:20] + "0" * 47}
    assert ((await door.post("/slack/events", content=HI, headers=forged)).status_code, desk.events) == (401, [])


async def endless() -> AsyncIterator[bytes]:
    for _ in range(20):
        yield b"x" * 100_000


@pytest.mark.parametrize(
    ("said", "body"), [({}, endless()), ({"content-length": "30000000"}, b"{}")], ids=["endless", "lying"]
)
async def test_a_body_without_an_end_is_not_read(
    door: httpx.AsyncClient, said: dict[str, str], body: bytes | AsyncIterator[bytes]
) -> None:
    assert (await door.post("/slack/events", content=body, headers=said)).status_code == 413


@pytest.mark.parametrize(("client_secret", "doors"), [("", 0), ("of-the-app", 2)])
def test_without_a_signing_secret_there_is_no_door_for_events(desk: Desk, client_secret: str, doors: int) -> None:
    slack = Slack(Keys(token=TOKEN, client_id="1.2", client_secret=client_secret))
    assert ([route.path for route in slack.routes(desk.take)].count("/slack/events"), len(slack.routes(desk.take))) == (
        0,
        doors,
    )


async def test_nobody_of_another_workspace_is_of_the_team(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    """The same id in another workspace is somebody else, and nobody asks whether they belong."""
    theirs = {
        **event(1, type="app_home_opened", user="UBEA", tab="home"),
        "team_id": "T9",
        "authorizations": [{"team_id": "T9"}],
    }
    body = json.dumps(theirs).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (visit,) = await desk.until(1)
    assert isinstance(visit, Visited)
    assert (visit.where.chat, visit.agent, api.made("conversations.members")) == ("T9:UBEA", False, [])


ITEM = {"type": "message", "channel": "CTEAM", "ts": "1700000000.000007"}
SIGN = event(1, type="reaction_added", user="UBEA", reaction="eyes", item=ITEM, event_ts="1700000000.000008")


async def test_a_sign_waits_as_long_as_the_directory_is_silent(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    api.then("users.info", "internal_error")
    body = json.dumps(SIGN).encode()
    assert ((await door.post("/slack/events", content=body, headers=signed(body))).status_code, desk.events) == (
        503,
        [],
    )


async def test_a_name_that_was_known_stays_while_the_directory_is_silent(
    door: httpx.AsyncClient, desk: Desk, api: WebApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        body = json.dumps(wrote(number, "hi")).encode()
        await door.post("/slack/events", content=body, headers=signed(body))
        api.then("users.info", "internal_error")
        monkeypatch.setattr(people, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + people.FRESH))
    first, second = await desk.until(2)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert first.who == second.who
    assert (bool(first.who.name), len(api.made("users.info"))) == (True, 2)


async def test_a_name_that_comes_late_is_known_from_then_on(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    """Nobody waits for it any more, and it is asked for once."""
    late = asyncio.Event()
    api.then("users.info", late)

    async def name_at(number: int) -> str:
        body = json.dumps(wrote(number, "hi")).encode()
        await door.post("/slack/events", content=body, headers=signed(body))
        heard = (await desk.until(number))[-1]
        assert isinstance(heard, Message)
        return heard.who.name

    assert [await name_at(number) for number in (1, 2)] == ["", ""]
    late.set()
    number = 3
    async with asyncio.timeout(5):
        while not (name := await name_at(number)):
            number += 1
    assert name == "Ana"
    assert len(api.made("users.info")) == 1


SECTION = {
    "type": "rich_text_section",
    "elements": [
        {"type": "text", "text": "Ask", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "ULEO77"},
        {"type": "text", "text": " or mail@ULEO77.es"},
    ],
}


@pytest.mark.parametrize(
    ("more", "marked"),
    [({}, ""), ({"blocks": [{"type": "rich_text", "elements": [SECTION]}]}, "*Ask* @Leo\\* or mail@ULEO77.es")],
)
async def test_whom_somebody_mentions_is_called_by_name(
    door: httpx.AsyncClient, desk: Desk, api: WebApi, more: dict[str, Any], marked: str
) -> None:
    """Who reads it in Telegram, by mail or at the page knows nobody by the ids of Slack."""
    api.names["ULEO77"] = "Leo*"
    body = json.dumps(wrote(1, "Ask <@ULEO77> or mail@ULEO77.es", **more)).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert heard.answer == Said("Ask @Leo* or mail@ULEO77.es", marked=marked)


async def test_a_token_of_a_whole_organisation_is_told_to_whoever_runs_the_desk(
    slack: Slack, door: httpx.AsyncClient, api: WebApi
) -> None:
    """Events come from its workspaces, and nothing of them would be of the team's channel."""
    api.then("auth.test", {"team_id": "E1", "enterprise_id": "E1", "user_id": "UBOT", "is_enterprise_install": True})
    body = json.dumps(wrote(1, "hello")).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    assert slack.ailing == "SLACK_BOT_TOKEN is of a whole organisation: install the app in one workspace, put its token"


@pytest.mark.parametrize(("answer", "shown"), [(None, "#support"), ("channel_not_found", "#C0HELP123")])
async def test_a_channel_that_somebody_mentions_is_called_by_name(
    door: httpx.AsyncClient, desk: Desk, api: WebApi, answer: str | None, shown: str
) -> None:
    """Where Slack shows it to us; it tells no name of its own accord."""
    if answer:
        api.then("conversations.info", answer)
    body = json.dumps(wrote(1, "I asked in <#C0HELP123|>, and it is #CRASHED")).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert heard.answer == Said(f"I asked in {shown}, and it is #CRASHED")
    assert [call["channel"] for call in api.made("conversations.info")] == ["C0HELP123"]


@pytest.mark.parametrize(
    ("text", "shown"), [("<!subteam^S0604QSJC>", "@grupo"), ("<!subteam^S0604QSJC|@design &amp; co>", "@design & co")]
)
async def test_a_group_that_somebody_calls_has_its_name_or_is_a_group(
    door: httpx.AsyncClient, desk: Desk, api: WebApi, text: str, shown: str
) -> None:
    """Its id says nothing to anybody, and only a right of its own would tell its name. What only looks like one stays."""
    said = [{"type": "usergroup", "usergroup_id": "S0604QSJC"}, {"type": "text", "text": " and @SUPERVISORS"}]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]}
    body = json.dumps(wrote(1, f"{text} and @SUPERVISORS", blocks=[block])).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert heard.answer == Said(f"{shown} and @SUPERVISORS")
    assert api.made("conversations.info") == []


async def test_whom_a_message_mentions_that_becomes_a_request_is_called_by_name(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    api.names["ULEO77"] = "Leo"
    message = {"text": "<@ULEO77> cannot sign in, tell <!subteam^S0604QSJC>", "user": "UBEA", "ts": "1.000001"}
    body = interaction(pressed(type="message_action", callback_id="support_message", message=message))
    await door.post("/slack/events", content=body, headers={**FORM, **signed(body)})
    (opened,) = await desk.until(1)
    assert isinstance(opened, Filled)
    assert opened.brought == Said("@Leo cannot sign in, tell @grupo")


async def test_whoever_slack_does_not_name_keeps_the_id(door: httpx.AsyncClient, desk: Desk, api: WebApi) -> None:
    api.names["ULEO77"] = ""
    body = json.dumps(wrote(1, "Ask <@ULEO77>")).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (heard,) = await desk.until(1)
    assert isinstance(heard, Message)
    assert heard.answer == Said("Ask @ULEO77")


@pytest.mark.parametrize(
    ("whose", "member"),
    [
        (("T1", "", None), True),
        (("T9", "", None), False),
        (("T1", "E1", None), True),
        (("T2", "E1", "E1"), True),
        (("T9", "E9", "E1"), False),
        (("T9", "E9", None), False),
    ],
)
async def test_of_a_sign_only_the_directory_knows_whose_it_is(
    door: httpx.AsyncClient,
    desk: Desk,
    api: WebApi,
    whose: tuple[str, str, str | None],
    member: bool,  # noqa: FBT001 - a table
) -> None:
    """Colleagues of another workspace in the same organisation are colleagues."""
    team, employer, organisation = whose
    api.then("users.info", {"user": {"id": "UBEA", "team_id": team, "enterprise_user": {"enterprise_id": employer}}})
    body = json.dumps({**SIGN, "enterprise_id": organisation}).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    (reacted,) = await desk.until(1)
    assert isinstance(reacted, Reacted)
    assert reacted.who.member is member


@pytest.mark.parametrize(("team", "member", "unsure"), [("T9", False, "yet"), ("T1", True, "")])
async def test_in_an_organisation_a_press_of_whom_nobody_knows_the_company_waits(  # noqa: PLR0917 - a table
    door: httpx.AsyncClient,
    desk: Desk,
    api: WebApi,
    team: str,
    member: bool,  # noqa: FBT001
    unsure: str,
) -> None:
    """They may be colleagues in another workspace, or guests of another company."""
    api.then("users.info", "internal_error")
    who = {"user": {"id": "UBEA", "team_id": team}, "enterprise": {"id": "E1", "name": "Acme"}}
    body = interaction({**pressed("ticket.7|claim"), **who})
    await door.post("/slack/events", content=body, headers={**FORM, **signed(body)})
    (press,) = await desk.until(1)
    assert isinstance(press, Message)
    assert (press.who.member, press.who.unsure) == (member, unsure)


@pytest.mark.parametrize(("team", "heard"), [("T9", 0), ("T1", 1)])
async def test_in_an_organisation_words_of_whom_nobody_knows_the_company_wait(
    door: httpx.AsyncClient, desk: Desk, api: WebApi, team: str, heard: int
) -> None:
    api.then("users.info", "internal_error")
    said = wrote(1, "Hi", user="UBEA", channel="CTEAM", channel_type="channel", user_team=team)
    body = json.dumps({**said, "enterprise_id": "E1"}).encode()
    await door.post("/slack/events", content=body, headers=signed(body))
    assert len(desk.events) == heard


async def test_a_visitor_of_whom_nobody_knows_the_company_sees_nothing_of_the_teams(
    door: httpx.AsyncClient, desk: Desk, api: WebApi
) -> None:
    """Meanwhile the page shows what everybody may see, and Slack brings the visit again."""
    api.then("users.info", "internal_error")
    body = json.dumps(event(1, type="app_home_opened", user="UBEA", tab="home")).encode()
    answer = await door.post("/slack/events", content=body, headers=signed(body))
    (visit,) = await desk.until(1)
    assert isinstance(visit, Visited)
    assert (answer.status_code, visit.agent) == (503, False)


async def test_a_form_that_is_not_ours_fills_nothing(door: httpx.AsyncClient, desk: Desk) -> None:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "another",
        "private_metadata": '{"name":"intake"}',
        "state": {"values": {}},
    }
    body = interaction(
        {"type": "view_submission", "user": {"id": "UANA", "team_id": "T1"}, "team": {"id": "T1"}, "view": view}
    )
    assert (
        (await door.post("/slack/events", content=body, headers={**FORM, **signed(body)})).status_code,
        desk.events,
    ) == (200, [])


async def state_of(door: httpx.AsyncClient) -> str:
    return httpx.URL((await door.get("/slack/install")).headers["location"]).params["state"]


async def test_the_browser_of_another_ends_no_installation(door: httpx.AsyncClient, kept: Kept) -> None:
    state = await state_of(door)
    door.cookies.clear()
    other = await state_of(door)  # with a cookie of its own
    answers = [await door.get("/slack/oauth_redirect", params={"code": "c", "state": state})]
    assert ([a.status_code for a in answers], kept.rows, state != other) == ([403], {}, True)


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [
        ("es-MX, en;q=0.5", "es", "Este enlace es demasiado antiguo o no es tuyo. Empieza otra vez en /slack/install."),
        ("fr", "en", "This link is too old or not yours. Begin again at /slack/install."),
    ],
)
async def test_an_installation_is_told_of_in_the_language_of_the_browser(
    door: httpx.AsyncClient, accepted: str, language: str, words: str
) -> None:
    told = await door.get("/slack/oauth_redirect", headers={"accept-language": accepted})
    assert (told.status_code, told.text, told.headers["content-language"]) == (403, words, language)


async def test_an_installation_has_ten_minutes(api: WebApi, kept: Kept, desk: Desk) -> None:
    clock: list[datetime] = [NOW]
    keys = Keys(token=TOKEN, signing_secret=SECRET, client_id="1.2", client_secret="of-the-app", secret_key="a key")
    slack = Slack(keys, api_url=f"{api.url}/api/", public_url="https://desk.example.com", now=lambda: clock[0])
    slack._workspaces.installed = kept
    transport = httpx.ASGITransport(app=Starlette(routes=slack.routes(desk.take)))
    async with httpx.AsyncClient(transport=transport, base_url="https://desk.example.com") as door:
        statuses = []
        for minutes in (11, 9):
            state = await state_of(door)
            clock[0] += timedelta(minutes=minutes)
            statuses.append((await door.get("/slack/oauth_redirect", params={"code": "c", "state": state})).status_code)
    await slack.close()
    assert (statuses, list(kept.rows)) == ([403, 200], ["T9"])


def texts(blocks: Iterable[dict[str, object]]) -> str:
    return json.dumps([*blocks], ensure_ascii=False)


def test_names_of_files_and_words_beside_them_are_words() -> None:
    blank = Blank("files", "Files", "files", files=(File("f1", "document", "<!here>&.txt"),), trouble="<@U1>")
    shown = texts(modal.view(Sheet("intake", "New", (blank,), "Send", "Close"))["blocks"])
    comment = draw("C1", Parcel(text="<!here> \\*x\\*"), (Attachment("a.png", "photo", "image/png", b"abc"),)).params[
        "initial_comment"
    ]
    assert ("&lt;!here&gt;&amp;.txt" in shown, "&lt;@U1&gt;" in shown, comment) == (True, True, "&lt;!here&gt; *x*")


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://slack.com/files/x", True),
        ("https://files.slack.com/x", True),
        ("https://files.slack.com:443/x", True),
        ("https://evilslack.com/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://files.slack.com@evil.example/x", False),
        ("https://files.slack.com:8443/x", False),
        ("http://files.slack.com/x", False),
        ("//files.slack.com/x", False),
        ("https:///x", False),
    ],
)
def test_only_slack_learns_the_token(url: str, known: bool) -> None:  # noqa: FBT001 - a table
    assert Wire("https://slack.com/api/")._may_know(url) is known


async def test_a_file_without_an_end_is_not_read_to_its_end(slack: Slack, api: WebApi) -> None:
    def send(_request: web.Request) -> web.StreamResponse:
        answer = web.Response(body=b"x" * (MOST_FILE + 1), content_type="image/png")
        answer.enable_chunked_encoding()  # it says nothing of its length
        return answer

    api.files["endless"] = send
    with pytest.raises(Lost, match="size"):
        await slack.fetch(f"|{api.url}/files/endless")


async def test_an_answer_goes_to_slack_alone(slack: Slack) -> None:
    """The address comes with the press; whoever could forge one would be told what is whispered."""
    with pytest.raises(aiohttp.ClientError, match="no address of Slack's"):
        await slack._wire.answer("http://127.0.0.1:9/evil", {"text": "hush"})
