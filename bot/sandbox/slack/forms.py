"""A person's modals and App Home: opened by the app, filled in, sent, closed."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.sandbox.slack.modals import DEEPEST, View, checked, new_hash
from bot.sandbox.slack.post import Delivery
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.shapes import Json, part, things, word

if TYPE_CHECKING:
    from bot.sandbox.slack.channel import Channel
    from bot.sandbox.slack.world import World

# What Slack shows when an app does not answer.
TIMED_OUT = "We had some trouble connecting. Try again?"
# What it says at a field that was left empty, by the language of their app.
REQUIRED = {"es": "Completa este campo obligatorio."}
REQUIRED_ELSE = "Please complete this required field."


class Forms:
    """The part of `Person` that has modals and a home on screen."""

    def __init__(self, world: "World", user_id: str, name: str, team: str) -> None:
        self.world = world
        self.id = user_id
        self.name = name
        self.team = team
        self.language = ""
        self.modals: list[View] = []
        self.home: View | None = None
        # What Slack itself told them: a command that failed, a button that did.
        self.warnings: list[str] = []

    @property
    def dm(self) -> "Channel":
        return self.world.dm(self.world.people[self.id])

    @property
    def modal(self) -> View | None:
        """The one on top."""
        return self.modals[-1] if self.modals else None

    # what every request carries -------------------------------------------------

    def payload(self, kind: str, **more: object) -> Json:
        world = self.world
        name = self.name.split()[0].lower()
        return {
            "type": kind,
            "user": {"id": self.id, "username": name, "name": name, "team_id": self.team},
            "api_app_id": world.app.id,
            "token": "sandbox",
            "team": {"id": world.team.id, "domain": world.team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            **more,
        }

    def send(self, payload: Json, landed: Callable[[Delivery], None] | None = None) -> Delivery:
        return self.world.post.put("interactive", payload, landed or self._warned)

    def _warned(self, delivery: Delivery) -> None:
        if delivery.error:
            self.warn(TIMED_OUT)

    def warn(self, words: str) -> None:
        self.warnings.append(words)
        self.world.tell("slack_warning", person=self.id, text=words)

    def action(self, block: Json, element: Json, chosen: object) -> Json:
        ts = f"{self.world.clock():.6f}"
        action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action["action_ts"] = ts
        match element["type"]:
            case "button":
                kept = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
                return action | kept
            case "overflow" | "static_select" | "radio_buttons":
                return action | {"selected_option": chosen}
            case "checkboxes" | "multi_static_select":
                return action | {"selected_options": chosen}
            case "datepicker":
                return action | {"selected_date": chosen}
        return action | {"value": chosen}

    # modals and homes -----------------------------------------------------------

    def shows(self, view: View) -> None:
        self.world.tell("slack_view", person=self.id, view=shown(view, self.world), modals=[m.id for m in self.modals])

    def opens(self, body: Json, *, upon: View | None = None) -> View:
        """The app opens or pushes a modal."""
        if upon is not None and len(self.modals) >= DEEPEST:
            raise Refused("push_limit_reached")
        view = View(f"V0SAND{self.world.number():05}", self.id, body, new_hash(self.world))
        view.root, view.previous = (upon.root, upon.id) if upon else (view.id, None)
        view.draw(body)
        self.modals = [*self.modals, view] if upon else [view]
        self.world.views[view.id] = view
        self.shows(view)
        return view

    def press_in(self, view: View, name: str, chosen: object = None) -> Delivery:
        """A button of a modal or a home, or a choice in one of their selects outside of inputs."""
        block, element = view.element(name)
        if element["type"] not in {"button", "overflow", "workflow_button"}:
            view.set(block, element, chosen)
        return self._acted(view, block, element, chosen)

    def _acted(self, view: View, block: Json, element: Json, chosen: object) -> Delivery:
        return self.send(
            self.payload(
                "block_actions",
                container={"type": "view", "view_id": view.id},
                trigger_id=self.world.trigger(self.id),
                view=view.public(self.world),
                actions=[self.action(block, element, chosen)],
            )
        )

    def fill(self, name: str, given: str | Sequence[tuple[str, bytes]] | None) -> Delivery | None:
        """A field of the modal on top: words, an option's label or value, an ISO date, or files (name, bytes).
        A field with `dispatch_action` tells the app at once.
        """
        view = self.modal
        assert view is not None
        block, element = view.element(name)
        value = self._given(element, given)
        view.set(block, element, value)
        self.shows(view)
        return self._acted(view, block, element, value) if block.get("dispatch_action") else None

    def _given(self, element: Json, given: str | Sequence[tuple[str, bytes]] | None) -> object:
        if element["type"] == "file_input":
            assert given is not None
            assert not isinstance(given, str)
            kept = [self.world.files.keep(n, d, self.id, self.world.now) for n, d in given]
            return [file.public(self.world.address, self.world.team.id) for file in kept]
        if element["type"] in {"static_select", "radio_buttons"}:
            return None if given is None else option(element, str(given))
        return given

    def submit(self, *, anyway: bool = False) -> Delivery:
        """Sends the modal on top; Slack itself asks first for what is missing, unless a client sends it `anyway`."""
        view = self.modal
        assert view is not None
        if not anyway and (missing := _missing(view, REQUIRED.get(self.language[:2], REQUIRED_ELSE))):
            view.errors = missing
            self.shows(view)
            raise LookupError(f"Slack would not send this: {missing}")
        view.busy = True
        self.shows(view)
        payload = self.payload(
            "view_submission",
            trigger_id=self.world.trigger(self.id),
            view=view.public(self.world),
            response_urls=[],
        )
        return self.send(payload, lambda delivery: self._submitted(view, delivery))

    def _submitted(self, view: View, delivery: Delivery) -> None:
        """Does what the app answered: nothing closes this one, `clear` all."""
        view.busy = False
        if delivery.error:
            view.trouble = TIMED_OUT
            self.shows(view)
            return
        try:
            self._follow(view, delivery.answer)
        except Refused as refused:
            view.trouble = TIMED_OUT
            self.world.complaints.append(f"view_submission: {refused.error}: {list(refused.messages)}")
            self.shows(view)

    def _follow(self, view: View, answer: Mapping[str, object]) -> None:
        match answer.get("response_action"):
            case "errors":
                found = part(answer, "errors")
                view.errors = {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
                strange = set(view.errors) - {word(block, "block_id") for block in view.blocks}
                if strange or not view.errors:
                    raise Refused("invalid_errors", messages=sorted(strange))
            case "update":
                view.hash = new_hash(self.world)
                view.draw(checked(answer.get("view")))
            case "push":
                self.opens(checked(answer.get("view")), upon=view)
            case "clear":
                self.modals = []
            case _:
                self.modals = [one for one in self.modals if one is not view]
        self.shows(view)

    def close(self, *, everything: bool = False) -> Delivery | None:
        """Presses Cancel or the cross of the modal on top."""
        view = self.modal
        if view is None:
            return None
        cleared = everything or view.body.get("clear_on_close") is True
        self.modals = [] if cleared else self.modals[:-1]
        self.shows(view)
        if not view.body.get("notify_on_close"):
            return None
        return self.send(self.payload("view_closed", view=view.public(self.world), is_cleared=cleared))


def option(element: Json, name: str) -> Json:
    """By label or value. Raises LookupError."""
    groups = [*things(element.get("option_groups")), element]
    for one in [one for group in groups for one in things(group.get("options"))]:
        if name in {word(one, "text", "text"), word(one, "value")}:
            return one
    raise LookupError(f"no option {name!r}")


def _missing(view: View, words: str) -> dict[str, str]:
    found = {}
    for block in view.blocks:
        if block.get("type") != "input" or block.get("optional"):
            continue
        states = view.values.get(word(block, "block_id"), {})
        if not any(part for state in states.values() for name, part in state.items() if name != "type"):
            found[word(block, "block_id")] = words
    return found


def shown(view: View, world: "World") -> Json:
    """A view for the page: with its errors and whether it waits."""
    return view.public(world) | {"errors": view.errors, "trouble": view.trouble, "busy": view.busy}
