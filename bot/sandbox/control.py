"""The demo's controls over HTTP, for the page and for tests in other processes.

All bodies are JSON; people, chats, topics and messages are named by id. A wrong name is 404, a wrong body 400.

    GET  /sandbox/state                  everything: bot, people, rooms with their messages, pulse
    GET  /sandbox/events                 server-sent events, one JSON object each with its `kind`:
                                         message, deleted, topic, topic_deleted, reaction, unpinned, person, room, blocked,
                                         typing, pressed, answered, commands, profile, listening, calls, desk, closing
    GET  /sandbox/calls                  all calls of the Bot API: method, params, status, result, description
    GET  /sandbox/files/<file_id>        the bytes of a file;  /sandbox/samples/<name>: a picture to attach
    POST /sandbox/people                 {name, language, group?} → the new person
    POST /sandbox/language               {person, language}
    POST /sandbox/write                  {person, text, chat?, topic?, reply_to?} → the message
    POST /sandbox/edit                   {person, message_id, text, chat?}
    POST /sandbox/delete                 {person, message_id, chat?}
    POST /sandbox/press                  {person, message_id, data, chat?} → the callback query
    POST /sandbox/react                  {person, message_id, text: "👀", chat?}
    POST /sandbox/block, /unblock        {person}
    POST /sandbox/topic                  {person, chat, topic?, text: "open <name>" | "close" | "reopen" | "delete"}
    POST /sandbox/attach                 multipart: person, chat?, topic?, reply_to?, text (caption), kind (photo |
                                         document), files…, samples… ; several photos make an album
    POST /sandbox/inject                 {update}
    POST /sandbox/fail                   {method, code | trick, times?, chat?, text? (description), retry_after?}
    POST /sandbox/calm                   forgets all planned trouble
    POST /sandbox/route                  {text: "telegram" | "slack" | "both"}: where new tickets go (demo only)
    POST /sandbox/restart                kills the program with SIGKILL and starts it again (demo only)
"""

