"""The same intake as Slack sends it: events as JSON, presses as forms, with what Slack's own clients put into them."""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench.hook import Webhook
from tests.bench.script import AT, DETAILS, LINK, Step

SECRET = "bench-signing-secret"
TOKEN = "xoxb-bench-bench-bench"
TEAM = "CTEAM"


def stamp(number: int) -> str:
    return f"{AT}.{number:06d}"


def event(number: int, **inner: Any) -> bytes:
    ours = {"enterprise_id": None, "team_id": "T1", "user_id": "UDESK", "is_bot": True, "is_enterprise_install": False}
    envelope = {
        "token": "bench", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event_id": f"Ev{number}",
        "event_time": AT, "authorizations": [ours], "is_ext_shared_channel": False, "event": inner,
    }  # fmt: skip
    return json.dumps(envelope, ensure_ascii=False).encode()


def words(text: str, *, link: bool = False) -> dict[str, Any]:
    shown = {"type": "link", "url": text} if link else {"type": "text", "text": text}
    section = {"type": "rich_text_section", "elements": [shown]}
    return {
        "text": f"<{text}>" if link else text,
        "blocks": [{"type": "rich_text", "block_id": "r1", "elements": [section]}],
    }


def posted(number: int, chat: int, **said: Any) -> bytes:
    message = {"type": "message", "channel": f"D{chat}", "channel_type": "im", "user": f"U{chat}", "team": "T1"}
    return event(number, **message, ts=stamp(number), event_ts=stamp(number), **said)


def press(  # noqa: PLR0917 - what a press consists of
    number: int, user: str, channel: str, on: int, data: str, alone: str = ""
) -> bytes:
    """`number` makes each differ, as its trigger does at Slack. `alone`: the message is shown to nobody else, and is
    changed by that address.
    """
    button = {"type": "button", "action_id": "b0", "block_id": "x", "value": data, "action_ts": stamp(number)}
    payload: dict[str, Any] = {
        "type": "block_actions", "user": {"id": user, "username": "ana", "name": "ana", "team_id": "T1"},
        "api_app_id": "A1", "token": "bench", "team": {"id": "T1", "domain": "bench"}, "enterprise": None,
        "is_enterprise_install": False, "trigger_id": f"1.2.{number}", "channel": {"id": channel, "name": "x"},
        "container": {"type": "message", "message_ts": stamp(on), "channel_id": channel, "is_ephemeral": bool(alone)},
        "message": {"type": "message", "user": "UDESK", "bot_id": "B1", "ts": stamp(on), "text": "…", "blocks": []},
        "state": {"values": {}}, "response_url": alone or "http://127.0.0.1/hook", "actions": [button],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)}).encode()


def is_press(update: bytes) -> bool:
    return update.startswith(b"payload=")


def _said(text: str, *, link: bool = False) -> Step:
    return lambda number, chat, _on: posted(number, chat, **words(text, link=link))


def _pressed(data: str) -> Step:
    return lambda number, chat, on: press(number, f"U{chat}", f"D{chat}", on, data)


def intake(url: str) -> tuple[Step, ...]:
    """`url`: of the Web API, which also keeps the picture."""
    picture = {
        "id": "F1", "name": "captura.jpg", "mimetype": "image/jpeg", "size": 1000, "mode": "hosted",
        "url_private": f"{url}/file/1.jpg", "url_private_download": f"{url}/file/1.jpg",
    }  # fmt: skip
    return (
        _said("hola"),
        _pressed("intake.category|account"),
        _pressed("intake.subcategory|team"),
        _said("La invitación no llega a mi compañera"),
        _said(DETAILS),
        _said(LINK, link=True),
        _pressed("intake.links|done"),
        lambda number, chat, _on: posted(number, chat, text="", subtype="file_share", files=[picture]),
        _pressed("intake.screenshots|done"),
        _pressed("intake.review|send"),
    )


@dataclass(frozen=True, slots=True)
class Signed(Webhook):
    """Where an app wants its events; each request is signed at the moment it goes."""

    def request(self, update: bytes) -> bytes:
        at, form = str(int(time.time())), is_press(update)
        mac = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + update, sha256).hexdigest()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        head = (
            f"POST {urlsplit(self.url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: v0={mac}\r\nContent-Length: {len(update)}\r\n\r\n"
        )
        return head.encode() + update
