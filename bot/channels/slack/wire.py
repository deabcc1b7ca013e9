"""How calls reach Slack: slack_sdk's client on one kept aiohttp session for all workspaces.

Left to itself the client opens a session for every call, which costs as much again; its retries are off, because waiting
is the outbox's matter. Follows no redirect with a token: it would carry it elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import Lost
from bot.channels.proxies import proxy

CONNECTIONS = 100
MOST_FILE = 20 * 2**20
"""Bytes of a file that we fetch."""
UPLOAD = 120.0
CONNECT = 5.0
"""Both in seconds."""


class Wire:
    """Opened when the first call needs it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.proxy = proxy(url)
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return "Wire()"

    def client(self, token: str) -> AsyncWebClient:
        made = AsyncWebClient(token, base_url=self.url, session=self.session(), retry_handlers=[])
        made.proxy = self.proxy  # it would take the environment's, also for this machine itself
        return made

    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=UPLOAD, connect=CONNECT),
                json_serialize=_json,
            )
        return self._session

    async def upload(self, url: str, data: bytes) -> None:
        """To where Slack said; without a token. Raises `aiohttp.ClientError`."""
        async with self.session().post(url, data=data, proxy=self.proxy, allow_redirects=False) as answer:
            if answer.status != 200:
                raise aiohttp.ClientError(f"a file was not taken: {answer.status}")

    async def download(self, url: str, token: str) -> bytes:
        """Raises `Lost`; a redirect and a page to log in are such. Raises `aiohttp.ClientError` for what may pass."""
        if not self._may_know(url):
            raise Lost("lost")
        bearer = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        call = self.session().get(url, headers=bearer, proxy=self.proxy, allow_redirects=False)
        async with call as answer:
            if answer.status >= 500 or answer.status == 429:
                raise aiohttp.ClientError(f"no file from Slack: {answer.status}")
            if answer.status != 200 or _is_login(answer):
                raise Lost("lost")
            return await _content(answer)

    async def knock(self, url: str, body: bytes, headers: Mapping[str, str]) -> str:
        """What our own address answers. Raises `aiohttp.ClientError` and `TimeoutError`."""
        call = self.session().post(url, data=body, headers=headers, proxy=proxy(url), allow_redirects=False)
        async with call as answer:
            return (await answer.content.read(4096)).decode("utf-8", "replace")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _may_know(self, url: str) -> bool:
        """The token goes to Slack's own hosts over TLS, and to the server of SLACK_API_URL."""
        parts, ours = urlsplit(url), urlsplit(self.url)
        host = parts.hostname or ""
        if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
            return True
        return (
            parts.scheme == "https"
            and parts.port in (None, 443)
            and (host == "slack.com" or host.endswith(".slack.com"))
        )


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    """A declared length is believed only when it is too great."""
    if (answer.content_length or 0) > MOST_FILE:
        raise Lost("size")
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > MOST_FILE:
            raise Lost("size")
    return b"".join(parts)


def _is_login(answer: aiohttp.ClientResponse) -> bool:
    """Without the right to read files Slack shows a page instead; of ours none is HTML that is not offered as a file."""
    return answer.content_type == "text/html" and "attachment" not in answer.headers.get("Content-Disposition", "")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
