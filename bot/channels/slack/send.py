"""Parcels out, files fetched; and what Slack's refusals mean to a desk."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp

from bot.channels import Attachment, Gone, Later, Lost, NoMessage, NoThread, Parcel, Refused, Stays
from bot.channels.slack import shapes
from bot.channels.slack.draw import NOTE, Call, draw, publish
from bot.channels.slack.line import UPLOAD_WITHIN, Ended, Line, Refusal
from bot.channels.slack.people import People
from bot.channels.slack.places import HOME, apart, is_person, is_private, message, of_message
from bot.channels.slack.workspaces import Workspaces
from bot.events import BARRED, Address

WHOLE, WHOLE_OF_FILES = 13.0, 120.0
"""Seconds for a letter and all its calls."""
DAY = 86_400.0
LOOKED_AT = 100
"""Messages among which a letter is looked for; in a thread, of one page."""
MOST_PAGES = 10
SHARED_AFTER = (0.2, 0.5, 1.0)
"""Seconds after which we ask where a file was shown: Slack shows it a moment after it says so."""
LONGEST_LOOK = 10.0
"""Seconds we wait for that at most when Slack asks us to wait."""
MOST_NOTED = 500

_log = logging.getLogger(__name__)

# https://docs.slack.dev/reference/methods names the errors of each method.
_GONE = frozenset({
    "cannot_dm_bot", "cannot_message_user", "channel_is_limited_access", "channel_not_found",
    "invalid_channel", "is_archived", "is_inactive", "messages_tab_disabled", "not_in_channel",
    "posting_to_channel_denied", "restricted_action", "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "team_not_found", "user_disabled",
    "user_is_bot", "user_is_restricted", "user_not_found", "user_not_visible", "users_not_found",
})  # fmt: skip
_NO_THREAD = frozenset({
    "cannot_reply_to_message", "invalid_thread_ts", "restricted_action_thread_locked", "thread_not_found",
})  # fmt: skip
_NO_MESSAGE = frozenset({
    "message_not_found", "cant_update_message", "file_deleted", "file_not_found",
})  # fmt: skip
"""`cant_update_message`: not ours, as the stone is that stands for a deleted one, or an app's that was made anew."""
_STAYS = frozenset({
    "edit_window_closed", "cant_delete_message", "cant_delete_file", "compliance_exports_prevent_deletion",
})  # fmt: skip
_NOT_OURS = frozenset({
    "access_denied", "accesslimited", "app_access_restricted", "ekm_access_denied", "missing_scope", "no_permission",
    "not_allowed_token_type", "team_access_not_granted", "two_factor_setup_required",
})  # fmt: skip
"""Somebody has to mend it; until then we try again."""
_UNHEARD = frozenset({"user_not_in_channel"})


