"""What people do beside writing: press a button, give a command, use a shortcut."""

from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.channel import Channel
from bot.sandbox.slack.forms import Forms
from bot.sandbox.slack.post import Delivery
from bot.sandbox.slack.shapes import Json, Message, plain, things, word


class Gestures(Forms):
    """The half of `Person` whose requests are answered at once or not at all."""

    def visible(self, channel: Channel | None = None) -> list[Message]:
        """What this person has on screen: the messages of a channel and what was whispered to them alone."""
        room = channel or self.dm
        whispers = [message for user, message in room.whispers if user == self.id]
        return sorted([*room.messages, *whispers], key=lambda message: message.ts)

    # buttons ------------------------------------------------------------------

    def press(self, label: str, *, channel: Channel | None = None, message: Message | None = None) -> Delivery:
        """The newest button with this label, value or action_id, in a channel or in one message."""
        room = channel or self.dm
        for one in [message] if message else reversed(self.visible(room)):
            for block in one.blocks or []:
                for element in elements([block]):
                    if label in {word(element, "text", "text"), word(element, "value"), word(element, "action_id")}:
                        return self.act_on(room, one, block, element)
        raise LookupError(f"nobody sees a button {label!r}")

    def act_on(self, room: Channel, message: Message, block: Json, element: Json, chosen: object = None) -> Delivery:
        """Presses a button of a message, or chooses in one of its selects."""
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": room.id}
        container |= {"is_ephemeral": bool(message.is_ephemeral)}
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self.payload(
            "block_actions",
            container=container,
            trigger_id=self.world.trigger(self.id),
            channel={"id": room.id, "name": room.called},
            state={"values": {}},
            response_url=self.world.hook(self.id, room.id, message.ts),
            actions=[self.action(block, element, chosen)],
        )
        return self.send(payload if message.is_ephemeral else payload | {"message": plain(message)})

    # commands and shortcuts ---------------------------------------------------

    def command(self, text: str = "", *, channel: Channel | None = None, name: str = "") -> Delivery:
        """`/support text`. Slack's own words come when the app says nothing in time."""
        world = self.world
        room = channel or self.dm
        form: Json = {
            "token": "sandbox",
            "team_id": world.team.id,
            "team_domain": world.team.domain,
            "channel_id": room.id,
            "channel_name": room.called,
            "user_id": self.id,
            "user_name": self.name.split()[0].lower(),
            "command": name or world.app.command,
            "text": text,
            "api_app_id": world.app.id,
            "is_enterprise_install": "false",
            "response_url": world.hook(self.id, room.id, ""),
            "trigger_id": world.trigger(self.id),
        }

        def landed(delivery: Delivery) -> None:
            if delivery.error:
                self.warn(f"{form['command']} failed with the error “dispatch_failed”")
            elif words := word(delivery.answer, "text"):
                in_channel = delivery.answer.get("response_type") == "in_channel"
                blocks = things(delivery.answer.get("blocks"))
                self.world.hear(self.id, room.id, words, blocks, public=in_channel)

        return world.post.put("slash_commands", form, landed)

    def shortcut(self, callback_id: str = "support") -> Delivery:
        """A global shortcut, from the + menu or the search field."""
        more = {"callback_id": callback_id, "trigger_id": self.world.trigger(self.id)}
        return self.send(self.payload("shortcut", action_ts=f"{self.world.clock():.6f}", **more))

    def message_shortcut(
        self, message: Message, callback_id: str = "support_message", *, channel: Channel | None = None
    ) -> Delivery:
        """A shortcut from the menu of a message; works where the app is no member, too."""
        room = channel or self.dm
        return self.send(
            self.payload(
                "message_action",
                action_ts=f"{self.world.clock():.6f}",
                callback_id=callback_id,
                trigger_id=self.world.trigger(self.id),
                message_ts=message.ts,
                channel={"id": room.id, "name": room.called},
                message=plain(message),
                response_url=self.world.hook(self.id, room.id, message.ts),
            )
        )

    def open_home(self, tab: str = "home") -> Delivery | None:
        """Looks at the app's page; `tab` may be `messages` too."""
        room = self.dm
        inner: Json = {"type": "app_home_opened", "user": self.id, "channel": room.id, "tab": tab}
        if tab == "home" and self.home is not None:
            inner["view"] = self.home.public(self.world)
        return self.world.event(inner | {"event_ts": f"{self.world.clock():.6f}"})
