"""What Block Kit allows, one limit at a time: what just fits is taken, one more is refused."""

from collections.abc import Callable

import pytest

from bot.sandbox.slack.blocks import message_blocks, view

Json = dict[str, object]


def plain(letters: int) -> Json:
    return {"type": "plain_text", "text": "x" * letters}


def button(**more: object) -> Json:
    return {"type": "actions", "elements": [{"type": "button", "text": plain(3), **more}]}


def options(count: int, **more: object) -> list[Json]:
    return [{"text": plain(1), "value": f"v{number}", **more} for number in range(count)]


def select(**more: object) -> Json:
    return {"type": "actions", "elements": [{"type": "static_select", **more}]}


def box(kind: str, count: int) -> Json:
    return {"type": "actions", "elements": [{"type": kind, "options": options(count)}]}


def put(**element: object) -> Json:
    return {"type": "input", "label": plain(3), "element": element}


Case = tuple[Callable[[int], Json], int, int]
LIMITS: dict[str, Case] = {
    "a section's text": (lambda n: {"type": "section", "text": plain(n)}, 1, 3000),
    "a section's fields": (lambda n: {"type": "section", "fields": [plain(1)] * n}, 1, 10),
    "a field": (lambda n: {"type": "section", "fields": [plain(n)]}, 1, 2000),
    "a header": (lambda n: {"type": "header", "text": plain(n)}, 1, 150),
    "a context's parts": (lambda n: {"type": "context", "elements": [plain(1)] * n}, 1, 10),
    "a button's label": (lambda n: button(text=plain(n)), 1, 75),
    "a button's value": (lambda n: button(value="x" * n), 0, 2000),
    "a button's address": (lambda n: button(url="x" * n), 0, 3000),
    "an action_id": (lambda n: button(action_id="x" * n), 0, 255),
    "a block_id": (lambda n: {"type": "divider", "block_id": "x" * n}, 0, 255),
    "an option's label": (lambda n: select(options=options(1, text=plain(n))), 1, 75),
    "an option's value": (lambda n: select(options=options(1, value="x" * n)), 0, 150),
    "a select's options": (lambda n: select(options=options(n)), 1, 100),
    "a select's hint": (lambda n: select(options=options(1), placeholder=plain(n)), 1, 150),
    "an overflow's options": (lambda n: box("overflow", n), 1, 5),
    "check boxes": (lambda n: box("checkboxes", n), 1, 10),
    "radio buttons": (lambda n: box("radio_buttons", n), 1, 10),
    "files of an input": (lambda n: put(type="file_input", max_files=n), 1, 10),
    "letters of an input": (lambda n: put(type="plain_text_input", max_length=n), 1, 3000),
    "an image's words": (lambda n: {"type": "image", "image_url": "u", "alt_text": "x" * n}, 0, 2000),
    "a markdown block": (lambda n: {"type": "markdown", "text": "x" * n}, 1, 12_000),
    "rows of a table": (lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}, 1, 100),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_fits_is_taken_and_one_more_is_refused(name: str) -> None:
    build, least, most = LIMITS[name]
    fits = [message_blocks([build(count)]) == [] for count in (least, most, most + 1)]
    assert fits == [True, True, False]
    assert least == 0 or message_blocks([build(least - 1)]) != []


def test_a_message_has_fifty_blocks_and_a_view_a_hundred() -> None:
    divider: Json = {"type": "divider"}
    assert (message_blocks([divider] * 50), bool(message_blocks([divider] * 51))) == ([], True)
    modal: Json = {"type": "modal", "title": plain(24), "blocks": [divider] * 100}
    assert (view(modal), bool(view(modal | {"blocks": [divider] * 101}))) == ([], True)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section"},
        {"type": "image", "alt_text": "a"},
        {"type": "image", "alt_text": "a", "image_url": "u", "slack_file": {"id": "F1"}},
        {"type": "context", "elements": [{"type": "button", "text": plain(1)}]},
        put(type="button", text=plain(1)),
        put(type="number_input", is_decimal_allowed=False, min_value="5", max_value="3"),
        select(options=options(1), option_groups=[{"label": plain(1), "options": options(1)}]),
        button(style="green"),
        button(colour="green"),
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "table", "rows": [[], [{"type": "raw_text", "text": "x"}]]},
    ],
)
def test_what_makes_no_sense_is_refused(block: Json) -> None:
    assert message_blocks([block]) != []


def test_two_blocks_may_not_share_an_id() -> None:
    twin: Json = {"type": "divider", "block_id": "a"}
    assert message_blocks([twin, twin]) == ["[ERROR] `block_id` a already exists [json-pointer:/blocks/1]"]
