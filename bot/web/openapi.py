"""What the API is, for programs and for whoever writes them: OpenAPI 3.1, with schemas made of the values themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from bot.desk.resources import Changed, Conversation, Erased, Opened
from bot.web.orders import Answering, Noting, Page, Problem, Turning

NOTICES = (Opened, Changed, Erased)
_CODE = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}, "example": "SUP-1042"}
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key again, for the same path, within some days: nothing is done twice. For something else: 422.",
    "schema": {"type": "string", "maxLength": 255},
}
_ABOUT = (
    "Requests of this desk, and an agent's work from another system. What happens meanwhile is sent as events, signed by "
    "the Standard Webhooks scheme: headers webhook-id (the same whenever it is sent again), webhook-timestamp and "
    "webhook-signature."
)


@cache
def described(address: str) -> bytes:
    """The whole document."""
    _, schemas = msgspec.json.schema_components(
        (Page, Conversation, Answering, Noting, Turning, Problem, *NOTICES), ref_template="#/components/schemas/{name}"
    )
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Conserje", "version": "1", "description": _ABOUT},
            "servers": [{"url": address}],
            "security": [{"token": []}],
            "paths": _paths(),
            "webhooks": {kind.__struct_config__.tag: _webhook(kind.__name__) for kind in NOTICES},
            "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        }
    )


def _paths() -> dict[str, Any]:
    return {
        "/api/tickets": {"get": _does("List requests", Page, parameters=[*_list()])},
        "/api/tickets/{code}": {
            "parameters": [_CODE],
            "get": _does("A request with all that was said in it", Conversation),
            "patch": _does("Say whose turn it is", Conversation, Turning, conflicts=True),
        },
        "/api/tickets/{code}/answers": {
            "parameters": [_CODE],
            "post": _does("Answer the customer", Conversation, Answering, conflicts=True, status="201"),
        },
        "/api/tickets/{code}/notes": {
            "parameters": [_CODE],
            "post": _does("Leave a note for the team", Conversation, Noting, conflicts=True, status="201"),
        },
        "/api/tickets/{code}/files/{file}": {
            "parameters": [_CODE, {**_CODE, "name": "file", "example": "f1"}],
            "get": {
                "summary": "The bytes of a file",
                "responses": {"200": {"description": "As it is kept."}, **_refusals("404")},
            },
        },
    }


def _list() -> tuple[dict[str, Any], ...]:
    return (
        {
            "name": "status",
            "in": "query",
            "description": "Only these, by promise; without it all, by number.",
            "schema": {"enum": ["open", "pending"]},
        },
        {
            "name": "customer",
            "in": "query",
            "description": "Only those of the customer with this `id`.",
            "schema": {"type": "integer", "minimum": 1},
        },
        {
            "name": "search",
            "in": "query",
            "description": "By itself: the newest, ten at most, in which all these words stand, or that of this number.",
            "schema": {"type": "string", "minLength": 1},
        },
        {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before.",
            "schema": {"type": "string"},
        },
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}},
    )


def _does(
    summary: str,
    gives: type,
    takes: type | None = None,
    *,
    parameters: list[dict[str, Any]] | None = None,
    conflicts: bool = False,
    status: str = "200",
) -> dict[str, Any]:
    given = parameters or ([_ONCE] if takes else [])
    refused = ("400", "404", "409", "422") if conflicts else ("404", "422")
    operation = {"summary": summary, "responses": {status: _body(gives.__name__), **_refusals(*refused)}}
    return {
        **operation,
        **({"parameters": given} if given else {}),
        **({"requestBody": {"required": True, **_content(takes.__name__)}} if takes else {}),
    }


def _webhook(name: str) -> dict[str, Any]:
    heard = {"description": "Anything from 200 to 299 within 15 seconds; else it is sent again."}
    return {"post": {"requestBody": {"required": True, **_content(name)}, "responses": {"2XX": heard}}}


def _refusals(*statuses: str) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {status: {"description": "Refused (RFC 9457).", **problem} for status in ("401", *statuses, "429", "503")}


def _body(name: str) -> dict[str, Any]:
    return {"description": "Done.", **_content(name)}


def _content(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
