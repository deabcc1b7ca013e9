"""Telegram's updates by HTTP: checked, taken through the desk, and only then answered with 200."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels import Busy
from bot.channels.telegram.line import Line
from bot.channels.telegram.listen import Ear
from bot.channels.telegram.read import KINDS, Unreadable, decode

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BODY = 1_000_000
"""Bytes. Telegram itself keeps updates below 512 KiB."""


def secret_token(secret_key: str) -> str:
    """What Telegram has to show us: derived, so that nobody has to keep it."""
    return hmac.new(secret_key.encode(), b"telegram-webhook", sha256).hexdigest()


async def set_webhook(line: Line, public_url: str, secret: str) -> None:
    await line.tell(
        "setWebhook",
        {
            "url": public_url.rstrip("/") + PATH,
            "secret_token": secret,
            "allowed_updates": list(KINDS),
            "max_connections": 40,
        },
    )


def endpoint(ear: Callable[[], Awaitable[Ear]], secret: str) -> Callable[[Request], Awaitable[Response]]:
    """`ear` may raise `Busy` too, as long as we do not know who we are. Without a secret nobody is let in."""

    async def receive(request: Request) -> Response:
        if not _is_from_telegram(request, secret):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        return await _answered(ear, body)

    return receive


async def _answered(ear: Callable[[], Awaitable[Ear]], body: bytes) -> Response:
    """Never 410: after 23 hours of it Telegram would forget the webhook."""
    try:
        update = decode(body)
        if update is not None:
            await (await ear()).hear(update)
    except Unreadable:
        return Response(status_code=400)
    except Busy:
        return Response(status_code=503, headers={"Retry-After": "1"})
    return Response(status_code=200)


def _is_from_telegram(request: Request, secret: str) -> bool:
    shown = request.headers.get(HEADER, "")
    return bool(secret) and hmac.compare_digest(shown.encode("latin-1", "replace"), secret.encode())


async def _body(request: Request) -> bytes | None:
    """None when it is too long, said or sent. A sender who hangs up has sent nothing."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:12]) > MOST_BODY:
        return None
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)
