"""The Web API as slack_sdk sees it: answers, refusals by name, threads, whispers, pages."""

from collections.abc import Awaitable

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, Floods, Person, World, live, shown

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "value": "claim", "action_id": "b0"}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "New ticket"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hi"}}],
}


async def refused(call: Awaitable[object]) -> dict[str, object]:
    with pytest.raises(SlackApiError) as trouble:
        await call
    answer: dict[str, object] = trouble.value.response.data
    return answer


async def test_auth_test_says_who_we_are_and_what_we_may(slack: AsyncWebClient, world: World) -> None:
    answer = await slack.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0SANDBOX", "U0CONSERJE", "B0CONSERJE")
    assert set(answer.headers["x-oauth-scopes"].split(",")) == world.app.scopes


async def test_a_message_goes_from_said_to_changed_to_gone(slack: AsyncWebClient, team: Channel) -> None:
    sent = await slack.chat_postMessage(
        channel=team.id,
        text="*SUP-1* <!here>",
        blocks=[{"type": "actions", "elements": [BUTTON]}],
        metadata={"event_type": "letter", "event_payload": {"id": "7"}},
    )
    (message,) = team.messages
    assert (message.ts, message.metadata and message.metadata.event_payload) == (sent["ts"], {"id": "7"})
    assert live(message) == ["!here"]
    link = await slack.chat_getPermalink(channel=team.id, message_ts=sent["ts"])
    assert link["permalink"] == f"https://sandbox.slack.com/archives/{team.id}/p{sent['ts'].replace('.', '')}"
    await slack.chat_update(channel=team.id, ts=sent["ts"], text="*SUP-1* done")
    assert (shown(message), message.blocks) == ("SUP-1 done", None)
    await slack.chat_delete(channel=team.id, ts=sent["ts"])
    assert team.messages == []


async def test_a_thread_counts_its_answers_and_keeps_a_stone_for_its_root(
    slack: AsyncWebClient, team: Channel, bea: Person
) -> None:
    root = await slack.chat_postMessage(channel=team.id, text="card")
    bea.write("mine", channel=team, thread=root["ts"])
    await slack.chat_postMessage(channel=team.id, text="ok", thread_ts=root["ts"])
    answer = await slack.conversations_replies(channel=team.id, ts=root["ts"])
    assert [message["text"] for message in answer["messages"]] == ["card", "mine", "ok"]
    assert [answer["messages"][0][name] for name in ("reply_count", "reply_users")] == [2, [bea.id, "U0CONSERJE"]]
    history = await slack.conversations_history(channel=team.id)
    assert [message["text"] for message in history["messages"]] == ["card"]
    await slack.chat_delete(channel=team.id, ts=root["ts"])
    assert [message.subtype for message in team.messages] == ["tombstone", None, None]
    under_nothing = await slack.chat_postMessage(channel=team.id, text="x", thread_ts="1.000001")
    assert "thread_ts" not in under_nothing["message"]
    assert [shown(message) for message in team.roots][1:] == ["x"]


async def test_a_whisper_is_seen_by_one_person(
    slack: AsyncWebClient, world: World, team: Channel, bea: Person, ana: Person
) -> None:
    leo = world.person("Leo")
    leo.join(team)
    await slack.chat_postEphemeral(channel=team.id, user=bea.id, text="only you")
    assert [shown(message) for message in bea.visible(team) if message.by_bot] == ["only you"]
    assert [message for message in leo.visible(team) if message.by_bot] == []
    said = await refused(slack.chat_postEphemeral(channel=team.id, user=ana.id, text="?"))
    assert said["error"] == "user_not_in_channel"


async def test_every_mistake_has_its_name(slack: AsyncWebClient, world: World, team: Channel, bea: Person) -> None:
    theirs = bea.write("hello", channel=team)
    closed = world.channel("closed")
    closed.archived = True
    strange = world.channel("strange", bot=False)
    hidden = world.channel("hidden", private=True, bot=False)
    named = {
        "channel_not_found": slack.chat_postMessage(channel="C0NOWHERE", text="x"),
        "not_in_channel": slack.chat_postMessage(channel=strange.id, text="x"),
        "is_archived": slack.chat_postMessage(channel=closed.id, text="x"),
        "no_text": slack.api_call("chat.postMessage", json={"channel": team.id}),
        "message_not_found": slack.chat_update(channel=team.id, ts="1.000001", text="x"),
        "cant_update_message": slack.chat_update(channel=team.id, ts=theirs.ts, text="x"),
        "cant_delete_message": slack.chat_delete(channel=team.id, ts=theirs.ts),
        "msg_too_long": slack.chat_postMessage(channel=team.id, text="x" * 40_001),
        "user_not_found": slack.users_info(user="U0NOBODY"),
        "invalid_trigger_id": slack.views_open(trigger_id="1.2.3", view=MODAL),
        "invalid_name": slack.reactions_add(channel=team.id, timestamp=theirs.ts, name="nonsense"),
        "file_not_found": slack.files_info(file="F0NOTHING"),
        "not_allowed_token_type": slack.apps_connections_open(app_token=world.app.token),
        "invalid_cursor": slack.users_list(cursor="%%%"),
    }
    assert {name: (await refused(call))["error"] for name, call in named.items()} == {name: name for name in named}
    said = await refused(slack.conversations_info(channel=hidden.id))
    assert said["error"] == "channel_not_found"


