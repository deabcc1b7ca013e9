"""How calls reach the Bot API: python-telegram-bot's public seam `BaseRequest`, which makes errors of refusals.

The library's own seam (httpx) costs about 1.3 ms of CPU for a call, and more the more calls are in flight. Calls go
over connections of our own (`pool.py`); only where a proxy stands between they go by aiohttp, which is imported when the
first of them comes: its import takes 160 ms, during which nobody is answered.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import msgspec
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels import Later
from bot.channels.lenient import repaired
from bot.channels.pool import CONNECT, Pool, TooBig, received
from bot.channels.proxies import proxy
from bot.channels.telegram.shapes import Answer

if TYPE_CHECKING:
    import aiohttp

MOST_ANSWER = 64 * 2**20
"""Bytes of an answer we are willing to hold; a hundred updates stay far below."""

_ANSWER: Final = msgspec.json.Decoder(Answer)
_ENCODE: Final = msgspec.json.Encoder().encode


class Wire(BaseRequest):
    """One pool of kept connections. Follows no redirects: they would carry the token elsewhere."""

    __slots__ = ("_connections", "_most", "_pool", "_proxy", "_session", "_total")

    def __init__(self, url: str, *, connections: int, total: float, most: int = MOST_ANSWER) -> None:
        """`total`: seconds for a whole call, from waiting for a connection to the answer's last byte. `most`: bytes."""
        self._proxy = proxy(url)
        self._connections, self._total, self._most = connections, total, most
        self._pool = None if self._proxy else Pool(url, connections=connections, most=most)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._total

    async def initialize(self) -> None:
        """Nothing is opened before it is needed."""

    async def shutdown(self) -> None:
        if self._pool:
            self._pool.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the seam's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the seam's; `total` covers it
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Errors carry no address: the token is in it."""
        seconds = self._total if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        try:
            if request_data is None or self._pool is None:
                return await self._by_aiohttp(method, url, request_data, seconds)
            body, kind = _body(request_data)
            return await self._pool.post(urlsplit(url).path, body, seconds, kind)
        except TooBig:
            raise NetworkError("Telegram's answer is too long") from None
        except TimeoutError:
            raise TimedOut from None
        except OSError as trouble:
            raise NetworkError(f"no answer from Telegram: {type(trouble).__name__}") from None

    async def download(self, url: str) -> tuple[int, bytes]:
        """Status and content. Raises `TooBig` as soon as there are too many bytes."""
        if self._pool is None:
            return await self._by_aiohttp("GET", url, None, self._total)
        try:
            return await self._pool.get(urlsplit(url).path, self._total)
        except TimeoutError:
            raise TimedOut from None
        except OSError as trouble:
            raise NetworkError(f"no file from Telegram: {type(trouble).__name__}") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The envelope only: `result` stays raw, for the caller to decode what it needs of it.

        Raises `Later` here, because the unit of the library's own `RetryAfter` is about to change.
        """
        try:
            answer = _answer(payload)
        except (ValueError, RecursionError):
            raise TelegramError("Telegram's answer is no JSON") from None
        if answer.parameters.retry_after > 0:
            raise Later(answer.parameters.retry_after)
        moved = answer.parameters.migrate_to_chat_id
        return {
            "result": answer.result,
            "description": answer.description,
            "parameters": {"migrate_to_chat_id": moved} if moved else None,
        }

    async def _by_aiohttp(self, method: str, url: str, data: RequestData | None, seconds: float) -> tuple[int, bytes]:
        import aiohttp

        body, kind = _body(data) if data else (None, "")
        headers = {"Accept-Encoding": "identity", **({"Content-Type": kind} if kind else {})}
        try:
            call = self._opened().request(
                method, url, data=body, headers=headers, timeout=_patience(seconds), allow_redirects=False
            )
            async with call as answer:
                return answer.status, await received(answer, self._most)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as trouble:
            raise NetworkError(f"no answer from Telegram: {type(trouble).__name__}") from None

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_patience(self._total),
                proxy=self._proxy,
                skip_auto_headers=("User-Agent", "Accept"),
            )
        return self._session


def _answer(payload: bytes) -> Answer:
    """One update that msgspec refuses would hold up all others for ever: they come in one answer."""
    try:
        return _ANSWER.decode(payload)
    except msgspec.DecodeError:
        return _ANSWER.decode(repaired(payload))


def _patience(seconds: float) -> aiohttp.ClientTimeout:
    import aiohttp

    return aiohttp.ClientTimeout(total=seconds, connect=CONNECT)


def _body(data: RequestData) -> tuple[bytes, str]:
    """The body of a call and its type: a form where files go with it (RFC 7578), else JSON.

    Names of files stand as they are: Telegram shows them as they are sent, ñ and not %C3%B1.
    """
    if not data.contains_files:
        return _ENCODE(data.parameters), "application/json"
    edge = token_hex(16)
    parts = bytearray()
    for name, value in data.parameters.items():
        parts += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        parts += (value.encode() if isinstance(value, str) else _ENCODE(value)) + b"\r\n"
    for name, (filename, content, mime) in data.multipart_data.items():
        parts += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'.encode()
        parts += f"Content-Type: {mime}\r\n\r\n".encode() + cast("bytes", content) + b"\r\n"
    return bytes(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
