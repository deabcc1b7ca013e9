"""The Bot API with one token, by python-telegram-bot's `Bot`, requests and errors: plain values out, of which only the
fields we read are decoded.

Calls are made by name (`Bot.do_api_request`, 23 µs a call beyond the bare request): the methods for each call build and
parse objects, 240 µs, of which we need one number.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from urllib.parse import quote

import msgspec
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot.channels import LOCKED_OUT, Later, Lost
from bot.channels.pool import TooBig
from bot.channels.telegram.draw import Upload
from bot.channels.telegram.wire import Wire
from bot.media.names import shown_name

T = TypeVar("T")

MOST_FILE = 20 * 2**20
"""Bytes of a file that Telegram lets a bot download."""

PAUSE = 60.0
"""Seconds between two calls with a token that Telegram does not know."""

_UNKNOWN = "method not found"
"""A server of one's own may be older than a call."""

_log = logging.getLogger(__name__)
logging.getLogger("telegram.Bot").setLevel(logging.INFO)  # at DEBUG it tells the token, and all that is said


class _Caller(Bot):
    """The library's `Bot`, for calls by name alone."""

    @classmethod
    def _warn(cls, *_: object, **__: object) -> None:
        """It would advise at every call to take the method instead."""


class Line:
    """Three pools of connections, apart, so that neither a poll nor a film delays an answer."""

    def __init__(self, token: str, url: str) -> None:
        base = url.rstrip("/")
        self._files_at = f"{base}/file/bot{token}/"
        self._poll = Wire(base, connections=2, total=45)
        self._talk = Wire(base, connections=100, total=12)
        self._film = Wire(base, connections=8, total=120, most=MOST_FILE)
        self._bot = _Caller(token, f"{base}/bot", request=self._talk, get_updates_request=self._poll)
        self._uploader = _Caller(token, f"{base}/bot", request=self._film, get_updates_request=self._poll)
        self._silent_until = 0.0
        self.refused = False
        """Telegram knows our token no more."""

    def __repr__(self) -> str:
        return "Line()"

    async def ask(
        self,
        method: str,
        params: Mapping[str, Any],
        shape: type[T],
        *,
        uploads: tuple[Upload, ...] = (),
        within: float | None = None,
    ) -> T:
        """Raises python-telegram-bot's errors, and `Later`. `within`: seconds, instead of the pool's own."""
        raw = await self._call(method, params, uploads, within)
        try:
            return msgspec.json.decode(raw, type=shape)
        except msgspec.DecodeError:
            raise NetworkError(f"{method}: an answer of an unknown shape") from None

    async def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """As `ask`, when the answer is of no interest."""
        await self._call(method, params, (), None)

    async def download(self, path: str) -> bytes:
        """Raises `Lost`; a redirect is one."""
        try:
            status, content = await self._film.download(self._files_at + quote(path))
        except TooBig:
            raise Lost("size") from None
        if status >= 500 or status == 429:
            raise NetworkError(f"no file from Telegram: {status}")
        if status != 200:
            raise Lost("lost")
        return content

    async def close(self) -> None:
        for wire in (self._poll, self._talk, self._film):
            await wire.shutdown()

    async def _call(
        self, method: str, params: Mapping[str, Any], uploads: tuple[Upload, ...], within: float | None
    ) -> msgspec.Raw:
        self._keep_silent()
        bot = self._uploader if uploads else self._bot
        given = _form(params, uploads) if uploads else dict(params)
        patience = Wire.DEFAULT_NONE if within is None else within
        try:
            answer = cast("msgspec.Raw", await bot.do_api_request(method, given, read_timeout=patience))
        except InvalidToken as no:  # for the library, whatever is not found; its cause has Telegram's own words
            if _UNKNOWN in str(no.__cause__).lower():
                raise BadRequest(f"{method}: {_UNKNOWN}") from None
            raise self._refused() from None
        self.refused = False
        return answer

    def _keep_silent(self) -> None:
        left = self._silent_until - time.monotonic()
        if left > 0:
            raise Later(left, everywhere=True, why=LOCKED_OUT)

    def _refused(self) -> Later:
        """Also after a minute of waiting the token is tried only once, and calls that were under way together say so once."""
        if self._silent_until <= time.monotonic():
            _log.error("Telegram refuses TELEGRAM_BOT_TOKEN; trying again in %.0f s", PAUSE)
        self.refused, self._silent_until = True, time.monotonic() + PAUSE
        return Later(PAUSE, everywhere=True, why=LOCKED_OUT)


def _form(params: Mapping[str, Any], uploads: tuple[Upload, ...]) -> dict[str, Any]:
    """Lists are written out here: the library takes those of an album for its own objects."""
    plain = {k: msgspec.Raw(msgspec.json.encode(v)) if isinstance(v, list) else v for k, v in params.items()}
    return {**plain, **{upload.field: _input(upload) for upload in uploads}}


def _input(upload: Upload) -> InputFile:
    """Of the type it was found to be, not the one its name suggests."""
    file = InputFile(upload.data, filename=shown_name(upload.name))
    file.mimetype = upload.mime or "application/octet-stream"
    return file
