"""What Telegram sends becomes an event, or nothing. Pure: no network, no clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from bot.channels.lenient import leniently
from bot.channels.telegram import shapes
from bot.channels.telegram.content import MOST_NAME, MOST_TEXT, safe, said
from bot.dialogue.markup import tame
from bot.dialogue.words import Chose, Command, Said
from bot.dialogue.writing import PASSED_ON, passed_on
from bot.events import Address, Allowed, Caller, Edited, Event, Joined, Left, Message, Moved

CHANNEL = "telegram"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask Telegram for."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
_BUTTON = re.compile(r"([A-Za-z0-9_.:-]*)\|([A-Za-z0-9_.:-]+)")
_DECODER = msgspec.json.Decoder(shapes.Update)
_MOST_ID = 64
MOST_QUOTED = 160
"""Letters of a quotation: enough to know the place again."""
_GROUPS = ("group", "supergroup")


class Unreadable(ValueError):
    """Not JSON at all."""


class Me(Struct, frozen=True):
    """The bot itself."""

    id: int
    username: str = ""


def decode(body: bytes) -> shapes.Update | None:
    """None for JSON that is no update. Raises `Unreadable` for what is no JSON."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as odd:
        is_json = isinstance(odd, msgspec.ValidationError)
    try:
        return leniently(body, shapes.Update)
    except (ValueError, RecursionError):
        if is_json:
            return None
        raise Unreadable from None


def read(update: shapes.Update, me: Me, now: datetime) -> Event | None:
    """The event in an update; never an exception. `now` stands in where Telegram names no time (presses)."""
    name = f"{CHANNEL}:{me.id}:{update.update_id}"
    if update.message is not None and (gone := update.message.left_chat_member):
        return _left(update.message, gone, me, name, now)
    if update.message is not None:
        return _posted(update.message, me, name, now)
    if update.callback_query is not None:
        return _pressed(update.callback_query, name, now)
    if update.edited_message is not None:
        return _edited(update.edited_message, name, now)
    if update.my_chat_member is not None:
        return _standing(update.my_chat_member, name, now)
    return None


def query_of(press_id: str) -> str:
    """Telegram's id of a press, out of the id of its event: what `answerCallbackQuery` wants."""
    return press_id.rpartition("#")[2]


# -- the kinds of update ---------------------------------------------------------------------------


def _posted(posting: shapes.Posting, me: Me, name: str, now: datetime) -> Event | None:
    where = _where(posting)
    if posting.migrate_to_chat_id:
        return Moved(id=name, at=_at(posting.date, now), where=where, to=str(posting.migrate_to_chat_id))
    who = _who(posting)
    answer = _answer(posting, me) if who else None
    if who is None or answer is None:
        return None
    return Message(
        id=name,
        at=_at(posting.date, now),
        where=where,
        who=who,
        answer=answer,
        ref=str(posting.message_id),
        reply_to=_reply_to(posting),
        reply_asks=_reply_asks(posting, me),
        quoted=_passed_on(posting) or _quoted(posting, me),
        album=_album(posting),
        private=posting.chat.type == "private",
    )


def _pressed(press: shapes.Press, name: str, now: datetime) -> Message | None:
    button = _BUTTON.fullmatch(press.data)
    if button is None or press.message is None or press.sender.is_bot or not _is_place(press.message.chat):
        return None
    return Message(
        id=f"{name}#{safe(press.id)[:_MOST_ID]}",
        at=now,
        where=_where(press.message),
        who=caller(press.sender),
        answer=Chose(button[2]),
        asked=button[1],
        on=str(press.message.message_id),
        private=press.message.chat.type == "private",
    )


def _edited(posting: shapes.Posting, name: str, now: datetime) -> Edited | None:
    """Not where something moves or is ticked off by itself: a place, a list."""
    who = _who(posting)
    heard = said(posting)
    written = any(words is not None for words in (posting.text, posting.caption, posting.rich_message))
    if who is None or heard is None or not (written or heard.files):
        return None
    return Edited(
        id=name,
        at=_at(posting.edit_date or posting.date, now),
        where=_where(posting),
        who=who,
        ref=str(posting.message_id),
        text=heard.text,
        private=posting.chat.type == "private",
        marked=heard.marked,
    )


def _standing(change: shapes.Membership, name: str, now: datetime) -> Joined | Allowed | None:
    if change.chat.type not in _GROUPS or not _belongs(change.new_chat_member):
        return None
    where, at = Address(CHANNEL, str(change.chat.id)), _at(change.date, now)
    if _belongs(change.old_chat_member):
        return Allowed(id=name, at=at, where=where)
    title = tame(change.chat.title)[:MOST_NAME]
    return Joined(id=name, at=at, where=where, who=caller(change.sender), title=title)


