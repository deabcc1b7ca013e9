"""Modals and App Homes as a person has them on screen: what is filled in, what it may become."""

import copy
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.slack.blocks import elements, view
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.shapes import Json, things, word

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World

# How many modals may lie upon each other.
DEEPEST = 3
# Bytes of a whole view.
LARGEST = 250_000
_EMPTY: dict[str, tuple[str, object]] = {
    "plain_text_input": ("value", None), "email_text_input": ("value", None), "url_text_input": ("value", None),
    "number_input": ("value", None), "rich_text_input": ("rich_text_value", None), "file_input": ("files", []),
    "static_select": ("selected_option", None), "external_select": ("selected_option", None),
    "radio_buttons": ("selected_option", None), "checkboxes": ("selected_options", []),
    "multi_static_select": ("selected_options", []), "multi_external_select": ("selected_options", []),
    "users_select": ("selected_user", None), "multi_users_select": ("selected_users", []),
    "channels_select": ("selected_channel", None), "multi_channels_select": ("selected_channels", []),
    "conversations_select": ("selected_conversation", None),
    "multi_conversations_select": ("selected_conversations", []),
    "datepicker": ("selected_date", None), "timepicker": ("selected_time", None),
    "datetimepicker": ("selected_date_time", None),
}  # fmt: skip
_INITIAL = {
    "value": "initial_value", "selected_option": "initial_option", "selected_options": "initial_options",
    "selected_date": "initial_date", "selected_time": "initial_time", "selected_date_time": "initial_date_time",
    "selected_user": "initial_user", "selected_users": "initial_users",
}  # fmt: skip
_HANDED = itertools.count(1)


@dataclass(eq=False)
class View:
    """A modal or a home of one person. `values` is `state.values`; `errors` stand at its fields, by block_id."""

    id: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    # The words Slack shows when the app did not answer in time.
    trouble: str = ""
    busy: bool = False

    @property
    def title(self) -> str:
        return word(self.body, "title", "text")

    @property
    def blocks(self) -> list[Json]:
        return things(self.body.get("blocks"))

    def element(self, name: str) -> tuple[Json, Json]:
        """The block and the element with this action_id, block_id, label or option. Raises KeyError."""
        for block in self.blocks:
            for one in elements([block]):
                labels = {word(one, "action_id"), word(block, "block_id"), word(block, "label", "text")}
                if name in labels | {word(one, "text", "text"), word(one, "value")}:
                    return block, one
        raise KeyError(name)

    def set(self, block: Json, element: Json, given: object) -> None:
        name = _EMPTY[word(element, "type")][0]
        state: Json = {"type": element["type"], name: given}
        self.values.setdefault(word(block, "block_id"), {})[word(element, "action_id")] = state
        self.errors.pop(word(block, "block_id"), None)

    def draw(self, body: Json) -> None:
        """Takes the place of what stood there; what is filled in stays where a field keeps its ids and its kind."""
        before, self.body, self.errors, self.trouble = self.values, body, {}, ""
        self.values = {}
        for block in self.blocks:
            for one in elements([block]):
                if word(one, "type") in _EMPTY:
                    self._fill(block, one, before)

    def _fill(self, block: Json, element: Json, before: dict[str, dict[str, Json]]) -> None:
        place, action = word(block, "block_id"), word(element, "action_id")
        name, empty = _EMPTY[word(element, "type")]
        kept = before.get(place, {}).get(action, {})
        if kept.get("type") == element["type"]:
            self.values.setdefault(place, {})[action] = kept
            return
        initial = element.get(_INITIAL.get(name, ""), empty)
        self.values.setdefault(place, {})[action] = {"type": element["type"], name: copy.deepcopy(initial)}

    def public(self, world: "World") -> Json:
        """The view object of payloads and answers."""
        body = {name: part for name, part in self.body.items() if name != "submit_disabled"}
        return {
            "id": self.id,
            "team_id": world.team.id,
            "private_metadata": "",
            "callback_id": "",
            "title": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            "external_id": "",
            **body,
            "state": {"values": self.values},
            "hash": self.hash,
            "previous_view_id": self.previous,
            "root_view_id": self.root or self.id,
            "app_id": world.app.id,
            "app_installed_team_id": world.team.id,
            "bot_id": world.app.bot_id,
        }


def new_hash(world: "World") -> str:
    return f"{world.now}.{next(_HANDED):08x}"


def checked(given: object) -> Json:
    """The view as Slack keeps it: valid, and every block and element with an id. Raises Refused."""
    if isinstance(given, dict) and not given.get("type"):
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: type [json-pointer:/view]"])
    if found := view(given):
        raise Refused("invalid_arguments", messages=found)
    assert isinstance(given, dict)
    if len(str(given)) > LARGEST:
        raise Refused("view_too_large")
    body: Json = copy.deepcopy(given)
    identify(things(body.get("blocks")))
    return body


def identify(blocks: list[Json]) -> None:
    """Slack gives an id to every block and element that comes without."""
    for block in blocks:
        block.setdefault("block_id", f"blk{next(_HANDED):x}")
        for one in elements([block]):
            one.setdefault("action_id", f"act{next(_HANDED):x}")