class Sender:
    """Sends; and remembers for a while which files went with a letter, so that it need not send them twice."""

    def __init__(self, workspaces: Workspaces, people: People, now: Callable[[], datetime]) -> None:
        self._workspaces, self._people, self._now = workspaces, people, now
        self._uploaded: OrderedDict[int, list[str]] = OrderedDict()
        self._says_why = True
        self._read_to: dict[int, dict[str, Any]] = {}
        """How far a thread was looked through for a letter that may have arrived."""

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...]) -> tuple[str, ...]:
        """See `Channel.deliver`."""
        team, number = apart(to.chat)
        try:
            async with asyncio.timeout(WHOLE_OF_FILES if files else WHOLE):
                line = await self._workspaces.at(team)
                return await self._delivered(line, to, number, parcel, files)
        except Ended:
            if await self._workspaces.ended(team):
                raise Later(0.0) from None
            raise
        except Refusal as no:
            if no.word in _UNHEARD and (parcel.whisper or parcel.only):
                return ()
            raise translated(no, parcel) from None

    async def fetch(self, ref: str) -> bytes:
        """See `Channel.fetch`. `ref`: the team (empty: ours), a bar, and an address or a file's id."""
        team, _, where = ref.partition("|")
        try:
            line = await self._workspaces.at(team)
            if where and "://" not in where:
                found = (await line.ask("files.info", {"file": where}, shapes.Described)).file
                where = found.url_private_download or found.url_private or ""
            return await line.download(where)
        except (Refusal, Gone):
            raise Lost("lost") from None

    async def _delivered(
        self, line: Line, to: Address, number: str, parcel: Parcel, files: tuple[Attachment, ...]
    ) -> tuple[str, ...]:
        if to.thread == HOME:
            call = publish(number, parcel)
            await line.tell(call.method, call.params)
            return (HOME,)
        channel = await self._people.talk(to.chat, line) if is_person(number) else number
        if parcel.again and (found := await self._found(line, channel, parcel, files)):
            return found
        return await self._made(line, channel, parcel, draw(channel, parcel, files))

    async def _made(self, line: Line, channel: str, parcel: Parcel, call: Call) -> tuple[str, ...]:
        if call.uploads:
            return await self._sent_files(line, channel, parcel, call)
        if parcel.only:
            return await _shown_alone(line, parcel, call)
        sent = await line.ask(call.method, call.params, shapes.Sent)
        if sent.message:
            await _kept_together(line, sent.channel or channel, call, sent.ts, sent.message.thread_ts)
        if parcel.whisper or parcel.unsay:
            return ()
        place = (call.params["channel"], call.params["ts"]) if parcel.over else (sent.channel or channel, sent.ts)
        return (message(*place),)

    # -- files ---------------------------------------------------------------------------------------

    async def _sent_files(self, line: Line, channel: str, parcel: Parcel, call: Call) -> tuple[str, ...]:
        """Three steps, of which only the last shows anything."""
        try:
            ids = [await _uploaded(line, file) for file in call.uploads]
        except Refusal as no:
            if no.word != "missing_scope":
                raise
            self._barred(no)
            raise Refused(BARRED) from None
        self._says_why = True
        self._note(parcel.letter, ids)
        titled = [{"id": id_, "title": file.name} for id_, file in zip(ids, call.uploads, strict=True)]
        await line.tell(call.method, {**call.params, "files": titled}, within=UPLOAD_WITHIN)
        for pause in SHARED_AFTER:
            if shown := await _shown(line, channel, ids[0]):
                await _kept_together(line, channel, call, shown.ts, shown.thread_ts)
                return (message(channel, shown.ts),)
            await asyncio.sleep(pause)
        return (message(channel, ids[0]),)

    def _barred(self, no: Refusal) -> None:
        """What is said behind them must not wait until somebody mends it. Said once, until a file goes again."""
        if self._says_why:
            _log.error("Slack shows no files of ours (%s): `conserje doctor` says how to mend it", no)
        self._says_why = False

    def _note(self, letter: int, ids: list[str]) -> None:
        if letter:
            self._uploaded[letter] = ids
            while len(self._uploaded) > MOST_NOTED:
                self._uploaded.popitem(last=False)

    # -- what may have arrived -----------------------------------------------------------------------

    async def _found(self, line: Line, channel: str, parcel: Parcel, files: tuple[Attachment, ...]) -> tuple[str, ...]:
        """The letter of an earlier try that ended without an answer."""
        if parcel.over or parcel.whisper or parcel.only or not parcel.letter:
            return ()  # done twice is done once
        ids = self._uploaded.get(parcel.letter)
        try:
            async for kept in self._lately(line, channel, parcel):
                if kept.bot_id and (_holds(kept, ids, files) if files else _is_noted(kept, parcel.letter)):
                    return (message(channel, kept.ts),)
        except Refusal as no:
            if no.word not in _NOT_OURS:
                raise
            _log.warning("we may not look whether a letter arrived, so it is sent again: %s", no)
        return ()

    async def _lately(self, line: Line, channel: str, parcel: Parcel) -> AsyncIterator[shapes.Kept]:
        """What was said where it belongs. A thread is told from its beginning, and the last of it matters most: so all of it
        is read. Where Slack asks us to wait on the way, another try goes on from there.
        """
        params: dict[str, Any] = {"channel": channel, "limit": LOOKED_AT, "include_all_metadata": "true"}
        params["oldest"] = f"{self._now().timestamp() - DAY:.6f}"
        thread = of_message(parcel.reply_to)[1]
        if not thread or not channel.startswith(("C", "G")):
            for kept in (await line.ask("conversations.history", params, shapes.History)).messages:
                yield kept
            return
        params |= {"ts": thread, **self._read_to.pop(parcel.letter, {})}
        for _ in range(MOST_PAGES):
            try:
                page = await line.ask("conversations.replies", params, shapes.History)
            except Later:
                self._read_to[parcel.letter] = {name: params[name] for name in ("oldest", "cursor") if name in params}
                raise
            for kept in page.messages:
                yield kept
            if not page.following:
                return
            params["cursor"] = page.following