async def test_a_token_is_asked_for_and_can_be_taken_away(url: str, world: World, team: Channel) -> None:
    def client(token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=f"{url}/slack/api/")

    assert (await refused(client("").auth_test()))["error"] == "not_authed"
    assert (await refused(client("xoxb-wrong").auth_test()))["error"] == "invalid_auth"
    ours = client(world.app.token)
    world.app.scopes.remove("chat:write")
    said = await refused(ours.chat_postMessage(channel=team.id, text="x"))
    assert (said["error"], said["needed"]) == ("missing_scope", "chat:write")
    world.revoke()
    assert (await refused(ours.auth_test()))["error"] == "token_revoked"
    assert [event["type"] for event in world.post.events("tokens_revoked")] == ["tokens_revoked"]


async def test_blocks_that_slack_would_not_draw_are_refused_with_their_place(
    slack: AsyncWebClient, team: Channel
) -> None:
    long = BUTTON | {"text": {"type": "plain_text", "text": "x" * 76}}
    blocks: list[dict[str, object]] = [{"type": "actions", "elements": [BUTTON, long]}, {"type": "nonsense"}]
    said = await refused(slack.chat_postMessage(channel=team.id, text="x", blocks=blocks))
    found = [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/1/text/text]",
        "[ERROR] unsupported type: nonsense [json-pointer:/blocks/1]",
        "[ERROR] `action_id` b0 already exists [json-pointer:/blocks/0]",
    ]
    assert said == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": found,
        "response_metadata": {"messages": found},
    }


async def test_people_and_channels_come_in_pages(slack: AsyncWebClient, world: World, team: Channel) -> None:
    for number in range(4):
        world.person(f"P{number}").join(team)
    first = await slack.conversations_members(channel=team.id, limit=4)
    rest = await slack.conversations_members(channel=team.id, limit=4, cursor=first["response_metadata"]["next_cursor"])
    assert (first["members"] + rest["members"], rest["response_metadata"]["next_cursor"]) == (team.members, "")
    assert [one["name"] for one in (await slack.conversations_list())["channels"]] == ["soporte"]


async def test_private_chats_are_listed_for_whoever_may_read_of_them(
    slack: AsyncWebClient, world: World, ana: Person
) -> None:
    ana.write("hola")
    listed = await slack.conversations_list(types="im")
    assert [(one["id"], one["user"], one["is_user_deleted"]) for one in listed["channels"]] == [
        (ana.dm.id, ana.id, False)
    ]
    world.app.scopes.discard("im:read")
    with pytest.raises(SlackApiError) as no:
        await slack.conversations_list(types="public_channel,im")
    assert (no.value.response["error"], no.value.response["needed"]) == ("missing_scope", "im:read")


async def test_a_person_has_a_language_and_one_conversation_with_us(slack: AsyncWebClient, ana: Person) -> None:
    answer = await slack.users_info(user=ana.id, include_locale=True)
    assert [answer["user"][name] for name in ("locale", "tz", "real_name")] == ["es-ES", "Europe/Madrid", "Ana Ruiz"]
    opened = await slack.conversations_open(users=ana.id)
    again = await slack.conversations_open(users=[ana.id])
    assert (opened["channel"]["id"], again["channel"]["id"]) == (ana.dm.id, ana.dm.id)
    await slack.chat_postMessage(channel=ana.id, text="hello")
    assert [shown(message) for message in ana.dm.messages] == ["hello"]


async def test_a_channel_takes_about_one_message_a_second(slack: AsyncWebClient, world: World, team: Channel) -> None:
    world.rules.floods = Floods(lambda: 100.0)
    for _ in range(3):
        await slack.chat_postMessage(channel=team.id, text="x")
    with pytest.raises(SlackApiError) as trouble:
        await slack.chat_postMessage(channel=team.id, text="x")
    answer = trouble.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "3")


async def test_reactions_are_added_once(slack: AsyncWebClient, team: Channel, bea: Person) -> None:
    message = bea.write("done?", channel=team)
    await slack.reactions_add(channel=team.id, timestamp=message.ts, name="eyes")
    said = await refused(slack.reactions_add(channel=team.id, timestamp=message.ts, name="eyes"))
    assert said["error"] == "already_reacted"
    seen = await slack.reactions_get(channel=team.id, timestamp=message.ts)
    assert seen["message"]["reactions"] == [{"name": "eyes", "users": ["U0CONSERJE"], "count": 1}]
    await slack.reactions_remove(channel=team.id, timestamp=message.ts, name="eyes")
    assert message.reactions is None
