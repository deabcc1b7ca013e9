"""Slack's half of the demo's controls over HTTP, for the page and for tests in other processes.

All bodies are JSON; people, channels, views are named by id, messages by channel and ts. A wrong name is 404.

    GET  /sandbox/slack/state      everything: team, app, people, channels with messages and whispers, modals, homes
    GET  /sandbox/slack/events     server-sent events: slack_message, slack_deleted, slack_whisper, slack_view,
                                   slack_person, slack_channel, slack_warning, slack_calls, slack_post, closing
    GET  /sandbox/slack/calls      all calls of the Web API;  /sandbox/slack/files/<id>: the bytes of a file
    POST /sandbox/slack/people     {name, language, channel?} → the new person
    POST /sandbox/slack/language   {person, language: "es-ES" | "en-US" | …}
    POST /sandbox/slack/write      {person, text, channel?, thread?} → the message
    POST /sandbox/slack/edit       {person, channel?, ts, text};  /delete: {person, channel?, ts}
    POST /sandbox/slack/react      {person, channel?, ts, name: "eyes"}: once adds, again takes away
    POST /sandbox/slack/press      {person, channel?, ts, action_id, value?}: a button or an option of a message
    POST /sandbox/slack/command    {person, text, channel?}: `/support text`
    POST /sandbox/slack/shortcut   {person, name, channel?, ts?}: with ts one of a message, else a global one
    POST /sandbox/slack/home       {person, name: "home" | "messages"}
    POST /sandbox/slack/choose     {person, view, action_id, value?}: a button or a select of a modal or home
    POST /sandbox/slack/fill       {person, action_id, value}: a field of the modal on top
    POST /sandbox/slack/submit, /close      {person}
    POST /sandbox/slack/attach     multipart: person, channel?, thread?, text, files…, samples…; with action_id: into
                                   that field of the modal on top
    POST /sandbox/slack/inject     {event, event_id?}: any event, also the same one twice
    POST /sandbox/slack/fail       {method, answer: name | status | trick, times?, channel?, retry_after?}
    POST /sandbox/slack/calm       forgets all planned trouble
"""

