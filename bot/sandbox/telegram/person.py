"""A person with a Telegram app: writes, attaches, presses, blocks, and sees what the chat shows."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.sandbox.telegram.files import shown, sticker
from bot.sandbox.telegram.markup import detected
from bot.sandbox.telegram.room import Room, Topic, without_reply
from bot.sandbox.telegram.shapes import (
    Callback,
    Contact,
    Dice,
    Document,
    Entity,
    Location,
    Member,
    Message,
    Poll,
    PollOption,
    Quote,
    User,
    Video,
    Voice,
    plain,
)

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

Where = Room | None
Thread = Topic | int | str | None
Seen = Callable[[Message], bool] | str


class Person:
    """Every method acts at once; the bot hears of it through its updates. `chat` is the private chat with the bot."""

    def __init__(self, world: "World", user: User) -> None:
        self.world = world
        self.user = user
        self.gone = False
        self.answers: list[str] = []

    def __repr__(self) -> str:
        return f"<{self.user.first_name} {self.id}>"

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def chat(self) -> Room:
        return self.world.private(self)

    def language(self, code: str | None) -> None:
        """The language of the person's app; the bot sees it with the next update."""
        self.user.language_code = code
        self.world.tell("person", person=plain(self.user))

    # saying -------------------------------------------------------------------

    def write(
        self,
        text: str,
        *,
        chat: Where = None,
        topic: Thread = None,
        reply_to: Message | int | None = None,
        entities: list[Entity] | None = None,
        quote: str = "",
        of: str = "",
    ) -> Message:
        """`quote`: what they chose of the message they answer; without one, of a message in another chat. `of`: they pass
        on what somebody of that name wrote.
        """
        message = self._draft(chat, topic, reply_to)
        if quote:
            message.quote = Quote(quote, 0, is_manual=True)
            message.external_reply = None if reply_to else _elsewhere(self.world.now)
        if of:
            mine = {"type": "user", "date": self.world.now, "sender_user": plain(self.user)}
            message.forward_origin = mine if of == self.user.first_name else _hidden(of, self.world.now)
        message.text = text
        message.entities = detected(text, entities) or None
        return self._say(message)

    def start(self, payload: str = "") -> Message:
        """Presses Start, perhaps behind a deep link."""
        return self.write(f"/start {payload}".strip())

    def edit(self, message: Message | int, text: str, *, chat: Where = None) -> Message:
        room = chat or self.chat
        found = room.message(message if isinstance(message, int) else message.message_id)
        assert found is not None
        if found.file_id:
            found.caption, found.caption_entities = text, detected(text) or None
        else:
            found.text, found.entities = text, detected(text) or None
        found.edit_date = self.world.now
        room.shown(found)
        self.world.announce(room, found, "edited_message")
        return found

    def delete(self, *messages: Message | int, chat: Where = None) -> None:
        """Bots are not told."""
        (chat or self.chat).remove(m if isinstance(m, int) else m.message_id for m in messages)

    def photo(
        self,
        data: bytes,
        caption: str | None = None,
        *,
        chat: Where = None,
        topic: Thread = None,
        reply_to: Message | int | None = None,
    ) -> Message:
        kept = self.world.files.photo(data, strict=False)
        return self.send(caption, chat=chat, topic=topic, reply_to=reply_to, photo=kept)

    def album(
        self,
        pictures: Iterable[bytes],
        caption: str | None = None,
        *,
        chat: Where = None,
        topic: Thread = None,
    ) -> list[Message]:
        """Several photos as one: an update each, in order, held together by media_group_id; the first has the caption."""
        group = str(13_500_000_000_000_000 + len(self.world.updates.log))
        said: list[Message] = []
        for data in pictures:
            kept = self.world.files.photo(data, strict=False)
            first = None if said else caption
            said.append(self.send(first, chat=chat, topic=topic, photo=kept, media_group_id=group))
        return said

    def document(
        self,
        data: bytes,
        name: str = "log.txt",
        caption: str | None = None,
        *,
        mime_type: str = "",
        chat: Where = None,
        topic: Thread = None,
        reply_to: Message | int | None = None,
    ) -> Message:
        kept = shown(self.world.files.keep("document", data, name, mime_type), Document)
        return self.send(caption, chat=chat, topic=topic, reply_to=reply_to, document=kept)

    def voice(self, data: bytes = b"OggS", *, chat: Where = None, topic: Thread = None) -> Message:
        kept = self.world.files.keep("voice", data, "", "audio/ogg")
        return self.send(chat=chat, topic=topic, voice=shown(kept, Voice, duration=2))

    def video(
        self, data: bytes = b"ftyp", name: str = "clip.mp4", *, chat: Where = None, topic: Thread = None
    ) -> Message:
        kept = self.world.files.keep("video", data, name, "video/mp4")
        return self.send(chat=chat, topic=topic, video=shown(kept, Video, width=640, height=360, duration=3))

    def sticker(self, emoji: str = "👍", *, chat: Where = None, topic: Thread = None) -> Message:
        kept = self.world.files.keep("sticker", emoji.encode(), "sticker.webp", "image/webp")
        return self.send(chat=chat, topic=topic, sticker=sticker(kept, emoji))

    def location(self, latitude: float = 40.4168, longitude: float = -3.7038, *, chat: Where = None) -> Message:
        return self.send(chat=chat, location=Location(latitude=latitude, longitude=longitude))

    def contact(self, phone_number: str = "+34600000000", *, chat: Where = None) -> Message:
        return self.send(chat=chat, contact=Contact(phone_number=phone_number, first_name=self.user.first_name))

    def poll(self, question: str, options: Iterable[str], *, chat: Where = None) -> Message:
        listed = [PollOption(persistent_id=str(n), text=text, voter_count=0) for n, text in enumerate(options)]
        poll = Poll(id=str(90_000 + len(self.world.updates.log)), question=question, options=listed)
        return self.send(chat=chat, poll=poll)

    def dice(self, value: int = 4, emoji: str = "🎲", *, chat: Where = None) -> Message:
        return self.send(chat=chat, dice=Dice(emoji=emoji, value=value))

    def send(
        self,
        caption: str | None = None,
        *,
        chat: Where = None,
        topic: Thread = None,
        reply_to: Message | int | None = None,
        **content: object,
    ) -> Message:
        """A message with any content the Bot API knows (`voice=…`, `poll=…`)."""
        message = self._draft(chat, topic, reply_to)
        for name, value in content.items():
            setattr(message, name, value)
        if caption:
            message.caption, message.caption_entities = caption, detected(caption) or None
        return self._say(message)

    # pressing -----------------------------------------------------------------

    def press(self, label: str, *, chat: Where = None, topic: Thread = None) -> Callback:
        """Presses the button with this label under the newest message that has one."""
        room = chat or self.chat
        shown = room.in_topic(topic) if topic is not None else room.messages
        for message in reversed(shown):
            for button in message.buttons:
                if button.text == label:
                    return self.press_data(message.message_id, button.callback_data, chat=room)
        offered = next((message.labels for message in reversed(shown) if message.buttons), [])
        raise LookupError(f"{self.user.first_name} sees no button {label!r}; the newest are {offered}")

    def press_data(self, message_id: int, data: str | None, *, chat: Where = None) -> Callback:
        """Presses by callback_data, also what is no longer shown (an app that has not caught up yet)."""
        room = chat or self.chat
        query = str(4_300_000_000_000_000_001 + len(self.world.presses))
        message = room.message(message_id) or Message(message_id=message_id, date=0, chat=room.chat)
        callback = Callback(id=query, from_=self.user, chat_instance=str(room.id * 7919), message=message, data=data)
        self.world.pressed(self, callback)
        return callback

    def react(self, message: Message | int, emoji: str | None, *, chat: Where = None) -> None:
        """A bot hears of it when it asked for `message_reaction` and is an administrator (or in private)."""
        room = chat or self.chat
        number = message if isinstance(message, int) else message.message_id
        before = room.reactions.get(number, {}).get(self.id, [])
        after = [emoji] if emoji else []
        room.react(number, self.id, after)
        news: dict[str, object] = {"chat": plain(room.chat), "message_id": number, "user": plain(self.user)}
        news |= {"date": self.world.now, "old_reaction": _reactions(before), "new_reaction": _reactions(after)}
        self.world.updates.put("message_reaction", news, f"chat {room.id}")

    # standing -----------------------------------------------------------------

    def block(self) -> None:
        self._stand(Member(status="member"), Member(status="kicked"), blocked=True)

    def unblock(self) -> None:
        self._stand(Member(status="kicked"), Member(status="member"), blocked=False)

    def _stand(self, before: Member, after: Member, *, blocked: bool) -> None:
        room, me = self.chat, self.world.me.id
        room.blocked = blocked
        room.members[me] = before
        old = room.member(self.world.user)
        room.members[me] = after
        self.world.membership(room, self, old, room.member(self.world.user))
        self.world.tell("blocked", chat=room.id, blocked=blocked)

    def leave_telegram(self) -> None:
        """The account is deleted: the bot gets 403 "user is deactivated"."""
        self.gone = True

    def join(self, room: Room, status: str = "member") -> None:
        room.members[self.id] = Member(status="creator") if status == "creator" else Member(status="member")
        room.service(self.user, new_chat_members=[self.user])

    def leave(self, room: Room) -> None:
        room.members[self.id] = Member(status="left")
        room.service(self.user, left_chat_member=self.user)

    # seeing -------------------------------------------------------------------

    async def sees(
        self,
        what: Seen,
        seconds: float = 5.0,
        *,
        chat: Where = None,
        topic: Thread = None,
        after: Message | int = 0,
    ) -> Message:
        """The newest message of the bot that fits, waiting for it if need be; a string fits where it is part of it.

        `after`: only messages younger than this one count.
        """
        room = chat or self.chat
        last = after if isinstance(after, int) else after.message_id

        def newest() -> Message | None:
            shown = room.in_topic(topic) if topic is not None else room.messages
            return next((m for m in reversed(shown) if m.by_bot and m.message_id > last and _fits(m, what)), None)

        try:
            await self.world.until(newest, seconds)
        except TimeoutError:
            said = "\n".join(f"  {as_line(message)}" for message in room.messages[-12:])
            raise TimeoutError(f"{self.user.first_name} did not see {what!r} in {seconds} s, but:\n{said}") from None
        found = newest()
        assert found is not None
        return found

    # how ----------------------------------------------------------------------

    def _draft(self, chat: Where, topic: Thread, reply_to: Message | int | None) -> Message:
        room = chat or self.chat
        message = Message(message_id=0, date=self.world.now, chat=room.chat, from_=self.user)
        thread = room.thread(topic)
        if thread is not None:
            message.message_thread_id, message.is_topic_message = thread, True
            message.reply_to_message = room.opener(thread)
        if reply_to is not None:
            answered = room.message(reply_to if isinstance(reply_to, int) else reply_to.message_id)
            message.reply_to_message = without_reply(answered) if answered else None
        return message

    def _say(self, message: Message) -> Message:
        room = self.world.rooms[message.chat.id]
        if room.private and room.blocked:
            self.unblock()
        room.opened = True
        if room.chat.type == "channel":
            message.from_, message.sender_chat = None, room.chat
        room.keep(message)
        self.world.announce(room, message)
        return message


def _elsewhere(now: int) -> dict[str, object]:
    return {"origin": _hidden("Somebody", now)}


def _hidden(name: str, now: int) -> dict[str, object]:
    """Somebody who lets nobody find them by what is passed on of theirs."""
    return {"type": "hidden_user", "sender_user_name": name, "date": now}


def _reactions(emoji: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]


def _fits(message: Message, what: Seen) -> bool:
    return what in message.words if isinstance(what, str) else what(message)


def as_line(message: Message) -> str:
    """A message in one line of a transcript."""
    author = message.from_.first_name if message.from_ else "?"
    file = " [file]" if message.file_id else ""
    buttons = f" {message.labels}" if message.buttons else ""
    return f"{message.message_id} {author}:{file} {message.words!r}{buttons}"
