"""Updates come in, by polling or by webhook; each is taken through the desk before Telegram hears that we have it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, TelegramError

from bot.channels import Busy, Early, Later, Take
from bot.channels.patience import Told, persistently
from bot.channels.telegram import shapes
from bot.channels.telegram.draw import number
from bot.channels.telegram.line import Line
from bot.channels.telegram.read import KINDS, Me, Unreadable, caller, decode, read
from bot.dialogue.words import Chose, Command
from bot.events import ASSIGN, COLLEAGUE, Caller, Event, Message
from bot.values import replace

Menu = Sequence[tuple[str, str]]
"""Commands, as (name, description)."""
Commands = Mapping[str, Menu]
"""For each language its commands; the language `""` is everybody else's."""
NO_TEAMS: Mapping[str, Menu] = {}

MEMBER_WITHIN = 2.0
BUSY_PAUSE = 1.0
EARLY_PAUSE = 0.1
CONFLICT_PAUSE = 5.0
POLL = 30
FAREWELL = 1.0
HOLD = 1.0
"""All in seconds. Telegram answers a poll after `POLL` at the latest; we wait ten more.

For `HOLD` an update waits, committed, for its press to be acknowledged: as long as Telegram has not let go of it, a
power cut brings it again, and with it the acknowledgement.
"""

_NOBODY = ("user not found", "member not found", "participant_id_invalid", "user_not_participant")
_log = logging.getLogger(__name__)


class Ear:
    """Takes one update at a time through the desk, and tells whoever pressed a button that we heard it."""

    def __init__(
        self,
        line: Line,
        take: Take,
        me: Me,
        now: Callable[[], datetime],
        learn: Callable[[shapes.Update], None],
    ) -> None:
        """`learn`: hears of every update first."""
        self._line, self._take, self._me, self._now, self._learn = line, take, me, now, learn
        self._answers: set[asyncio.Task[None]] = set()

    async def hear(self, update: shapes.Update) -> asyncio.Task[None] | None:
        """Returns after the commit, with the acknowledgement under way: it may be lost as long as it is. Raises `Busy`."""
        self._learn(update)
        event = read(update, self._me, self._now())
        whispered = event is not None and (await self._take(await self._checked(event))).whispered
        if update.callback_query is None or whispered:
            return None
        return self._answer_soon(update.callback_query.id)

    async def hear_out(self, update: shapes.Update) -> None:
        """Returns when Telegram may let go of it: after the commit and the acknowledgement. Raises `Busy`."""
        answer = await self.hear(update)
        if answer is not None:
            await asyncio.wait((answer,), timeout=HOLD)

    async def settle(self) -> None:
        """Waits until Telegram may let go of all that was heard."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=HOLD)

    async def close(self) -> None:
        """Waits a moment for the answers that are under way, and lets go of the rest."""
        if self._answers:
            _done, late = await asyncio.wait(self._answers, timeout=FAREWELL)
            for answer in late:
                answer.cancel()

    async def _checked(self, event: Event) -> Event:
        """In a group, who presses or commands may have left a moment ago: Telegram is asked."""
        match event:
            case Message(private=False, answer=Chose() | Command(), who=who) if who.id.isdecimal():
                member = await self._is_member(event.where.chat, who.id)
                event = event if member else replace(event, who=replace(who, member=False))
                return await self._with_colleague(event)
            case _:
                return event

    async def _with_colleague(self, event: Message) -> Message:
        match event.answer:
            case Chose(choice) if choice == ASSIGN:
                return replace(event, members=await self._administrators(event.where.chat))
            case Chose(choice) if choice.startswith(COLLEAGUE):
                named = choice.removeprefix(COLLEAGUE)
                return replace(
                    event, absent=not named.isdecimal() or not await self._is_member(event.where.chat, named)
                )
        return event

    async def _administrators(self, chat: str) -> tuple[Caller, ...]:
        """All that Telegram names of a group's members to a bot."""
        params = {"chat_id": int(chat)}
        try:
            found = await self._line.ask(
                "getChatAdministrators", params, list[shapes.Administrator], within=MEMBER_WITHIN
            )
        except (TelegramError, Later) as no:
            _log.warning("cannot ask who administers chat %s: %s", chat, no)
            return ()
        return tuple(caller(one.user) for one in found if not one.user.is_bot)

    async def _is_member(self, chat: str, person: str) -> bool:
        """True when Telegram cannot say: it hands over presses only of those who see the message."""
        params = {"chat_id": int(chat), "user_id": int(person)}
        try:
            standing = await self._line.ask("getChatMember", params, shapes.Standing, within=MEMBER_WITHIN)
        except ChatMigrated as moved:  # the button is older than that
            return await self._is_member(str(moved.new_chat_id), person)
        except BadRequest as no:
            if any(word in no.message.lower() for word in _NOBODY):
                return False
            _log.warning("cannot ask who belongs to chat %s: %s", chat, no.message)
        except (TelegramError, Later) as no:
            _log.warning("cannot ask who belongs to chat %s: %s", chat, no)
        else:
            return standing.is_member or standing.status not in ("left", "kicked", "restricted")
        return True

    def _answer_soon(self, query: str) -> asyncio.Task[None]:
        task = asyncio.create_task(_answer(self._line, query))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)
        return task


