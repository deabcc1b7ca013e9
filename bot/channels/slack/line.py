"""The Web API with one workspace's token: plain values out, and what its refusals mean for the whole line."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import LOCKED_OUT, Later, TakenOut
from bot.channels.slack.wire import Wire

T = TypeVar("T")

UPLOAD_WITHIN = 60.0
TALK = 12.0
"""Seconds for a call: what shows files, and all others."""
PAUSE = 60.0
"""Seconds between two calls with a token that Slack does not know."""
HURRIED = 5.0
"""Seconds to wait when Slack asks us to and does not say how long."""

# https://docs.slack.dev/apis/web-api/#json: reading methods take forms only.
_BY_FORM = frozenset({
    "apps.connections.open",
    "auth.test",
    "conversations.history",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "conversations.replies",
    "files.getUploadURLExternal",
    "files.info",
    "oauth.v2.access",
    "openid.connect.token",
    "users.info",
})  # fmt: skip
_PER_CHAT = frozenset({"chat.postMessage", "chat.postEphemeral", "views.publish"})
"""Their rates are counted for each conversation; those of all other methods for the workspace."""
_TAKEN_BACK = frozenset({"account_inactive", "token_revoked"})
"""`account_inactive`, too, speaks of the token: our app, or the whole workspace, was taken away."""
_NO_TOKEN = frozenset({*_TAKEN_BACK, "invalid_auth", "not_authed", "token_expired"})
"""The others may pass: Slack says `invalid_auth` also to an address of the network that it does not let in."""
_HURRY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_PASSING = frozenset({
    "", "external_channel_migrating", "fatal_error", "file_update_failed", "internal_error",
    "org_login_required", "request_timeout", "service_unavailable", "team_added_to_org", "update_failed",
})  # fmt: skip
"""Slack's own trouble, or a move of the workspace or channel that is not over yet."""

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """Slack says no, by a word of its own (`word`)."""

    def __init__(self, method: str, word: str, needed: str = "") -> None:
        super().__init__(f"{method}: {word}" + (f" (needs {needed})" if needed else ""))
        self.word = word


class Ended(TakenOut):
    """The workspace has taken our token back."""


class Line:
    """One workspace. Its repr shows nothing: the token is in it."""

    def __init__(self, wire: Wire, token: str, *, installed: str = "") -> None:
        """`installed`: in this workspace by OAuth, so that a token which is taken back means that we were taken out again."""
        self._wire, self._token, self._installed = wire, token, installed
        self._client: AsyncWebClient | None = None
        self._silent_until = 0.0
        self._quiet: dict[str, float] = {}
        self.refused = ""
        """Why Slack does not take our token."""

    def __repr__(self) -> str:
        return "Line()"

    async def ask(self, method: str, params: Mapping[str, Any], shape: type[T], *, within: float = TALK) -> T:
        """Raises `Refusal`, `Later`, `Ended`, `TimeoutError`, `aiohttp.ClientError`."""
        answer = await self._call(method, params, within)
        try:
            return msgspec.convert(answer, shape)
        except msgspec.ValidationError:
            raise aiohttp.ClientError(f"{method}: an answer of an unknown shape") from None

    async def tell(self, method: str, params: Mapping[str, Any], *, within: float = TALK) -> None:
        """As `ask`, when the answer is of no interest."""
        await self._call(method, params, within)

    async def scopes(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Who we are, and what the token may do."""
        answer = await self._answer("auth.test", {}, TALK)
        given = str(answer.headers.get("x-oauth-scopes", ""))
        return dict(answer.data), frozenset(part.strip() for part in given.split(",") if part.strip())

    async def upload(self, url: str, data: bytes) -> None:
        await self._wire.upload(url, data)

    async def answer(self, url: str, body: Mapping[str, Any]) -> None:
        """Raises `TimeoutError`, `aiohttp.ClientError`."""
        async with asyncio.timeout(TALK):
            await self._wire.answer(url, body)

    async def download(self, url: str) -> bytes:
        return await self._wire.download(url, self._token)

    async def _call(self, method: str, params: Mapping[str, Any], within: float) -> object:
        return (await self._answer(method, params, within)).data

    async def _answer(self, method: str, params: Mapping[str, Any], within: float) -> Any:
        self._keep_silent(method)
        client = self._client = self._client or self._wire.client(self._token)
        given: dict[str, Any] = {"data" if method in _BY_FORM else "json": dict(params)}
        try:
            async with asyncio.timeout(within):
                answer = await client.api_call(method, **given)
        except SlackApiError as no:
            raise self._refused(method, no.response) from None
        except (AttributeError, ValueError):  # the client stumbles over an answer that is no JSON
            raise aiohttp.ClientError(f"{method}: an answer of an unknown kind") from None
        self.refused = ""
        return answer

    def _keep_silent(self, method: str) -> None:
        now = time.monotonic()
        if self._silent_until > now:
            raise Later(self._silent_until - now, everywhere=not self._installed, why=LOCKED_OUT)
        if (until := self._quiet.get(method, 0.0)) > now:
            raise Later(until - now)

    def _refused(self, method: str, answer: Any) -> Exception:
        status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
        body = getattr(answer, "data", None)
        word = str(body.get("error", "")) if isinstance(body, dict) else ""
        if status == 429 or word in _HURRY:
            return self._hurried(method, word, str(answer.headers.get("retry-after", "")))
        if word in _NO_TOKEN:
            return Ended(word) if self._installed and word in _TAKEN_BACK else self._locked_out(word)
        if status >= 500 or word in _PASSING:
            return aiohttp.ClientError(f"{method}: {word or status}")
        return Refusal(method, word, str(body.get("needed", "")) if isinstance(body, dict) else "")

    def _hurried(self, method: str, word: str, said: str) -> Later:
        seconds = float(said) if said.isdigit() else HURRIED
        if method not in _PER_CHAT:
            self._quiet[method] = time.monotonic() + seconds
        return Later(seconds, everywhere=word == "message_limit_exceeded")

    def _locked_out(self, word: str) -> Later:
        """Also after a minute of waiting the token is tried only once, and calls that were under way together say so once."""
        if self._silent_until <= time.monotonic():
            token = f"the token of workspace {self._installed}" if self._installed else "SLACK_BOT_TOKEN"
            _log.error("Slack refuses %s (%s); trying again in %.0f s", token, word, PAUSE)
        self.refused, self._silent_until = word, time.monotonic() + PAUSE
        return Later(PAUSE, everywhere=not self._installed, why=f"{LOCKED_OUT}: {word}")
