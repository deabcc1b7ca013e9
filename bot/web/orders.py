"""What other systems send to the API, and what they get of it beside requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from bot.desk.resources import TicketResource, Wanted

By = Annotated[str, Meta(min_length=1, max_length=64, description="Who does it, as customer and team read it.")]
Words = Annotated[str, Meta(min_length=1, description="Plain: no sign in it is a style.")]


class Answering(Struct, frozen=True, forbid_unknown_fields=True):
    text: Words
    by: By
    status: Annotated[Wanted | None, Meta(description="What it becomes with that; null: as any answer leaves it.")] = (
        None
    )


class Noting(Struct, frozen=True, forbid_unknown_fields=True):
    text: Words
    by: By


class Turning(Struct, frozen=True, forbid_unknown_fields=True):
    status: Wanted
    by: By


class Page(Struct, frozen=True):
    tickets: tuple[TicketResource, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page; null: this was the last.")]


class Problem(Struct, frozen=True):
    """RFC 9457."""

    title: str
    status: int
    detail: str


_MORE = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": "Bearer"},
    HTTPStatus.TOO_MANY_REQUESTS: {"retry-after": "60"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "1"},
}


def problem(status: HTTPStatus, detail: str) -> Response:
    content = msgspec.json.encode(Problem(status.phrase, status, detail))
    return Response(content, status, _MORE.get(status), "application/problem+json")