def _left(posting: shapes.Posting, gone: shapes.User, me: Me, name: str, now: datetime) -> Left | None:
    if gone.is_bot or gone.id == me.id or posting.chat.type not in _GROUPS:
        return None
    where = Address(CHANNEL, str(posting.chat.id))
    return Left(id=name, at=_at(posting.date, now), where=where, who=caller(gone))


def _belongs(standing: shapes.Standing) -> bool:
    return standing.is_member or standing.status in ("creator", "administrator", "member")


# -- where, who, when ------------------------------------------------------------------------------


def _is_place(chat: shapes.Chat) -> bool:
    return chat.type == "private" or chat.type in _GROUPS


def _where(posting: shapes.Posting) -> Address:
    """Threads of a private chat are not ours: whoever opens one is still the same person asking."""
    in_topic = posting.is_topic_message and posting.chat.type in _GROUPS
    return Address(CHANNEL, str(posting.chat.id), str(posting.message_thread_id) if in_topic else "")


def _who(posting: shapes.Posting) -> Caller | None:
    """None for bots and for what a linked channel forwards by itself."""
    if posting.is_automatic_forward or not _is_place(posting.chat):
        return None
    if posting.sender_chat is not None:
        return _speaker(posting.sender_chat, posting)
    return None if posting.sender is None or posting.sender.is_bot else caller(posting.sender)


def _speaker(chat: shapes.Chat, posting: shapes.Posting) -> Caller:
    """An anonymous administrator writes as the group itself. A channel may write in a public group without
    belonging to it, and Telegram cannot be asked about that: it is no member. Who it is we hear of neither.
    """
    shown = tame(posting.author_signature or chat.title)[:MOST_NAME]
    return Caller(str(chat.id), shown, member=chat.id == posting.chat.id, nameless=True)


def caller(user: shapes.User) -> Caller:
    shown = tame(f"{user.first_name} {user.last_name}".strip())[:MOST_NAME]
    return Caller(str(user.id), shown, tame(user.language_code)[:16])


def _at(seconds: int, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else now
    except (OverflowError, OSError, ValueError):
        return now


def _reply_to(posting: shapes.Posting) -> str:
    """In a topic, what answers nothing answers the message that created it, which has the topic's own id."""
    reply = posting.reply_to_message
    if reply is None or (posting.is_topic_message and reply.message_id == posting.message_thread_id):
        return ""
    return str(reply.message_id)


def _reply_asks(posting: shapes.Posting, me: Me) -> str | None:
    """Also for what answers nothing in a topic that we opened: that has no buttons."""
    reply = posting.reply_to_message
    if reply is None or reply.sender is None or reply.sender.id != me.id:
        return None
    rows = reply.reply_markup.inline_keyboard if reply.reply_markup else ()
    named = (_BUTTON.fullmatch(button.callback_data) for row in rows for button in row)
    return next((button[1] for button in named if button), "")


def _quoted(posting: shapes.Posting, me: Me) -> str:
    """What they chose of the message they answer. What Telegram chose (`is_manual` is false) is nobody's word and tells no
    more than the answer itself, except of a message in another chat: nothing else of that one comes with it. Whoever
    quotes the whole of a message of ours has only answered it.
    """
    quote, reply = posting.quote, posting.reply_to_message
    if quote is None or not (quote.is_manual or posting.external_reply):
        return ""
    whole = reply and reply.sender and reply.sender.id == me.id and quote.text.strip() in (reply.text, reply.caption)
    words = "" if whole else " ".join(tame(quote.text).split()).lstrip(PASSED_ON)
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 1].rstrip()}…"


def _passed_on(posting: shapes.Posting) -> str:
    """Whose words they forward, unless these are their own."""
    origin, sender = posting.forward_origin, posting.sender
    if origin is None or (origin.sender_user and sender and origin.sender_user.id == sender.id):
        return ""
    chat = origin.chat or origin.sender_chat
    name = (
        caller(origin.sender_user).name
        if origin.sender_user
        else origin.sender_user_name or (chat.title if chat else "")
    )
    shown = " ".join(tame(name).split())[:MOST_NAME]
    return passed_on(shown) if shown else ""


def _album(posting: shapes.Posting) -> str:
    return f"{posting.chat.id}:{safe(posting.media_group_id)[:_MOST_ID]}" if posting.media_group_id else ""


# -- what was said ---------------------------------------------------------------------------------


def _answer(posting: shapes.Posting, me: Me) -> Said | Command | None:
    """A forwarded command is quoted words; one for another bot is none of ours."""
    called = _COMMAND.fullmatch(posting.text or "") if posting.forward_origin is None else None
    if called is None:
        return said(posting)
    if called[2] and called[2].lower() != me.username.lower():
        return None
    return Command(called[1].lower(), tame((called[3] or "").strip()[:MOST_TEXT]))
