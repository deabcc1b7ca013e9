"""Slack for a live play: its stand-in, with the real channel behind signed requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack

from starlette.applications import Starlette

import handlers
from bot.channels import Take
from bot.channels.slack import Keys, Slack
from bot.sandbox.serve import listen, serve_slack
from bot.sandbox.slack import Channel, Message, Person, World
from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.mrkdwn import EMOJI, live, reading
from bot.sandbox.slack.shapes import Json, things, word
from tests.playhouse.form import form_of
from tests.playhouse.platform import HOME, Clock, Look, Sent

LOCALES = {"es": "es-ES", "en": "en-US"}


class OnSlack:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.world = World()
        self.world.clock = lambda: clock().timestamp()
        self.room = self.world.channel("soporte")
        self.team = self.room.id
        self.second = self.world.channel("oficina")
        self.office = self.second.id
        self._stack = AsyncExitStack()

    async def open(self, take: Take) -> None:
        world, app = self.world, self.world.app
        api = await self._stack.enter_async_context(serve_slack(world))
        self.channel = Slack(
            Keys(token=app.token, signing_secret=app.signing_secret), api_url=f"{api}/slack/api/", teams=(self.team, self.office),
            commands=handlers.EVERYWHERE, team_commands=handlers.TEAM_COMMANDS,
            room_commands=handlers.ROOM_COMMANDS, now=self.clock,
        )  # fmt: skip
        door = await self._stack.enter_async_context(listen(Starlette(routes=self.channel.routes(take))))
        app.request_url = f"{door}/slack/events"

    async def close(self) -> None:
        self.world.app.request_url = ""
        await self._stack.aclose()
        await self.channel.close()

    def joins(self, name: str, locale: str, team: str) -> str:
        person = self.world.person(name, language=LOCALES.get(locale, locale))
        for room in (self.room, self.second):
            if room.id == team:
                room.members.append(person.id)
        return person.id

    def _person(self, who: str) -> tuple[Person, Channel]:
        person = self.world.people[who]
        return person, next((room for room in (self.room, self.second) if who in room.members), person.dm)

    def writes(self, who: str, words: str, room: str, answers: str, quote: str = "", *, of: str = "") -> str:
        """Slack eats slash words; those of ours follow `/support`."""
        assert not quote, "nobody can quote a part of a message there"
        assert not of, "what is passed on stands below one's own words there"
        person, chat = self._person(who)
        name, _, rest = words.removeprefix("/").partition(" ")
        if words.startswith("/") and name in (*handlers.EVERYWHERE, *handlers.ROOM_COMMANDS):
            if not room:
                person.command(f"{name} {rest}".strip(), channel=chat)
                return ""
            words = f"!{words[1:]}"  # Slack takes no slash words in a thread
        thread = (answers or room).partition("/")[2] or None
        return f"{chat.id}/{person.write(words, channel=chat, thread=thread).ts}"

    def attaches(self, who: str, sent: Sent, room: str) -> str:
        person, chat = self._person(who)
        files = [(name or f"image{n}.png", sent.data) for n, name in enumerate(sent.names)]
        thread = room.partition("/")[2] or None
        return f"{chat.id}/{person.upload(files, sent.caption, channel=chat, thread=thread).ts}"

    def presses(self, who: str, on: str, data: str) -> None:
        """Also what is no longer shown, for an app that has not caught up yet."""
        person, chat = self._person(who)
        if on == HOME:
            assert person.home is not None
            person.press_in(person.home, data)
            return
        message = chat.message(on.partition("/")[2]) or Message(type="message", text="", ts=on.partition("/")[2])
        button: Json = {"type": "button", "action_id": "b0", "value": data, "text": {"type": "plain_text", "text": "…"}}
        person.act_on(chat, message, {"type": "actions", "block_id": "buttons"}, button)

    def edits(self, who: str, ref: str, words: str) -> None:
        person, chat = self._person(who)
        message = chat.message(ref.partition("/")[2])
        assert message is not None
        person.edit(message, words, channel=chat)

    def visits(self, who: str) -> None:
        self.world.people[who].open_home()

    def opens(self, who: str, words: str) -> None:
        person = self.world.people[who]
        person.command(words) if words else person.shortcut()

    def fills(self, who: str, label: str, given: str | Sent) -> bool:
        files = None if isinstance(given, str) else [(f"image{n}.png", given.data) for n, _ in enumerate(given.names)]
        return self.world.people[who].fill(label, files or str(given) or None) is not None

    def sends(self, who: str) -> None:
        """Also what is missing: it is not for Slack to say so."""
        self.world.people[who].submit(anyway=True)

    def closes(self, who: str) -> None:
        self.world.people[who].close()

    def form(self, who: str) -> str:
        view = self.world.people[who].modal
        return "\n".join(form_of(view)) if view else ""

    def reacts(self, who: str, on: str, sign: str) -> None:
        person, chat = self._person(who)
        message = chat.message(on.partition("/")[2])
        assert message is not None
        person.react(message, next(name for name, emoji in EMOJI.items() if emoji == sign), channel=chat)

    def deletes(self, who: str, ref: str) -> None:
        person, chat = self._person(who)
        message = chat.message(ref.partition("/")[2])
        assert message is not None
        person.delete(message, channel=chat)

    def leaves(self, who: str) -> None:
        person, chat = self._person(who)
        person.leave(chat)

    def shuts(self, who: str, *, shut: bool) -> None:
        """Slack says so at whatever is sent into the conversation with them."""
        self.world.faults.clear()
        if shut:
            self.world.fail("chat.postMessage", "user_disabled", times=99, channel=self.world.people[who].dm)
            self.world.fail(
                "files.completeUploadExternal", "user_disabled", times=99, channel=self.world.people[who].dm
            )

    def loses(self, room: str) -> None:
        root = room.partition("/")[2]
        for message in [*self.room.replies(root), *self.room.roots]:
            if root in (message.ts, message.thread_ts):
                self.room.remove(message.ts)

    async def quiet(self) -> None:
        while self.world.post.waiting or self._busy():
            await self.world.until(lambda: not self.world.post.waiting)
            await asyncio.gather(*self._busy(), return_exceptions=True)
            await asyncio.sleep(0)

    def _busy(self) -> set[asyncio.Task[object]]:
        """What the channel does after Slack has heard that it has something: opening forms, for one."""
        return {task for ear in self.channel._ears for task in ear._tasks}

    def look(self, chat: str, refs: tuple[str, ...]) -> Look:
        if refs[0].endswith(f"/{HOME}"):
            return self._home(self.world.people[chat])
        channel, _, ts = refs[0].partition("/")
        message = self.world.channels[channel].message(ts)
        assert message is not None
        team = {f"@{member}" for room in (self.room, self.second) for member in room.members}
        assert set(live(message)) <= team  # a colleague may be called; nobody else is rung
        buttons = (one for one in elements(message.blocks or []) if one["type"] == "button")
        files = [self.world.files.stored[word(one, "id")] for one in message.files or []]
        return Look(self._named(read(message)), tuple(word(one, "text", "text") for one in buttons), len(files))

    def _named(self, words: str) -> str:
        """A mention as its readers see it."""
        for person in self.world.people.values():
            words = words.replace(f"@{person.id}", f"@{person.name}")
        return words

    def _home(self, person: Person) -> Look:
        assert person.home is not None
        page = Message(type="message", text="", ts="0", blocks=person.home.blocks)
        buttons = (one for one in elements(person.home.blocks) if one["type"] == "button")
        return Look(read(page), tuple(word(one, "text", "text") for one in buttons))

    def whispered(self, who: str) -> str:
        _person, chat = self._person(who)
        _, message = next(pair for pair in reversed(chat.whispers) if pair[0] == who)
        return reading(message.text)

    def complaints(self) -> list[str]:
        return [*self.world.complaints, *(w for one in self.world.people.values() for w in one.warnings)]


def read(message: Message) -> str:
    parts = [part for block in things(message.blocks) for part in things(block.get("elements")) if "elements" in part]
    if not parts:
        return reading(message.text)
    return "\n".join(_part(part) for part in parts)


def _part(part: Json) -> str:
    said = "".join(_said(things(part.get("elements"))))
    quoted = part["type"] == "rich_text_quote"
    return "\n".join(f"> {line}" for line in said.split("\n")) if quoted else said


def _said(elements: Iterable[Json]) -> Iterator[str]:
    for one in elements:
        shown, url = word(one, "text"), word(one, "url")
        if one["type"] == "emoji":
            yield EMOJI[word(one, "name")]
        elif one["type"] == "user":
            yield f"@{word(one, 'user_id')}"
        elif shown and url and url.removeprefix("https://") != shown:
            yield f"{shown} ({url})"
        else:
            yield shown or url or word(one, "fallback")
