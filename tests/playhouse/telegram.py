"""Telegram for a live play: its stand-in, with the real channel behind a webhook."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from starlette.applications import Starlette

from bot.channels import Take
from bot.channels.telegram import Telegram
from bot.channels.telegram.webhook import PATH
from bot.sandbox.serve import listen, serve
from bot.sandbox.telegram import Entity, Message, Person, Room, World
from tests.meanwhile import meanwhile
from tests.playhouse.platform import Clock, Look, Sent


class OnTelegram:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.world = World()
        self.world.clock = lambda: clock().timestamp()
        self.forum = self.world.forum("Soporte")
        self.team = str(self.forum.id)
        self._stack = AsyncExitStack()
        second = self.world.forum("Oficina")
        for room, first in ((self.forum, 1000), (second, 2000)):
            for _n in range(first):
                room.next_id()  # each chat counts its own messages; a play tells them apart by number alone
        self.office = str(second.id)
        self._rooms = {self.team: self.forum, self.office: second}
        self._agents: dict[str, Room] = {}

    async def open(self, take: Take) -> None:
        api = await self._stack.enter_async_context(serve(self.world))
        door = Starlette()
        url = await self._stack.enter_async_context(listen(door))
        self.channel = Telegram(
            self.world.token, secret_key="k", api_url=api, public_url=url, mode="webhook", now=self.clock
        )
        door.router.routes += self.channel.routes(take)
        await self._stack.enter_async_context(meanwhile(self.channel.listen(take)))
        await self.world.until(lambda: self.world.updates.webhook)
        assert url + PATH == getattr(self.world.updates.webhook, "url", "")

    async def close(self) -> None:
        await self._stack.aclose()
        await self.channel.close()

    def joins(self, name: str, locale: str, team: str) -> str:
        person = self.world.person(name, language=locale or None)
        person.chat.opened = True  # agents, too, have said hello: what they ask for comes to them alone
        if team:
            person.join(self._rooms[team])
            self._agents[str(person.id)] = self._rooms[team]
        return str(person.id)

    def leaves(self, who: str) -> None:
        person, room = self._person(who)
        person.leave(room)

    def _person(self, who: str) -> tuple[Person, Room]:
        person = self.world.people[int(who)]
        return person, self._agents.get(who, person.chat)

    def writes(self, who: str, words: str, room: str, answers: str, quote: str = "", *, of: str = "") -> str:
        person, chat = self._person(who)
        topic, under = int(room) if room else None, int(answers) if answers else None
        return str(person.write(words, chat=chat, topic=topic, reply_to=under, quote=quote, of=of).message_id)

    def attaches(self, who: str, sent: Sent, room: str) -> str:
        person, chat = self._person(who)
        where: dict[str, Any] = {"chat": chat, "topic": int(room) if room else None}
        caption = sent.caption or None
        if sent.kind == "file":
            return str(person.document(sent.data, sent.names[0], caption, **where).message_id)
        if len(sent.names) == 1:
            return str(person.photo(sent.data, caption, **where).message_id)
        return str(person.album([sent.data] * len(sent.names), caption, **where)[0].message_id)

    def presses(self, who: str, on: str, data: str) -> None:
        person, chat = self._person(who)
        person.press_data(int(on), data, chat=chat)

    def edits(self, who: str, ref: str, words: str) -> None:
        person, chat = self._person(who)
        person.edit(int(ref), words, chat=chat)

    def shuts(self, who: str, *, shut: bool) -> None:
        person, _ = self._person(who)
        person.block() if shut else person.unblock()

    def loses(self, room: str) -> None:
        self.forum.delete_topic(self.forum.topic(int(room)))

    async def quiet(self) -> None:
        await self.world.until(lambda: not self.world.updates.waiting and not self.world.unanswered_callbacks())

    def look(self, chat: str, refs: tuple[str, ...]) -> Look:
        found = [self.world.rooms[int(chat)].message(int(ref)) for ref in refs]
        shown = [message for message in found if message is not None]
        assert len(shown) == len(refs)
        files = sum(message.file_id is not None for message in shown)
        return Look(_read(shown[0]), tuple(shown[0].labels), files)

    def whispered(self, who: str) -> str:
        return self.world.people[int(who)].answers[-1]

    def complaints(self) -> list[str]:
        return self.world.complaints


def _read(message: Message) -> str:
    """Telegram counts UTF-16 units."""
    units = message.words.encode("utf-16-le")
    for entity in sorted(message.entities or message.caption_entities or [], key=lambda e: -e.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        inside = units[start:end].decode("utf-16-le")
        units = units[:start] + _marked(entity, inside).encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def _marked(entity: Entity, inside: str) -> str:
    match entity.type:
        case "blockquote" | "expandable_blockquote":
            return "\n".join(f"> {line}" for line in inside.split("\n"))
        case "text_link" if not str(entity.url).startswith("tg://user"):
            return f"{inside} ({entity.url})"
    return inside
