"""The whole of Slack as one app sees it: a workspace, its people and channels, what is under way, what was called."""

import itertools
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.sandbox.faults import TRICKS, Fault, Faults, Trick
from bot.sandbox.scene import Scene
from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.chat import spoken
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.modals import View
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.post import Delivery, Post
from bot.sandbox.slack.refusals import Refused, limited
from bot.sandbox.slack.shapes import Json, Message, plain
from bot.sandbox.slack.socket import Sockets

SCOPES = (
    "app_mentions:read channels:history channels:join channels:read chat:write commands files:read files:write "
    "groups:history groups:read im:history im:read im:write reactions:read reactions:write team:read users:read"
)
_STATUS = {429: "ratelimited", 500: "internal_error", 503: "service_unavailable"}


@dataclass
class App:
    """The app as its settings page at Slack shows it. All tokens are pretend ones."""

    id: str = "A0SANDBOX"
    name: str = "Conserje"
    user_id: str = "U0CONSERJE"
    bot_id: str = "B0CONSERJE"
    token: str = "xoxb-1-sandbox-token-that-opens-nothing"  # noqa: S105
    app_token: str = "xapp-1-A0SANDBOX-1-sandbox"  # noqa: S105
    signing_secret: str = "5a5d0000pretend0000signing0000secret"  # noqa: S105
    client_id: str = "1.1"
    client_secret: str = "pretend-client-secret"  # noqa: S105
    scopes: set[str] = field(default_factory=lambda: set(SCOPES.split()))
    # Where requests go over HTTP; for Socket Mode leave both empty. Gestures go to `request_url` unless told otherwise.
    request_url: str = ""
    interactivity_url: str = ""
    # Events the app subscribed to, `message.im` and the like; None: all.
    subscribed: set[str] | None = None
    command: str = "/support"
    shortcuts: dict[str, str] = field(default_factory=lambda: {"support": "Open a ticket"})
    message_shortcuts: dict[str, str] = field(default_factory=lambda: {"support_message": "Open a ticket from this"})


@dataclass
class Team:
    id: str = "T0SANDBOX"
    name: str = "Sandbox"
    domain: str = "sandbox"


@dataclass
class Rules:
    """Times in seconds; tests make them shorter."""

    # How long the app may take to answer a request.
    patience: float = 3.0
    # What one second between two tries of an event is.
    retry_second: float = 1.0
    trigger_lives: float = 3.0
    floods: "Floods | None" = None


@dataclass
class Floods:
    """About one message a second in a channel, with short bursts forgiven."""

    clock: Callable[[], float]
    burst: int = 3
    _sent: "defaultdict[str, deque[float]]" = field(default_factory=lambda: defaultdict(deque))

    def check(self, channel: str) -> None:
        now, times = self.clock(), self._sent[channel]
        while times and times[0] <= now - self.burst:
            times.popleft()
        if len(times) >= self.burst:
            raise limited(max(1, round(times[0] + self.burst - now)))
        times.append(now)


@dataclass
class Record:
    """One call of the Web API and what came of it; `status` 0: no answer was given."""

    method: str
    params: Mapping[str, object]
    at: float
    status: int = 0
    body: Json = field(default_factory=dict)
    error: str = ""

    @property
    def ok(self) -> bool:
        return self.body.get("ok") is True


@dataclass
class Trigger:
    user: str
    at: float
    used: bool = False


@dataclass(frozen=True)
class Identity:
    """Whoever a code of the sign-in page is for."""

    person: str
    nonce: str
    back: str


