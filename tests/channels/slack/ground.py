"""Slack as the contract of channels sees it: its stand-in with the real channel, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from starlette.applications import Starlette

from bot.channels.slack import Keys, Slack
from bot.events import Address, Caller
from bot.sandbox.serve import listen, serve_slack
from bot.sandbox.slack import Message, World
from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.mrkdwn import live, shown
from bot.sandbox.slack.shapes import things, word
from tests.channels.ground import Call, Desk, Ground, Place, Shown, listening


class OnSlack:
    topical, findable = False, True
    _calls: ClassVar[dict[Call, str]] = {
        "say": "chat.postMessage", "edit": "chat.update", "unsay": "chat.delete", "file": "files.completeUploadExternal",
    }  # fmt: skip

    def __init__(self, url: str, world: World) -> None:
        self.world, self.desk, self.secret = world, Desk(), world.app.token
        keys = Keys(token=world.app.token, signing_secret=world.app.signing_secret)
        self.people = {"customer": world.person("Ana Ruiz"), "team": world.person("Bea", language="en-US")}
        team = world.channel("soporte", [self.people["team"]])
        self.rooms = {"customer": self.people["customer"].dm, "team": team}
        self.channel = Slack(keys, api_url=f"{url}/slack/api/", teams=(team.id,))

    def at(self, place: Place) -> Address:
        return Address("slack", self.people["customer"].id if place == "customer" else self.rooms["team"].id)

    def caller(self, place: Place) -> Caller:
        person = self.people[place]
        return Caller(person.id, person.name.split()[0], person.language)

    def writes(self, place: Place, words: str, under: str = "") -> str:
        thread = under.partition("/")[2] or None
        return self._ref(place, self.people[place].write(words, channel=self.rooms[place], thread=thread))

    def edits(self, place: Place, ref: str, words: str) -> None:
        message = self.rooms[place].message(ref.partition("/")[2])
        assert message is not None
        self.people[place].edit(message, words, channel=self.rooms[place])

    def presses(self, place: Place, label: str) -> None:
        self.people[place].press(label, channel=self.rooms[place])

    def attaches(self, name: str, data: bytes, caption: str) -> str:
        return self._ref("customer", self.people["customer"].upload([(name, data)], caption))

    def _ref(self, place: Place, message: Message) -> str:
        return f"{self.rooms[place].id}/{message.ts}"

    def seen(self, place: Place) -> list[Shown]:
        return [self._shown(place, message) for message in self.rooms[place].messages if message.by_bot]

    def _shown(self, place: Place, message: Message) -> Shown:
        assert live(message) == []
        files = [self.world.files.stored[str(one["id"])] for one in message.files or []]
        return Shown(
            words=shown(message),
            styles=tuple(_styles(message)),
            labels=tuple(
                word(one, "text", "text") for one in elements(message.blocks or []) if one["type"] == "button"
            ),
            files=tuple((file.name, file.data) for file in files),
            under=f"{self.rooms[place].id}/{message.thread_ts}" if message.in_thread else "",
        )

    def whispers(self) -> list[str]:
        ours = self.people["team"].id
        return [shown(message) for user, message in self.rooms["team"].whispers if user == ours]

    def loses(self, place: Place, ref: str) -> None:
        self.rooms[place].remove(ref.partition("/")[2])

    def loses_room(self, thread: str) -> None:
        root = thread.partition("/")[2]
        for message in [*self.rooms["team"].replies(root), *self.rooms["team"].messages]:
            if root in (message.thread_ts, message.ts):
                self.rooms["team"].remove(message.ts)

    def shuts(self) -> None:
        self.people["customer"].deleted = True

    def fails(self, call: Call, how: Any, seconds: int = 1) -> None:
        self.world.fail(self._calls[call], how, retry_after=seconds)

    def made(self, call: Call) -> int:
        return len(self.world.called(self._calls[call]))

    def expires(self) -> None:
        self.world.revoked.add(self.world.app.token)

    def breaks_files(self) -> None:
        self.world.fail("file", 500)

    def complaints(self) -> list[str]:
        return self.world.complaints


def _styles(message: Message) -> Iterator[tuple[str, str]]:
    for one in _elements(message.blocks):
        on = one.get("style")
        if one["type"] == "link" and word(one, "text"):
            yield "link", word(one, "text")
        elif isinstance(on, dict):
            yield next(iter(on)), word(one, "text")


def _elements(blocks: object) -> Iterator[dict[str, object]]:
    """Of rich text, whatever holds them."""
    for one in things(blocks):
        if one["type"] in ("text", "link", "emoji"):
            yield one
        elif one["type"] != "actions":
            yield from _elements(one.get("elements"))


@asynccontextmanager
async def slack() -> AsyncIterator[Ground]:
    async with serve_slack(world := World()) as url:
        ground = OnSlack(url, world)
        async with listen(Starlette(routes=ground.channel.routes(ground.desk.take))) as door, listening(ground):
            world.app.request_url = f"{door}/slack/events"
            yield ground
            world.app.request_url = ""
        await ground.channel.close()