from collections.abc import Callable, Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import stream
from bot.sandbox.slack import view
from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.forms import option
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.post import Delivery
from bot.sandbox.slack.shapes import Json, Message, plain
from bot.sandbox.slack.world import World


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a control; which fields matter depends on the control."""

    person: str = ""
    channel: str = ""
    thread: str = ""
    ts: str = ""
    text: str = ""
    name: str = ""
    language: str = "es-ES"
    view: str = ""
    action_id: str = ""
    value: str | None = None
    event: Json = {}
    event_id: str = ""
    method: str = "*"
    answer: str | int = 500
    times: int = 1
    retry_after: int = 1


class Controls:
    """Does for a person in a browser what `Person` does for a test."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        actions: Mapping[str, Callable[[Order], object]] = {
            "people": self.join,
            "language": self.language,
            "write": self.write,
            "edit": self.edit,
            "delete": self.delete,
            "react": self.react,
            "press": self.press,
            "command": lambda order: _told(self._person(order).command(order.text, channel=self._room(order))),
            "shortcut": self.shortcut,
            "home": lambda order: _told(self._person(order).open_home(order.name or "home")),
            "choose": self.choose,
            "fill": self.fill,
            "submit": self.submit,
            "close": lambda order: _told(self._person(order).close()),
            "inject": lambda order: _told(self.world.event(order.event, event_id=order.event_id)),
            "fail": self.fail,
            "calm": lambda _order: self.world.faults.clear(),
        }
        posts = [Route(f"/slack/{name}", stream.act(Order, act), methods=["POST"]) for name, act in actions.items()]
        return [
            *posts,
            Route("/slack/attach", self.attach, methods=["POST"]),
            Route("/slack/state", self.state),
            Route("/slack/events", self.events),
            Route("/slack/calls", self.calls),
            Route("/slack/files/{file_id}", self.file),
        ]

    # who and where ------------------------------------------------------------

    def _person(self, order: Order) -> Person:
        if order.person not in self.world.people:
            raise HTTPException(404, f"nobody has the id {order.person}")
        return self.world.people[order.person]

    def _room(self, order: Order) -> Channel:
        if not order.channel:
            return self._person(order).dm
        if order.channel not in self.world.channels:
            raise HTTPException(404, f"no channel has the id {order.channel}")
        return self.world.channels[order.channel]

    def _message(self, order: Order, *, own: bool = False) -> Message:
        whispers = [message for user, message in self._room(order).whispers if user == order.person]
        found = self._room(order).message(order.ts) or next((one for one in whispers if one.ts == order.ts), None)
        if found is None or (own and found.user != order.person):
            raise HTTPException(404, "no such message" if found is None else "not a message of theirs")
        return found

    # what people do -----------------------------------------------------------

    def join(self, order: Order) -> object:
        person = self.world.person(order.name.strip()[:64] or "Ana", language=order.language)
        if order.channel:
            person.join(self._room(order))
        return person.public(locale=True)

    def language(self, order: Order) -> object:
        person = self._person(order)
        person.language = order.language
        self.world.tell("slack_person", person=person.public(locale=True))
        return person.public(locale=True)

    def write(self, order: Order) -> object:
        thread = order.thread or None
        return plain(self._person(order).write(order.text, channel=self._room(order), thread=thread))

    def edit(self, order: Order) -> object:
        message = self._message(order, own=True)
        return plain(self._person(order).edit(message, order.text, channel=self._room(order)))

    def delete(self, order: Order) -> object:
        self._person(order).delete(self._message(order, own=True), channel=self._room(order))
        return True

    def react(self, order: Order) -> object:
        message = self._message(order)
        given = any(one.name == order.name and order.person in one.users for one in message.reactions or [])
        self._person(order).react(message, order.name, channel=self._room(order), add=not given)
        return not given

    def press(self, order: Order) -> object:
        message, room = self._message(order), self._room(order)
        for block in message.blocks or []:
            for element in elements([block]):
                if element["action_id"] == order.action_id:
                    chosen = _chosen(element, order.value)
                    return _told(self._person(order).act_on(room, message, block, element, chosen))
        raise HTTPException(404, "no such button")

    def shortcut(self, order: Order) -> object:
        if not order.ts:
            return _told(self._person(order).shortcut(order.name))
        found = self._message(order)
        return _told(self._person(order).message_shortcut(found, order.name, channel=self._room(order)))

    def choose(self, order: Order) -> object:
        person = self._person(order)
        found = next((one for one in [*person.modals, person.home] if one is not None and one.id == order.view), None)
        if found is None:
            raise HTTPException(404, "no such view")
        try:
            _, element = found.element(order.action_id)
        except KeyError:
            raise HTTPException(404, "no such element") from None
        return _told(person.press_in(found, order.action_id, _chosen(element, order.value)))

    def fill(self, order: Order) -> object:
        person = self._person(order)
        if person.modal is None:
            raise HTTPException(409, "no modal is open")
        try:
            return _told(person.fill(order.action_id, order.value))
        except LookupError:
            raise HTTPException(404, "no such field or option") from None

    def submit(self, order: Order) -> object:
        """False when Slack itself asks for something first."""
        person = self._person(order)
        if person.modal is None:
            raise HTTPException(409, "no modal is open")
        try:
            return _told(person.submit())
        except LookupError:
            return False

    def fail(self, order: Order) -> object:
        room = self._room(order) if order.channel else None
        self.world.fail(order.method, order.answer, times=order.times, channel=room, retry_after=order.retry_after)
        return True

    async def attach(self, request: Request) -> Response:
        stream.own_page_only(request)
        async with request.form(max_files=20) as form:
            order, files = stream.order_of(Order, form), await stream.contents(form)
        if order.action_id and self._person(order).modal is not None:
            return stream.json(_told(self._person(order).fill(order.action_id, files)))
        if not files:
            raise HTTPException(400, "no file came")
        room, thread = self._room(order), order.thread or None
        return stream.json(plain(self._person(order).upload(files, order.text, channel=room, thread=thread)))

    # what there is to see -----------------------------------------------------

    async def state(self, _request: Request) -> Response:
        return stream.json(view.state(self.world))

    async def calls(self, _request: Request) -> Response:
        return stream.json(self.world.calls)

    async def events(self, _request: Request) -> Response:
        return stream.events(self.world, self._more)

    def _more(self, event: Mapping[str, object]) -> Mapping[str, object]:
        counted = event["kind"] in {"slack_calls", "slack_post", "slack_listening"}
        return {"pulse": view.pulse(self.world)} if counted else {}

    async def file(self, request: Request) -> Response:
        file = self.world.files.stored.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        shown = file.mime in {"image/png", "image/jpeg", "image/gif", "image/webp"}
        kind = file.mime if shown else "application/octet-stream"
        return Response(file.data, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})


def _chosen(element: Json, value: str | None) -> object:
    if value is None or element["type"] not in {"static_select", "radio_buttons", "overflow"}:
        return value
    try:
        return option(element, value)
    except LookupError:
        raise HTTPException(404, "no such option") from None


def _told(delivery: Delivery | None) -> str:
    """The id of what was sent to the app, or nothing."""
    return "" if delivery is None else delivery.id
