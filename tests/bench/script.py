"""What every contender is put through: the intake of one customer, update by update, as Telegram sends them.

The shipped desk asks in ten steps: start, two presses, title, details, a link and Done, a photo and Done, Send.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Step = Callable[[int, int, int], bytes]
"""The update with that number, of that chat, pressing a button of that message."""

AT = 1_795_000_000
"""Seconds since 1970: when all of it is said to have happened."""


def _said(**words: Any) -> Step:
    def update(number: int, chat: int, _on: int) -> bytes:
        return _json({"update_id": number, "message": {**_posting(number, chat), "from": _person(chat), **words}})

    return update


def _pressed(data: str) -> Step:
    def update(number: int, chat: int, on: int) -> bytes:
        question = {**_posting(on, chat), "from": {"id": 7, "is_bot": True, "first_name": "Desk"}, "text": "…"}
        press = {"id": str(number), "from": _person(chat), "message": question, "chat_instance": "1", "data": data}
        return _json({"update_id": number, "callback_query": press})

    return update


def _posting(number: int, chat: int) -> dict[str, Any]:
    return {"message_id": number, "date": AT, "chat": {"id": chat, "type": "private", "first_name": "Ana"}}


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Ana", "last_name": f"Ruiz {chat}", "language_code": "es"}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _size(width: int, name: str) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, "width": width, "height": width, "file_size": 1000}


LINK = "https://example.com/app/equipo"
DETAILS = "He invitado a mi compañera tres veces desde ayer. Esperaba que le llegara un correo y no le llega nada."

INTAKE: tuple[Step, ...] = (
    _said(text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
    _pressed("intake.category|account"),
    _pressed("intake.subcategory|team"),
    _said(text="La invitación no llega a mi compañera"),
    _said(text=DETAILS),
    _said(text=LINK, entities=[{"type": "url", "offset": 0, "length": len(LINK)}]),
    _pressed("intake.links|done"),
    _said(photo=[_size(90, "small"), _size(320, "large")]),
    _pressed("intake.screenshots|done"),
    _pressed("intake.review|send"),
)

HELLO = INTAKE[:1]
"""Only begun: what is left standing when somebody is called to the table."""
