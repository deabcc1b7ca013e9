"""Modals and App Home: opened in time, filled in, answered by the app in each of Slack's ways."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse, Response

from bot.sandbox.slack import Person, World
from bot.sandbox.slack.shapes import things, word

from .conftest import Ear


def plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text}


def options(*names: str) -> list[dict[str, object]]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


def field(name: str, label: str, element: dict[str, object], **more: object) -> dict[str, object]:
    return {"type": "input", "block_id": name, "label": plain(label), "element": element | {"action_id": name}, **more}


CATEGORY = field(
    "category", "Category", {"type": "static_select", "options": options("Shop", "Push")}, dispatch_action=True
)
TITLE = field("title", "Title", {"type": "plain_text_input"})
SHOTS = field("shots", "Screenshots", {"type": "file_input", "max_files": 10}, optional=True)


def modal(*blocks: dict[str, object], title: str = "New ticket") -> dict[str, object]:
    more = {"notify_on_close": True, "private_metadata": "m", "callback_id": "intake"}
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}


def only(values: object) -> dict[str, object]:
    (one,) = things(values)
    return one


async def opened(slack: AsyncWebClient, world: World, person: Person, view: dict[str, object]) -> str:
    answer = await slack.views_open(trigger_id=world.trigger(person.id), view=view)
    view_id: str = answer["view"]["id"]
    return view_id


async def why(trouble: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(trouble.value.response["error"])


async def test_a_trigger_is_good_once_and_for_three_seconds(slack: AsyncWebClient, world: World, ana: Person) -> None:
    trigger = world.trigger(ana.id)
    await slack.views_open(trigger_id=trigger, view=modal(TITLE))
    with pytest.raises(SlackApiError) as trouble:
        await slack.views_open(trigger_id=trigger, view=modal(TITLE))
    assert await why(trouble) == "exchanged_trigger_id"
    late, clock = world.trigger(ana.id), world.clock
    world.clock = lambda: clock() + 3.1
    with pytest.raises(SlackApiError) as trouble:
        await slack.views_open(trigger_id=late, view=modal(TITLE))
    assert await why(trouble) == "expired_trigger_id"


async def test_a_view_that_breaks_a_limit_is_refused(slack: AsyncWebClient, world: World, ana: Person) -> None:
    view = modal(TITLE, title="x" * 25)
    del view["submit"]
    with pytest.raises(SlackApiError) as trouble:
        await opened(slack, world, ana, view)
    assert trouble.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        "[ERROR] missing required field: submit [json-pointer:/view]",
    ]
    assert ana.modal is None


async def test_a_choice_is_told_at_once_and_an_update_keeps_what_was_typed(
    slack: AsyncWebClient, world: World, ear: Ear, ana: Person
) -> None:
    view_id = await opened(slack, world, ana, modal(CATEGORY, TITLE))
    ana.fill("Title", "It is broken")
    chosen = ana.fill("Category", "Shop")
    assert chosen is not None
    await world.until(lambda: chosen.done)
    (body,) = [one.body for one in ear.heard]
    assert (body["type"], word(body, "view", "id"), word(body, "view", "private_metadata")) == (
        "block_actions",
        view_id,
        "m",
    )
    action = only(body["actions"])
    assert (action["type"], word(action, "selected_option", "value")) == ("static_select", "shop")
    await slack.views_update(view_id=view_id, hash=word(body, "view", "hash"), view=modal(CATEGORY, TITLE, SHOTS))
    assert ana.modal is not None
    assert ana.modal.values == {
        "category": {"category": {"type": "static_select", "selected_option": options("Shop")[0]}},
        "title": {"title": {"type": "plain_text_input", "value": "It is broken"}},
        "shots": {"shots": {"type": "file_input", "files": []}},
    }
    with pytest.raises(SlackApiError) as trouble:
        await slack.views_update(view_id=view_id, hash=word(body, "view", "hash"), view=modal(TITLE))
    assert await why(trouble) == "hash_conflict"


async def test_what_is_missing_is_asked_for_by_slack_itself(slack: AsyncWebClient, world: World, ana: Person) -> None:
    await opened(slack, world, ana, modal(TITLE, SHOTS))
    with pytest.raises(LookupError):
        ana.submit()
    assert ana.modal is not None
    assert ana.modal.errors == {"title": "Completa este campo obligatorio."}
    assert world.post.log == []


async def test_each_answer_to_a_submission_does_what_it_says(
    slack: AsyncWebClient, world: World, ear: Ear, ana: Person
) -> None:
    await opened(slack, world, ana, modal(TITLE))
    ana.fill("title", "x")

    async def answered(**answer: object) -> None:
        ear.answers = [JSONResponse(answer)]
        delivery = ana.submit()
        await world.until(lambda: delivery.done)

    await answered(response_action="errors", errors={"title": "Too short"})
    assert [view.errors for view in ana.modals] == [{"title": "Too short"}]
    await answered(response_action="update", view=modal(TITLE, title="Again"))
    assert [(view.title, view.errors) for view in ana.modals] == [("Again", {})]
    await answered(response_action="push", view=modal(TITLE, title="On top"))
    assert [view.title for view in ana.modals] == ["Again", "On top"]
    ana.fill("title", "y")
    await answered(response_action="clear")
    assert ana.modals == []


async def test_a_bad_answer_leaves_the_modal_open_with_a_word(
    slack: AsyncWebClient, world: World, ear: Ear, ana: Person
) -> None:
    await opened(slack, world, ana, modal(TITLE))
    ana.fill("title", "x")
    ear.answers = [JSONResponse({"response_action": "errors", "errors": {"nowhere": "?"}}), Response(status_code=500)]
    for _ in range(2):
        delivery = ana.submit()
        await world.until(lambda seen=delivery: seen.done)  # type: ignore[misc]
        assert [view.trouble for view in ana.modals] == ["We had some trouble connecting. Try again?"]
    assert world.complaints == ["view_submission: invalid_errors: ['nowhere']"]


async def test_files_put_into_a_modal_can_be_fetched(
    slack: AsyncWebClient, world: World, ear: Ear, ana: Person
) -> None:
    await opened(slack, world, ana, modal(SHOTS))
    ana.fill("Screenshots", [("a.png", b"picture")])
    delivery = ana.submit()
    await world.until(lambda: delivery.done)
    (file,) = ear.heard[0].body["view"]["state"]["values"]["shots"]["shots"]["files"]  # type: ignore[index]
    assert (file["name"], file["mimetype"], file["size"]) == ("a.png", "image/png", 7)
    assert ana.modals == []


async def test_closing_is_told_when_it_was_asked_for(
    slack: AsyncWebClient, world: World, ear: Ear, ana: Person
) -> None:
    await opened(slack, world, ana, modal(TITLE))
    ana.fill("title", "half")
    delivery = ana.close()
    assert delivery is not None
    await world.until(lambda: delivery.done)
    (body,) = [one.body for one in ear.heard]
    assert (body["type"], body["is_cleared"], ana.modals) == ("view_closed", False, [])
    assert word(body, "view", "state", "values", "title", "title", "value") == "half"


async def test_a_home_is_published_seen_and_pressed(slack: AsyncWebClient, world: World, ear: Ear, ana: Person) -> None:
    ana.open_home()
    button = {"type": "button", "text": plain("New ticket"), "value": "new", "action_id": "b0"}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    await slack.views_publish(user_id=ana.id, view=home)
    assert ana.home is not None
    delivery = ana.press_in(ana.home, "New ticket")
    await world.until(lambda: delivery.done and len(ear.heard) == 2)
    opening, press = sorted((one.body for one in ear.heard), key=lambda body: str(body["type"]), reverse=True)
    assert (word(opening, "event", "type"), word(opening, "event", "tab")) == ("app_home_opened", "home")
    assert (word(press, "view", "type"), press["container"]) == ("home", {"type": "view", "view_id": ana.home.id})
