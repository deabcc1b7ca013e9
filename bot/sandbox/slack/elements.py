"""What may be pressed, chosen or filled in: Block Kit's elements and their limits."""

from bot.sandbox.slack.rules import (
    Notes,
    Rule,
    anything,
    exactly_one,
    flag,
    mrkdwn,
    one_of,
    plain,
    several,
    text,
    thing,
    typed,
    whole,
    words,
)

ACTION = words(255)
URL = words(3000)
PLACEHOLDER = plain(150)
CONFIRM = thing(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_OPTION_MORE = {"description": text(75), "url": URL}
OPTION = thing({"text": plain(75), "value": words(150)}, {**_OPTION_MORE, "description": plain(75)})
# Check boxes and radio buttons may have markup in their labels.
MARKED_OPTION = thing({"text": text(75), "value": words(150)}, _OPTION_MORE)
GROUP = thing({"label": plain(75), "options": several(OPTION, 1, 100)})
_PRESSED = {"action_id": ACTION, "confirm": CONFIRM}
_FIELD = {"action_id": ACTION, "placeholder": PLACEHOLDER, "focus_on_load": flag}
_CHOSEN = _PRESSED | _FIELD
_DISPATCH = thing({"trigger_actions_on": several(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
WORKFLOW = thing(
    {"trigger": thing({"url": URL}, {"customizable_input_parameters": several(anything)})},
)

BUTTON = thing(
    {"text": plain(75)},
    _PRESSED
    | {"url": URL, "value": words(2000), "style": one_of("primary", "danger"), "accessibility_label": words(75)},
)
IMAGE = thing(
    {"alt_text": words(2000)},
    {"image_url": URL, "slack_file": thing({}, {"id": words(255), "url": URL})},
    exactly_one("image_url", "slack_file"),
)
_OPTIONS = several(OPTION, 1, 100)
_GROUPS = several(GROUP, 1, 100)
_STATIC = {"options": _OPTIONS, "option_groups": _GROUPS}


def _least_most(value: object, notes: Notes) -> None:
    if isinstance(value, dict):
        least, most = value.get("min_value"), value.get("max_value")
        if isinstance(least, str) and isinstance(most, str) and _number(least) > _number(most):
            notes.wrong("min_value must not be greater than max_value")


def _lengths(value: object, notes: Notes) -> None:
    if isinstance(value, dict):
        least, most = value.get("min_length"), value.get("max_length")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            notes.wrong("min_length must not be greater than max_length")


def _number(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        return 0.0


def _picker(kind: str) -> dict[str, Rule]:
    """The two shapes of a select over things Slack knows itself."""
    one = {f"initial_{kind}": words(255)}
    many = {f"initial_{kind}s": several(words(255)), "max_selected_items": whole(1, 100)}
    more = {"response_url_enabled": flag, "default_to_current_conversation": flag, "filter": anything}
    return {
        f"{kind}s_select": thing({}, _CHOSEN | one | more),
        f"multi_{kind}s_select": thing({}, _CHOSEN | many | more),
    }


_ONE_SOURCE = exactly_one("options", "option_groups")
SELECTS: dict[str, Rule] = {
    "static_select": thing({}, _CHOSEN | _STATIC | {"initial_option": OPTION}, _ONE_SOURCE),
    "multi_static_select": thing(
        {}, _CHOSEN | _STATIC | {"initial_options": _OPTIONS, "max_selected_items": whole(1, 100)}, _ONE_SOURCE
    ),
    "external_select": thing({}, _CHOSEN | {"initial_option": OPTION, "min_query_length": whole(0, 3000)}),
    "multi_external_select": thing(
        {},
        _CHOSEN
        | {"initial_options": _OPTIONS, "min_query_length": whole(0, 3000), "max_selected_items": whole(1, 100)},
    ),
    **_picker("user"),
    **_picker("channel"),
    **_picker("conversation"),
}
_TIMES: dict[str, Rule] = {
    "datepicker": thing({}, _CHOSEN | {"initial_date": words(10, 10)}),
    "timepicker": thing({}, _CHOSEN | {"initial_time": words(5, 5), "timezone": words(100)}),
    "datetimepicker": thing({}, _PRESSED | {"initial_date_time": whole(0, 9_999_999_999), "focus_on_load": flag}),
}
_BOXES: dict[str, Rule] = {
    "checkboxes": thing(
        {"options": several(MARKED_OPTION, 1, 10)},
        _PRESSED | {"initial_options": several(MARKED_OPTION, 1, 10), "focus_on_load": flag},
    ),
    "radio_buttons": thing(
        {"options": several(MARKED_OPTION, 1, 10)},
        _PRESSED | {"initial_option": MARKED_OPTION, "focus_on_load": flag},
    ),
}
_TYPED = _FIELD | {"dispatch_action_config": _DISPATCH, "initial_value": words(3000)}
_LENGTHS = {"min_length": whole(0, 3000), "max_length": whole(1, 3000)}
_INPUTS: dict[str, Rule] = {
    "plain_text_input": thing({}, _TYPED | _LENGTHS | {"multiline": flag}, _lengths),
    "email_text_input": thing({}, _TYPED),
    "url_text_input": thing({}, _TYPED),
    "number_input": thing(
        {"is_decimal_allowed": flag}, _TYPED | {"min_value": words(30), "max_value": words(30)}, _least_most
    ),
    "rich_text_input": thing({}, _TYPED | {"initial_value": anything}),
    "file_input": thing({}, {"action_id": ACTION, "filetypes": several(words(20)), "max_files": whole(1, 10)}),
}
_PRESSES: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": thing({"options": several(OPTION, 1, 5)}, _PRESSED),
    "workflow_button": thing(
        {"text": plain(75), "workflow": WORKFLOW},
        {"action_id": ACTION, "style": one_of("primary", "danger"), "accessibility_label": words(75)},
    ),
}
_FEEDBACK = thing({"text": plain(75), "value": words(2000)}, {"accessibility_label": words(75)})
FEEDBACK: dict[str, Rule] = {
    "feedback_buttons": thing({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ACTION}),
    "icon_button": thing(
        {"icon": words(50), "text": plain(75)},
        _PRESSED
        | {"value": words(2000), "accessibility_label": words(75)}
        | {"visible_to_user_ids": several(words(255), 0, 10)},
    ),
}

# Which elements may stand where.
IN_ACTIONS = typed({**_PRESSES, **SELECTS, **_TIMES, **_BOXES, "rich_text_input": _INPUTS["rich_text_input"]})
IN_SECTION = typed({**_PRESSES, **SELECTS, **_TIMES, **_BOXES, "image": IMAGE})
IN_CONTEXT = typed({"image": IMAGE, "mrkdwn": mrkdwn(3000), "plain_text": plain(3000)})
IN_INPUT = typed({**_INPUTS, **SELECTS, **_TIMES, **_BOXES})
