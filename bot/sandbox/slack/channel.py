"""One conversation: a channel, public or private, or a direct message; its members, its messages, its threads."""

from typing import TYPE_CHECKING

from bot.sandbox.slack.shapes import Json, Message, Reaction, plain

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World


class Channel:
    """`messages` never shows what was deleted; `whispers` are seen by one person each, until they reload."""

    def __init__(self, world: "World", channel_id: str, name: str = "", kind: str = "channel") -> None:
        self.world = world
        self.id = channel_id
        self.name = name
        # channel, group (a private one) or im
        self.kind = kind
        self.created = world.now
        self.members: list[str] = []
        self.archived = False
        self.whispers: list[tuple[str, Message]] = []
        self._messages: dict[str, Message] = {}
        self._last = 0

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name or self.id}>"

    @property
    def called(self) -> str:
        """Its name in what a press or a command tells the app."""
        return "directmessage" if self.kind == "im" else self.name

    @property
    def messages(self) -> list[Message]:
        return sorted(self._messages.values(), key=lambda message: message.ts)

    @property
    def roots(self) -> list[Message]:
        return [message for message in self.messages if not message.in_thread]

    def message(self, ts: str) -> Message | None:
        return self._messages.get(ts)

    def replies(self, root: Message | str) -> list[Message]:
        """The messages of a thread, without its root."""
        ts = root if isinstance(root, str) else root.ts
        return [message for message in self.messages if message.in_thread and message.thread_ts == ts]

    def next_ts(self) -> str:
        """Unique in this channel and never going back."""
        self._last = max(self._last + 100, int(self.world.clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    # what happens -------------------------------------------------------------

    def keep(self, message: Message) -> Message:
        self._messages[message.ts] = message
        if message.in_thread and message.thread_ts:
            self._count(message.thread_ts)
        self.shown(message)
        return message

    def remove(self, ts: str) -> Message | None:
        """A root with answers leaves a tombstone, as it does at Slack."""
        gone = self._messages.pop(ts, None)
        if gone is None:
            return None
        if self.replies(ts):
            stone = Message(
                type="message", subtype="tombstone", text="This message was deleted.", ts=ts, user="USLACKBOT"
            )
            stone.thread_ts = ts
            self._messages[ts] = stone
            self._count(ts)
            self.shown(stone)
        else:
            self.world.tell("slack_deleted", channel=self.id, ts=ts)
        if gone.in_thread and gone.thread_ts:
            self._count(gone.thread_ts)
        return gone

    def _count(self, root_ts: str) -> None:
        root, answers = self._messages.get(root_ts), self.replies(root_ts)
        if root is None:
            return
        users = list(dict.fromkeys(message.user for message in answers if message.user))
        root.reply_count, root.reply_users_count = len(answers) or None, len(users) or None
        root.reply_users, root.latest_reply = users[:5] or None, answers[-1].ts if answers else None
        root.thread_ts, root.is_locked = (root_ts, False) if answers else (None, None)
        self.shown(root)

    def whisper(self, user: str, message: Message) -> None:
        self.whispers.append((user, message))
        self.world.tell("slack_whisper", channel=self.id, user=user, message=plain(message))

    def unwhisper(self, user: str, ts: str) -> None:
        """Only by a response_url."""
        self.whispers = [(one, m) for one, m in self.whispers if (one, m.ts) != (user, ts)]
        self.world.tell("slack_unwhisper", channel=self.id, user=user, ts=ts)

    def shown(self, message: Message) -> None:
        self.world.tell("slack_message", channel=self.id, message=plain(message))

    def react(self, message: Message, name: str, user: str, *, add: bool) -> bool:
        """Whether that changed anything."""
        given = {one.name: list(one.users) for one in message.reactions or []}
        users = given.setdefault(name, [])
        if (user in users) == add:
            return False
        users.append(user) if add else users.remove(user)
        message.reactions = [Reaction(name=k, users=v, count=len(v)) for k, v in given.items() if v] or None
        self.shown(message)
        return True

    # how the Web API shows it ---------------------------------------------------

    def public(self) -> Json:
        if self.kind == "im":
            user = next((one for one in self.members if one != self.world.app.user_id), "")
            shown: Json = {"id": self.id, "created": self.created, "is_archived": False, "is_im": True}
            person = self.world.people.get(user)
            gone = person is not None and person.deleted
            return shown | {"is_org_shared": False, "user": user, "priority": 0, "is_user_deleted": gone}
        team = self.world.team.id
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": self.kind == "channel",
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind == "group",
            "created": self.created,
            "is_archived": self.archived,
            "is_general": False,
            "unlinked": 0,
            "name_normalized": self.name,
            "is_shared": False,
            "is_org_shared": False,
            "is_ext_shared": False,
            "context_team_id": team,
            "shared_team_ids": [team],
            "creator": next(iter(self.members), ""),
            "is_member": self.world.app.user_id in self.members,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
            "num_members": len(self.members),
        }