class World(Scene):
    """See the package's docstring for what a test can do with it."""

    def __init__(self, app: App | None = None, team: Team | None = None) -> None:
        super().__init__()
        self.app = app or App()
        self.team = team or Team()
        # Where this is served: `http://127.0.0.1:8080`; set by whoever serves it.
        self.address = "http://127.0.0.1"
        self.rules = Rules()
        self.faults: Faults[Refused] = Faults()
        self.files = Files()
        self.post = Post()
        self.tokens: dict[str, str] = {self.app.token: self.team.id}
        self.revoked: set[str] = set()
        self.codes: dict[str, str] = {}
        self.identities: dict[str, Identity] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, tuple[str, str, str]] = {}
        self.tickets: set[str] = set()
        self.sockets = Sockets(self)
        self.calls: list[Record] = []
        self.complaints: list[str] = []
        self.neighbours: list[World] = []
        self._count = itertools.count(1)

    def neighbour(self, name: str) -> "World":
        """Another workspace, in which nobody has installed the app yet. Whatever Slack has to tell of it goes the same way;
        its people and channels may have the ids of ours.
        """
        number = len(self.neighbours) + 2
        app = replace(self.app, user_id=f"U{number}CONSERJE", bot_id=f"B{number}CONSERJE", token="")
        there = World(app, Team(f"T{number}SANDBOX", name, name.lower()))
        there.tokens.clear()
        there.address, there.rules, there.post = self.address, self.rules, self.post
        there.sockets, there.changed, there.complaints = self.sockets, self.changed, self.complaints
        self.neighbours.append(there)
        return there

    # who there is -------------------------------------------------------------

    def person(self, name: str, *, language: str = "es-ES", zone: str = "Europe/Madrid", team: str = "") -> Person:
        """`team`: somebody of another workspace, through a shared channel."""
        person = Person(
            self, f"U0SAND{next(self._count):05}", name, language=language, zone=zone, team=team or self.team.id
        )
        self.people[person.id] = person
        self.tell("slack_person", person=person.public(locale=True))
        return person

    def channel(self, name: str, members: Iterable[Person] = (), *, private: bool = False, bot: bool = True) -> Channel:
        kind = "group" if private else "channel"
        room = Channel(self, f"C0SAND{next(self._count):05}", name, kind)
        room.members = [person.id for person in members] + ([self.app.user_id] if bot else [])
        return self._add(room)

    def dm(self, person: Person) -> Channel:
        """The direct messages of a person and the app."""
        found = next((one for one in self.channels.values() if one.kind == "im" and person.id in one.members), None)
        if found is None:
            found = Channel(self, f"D0SAND{next(self._count):05}", kind="im")
            found.members = [person.id, self.app.user_id]
            self._add(found)
        return found

    def _add(self, room: Channel) -> Channel:
        self.channels[room.id] = room
        self.tell("slack_channel", channel=room.public() | {"members": room.members})
        return room

    def number(self) -> int:
        return next(self._count)

    # what happens -------------------------------------------------------------

    def event(self, inner: Mapping[str, object], *, kind: str = "", event_id: str = "") -> Delivery | None:
        """Tells the app; None when it did not subscribe to that. The same `event_id` again is a duplicate."""
        wanted = self.app.subscribed
        if wanted is not None and (kind or str(inner["type"])) not in wanted:
            return None
        authorized: Json = {"enterprise_id": None, "team_id": self.team.id, "user_id": self.app.user_id}
        authorized |= {"is_bot": True, "is_enterprise_install": False}
        return self.post.put(
            "events_api",
            {
                "token": "sandbox",
                "team_id": self.team.id,
                "context_team_id": self.team.id,
                "context_enterprise_id": None,
                "api_app_id": self.app.id,
                "event": dict(inner),
                "type": "event_callback",
                "event_id": event_id or f"Ev0SAND{self.number():06}",
                "event_time": self.now,
                "authorizations": [authorized],
                "is_ext_shared_channel": False,
                "event_context": f"4-{secrets.token_hex(12)}",
            },
        )

    def announce(self, room: Channel, message: Message, **more: object) -> Delivery | None:
        """A message event, when the app is in that channel."""
        if self.app.user_id not in room.members:
            return None
        inner = plain(message) | {"channel": room.id, "event_ts": message.ts, "channel_type": room.kind, **more}
        return self.event(inner, kind=f"message.{room.kind}")

    def amended(self, room: Channel, subtype: str, **what: object) -> None:
        """A message was changed or deleted; told when the app is in that channel."""
        if self.app.user_id in room.members:
            ts = room.next_ts()
            inner: Json = {"type": "message", "subtype": subtype, **what, "channel": room.id, "hidden": True, "ts": ts}
            self.event(inner | {"event_ts": ts, "channel_type": room.kind}, kind=f"message.{room.kind}")

    def reacted(self, room: Channel, message: Message, name: str, user: str, *, add: bool) -> None:
        item = {"type": "message", "channel": room.id, "ts": message.ts}
        inner: Json = {"type": "reaction_added" if add else "reaction_removed", "user": user, "reaction": name}
        self.event(inner | {"item": item, "item_user": message.user, "event_ts": room.next_ts()})

    def trigger(self, user: str) -> str:
        name = f"{self.number()}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(user, self.clock())
        return name

    def spend(self, trigger_id: str) -> Trigger:
        """Good once, within 3 seconds. Raises Refused."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.clock() - trigger.at > self.rules.trigger_lives:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def hook(self, user: str, channel: str, ts: str) -> str:
        """A response_url: says something where a button was pressed or a command given."""
        name = secrets.token_hex(12)
        self.hooks[name] = (user, channel, ts)
        return f"{self.address}/slack/hooks/{self.team.id}/{name}"

    def hear(self, user: str, channel: str, text: str, blocks: list[Json], *, public: bool) -> Message:
        """The app answers a command or a press by its response_url: to the one person, or to the channel."""
        room = self.channels[channel]
        message = spoken(self, room.next_ts(), text, blocks)
        if public:
            return room.keep(message)
        message.is_ephemeral = True
        room.whisper(user, message)
        return message

    async def end(self) -> None:
        """The server stops: nobody waits any longer."""
        self.closing = True
        self.tell("closing")
        await self.sockets.cut()

    # the record ---------------------------------------------------------------

    def called(self, method: str) -> list[Record]:
        return [record for record in self.calls if record.method == method]

    # trouble ------------------------------------------------------------------

    def fail(
        self,
        method: str,
        answer: "Refused | Trick | str | int",
        *,
        times: int = 1,
        channel: Channel | None = None,
        retry_after: int = 1,
    ) -> Fault[Refused]:
        """The next `times` calls of the method (`*`: of any) meet this: a name of Slack's, a status, or a trick."""
        return self.faults.plan(Fault(method, _refusal(answer, retry_after), times, channel.id if channel else None))

    def revoke(self) -> None:
        """The app was removed from the workspace: its token opens nothing any more, and the next one is another."""
        self.revoked.add(self.app.token)
        self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.user_id]}})
        self.event({"type": "app_uninstalled"})


def _refusal(answer: Refused | str | int, retry_after: int) -> "Refused | Trick":
    if isinstance(answer, Refused):
        return answer
    if isinstance(answer, int):
        wait = retry_after if answer in {429, 503} else None
        return Refused(_STATUS.get(answer, "fatal_error"), status=answer, retry_after=wait)
    for trick in TRICKS:
        if answer == trick:
            return trick
    return limited(retry_after) if answer == "ratelimited" else Refused(answer)