async def _shown_alone(line: Line, parcel: Parcel, call: Call) -> tuple[str, ...]:
    """What all could read before goes: no message can be made one person's. Slack keeps none that it shows so."""
    if parcel.over:
        await _taken_back(line, parcel.over)
    await line.tell(call.method, call.params)
    return ()


async def _kept_together(line: Line, channel: str, call: Call, ts: str, under: str | None) -> None:
    """What should hang under a thread that is gone Slack leaves to the channel, without a word: there it goes again.

    Raises `NoThread`.
    """
    root = call.params.get("thread_ts")
    if root and not under and await _is_gone(line, channel, root):
        await _taken_back(line, message(channel, ts))
        raise NoThread("Slack left it to the channel")


async def _is_gone(line: Line, channel: str, root: str) -> bool:
    """Whether nothing is left of a thread. Only when Slack says so: an answer that names no thread may be just brief."""
    try:
        await _told(line, "conversations.replies", {"channel": channel, "ts": root, "limit": 1})
    except Refusal as no:
        return no.word == "thread_not_found"
    return False


async def _taken_back(line: Line, over: str) -> None:
    earlier = draw("", Parcel(unsay=True, over=over))
    try:
        await _told(line, earlier.method, earlier.params)
    except Refusal as no:
        if no.word not in _NO_MESSAGE | _STAYS:
            raise


async def _told(line: Line, method: str, params: Mapping[str, Any]) -> None:
    """What belongs to a message that stands there already: asked to wait we wait, or it would be sent once more."""
    while True:
        try:
            return await line.tell(method, params)
        except Later as later:
            await asyncio.sleep(later.seconds)


async def _uploaded(line: Line, file: Attachment) -> str:
    wanted = {"filename": file.name, "length": len(file.data)}
    ticket = await line.ask("files.getUploadURLExternal", wanted, shapes.Ticketed)
    await line.upload(ticket.upload_url, file.data)
    return ticket.file_id


async def _shown(line: Line, channel: str, file: str) -> shapes.Share | None:
    """Where it is shown. Whatever goes wrong here, it has been sent."""
    try:
        shares = (await line.ask("files.info", {"file": file}, shapes.Described)).file.shares
    except Later as later:
        await asyncio.sleep(min(later.seconds, LONGEST_LOOK))
        return None
    except (Refusal, TimeoutError, aiohttp.ClientError):
        return None
    places = {**(shares.public or {}), **(shares.private or {})} if shares else {}
    return next((share for share in places.get(channel, ()) if share.ts), None)


def _is_noted(kept: shapes.Kept, letter: int) -> bool:
    note = kept.metadata
    return note is not None and note.event_type == NOTE and (note.event_payload or {}).get("letter") == letter


def _holds(kept: shapes.Kept, ids: list[str] | None, files: tuple[Attachment, ...]) -> bool:
    """A message of files takes no note: it is known by their ids, or after a restart by their names and sizes."""
    there = kept.files or []
    if ids is not None:
        return [file.id for file in there] == ids
    return [(file.name, file.size) for file in there] == [(file.name, len(file.data)) for file in files]


def translated(no: Refusal, parcel: Parcel) -> Exception:
    """The desk's word for it; what somebody may mend meanwhile stays as it is."""
    if no.word in _NO_THREAD:
        return NoThread(str(no))
    if no.word in _STAYS:
        return Stays(str(no))
    if no.word in _NO_MESSAGE and (parcel.over or parcel.unsay):
        return NoMessage(str(no))
    if no.word in _GONE and is_private(of_message(parcel.over)[0]):
        return NoMessage(str(no))  # whether there is another conversation with them now shows when it is said anew
    if no.word in _GONE:
        return Gone(str(no))
    return no if no.word in _NOT_OURS else Refused(str(no))
