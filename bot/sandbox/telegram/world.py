"""The whole of Telegram as one bot sees it: people, chats, files, updates under way, and a record of every call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.sandbox.faults import Fault, Faults, Trick
from bot.sandbox.scene import Scene
from bot.sandbox.telegram.faults import Floods
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.person import Person
from bot.sandbox.telegram.refusals import Refusal, migrated, too_many
from bot.sandbox.telegram.room import ALL_RIGHTS, Room, as_user
from bot.sandbox.telegram.shapes import Callback, Chat, Me, Member, Message, Scope, User, plain
from bot.sandbox.telegram.updates import Updates

TOKEN = "123456789:SANDBOX-token-that-opens-nothing-00000"  # noqa: S105 - a pretend one


@dataclass
class Rules:
    """Where the real server can be run in different ways, or where its exact figure is not published."""

    # api.telegram.org refuses a button to http://localhost ("Wrong HTTP URL").
    refuse_local_buttons: bool = True
    # A local Bot API server takes webhooks on http and any port; api.telegram.org wants https.
    local_webhooks: bool = True
    # How long a press may be answered (seconds); the server's figure is not published.
    answer_within: float = 60.0
    # What one second of waiting between two tries of a webhook is (seconds); tests make it shorter.
    retry_second: float = 1.0
    floods: Floods | None = None


@dataclass
class Record:
    """One call of the Bot API and what came of it; `status` 0: no answer was given."""

    method: str
    params: Mapping[str, object]
    at: float
    status: int = 0
    result: object = None
    description: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200


@dataclass
class Press:
    callback: Callback
    person: Person
    at: float
    answer: Mapping[str, object] | None = None


@dataclass
class Profile:
    """What a bot says about itself, by language code ("" for all others)."""

    commands: dict[tuple[str, int | str | None, int | None, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menus: dict[int | None, Mapping[str, object]] = field(default_factory=dict)


class World(Scene):
    """See the package's docstring for what a test can do with it."""

    def __init__(self, token: str = TOKEN, username: str = "conserje_bot", name: str = "Conserje") -> None:
        super().__init__()
        self.token = token
        self.me = Me(id=int(token.partition(":")[0]), first_name=name, username=username)
        self.rules = Rules()
        self.faults: Faults[Refusal] = Faults()
        self.files = Files()
        self.profile = Profile()
        self.updates = Updates(clock=self._tell_time)
        self.people: dict[int, Person] = {}
        self.rooms: dict[int, Room] = {}
        self.presses: dict[str, Press] = {}
        self.calls: list[Record] = []
        self.complaints: list[str] = []
        self._message_id = 0

    # who there is -------------------------------------------------------------

    def person(self, name: str, *, language: str | None = "es", username: str | None = None) -> Person:
        first, _, last = name.partition(" ")
        number = 5_000_000_001 + len(self.people)
        user = User(id=number, is_bot=False, first_name=first, last_name=last or None)
        user.username, user.language_code = username, language
        self.people[number] = Person(self, user)
        self.tell("person", person=plain(user))
        return self.people[number]

    def forum(self, title: str, members: Iterable[Person] = (), *, admin: bool = True) -> Room:
        """A supergroup with topics; the bot is in it, as an administrator with every right unless told otherwise."""
        chat = Chat(id=-1002000000001 - len(self.rooms), type="supergroup", title=title, is_forum=True)
        return self._group(chat, members, admin=admin)

    def supergroup(self, title: str, members: Iterable[Person] = (), *, admin: bool = True) -> Room:
        chat = Chat(id=-1002000000001 - len(self.rooms), type="supergroup", title=title)
        return self._group(chat, members, admin=admin)

    def group(self, title: str, members: Iterable[Person] = (), *, admin: bool = True) -> Room:
        """A small group of the old kind, which can become a supergroup (`migrate`)."""
        return self._group(Chat(id=-4000001 - len(self.rooms), type="group", title=title), members, admin=admin)

    def channel(self, title: str) -> Room:
        return self._group(Chat(id=-1003000000001 - len(self.rooms), type="channel", title=title), (), admin=True)

    def _group(self, chat: Chat, members: Iterable[Person], *, admin: bool) -> Room:
        room = self.rooms[chat.id] = Room(self, chat)
        room.members[self.me.id] = _bot_member(admin=admin)
        for person in members:
            first = len(room.members) == 1
            room.members[person.id] = Member(status="creator" if first else "member")
        self.tell("room", chat=plain(chat))
        return room

    def migrate(self, room: Room, by: Person) -> Room:
        """The small group becomes a supergroup with a new id; the old one answers with the way to the new one."""
        fresh = Room(self, Chat(id=-1004000000001 - len(self.rooms), type="supergroup", title=room.chat.title))
        self.rooms[fresh.id] = fresh
        fresh.members = dict(room.members)
        room.service(by.user, migrate_to_chat_id=fresh.id)
        room.migrated_to = fresh.id
        fresh.service(by.user, migrate_from_chat_id=room.id)
        self.tell("room", chat=plain(fresh.chat))
        return fresh

    def private(self, person: Person) -> Room:
        user = person.user
        if person.id not in self.rooms:
            chat = Chat(id=person.id, type="private", first_name=user.first_name, last_name=user.last_name)
            chat.username = user.username
            self.rooms[person.id] = Room(self, chat)
        return self.rooms[person.id]

    def set_bot(self, room: Room, by: Person, member: Member) -> None:
        """Changes the bot's standing in a group: added, promoted, kicked. It hears of it."""
        before = room.member(self.user)
        room.members[self.me.id] = member
        self.membership(room, by, before, room.member(self.user))

    def membership(self, room: Room, by: Person, before: object, after: object) -> None:
        news = {"chat": plain(room.chat), "from": plain(by.user), "date": self.now}
        value = news | {"old_chat_member": before, "new_chat_member": after}
        self.updates.put("my_chat_member", value, f"chat {room.id}")

    @property
    def user(self) -> User:
        return as_user(self.me)

    # what happens -------------------------------------------------------------

    def _tell_time(self) -> float:
        """The clock of the moment: a test may put another in its place."""
        return self.clock()

    def next_message_id(self) -> int:
        self._message_id += 1
        return self._message_id

    def announce(self, room: Room, message: Message, kind: str = "message") -> None:
        """Queues the message for the bot, if the bot may see it."""
        if room.chat.type == "channel":
            kind = kind.replace("message", "channel_post")
        if self._visible(room, message):
            self.updates.put(kind, plain(message), f"chat {room.id}")

    def _visible(self, room: Room, message: Message) -> bool:
        """Privacy mode: a bot that is no administrator sees commands, answers to itself and service messages only."""
        if room.private:
            return not room.blocked
        if not room.bot_inside:
            return False
        answered = message.reply_to_message
        known = bool(answered and answered.from_ and answered.from_.id == self.me.id)
        spoken = message.words.startswith("/") or f"@{self.me.username}" in message.words
        return room.bot_member.status == "administrator" or known or spoken or not (message.words or message.file_id)

    def pressed(self, person: Person, callback: Callback) -> None:
        self.presses[callback.id] = Press(callback, person, self.clock())
        self.updates.put("callback_query", plain(callback), f"user {person.id}")
        self.tell("pressed", query=callback.id, person=person.id, data=callback.data)

    def inject(self, update: Mapping[str, object], lane: str = "raw") -> int:
        """Queues any update as it is; an `update_id` is added when it has none. The way to send one twice."""
        body = dict(update)
        if "update_id" not in body:
            body["update_id"], self.updates.next_id = self.updates.next_id, self.updates.next_id + 1
        kind = next((name for name in body if name != "update_id"), "unknown")
        self.updates.put_raw(body, kind, lane)
        update_id = body["update_id"]
        assert isinstance(update_id, int)
        return update_id

    # the record ---------------------------------------------------------------

    def called(self, method: str) -> list[Record]:
        return [record for record in self.calls if record.method == method]

    def unanswered_callbacks(self) -> list[Callback]:
        """Presses whose button still shows a spinner."""
        return [press.callback for press in self.presses.values() if press.answer is None]

    # trouble ------------------------------------------------------------------

    def fail(
        self,
        method: str,
        answer: Refusal | Trick | int,
        *,
        times: int = 1,
        chat: Room | None = None,
        description: str = "",
        retry_after: int = 1,
    ) -> Fault[Refusal]:
        """The next `times` calls of the method (`*`: of any) meet this: a code, a refusal or a trick of `faults`."""
        if isinstance(answer, int):
            answer = _refusal(answer, description, retry_after)
        return self.faults.plan(Fault(method, answer, times, chat.id if chat else None))

    def migrated(self, method: str, chat: Room, to: int) -> Fault[Refusal]:
        return self.fail(method, migrated(to), chat=chat)

    def commands_for(self, person: Person, group: Room | None = None) -> list[dict[str, str]]:
        """The menu a person sees in their own chat, or in a group: the narrowest scope in their language, then in any."""
        scopes = _in_group(person, group) if group else [Scope("chat", person.id), Scope("all_private_chats")]
        scopes.append(Scope())
        for scope in scopes:
            for language in (person.user.language_code or "", ""):
                found = self.profile.commands.get((scope.type, scope.chat_id, scope.user_id, language))
                if found:
                    return found
        return []


def _in_group(person: Person, group: Room) -> list[Scope]:
    """core.telegram.org/bots/api#determining-list-of-commands"""
    rules = group.members[person.id].status in {"creator", "administrator"}
    return [
        Scope("chat_member", group.id, person.id),
        *([Scope("chat_administrators", group.id)] if rules else []),
        Scope("chat", group.id),
        *([Scope("all_chat_administrators")] if rules else []),
        Scope("all_group_chats"),
    ]


def _refusal(code: int, description: str, retry_after: int) -> Refusal:
    if code == 429:
        return too_many(retry_after)
    return Refusal(code, description or {401: "Unauthorized", 500: "Internal Server Error"}.get(code, "Bad Request"))


def _bot_member(*, admin: bool) -> Member:
    return Member(status="administrator", rights=dict(ALL_RIGHTS)) if admin else Member(status="member")
