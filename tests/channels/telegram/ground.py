"""Telegram as the contract of channels sees it: its stand-in with the real channel, polling."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any, ClassVar

from bot.channels.telegram import Telegram
from bot.events import Address, Caller
from bot.sandbox.serve import serve
from bot.sandbox.telegram import Message, World
from bot.sandbox.telegram.refusals import UNAUTHORIZED
from tests.channels.ground import Call, Desk, Ground, Place, Shown, listening


class OnTelegram:
    topical, findable = True, False
    _calls: ClassVar[dict[Call, str]] = {
        "say": "sendMessage",
        "edit": "editMessageText",
        "unsay": "deleteMessage",
        "file": "sendDocument",
    }

    def __init__(self, url: str, world: World) -> None:
        self.world, self.desk, self.secret = world, Desk(), world.token
        self.channel = Telegram(world.token, secret_key="k", api_url=url, mode="polling")
        self.people = {"customer": world.person("Ana Ruiz", language="es"), "team": world.person("Bea", language="en")}
        self.rooms = {"customer": self.people["customer"].chat, "team": world.forum("Soporte", [self.people["team"]])}
        self.rooms["customer"].opened = True

    def at(self, place: Place) -> Address:
        return Address("telegram", str(self.rooms[place].id))

    def caller(self, place: Place) -> Caller:
        user = self.people[place].user
        name = f"{user.first_name} {user.last_name or ''}".strip()
        return Caller(str(user.id), name, user.language_code or "")

    def writes(self, place: Place, words: str, under: str = "") -> str:
        topic = int(under) if under else None
        return str(self.people[place].write(words, chat=self.rooms[place], topic=topic).message_id)

    def edits(self, place: Place, ref: str, words: str) -> None:
        self.people[place].edit(int(ref), words, chat=self.rooms[place])

    def presses(self, place: Place, label: str) -> None:
        self.people[place].press(label, chat=self.rooms[place])

    def attaches(self, name: str, data: bytes, caption: str) -> str:
        return str(self.people["customer"].document(data, name, caption).message_id)

    def seen(self, place: Place) -> list[Shown]:
        """An album is one message of several."""
        ours = [m for m in self.rooms[place].messages if m.by_bot and not m.forum_topic_created]
        whole = (list(run) for _, run in groupby(ours, key=lambda m: m.media_group_id or m.message_id))
        return [self._shown(several) for several in whole]

    def _shown(self, several: Sequence[Message]) -> Shown:
        first = several[0]
        stored = [self.world.files.stored[m.file_id] for m in several if m.file_id]
        styles = (first.entities or first.caption_entities or []) if first.words else []
        return Shown(
            words=first.words,
            styles=tuple((STYLES[e.type], _cut(first.words, e.offset, e.length)) for e in styles if e.type in STYLES),
            labels=tuple(first.labels),
            files=tuple((file.name, file.data) for file in stored),
            under=str(first.message_thread_id or ""),
        )

    def whispers(self) -> list[str]:
        return self.people["team"].answers

    def loses(self, place: Place, ref: str) -> None:
        self.rooms[place].remove([int(ref)])

    def loses_room(self, thread: str) -> None:
        self.rooms["team"].delete_topic(self.rooms["team"].topic(int(thread)))

    def shuts(self) -> None:
        self.people["customer"].block()

    def fails(self, call: Call, how: Any, seconds: int = 1) -> None:
        self.world.fail(self._calls[call], how, retry_after=seconds)

    def made(self, call: Call) -> int:
        return len(self.world.called(self._calls[call]))

    def expires(self) -> None:
        self.world.fail("*", UNAUTHORIZED, times=99)

    def breaks_files(self) -> None:
        self.world.fail("getFile", 500)

    def complaints(self) -> list[str]:
        return self.world.complaints


STYLES = {"bold": "bold", "italic": "italic", "strikethrough": "strike", "code": "code", "text_link": "link"}


def _cut(words: str, offset: int, length: int) -> str:
    """Telegram counts UTF-16 units."""
    return words.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@asynccontextmanager
async def telegram() -> AsyncIterator[Ground]:
    async with serve(world := World()) as url:
        ground = OnTelegram(url, world)
        async with listening(ground):
            await world.until(lambda: any(call.ok for call in world.called("setMyCommands")))
            yield ground
        await ground.channel.close()
