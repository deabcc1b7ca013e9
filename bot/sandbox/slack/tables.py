"""The younger blocks, for data and for assistants: tables, charts, cards, plans."""

from collections.abc import Mapping

from bot.sandbox.slack.elements import BUTTON, FEEDBACK, IMAGE, URL
from bot.sandbox.slack.rules import (
    Notes,
    Rule,
    above_zero,
    anything,
    flag,
    one_of,
    plain,
    several,
    text,
    thing,
    typed,
    whole,
    words,
)

_COLUMN = thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})
_RICH = thing({"elements": several(anything)}, {"block_id": words(255)})
_CELL = typed({"raw_text": thing({"text": words(20_000)}), "rich_text": _RICH})
_DATA_CELL = typed(
    {
        "raw_text": thing({"text": words(20_000, 1)}),
        "raw_number": thing({"value": anything}, {"text": words(20_000, 1)}),
        "rich_text": _RICH,
    }
)
# Letters in all cells of a data table together.
_MOST_CONTENT = 20_000


def _rectangle(value: object, notes: Notes) -> None:
    rows = value.get("rows") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        return
    if len({len(row) for row in rows}) > 1:
        notes.at("rows").wrong("all rows must have the same number of columns")
    columns = value.get("column_settings") if isinstance(value, dict) else None
    if isinstance(columns, list) and len(columns) != len(rows[0]):
        notes.at("column_settings").wrong("must match the number of columns")


def _not_too_much(value: object, notes: Notes) -> None:
    rows = value.get("rows") if isinstance(value, dict) else None
    cells = [cell for row in rows if isinstance(row, list) for cell in row] if isinstance(rows, list) else []
    letters = sum(len(str(cell.get("text", ""))) for cell in cells if isinstance(cell, dict))
    if letters > _MOST_CONTENT:
        notes.at("rows").wrong(f"must be less than {_MOST_CONTENT + 1} characters")


_SEGMENT = thing({"label": words(20, 1), "value": above_zero})
_POINT = thing({"label": words(20, 1), "value": anything})
_SERIES = thing({"name": words(20, 1), "data": several(_POINT, 1, 20)})
_AXIS = thing(
    {"categories": several(words(20, 1), 1, 20)},
    {"x_label": words(50), "y_label": words(50)},
)
_LINES = thing({"series": several(_SERIES, 1, 12), "axis_config": _AXIS})
_CHART = typed(
    {"pie": thing({"segments": several(_SEGMENT, 1, 12)}), "bar": _LINES, "line": _LINES, "area": _LINES},
)
_STATUS = one_of("pending", "in_progress", "complete", "error")
_TASK = thing(
    {"task_id": words(255), "title": words(3000)},
    {"status": _STATUS, "details": _RICH, "output": _RICH, "block_id": words(255)}
    | {"sources": several(typed({"url": thing({"url": words(3000, 1)}, {"text": words(3000)})}))},
)
_CARD = thing(
    {},
    {"hero_image": IMAGE, "icon": IMAGE, "slack_icon": anything, "block_id": words(255)}
    | {"title": text(150), "subtitle": text(150), "body": text(200), "subtext": text(200)}
    | {"actions": several(typed({"button": BUTTON}), 0, 3)},
)


def younger(block: Rule) -> Mapping[str, Rule]:
    """By type; `block` is the rule for the blocks a container holds."""
    identified = {"block_id": words(255)}
    return {
        "table": thing(
            {"rows": several(several(_CELL, 1, 20), 1, 100)},
            identified | {"column_settings": several(_COLUMN, 0, 20)},
            _rectangle,
        ),
        "data_table": thing(
            {"rows": several(several(_DATA_CELL, 1, 20), 2, 201)},
            identified | {"page_size": whole(1, 100), "caption": words(3000), "row_header_column_index": whole(0, 19)},
            _rectangle,
            _not_too_much,
        ),
        "data_visualization": thing({"title": words(50, 1), "chart": _CHART}, identified),
        "alert": thing(
            {"text": text(200)}, identified | {"level": one_of("default", "info", "warning", "error", "success")}
        ),
        "card": _CARD,
        "carousel": thing({"elements": several(typed({"card": _CARD}), 1, 10)}, identified),
        "container": thing(
            {"child_blocks": several(block, 0, 10)},
            identified
            | {"title": plain(150), "subtitle": text(150), "icon": anything, "width": words(20)}
            | {"is_collapsible": flag, "default_collapsed": flag, "has_header_divider": flag},
        ),
        "context_actions": thing({"elements": several(typed(FEEDBACK), 1, 5)}, identified),
        "task_card": _TASK,
        "plan": thing({"title": words(3000)}, identified | {"tasks": several(_TASK)}),
        "markdown": thing({"text": words(12_000, 1)}, identified),
        "video": thing(
            {"alt_text": words(200, 1), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
            identified
            | {"author_name": words(50), "description": plain(200), "provider_name": words(50)}
            | {"provider_icon_url": URL, "title_url": URL},
        ),
    }
