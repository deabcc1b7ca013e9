"""How calls reach Slack: slack_sdk's client on kept connections of our own, files and proxies on one aiohttp session.

Left to itself the client opens a session for every call, which costs as much again; its retries are off, because waiting
is the outbox's matter. Follows no redirect with a token: it would carry it elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import Lost
from bot.channels.pool import CONNECT, Pool, Reporting, TooBig, received
from bot.channels.proxies import proxy

CONNECTIONS = 100
MOST_ANSWER = 16 * 2**20
"""Bytes of an answer we are willing to hold."""
MOST_FILE = 20 * 2**20
"""Bytes of a file that we fetch."""
UPLOAD = 120.0
"""Seconds for a whole exchange."""


class Client(AsyncWebClient):
    """The SDK's client, whose requests go over the pool: aiohttp's cost three times as much CPU as all the rest."""

    def __init__(self, pool: Pool, token: str, **more: Any) -> None:
        super().__init__(token, **more)
        self._pool = pool

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """What is no JSON counts as an empty answer, which the SDK takes for a refusal; its status is told."""
        assert http_verb == "POST"
        json = req_args.get("json")
        body = urlencode(req_args.get("data") or {}).encode() if json is None else msgspec.json.encode(json)
        try:
            status, content, told = await self._pool.exchange(urlsplit(api_url).path, body, UPLOAD, req_args["headers"])
        except TimeoutError:
            raise
        except (OSError, TooBig) as trouble:
            raise aiohttp.ClientConnectionError(f"no answer from Slack: {type(trouble).__name__}") from None
        return {"data": _object(content), "headers": told, "status_code": status}


class Wire:
    """Opened when the first call needs it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.proxy = proxy(url)
        self._session: aiohttp.ClientSession | None = None
        self._pool = Pool(url, connections=CONNECTIONS, most=MOST_ANSWER, made_of=Reporting)

    def __repr__(self) -> str:
        return "Wire()"

    def client(self, token: str) -> AsyncWebClient:
        """Behind a proxy its calls go by the session, else over kept connections of our own."""
        if self.proxy is None:
            return Client(self._pool, token, base_url=self.url, retry_handlers=[])
        made = AsyncWebClient(token, base_url=self.url, session=self.session(), retry_handlers=[])
        made.proxy = self.proxy
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

    async def answer(self, url: str, body: Any) -> None:
        """Where Slack said, without a token. Raises `aiohttp.ClientError`."""
        if not self._may_know(url):
            raise aiohttp.ClientError("no address of Slack's")
        async with self.session().post(url, json=body, proxy=self.proxy, allow_redirects=False) as answer:
            if answer.status != 200:
                raise aiohttp.ClientError(f"an answer was not taken: {answer.status}")

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
            try:
                return await received(answer, MOST_FILE)
            except TooBig:
                raise Lost("size") from None

    async def knock(self, url: str, body: bytes, headers: Mapping[str, str]) -> str:
        """What our own address answers. Raises `aiohttp.ClientError` and `TimeoutError`."""
        call = self.session().post(url, data=body, headers=headers, proxy=proxy(url), allow_redirects=False)
        async with call as answer:
            return (await answer.content.read(4096)).decode("utf-8", "replace")

    async def close(self) -> None:
        self._pool.close()
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


def _is_login(answer: aiohttp.ClientResponse) -> bool:
    """Without the right to read files Slack shows a page instead; of ours none is HTML that is not offered as a file."""
    return answer.content_type == "text/html" and "attachment" not in answer.headers.get("Content-Disposition", "")


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
