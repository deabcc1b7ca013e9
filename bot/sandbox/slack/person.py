"""A person in a Slack workspace: writes, attaches, edits, reacts, and sees what the channel shows."""

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.gestures import Gestures
from bot.sandbox.slack.shapes import Json, Message, plain

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World

Seen = Callable[[Message], bool] | str


class Person(Gestures):
    """Every method acts at once; the app hears of it as an event. `dm` is their direct messages with the app."""

    def __init__(self, world: "World", user_id: str, name: str, *, language: str, zone: str, team: str) -> None:
        super().__init__(world, user_id, name, team)
        self.language = language
        self.zone = zone
        self.deleted = False
        # another app's user: it may be in channels and leave signs
        self.bot = False

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    def public(self, *, locale: bool = False) -> Json:
        """The user object."""
        profile: Json = {"real_name": self.name, "display_name": self.name.split()[0], "team": self.team}
        shown: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.split()[0].lower(),
            "deleted": self.deleted,
            "real_name": self.name,
            "tz": self.zone,
            "tz_label": self.zone,
            "tz_offset": 3600,
            "profile": profile | {"image_72": f"{self.world.address}/icon.svg"},
            "is_admin": False,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_stranger": self.team != self.world.team.id,
            "updated": self.world.now,
        }
        return shown | ({"locale": self.language} if locale else {})

    # saying -------------------------------------------------------------------

    def write(self, text: str, *, channel: Channel | None = None, thread: Message | str | None = None) -> Message:
        """As typed: `*bold*`, `> quote`, `@here`, addresses and emoji become what Slack's clients make of them."""
        room, message = self._draft(text, channel, thread)
        return self._say(room, message)

    def upload(
        self,
        files: Iterable[tuple[str, bytes]],
        text: str = "",
        *,
        channel: Channel | None = None,
        thread: Message | str | None = None,
    ) -> Message:
        """Files in one message: names and contents."""
        room, message = self._draft(text, channel, thread)
        kept = [self.world.files.keep(name, data, self.id, self.world.now) for name, data in files]
        message.subtype, message.upload = "file_share", False
        message.files = [file.public(self.world.address, self.world.team.id) for file in kept]
        for file in kept:
            file.channels.append(room.id)
        if not text:
            message.blocks = None
        return self._say(room, message)

    def _draft(self, text: str, channel: Channel | None, thread: Message | str | None) -> tuple[Channel, Message]:
        room = channel or self.dm
        said = mrkdwn.typed(text, self._names())
        message = Message(type="message", text=said, ts=room.next_ts(), user=self.id, team=self.team)
        message.client_msg_id = str(uuid.uuid4())
        if self.team != self.world.team.id:
            message.user_team = message.source_team = self.team
        message.blocks = [mrkdwn.rich(said, f"r{self.world.number():x}")]
        if thread is not None:
            self._under(room, message, thread)
        return room, message

    def _under(self, room: Channel, message: Message, thread: Message | str) -> None:
        ts = thread if isinstance(thread, str) else thread.thread_ts or thread.ts
        root = room.message(ts)
        message.thread_ts, message.parent_user_id = ts, root.user if root else None

    def _names(self) -> dict[str, str]:
        names = {person.name.split()[0]: person.id for person in self.world.people.values()}
        return names | {self.world.app.name: self.world.app.user_id}

    def _say(self, room: Channel, message: Message) -> Message:
        room.keep(message)
        self.world.announce(room, message)
        return message

    def edit(self, message: Message, text: str, *, channel: Channel | None = None) -> Message:
        room, before = channel or self.dm, plain(message)
        message.text = mrkdwn.typed(text, self._names())
        message.blocks = [mrkdwn.rich(message.text, f"r{self.world.number():x}")]
        message.edited = {"user": self.id, "ts": room.next_ts()}
        room.shown(message)
        self.world.amended(room, "message_changed", message=plain(message), previous_message=before)
        return message

    def delete(self, message: Message, *, channel: Channel | None = None) -> None:
        """A root with answers is not taken away but replaced by a tombstone: Slack calls that a change."""
        room, before = channel or self.dm, plain(message)
        room.remove(message.ts)
        stone = room.message(message.ts)
        if stone is not None:
            self.world.amended(room, "message_changed", message=plain(stone), previous_message=before)
        else:
            self.world.amended(room, "message_deleted", previous_message=before, deleted_ts=message.ts)

    def react(self, message: Message, name: str, *, channel: Channel | None = None, add: bool = True) -> None:
        """`name` as Slack calls it: `eyes`, `white_check_mark`."""
        room = channel or self.dm
        if room.react(message, name, self.id, add=add) and self.world.app.user_id in room.members:
            self.world.reacted(room, message, name, self.id, add=add)

    def join(self, room: Channel) -> None:
        self._come(room, "member_joined_channel", "channel_join", "has joined the channel")

    def leave(self, room: Channel) -> None:
        self._come(room, "member_left_channel", "channel_leave", "has left the channel")

    def _come(self, room: Channel, kind: str, subtype: str, words: str) -> None:
        if (self.id in room.members) == (subtype == "channel_join"):
            return
        room.members.append(self.id) if subtype == "channel_join" else room.members.remove(self.id)
        self.world.tell("slack_channel", channel=room.public() | {"members": room.members})
        inner: Json = {"type": kind, "user": self.id, "channel": room.id, "channel_type": "C", "team": self.team}
        self.world.event(inner | {"event_ts": room.next_ts()})
        message = Message(
            type="message", subtype=subtype, text=f"<@{self.id}> {words}", ts=room.next_ts(), user=self.id
        )
        self._say(room, message)

    # seeing -------------------------------------------------------------------

    async def sees(
        self, what: Seen, *, channel: Channel | None = None, after: Message | None = None, seconds: float = 5.0
    ) -> Message:
        """Waits for a message of the app that holds these words as people read them."""

        def found() -> Message | None:
            shown = [m for m in self.visible(channel) if m.by_bot and (after is None or m.ts > after.ts)]
            fits = what if callable(what) else lambda m: what in mrkdwn.shown(m)
            return next((message for message in reversed(shown) if fits(message)), None)

        await self.world.until(found, seconds)
        message = found()
        assert message is not None
        return message
