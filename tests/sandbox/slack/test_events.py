"""What Slack tells the app over HTTP: signed, shaped as documented, again until it is taken."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse, Response

from bot.sandbox.slack import Channel, Message, Person, World, live, shown
from bot.sandbox.slack.shapes import things, word

from .conftest import Ear


async def heard(world: World, ear: Ear, count: int) -> list[dict[str, object]]:
    await world.until(lambda: len(ear.heard) >= count)
    return [one.body for one in ear.heard]


async def test_a_message_in_a_direct_conversation_is_told_with_its_blocks(world: World, ear: Ear, ana: Person) -> None:
    said = ana.write("*Hola* & adiós 👀\n> cita\nhttps://example.com/x")
    (body,) = await heard(world, ear, 1)
    assert (body["type"], body["team_id"], body["api_app_id"]) == ("event_callback", "T0SANDBOX", "A0SANDBOX")
    event = body["event"]
    assert isinstance(event, dict)
    assert event.pop("blocks") == said.blocks
    assert event == {
        "type": "message",
        "user": ana.id,
        "text": "*Hola* &amp; adiós :eyes:\n&gt; cita\n<https://example.com/x>",
        "ts": said.ts,
        "team": "T0SANDBOX",
        "client_msg_id": said.client_msg_id,
        "channel": ana.dm.id,
        "event_ts": said.ts,
        "channel_type": "im",
    }
    assert shown(said) == "Hola & adiós 👀\ncita\nhttps://example.com/x"


async def test_a_mention_typed_by_a_person_is_live_and_one_they_escape_is_not(ana: Person) -> None:
    assert live(ana.write("@here @Conserje look")) == ["!here", "@U0CONSERJE"]
    assert live(ana.write("<!here> <@U1>")) == []


async def test_edits_deletions_and_reactions_are_told(world: World, ear: Ear, team: Channel, bea: Person) -> None:
    said = bea.write("one", channel=team)
    bea.edit(said, "two", channel=team)
    bea.react(said, "eyes", channel=team)
    bea.delete(said, channel=team)
    bodies = await heard(world, ear, 4)
    events = [body["event"] for body in bodies]
    kinds = sorted(f"{word(event, 'type')} {word(event, 'subtype')}".strip() for event in events)
    assert kinds == ["message", "message message_changed", "message message_deleted", "reaction_added"]
    (changed,) = [event for event in events if word(event, "subtype") == "message_changed"]
    assert (word(changed, "message", "text"), word(changed, "previous_message", "text")) == ("two", "one")


async def test_an_event_is_sent_again_until_it_is_taken(world: World, ear: Ear, ana: Person) -> None:
    world.rules.retry_second = 0.0005
    ear.answers = [Response(status_code=503)] * 3
    ana.write("hola")
    bodies = await heard(world, ear, 4)
    assert len({body["event_id"] for body in bodies}) == 1
    numbers = [one.headers.get("x-slack-retry-num") for one in ear.heard]
    assert (numbers, ear.heard[1].headers["x-slack-retry-reason"]) == ([None, "1", "2", "3"], "http_error")
    await world.until(lambda: not world.post.waiting)


async def test_an_event_is_lost_after_three_more_tries_or_when_the_app_says_so(
    world: World, ear: Ear, ana: Person
) -> None:
    world.rules.retry_second = 0.0005
    ear.answers = [Response(status_code=500)] * 4
    ana.write("lost")
    await world.until(lambda: world.post.log[0].done)
    ear.answers = [Response(status_code=500, headers={"X-Slack-No-Retry": "1"})]
    ana.write("not again")
    await world.until(lambda: world.post.log[1].done)
    assert [(one.tries, one.error) for one in world.post.log] == [(4, "http_error"), (1, "http_error")]


async def test_a_slow_app_gets_the_event_again(world: World, ear: Ear, ana: Person) -> None:
    world.rules.patience, world.rules.retry_second, ear.slow = 0.2, 0.0, 0.4
    ana.write("hola")
    await heard(world, ear, 2)
    assert ear.heard[1].headers["x-slack-retry-reason"] == "http_timeout"
    ear.slow = 0.0
    await world.until(lambda: not world.post.waiting)


async def test_a_duplicate_has_the_same_event_id(world: World, ear: Ear, ana: Person) -> None:
    said = {"type": "message", "text": "hola", "channel": ana.dm.id}
    for _ in range(2):
        world.event(said, event_id="Ev1")
    assert [body["event_id"] for body in await heard(world, ear, 2)] == ["Ev1", "Ev1"]


async def pressed(slack: AsyncWebClient, team: Channel) -> Message:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "value": "q|claim", "action_id": "b0"}
    await slack.chat_postMessage(channel=team.id, text="card", blocks=[{"type": "actions", "elements": [button]}])
    return team.messages[-1]


async def test_a_press_carries_what_the_app_needs(
    world: World, ear: Ear, slack: AsyncWebClient, team: Channel, bea: Person
) -> None:
    message = await pressed(slack, team)
    delivery = bea.press("Claim", channel=team)
    await world.until(lambda: delivery.done)
    (body,) = [one.body for one in ear.heard if one.body["type"] == "block_actions"]
    (action,) = things(body["actions"])
    assert (action["value"], action["action_id"]) == ("q|claim", "b0")
    container = {"type": "message", "message_ts": message.ts, "channel_id": team.id, "is_ephemeral": False}
    assert (body["container"], body["channel"]) == (container, {"id": team.id, "name": "soporte"})
    assert (word(body, "user", "id"), word(body, "message", "text")) == (bea.id, "card")


async def test_a_gesture_is_not_sent_again_and_the_person_is_told(
    world: World, ear: Ear, slack: AsyncWebClient, team: Channel, bea: Person
) -> None:
    await pressed(slack, team)
    await world.until(lambda: not world.post.waiting)
    ear.answers = [Response(status_code=500), Response(status_code=500)]
    first = bea.press("Claim", channel=team)
    await world.until(lambda: first.done)
    second = bea.command("help", channel=team)
    await world.until(lambda: second.done)
    assert (first.tries, second.tries) == (1, 1)
    assert bea.warnings == [
        "We had some trouble connecting. Try again?",
        "/support failed with the error “dispatch_failed”",
    ]


@pytest.mark.parametrize("kind", ["in_channel", "ephemeral"])
async def test_a_command_may_be_answered_at_once(world: World, ear: Ear, team: Channel, bea: Person, kind: str) -> None:
    ear.answers = [JSONResponse({"response_type": kind, "text": "here I am"})]
    delivery = bea.command("help me", channel=team)
    await world.until(lambda: delivery.done)
    (body,) = [one.body for one in ear.heard]
    assert (body["command"], body["text"], body["channel_id"]) == ("/support", "help me", team.id)
    message = bea.visible(team)[-1]
    assert (shown(message), message.is_ephemeral) == ("here I am", None if kind == "in_channel" else True)


async def test_shortcuts_bring_a_trigger_and_the_message(world: World, ear: Ear, team: Channel, bea: Person) -> None:
    said = bea.write("the printer is on fire", channel=team)
    bea.shortcut()
    bea.message_shortcut(said, channel=team)
    bodies = {str(body["type"]): body for body in await heard(world, ear, 3)}
    assert bodies["shortcut"]["callback_id"] == "support"
    assert word(bodies["message_action"], "message", "text") == "the printer is on fire"
    assert {bodies[kind]["trigger_id"] for kind in ("shortcut", "message_action")} == set(world.triggers)