async def _answer(line: Line, query: str) -> None:
    """Stops the little clock on the button; tried twice, then it stops by itself."""
    for _ in range(2):
        try:
            await line.tell("answerCallbackQuery", {"callback_query_id": query})
        except BadRequest:
            return  # too old
        except Later as later:
            await asyncio.sleep(min(later.seconds, 5.0))
        except TelegramError as no:
            _log.info("a press was not acknowledged: %s", no.message)
        else:
            return


# -- polling ---------------------------------------------------------------------------------------


async def poll(line: Line, ear: Ear) -> None:
    """For ever. Telegram forgets an update when a later offset is asked for: only after all are committed and heard."""
    wanted: dict[str, Any] = {"limit": 100, "timeout": POLL, "allowed_updates": list(KINDS)}
    told = Told()
    while True:
        batch = await persistently("getUpdates", lambda: _updates(line, wanted), TelegramError, told)
        if batch:
            await _hear_all(ear, batch)
            await ear.settle()
            wanted["offset"] = msgspec.json.decode(batch[-1], type=shapes.Numbered).update_id + 1


async def _updates(line: Line, wanted: Mapping[str, Any]) -> list[msgspec.Raw]:
    try:
        return await line.ask("getUpdates", wanted, list[msgspec.Raw], within=POLL + 10.0)
    except Conflict as no:
        raise Later(CONFLICT_PAUSE, why=f"another program polls for this bot: {no.message}") from None


async def _hear_all(ear: Ear, batch: list[msgspec.Raw]) -> None:
    """In order within a chat; one chat does not wait for another."""
    lanes: dict[int, list[shapes.Update]] = {}
    for raw in batch:
        update = _decoded(raw)
        if update is not None:
            lanes.setdefault(_chat(update), []).append(update)
    async with asyncio.TaskGroup() as lanes_at_once:
        for lane in lanes.values():
            lanes_at_once.create_task(_hear_lane(ear, lane))


async def _hear_lane(ear: Ear, updates: list[shapes.Update]) -> None:
    for update in updates:
        await _hear_patiently(ear, update)


async def _hear_patiently(ear: Ear, update: shapes.Update) -> None:
    while True:
        try:
            await ear.hear(update)
        except Busy as busy:
            await asyncio.sleep(EARLY_PAUSE if isinstance(busy, Early) else BUSY_PAUSE)
        else:
            return


def _decoded(raw: msgspec.Raw) -> shapes.Update | None:
    try:
        return decode(bytes(raw))
    except Unreadable:
        return None


def _chat(update: shapes.Update) -> int:
    """Whose turn it is part of; what belongs to no chat is a lane of its own."""
    press = update.callback_query
    posting = update.message or update.edited_message or (press.message if press else None)
    if posting is not None:
        return posting.chat.id
    return update.my_chat_member.chat.id if update.my_chat_member is not None else -update.update_id


# -- commands --------------------------------------------------------------------------------------


class MenuButton(Struct, frozen=True):
    """Beside the field one writes in: a page of ours, inside Telegram."""

    words: str
    url: str


async def register(
    line: Line, commands: Commands, menu: MenuButton | None = None, teams: Mapping[str, Menu] = NO_TEAMS
) -> None:
    """What Telegram offers after a `/`, in each language; in groups nothing, but in those of `teams` what these are for.
    What Telegram refuses costs only the offer; where it does not answer it is asked again.
    """
    private, group = {"type": "all_private_chats"}, {"type": "all_group_chats"}
    for language, known in commands.items():
        params: dict[str, Any] = {"commands": _listed(known), "scope": private}
        await _offer(line, params | ({"language_code": language} if language else {}))
    await _offer(line, {"commands": [], "scope": group})
    for chat, known in teams.items():
        await _offer(line, {"commands": _listed(known), "scope": {"type": "chat", "chat_id": number(chat)}})
    if menu:
        button = {"type": "web_app", "text": menu.words, "web_app": {"url": menu.url}}
        await _offer(line, {"menu_button": button}, "setChatMenuButton")


def _listed(menu: Menu) -> list[dict[str, str]]:
    return [{"command": name, "description": words} for name, words in menu]


async def _offer(line: Line, params: Mapping[str, Any], method: str = "setMyCommands") -> None:
    what = f"the {'commands' if method == 'setMyCommands' else 'menu button'} could not be registered"

    async def offer() -> None:
        try:
            await line.tell(method, params)
        except ChatMigrated as moved:
            await _offer(line, {**params, "scope": {**params["scope"], "chat_id": moved.new_chat_id}}, method)
        except (BadRequest, Forbidden) as no:
            _log.warning("%s: %s", what, no)

    await persistently(what, offer, TelegramError)
