"""Which blocks Slack takes, on a message, in a modal, on App Home; what it says of the others."""

from collections.abc import Iterator

from bot.sandbox.slack.elements import IMAGE, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, URL
from bot.sandbox.slack.rules import (
    Notes,
    Rule,
    anything,
    complaints,
    flag,
    one_of,
    plain,
    several,
    text,
    thing,
    typed,
    words,
)
from bot.sandbox.slack.tables import younger

ON_MESSAGE, ON_VIEW = 50, 100
_BLOCK = {"block_id": words(255)}
_RICH = {
    "rich_text_section": thing({"elements": several(anything)}),
    "rich_text_list": thing(
        {"elements": several(anything), "style": one_of("bullet", "ordered")},
        {"indent": anything, "offset": anything, "border": anything},
    ),
    "rich_text_preformatted": thing({"elements": several(anything)}, {"border": anything, "language": words(50)}),
    "rich_text_quote": thing({"elements": several(anything)}, {"border": anything}),
}


def _has_words(value: object, notes: Notes) -> None:
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        notes.wrong("missing required field: text")


def _block(value: object, notes: Notes) -> None:
    _ON_MESSAGE(value, notes)


_SECTION = thing(
    {},
    _BLOCK | {"text": text(3000), "fields": several(text(2000), 1, 10), "accessory": IN_SECTION, "expand": flag},
    _has_words,
)
_INPUT = thing(
    {"label": plain(2000), "element": IN_INPUT},
    _BLOCK | {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
)
_IMAGE = thing(
    {"alt_text": words(2000)},
    _BLOCK | {"title": plain(2000), "image_url": URL, "slack_file": anything},
    lambda value, notes: IMAGE({k: v for k, v in _entries(value) if k not in {"block_id", "title"}}, notes),
)
# What stands everywhere.
_COMMON: dict[str, Rule] = {
    "section": _SECTION,
    "input": _INPUT,
    "image": _IMAGE,
    "divider": thing({}, _BLOCK),
    "header": thing({"text": plain(150)}, _BLOCK),
    "context": thing({"elements": several(IN_CONTEXT, 1, 10)}, _BLOCK),
    "actions": thing({"elements": several(IN_ACTIONS, 1, 25)}, _BLOCK),
    "rich_text": thing({"elements": several(typed(_RICH))}, _BLOCK),
}
_YOUNG = dict(younger(_block))
_VIDEO = {"video": _YOUNG["video"]}
_FILE = thing({"external_id": words(255), "source": one_of("remote")}, _BLOCK)
_ON_MESSAGE = typed({**_COMMON, **_YOUNG, "file": _FILE})
_ON_VIEW = typed({**_COMMON, **_VIDEO, "alert": _YOUNG["alert"], "card": _YOUNG["card"]})


def _entries(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []


def elements(blocks: object) -> Iterator[dict[str, object]]:
    """Every element that can be pressed, chosen or filled in, in reading order."""
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, dict):
            continue
        inside = block.get("elements") if block.get("type") in {"actions", "context_actions"} else None
        for one in [*(inside if isinstance(inside, list) else []), block.get("accessory"), block.get("element")]:
            if isinstance(one, dict) and one.get("type") != "image":
                yield one


def _unique(value: object, notes: Notes) -> None:
    """Ids of blocks are unique on a surface, those of elements within their block."""
    blocks = value if isinstance(value, list) else []
    seen: set[object] = set()
    for number, block in enumerate(blocks):
        name = block.get("block_id") if isinstance(block, dict) else None
        if name and name in seen:
            notes.at(number).wrong(f"`block_id` {name} already exists")
        seen.add(name)
        actions: set[object] = set()
        for element in elements([block]):
            if element.get("action_id") and element["action_id"] in actions:
                notes.at(number).wrong(f"`action_id` {element['action_id']} already exists")
            actions.add(element.get("action_id"))


def _focused_once(value: object, notes: Notes) -> None:
    if sum(bool(element.get("focus_on_load")) for element in elements(value)) > 1:
        notes.wrong("only one element may have focus_on_load")


def message_blocks(value: object) -> list[str]:
    """What is wrong with the blocks of a message."""
    found = complaints(several(_ON_MESSAGE, 0, ON_MESSAGE), value, "/blocks")
    _unique(value, Notes("/blocks", found))
    return found


def _submitted(value: object, notes: Notes) -> None:
    blocks = dict(_entries(value)).get("blocks")
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in _list(blocks))
    if inputs and not dict(_entries(value)).get("submit"):
        notes.wrong("missing required field: submit")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _view_blocks(value: object, notes: Notes) -> None:
    several(_ON_VIEW, 1, ON_VIEW)(value, notes)
    _unique(value, notes)
    _focused_once(value, notes)


_KEPT = {"private_metadata": words(3000), "callback_id": words(255), "external_id": words(255)}
_VIEW = typed(
    {
        "modal": thing(
            {"title": plain(24), "blocks": _view_blocks},
            _KEPT
            | {"close": plain(24), "submit": plain(24), "submit_disabled": flag}
            | {"clear_on_close": flag, "notify_on_close": flag},
            _submitted,
        ),
        "home": thing({"blocks": _view_blocks}, _KEPT),
    }
)


def view(value: object) -> list[str]:
    """What is wrong with a modal or an App Home."""
    return complaints(_VIEW, value, "/view")