from collections.abc import Callable, Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import stream, view
from bot.sandbox.desk import Desk
from bot.sandbox.faults import Trick
from bot.sandbox.samples import SAMPLES, sample
from bot.sandbox.telegram.person import Person
from bot.sandbox.telegram.room import Room
from bot.sandbox.telegram.shapes import plain
from bot.sandbox.telegram.world import World


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a control; which fields matter depends on the control."""

    person: int = 0
    chat: int | None = None
    topic: int | None = None
    message_id: int = 0
    reply_to: int | None = None
    text: str = ""
    data: str | None = None
    name: str = ""
    language: str | None = None
    group: int | None = None
    update: dict[str, object] = {}
    method: str = "*"
    code: int | None = None
    trick: Trick | None = None
    times: int = 1
    retry_after: int = 1


class Controls:
    """Does for a person in a browser what `Person` does for a test."""

    def __init__(self, world: World, desk: Desk | None) -> None:
        self.world = world
        self.desk = desk

    def routes(self) -> list[Route]:
        actions: Mapping[str, Callable[[Order], object]] = {
            "people": self.join,
            "language": self.language,
            "write": self.write,
            "edit": self.edit,
            "delete": self.delete,
            "press": self.press,
            "react": self.react,
            "block": self.block,
            "unblock": self.unblock,
            "topic": self.topic,
            "inject": lambda order: {"update_id": self.world.inject(order.update)},
            "fail": self.fail,
            "calm": lambda _order: self.world.faults.clear(),
        }
        posts = [Route(f"/{name}", stream.act(Order, action), methods=["POST"]) for name, action in actions.items()]
        return [
            *posts,
            Route("/attach", self.attach, methods=["POST"]),
            Route("/restart", self.restart, methods=["POST"]),
            Route("/route", self.route, methods=["POST"]),
            Route("/state", self.state),
            Route("/events", self.events),
            Route("/calls", self.calls),
            Route("/files/{file_id}", self.file),
            Route("/samples/{name}", self.sample),
        ]

    # who and where ------------------------------------------------------------

    def _person(self, number: int) -> Person:
        if number not in self.world.people:
            raise HTTPException(404, f"nobody has the id {number}")
        return self.world.people[number]

    def _room(self, order: Order) -> Room:
        if order.chat is None:
            return self._person(order.person).chat
        if order.chat not in self.world.rooms:
            raise HTTPException(404, f"no chat has the id {order.chat}")
        room = self.world.rooms[order.chat]
        if order.topic not in {None, 1} and order.topic not in room.topics:
            raise HTTPException(404, f"no topic has the id {order.topic}")
        return room

    # what people do -----------------------------------------------------------

    def join(self, order: Order) -> object:
        person = self.world.person(order.name.strip()[:64] or "Ana", language=order.language)
        if order.group is not None:
            person.join(self._room(Order(chat=order.group)))
        return view.person(self.world, person)

    def language(self, order: Order) -> object:
        person = self._person(order.person)
        person.language(order.language)
        return view.person(self.world, person)

    def write(self, order: Order) -> object:
        person, room = self._person(order.person), self._room(order)
        return plain(person.write(order.text, chat=room, topic=order.topic, reply_to=order.reply_to))

    def edit(self, order: Order) -> object:
        person, room = self._person(order.person), self._room(order)
        message = room.message(order.message_id)
        if message is None or message.from_ != person.user:
            raise HTTPException(404, "not a message of theirs")
        return plain(person.edit(message, order.text, chat=room))

    def delete(self, order: Order) -> object:
        self._person(order.person).delete(order.message_id, chat=self._room(order))
        return True

    def press(self, order: Order) -> object:
        return plain(self._person(order.person).press_data(order.message_id, order.data, chat=self._room(order)))

    def react(self, order: Order) -> object:
        self._person(order.person).react(order.message_id, order.text or None, chat=self._room(order))
        return True

    def block(self, order: Order) -> object:
        self._person(order.person).block()
        return True

    def unblock(self, order: Order) -> object:
        self._person(order.person).unblock()
        return True

    def topic(self, order: Order) -> object:
        person, room = self._person(order.person), self._room(order)
        verb, _, name = order.text.partition(" ")
        if verb == "open":
            return room.open_topic(person.user, name or "?").id
        if order.topic not in room.topics:
            raise HTTPException(404, "no such topic")
        topic = room.topics[order.topic]
        if verb == "delete":
            room.delete_topic(topic)
        elif topic.closed != (verb == "close"):
            room.close_topic(person.user, topic, closed=verb == "close")
        return topic.id

    def fail(self, order: Order) -> object:
        meets = order.trick or order.code or 500
        room = self._room(order) if order.chat is not None else None
        self.world.fail(
            order.method,
            meets,
            times=order.times,
            chat=room,
            description=order.text,
            retry_after=order.retry_after,
        )
        return True

    async def attach(self, request: Request) -> Response:
        stream.own_page_only(request)
        async with request.form(max_files=20) as form:
            order, files = stream.order_of(Order, form), await stream.contents(form)
            return stream.json(self._attached(order, str(form.get("kind", "photo")), files))

    def _attached(self, order: Order, kind: str, contents: list[tuple[str, bytes]]) -> object:
        person, room, caption = self._person(order.person), self._room(order), order.text or None
        if not contents:
            raise HTTPException(400, "no file came")
        if kind == "photo" and len(contents) > 1:
            pictures = [data for _, data in contents]
            return [plain(one) for one in person.album(pictures, caption, chat=room, topic=order.topic)]
        said = []
        for name, data in contents:
            topic, reply_to = order.topic, order.reply_to
            if kind == "photo":
                message = person.photo(data, caption, chat=room, topic=topic, reply_to=reply_to)
            else:
                message = person.document(data, name, caption, chat=room, topic=topic, reply_to=reply_to)
            said.append(plain(message))
            caption = None
        return said

    # what there is to see -----------------------------------------------------

    async def state(self, _request: Request) -> Response:
        return stream.json(view.state(self.world, self.desk))

    async def calls(self, _request: Request) -> Response:
        return stream.json(self.world.calls)

    async def events(self, _request: Request) -> Response:
        return stream.events(self.world, self._more)

    def _more(self, event: Mapping[str, object]) -> Mapping[str, object]:
        match event["kind"]:
            case "calls" | "listening" | "desk":
                return {"pulse": view.pulse(self.world, self.desk)}
            case "profile":
                return {"profile": view.profile(self.world)}
            case "commands" | "person":
                return {"people": [view.person(self.world, one) for one in self.world.people.values()]}
        return {}

    async def file(self, request: Request) -> Response:
        file = self.world.files.stored.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        shown = file.kind in {"photo", "voice", "video"}
        mime = ("image/jpeg" if file.kind == "photo" else file.mime_type) if shown else "application/octet-stream"
        return Response(file.data, media_type=mime, headers={"X-Content-Type-Options": "nosniff"})

    async def sample(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in SAMPLES:
            raise HTTPException(404)
        return Response(sample(name), media_type="image/png", headers={"Cache-Control": "max-age=3600"})

    async def route(self, request: Request) -> Response:
        stream.own_page_only(request)
        if self.desk is None:
            raise HTTPException(409, "the desk was not started from here")
        try:
            await self.desk.send_to(msgspec.json.decode(await request.body(), type=Order).text)
        except (msgspec.DecodeError, KeyError):
            raise HTTPException(400, "no such place") from None
        return stream.json(body=True)

    async def restart(self, request: Request) -> Response:
        stream.own_page_only(request)
        if self.desk is None:
            raise HTTPException(409, "the desk was not started from here")
        await self.desk.restart()
        return stream.json(body=True)
