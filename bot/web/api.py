"""The API: requests for other systems, and an agent's work from there. Off unless the desk has a token for it."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Busy
from bot.desk.access import Team, sees
from bot.desk.resources import STATE
from bot.desk.ticket import State, Ticket
from bot.dialogue.markup import tame
from bot.events import Called, Deed, Turn
from bot.media.keep import Away
from bot.store import api as asked
from bot.store.searching import search
from bot.web.manners import Often, bears, handed_out
from bot.web.openapi import described
from bot.web.orders import Answering, Noting, Page, Turning, problem
from bot.web.site import Site

T = TypeVar("T", Answering, Noting, Turning)
Endpoint = Callable[[Request], Awaitable[Response]]

MISSES = 30
"""In a minute, from one address: wrong tokens."""
MOST, USUAL = 100, 50
"""Requests on one page of the list."""
LONGEST_KEY = 255
WAITING: Mapping[str, State] = {"open": STATE["open"], "pending": STATE["pending"]}

_QUERY: Mapping[str, tuple[re.Pattern[str], str]] = {
    "search": (re.compile(r".*\S.*", re.DOTALL), "words"),
    "customer": (re.compile(r"[1-9][0-9]{0,16}"), "the `id` of a customer"),
    "limit": (re.compile(rf"[1-9][0-9]?|{MOST}"), f"a number from 1 to {MOST}"),
    "status": (re.compile("|".join(WAITING)), "open or pending, or not be there"),
    "after": (re.compile(r"(?:(-?[0-9]{1,12}(?:\.[0-9]{1,9})?)_)?([0-9]{1,17})"), "what `next` of the page before was"),
}
"""What may be said of the list; where a page ends, by the date and the number of its last one, or by the number alone."""


class Unwanted(Exception):
    """What was sent cannot be done: the status, and a sentence for whoever wrote the program."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Api:
    def __init__(self, site: Site) -> None:
        self._site, self._store, self._misses = site, site.store, Often(MISSES)
        self._searches = asyncio.Lock()

    def routes(self) -> list[Route]:
        def route(path: str, do: Endpoint, method: str = "GET") -> Route:
            return Route(path, self._let_in(do), methods=[method])

        return [
            Route("/api/openapi.json", self.described),
            route("/api/tickets", self.tickets),
            route("/api/tickets/{code}", self.ticket),
            route("/api/tickets/{code}", self.turn, "PATCH"),
            route("/api/tickets/{code}/answers", self.answer, "POST"),
            route("/api/tickets/{code}/notes", self.note, "POST"),
            route("/api/tickets/{code}/files/{file}", self.file),
        ]

    def _let_in(self, do: Endpoint) -> Endpoint:
        """Whoever has the token is one of the team."""

        async def answer(request: Request) -> Response:
            if not bears(request, self._site.api_token):
                late = self._misses.too(request)
                return problem(HTTPStatus.TOO_MANY_REQUESTS if late else HTTPStatus.UNAUTHORIZED, _NO_TOKEN)
            try:
                return await do(request)
            except Unwanted as unwanted:
                return problem(unwanted.status, unwanted.detail)
            except (Busy, Away):
                return problem(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing was done. Send it again in a moment.")

        return answer

    async def described(self, _request: Request) -> Response:
        """Says nothing that is not in our README, so whoever asks gets it."""
        return _json(described(self._site.address))

    # -- what there is ---------------------------------------------------------------------------------

    async def tickets(self, request: Request) -> Response:
        given = request.query_params
        if unknown := sorted(given.keys() - _QUERY):
            raise Unwanted(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"`{unknown[0]}` is nothing of ours: there are {', '.join(_QUERY)}."
            )
        for name, (kind, what) in _QUERY.items():
            if name in given and not kind.fullmatch(given[name]):
                raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, f"`{name}` should be {what}.")
        most, customer = int(given.get("limit", USUAL)), int(given.get("customer", 0))
        if "search" in given:
            return await self._searched(given, most)
        due, _sign, number = given.get("after", "-1_0").rpartition("_")
        look = (
            partial(asked.waiting, state=WAITING[given["status"]], due=float(due or 0))
            if "status" in given
            else asked.listed
        )
        some = await self._store.look(look, after=int(number), most=most, customer=customer)
        return _json(Page(some.tickets, "_".join(map(repr, some.last)) or None))

    async def _searched(self, given: Mapping[str, str], most: int) -> Response:
        """One after another: it reads what the database cannot tell by itself."""
        if given.keys() - {"search", "limit"}:
            raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, "`search` should be alone, or beside `limit`.")
        async with self._searches:
            found, _more = await self._store.read(search, words=given["search"])
        return _json(Page(await self._store.look(asked.these, numbers=found[:most]), None))

    async def ticket(self, request: Request) -> Response:
        return await self._told((await self._found(request)).code)

    async def file(self, request: Request) -> Response:
        ticket, wanted = await self._found(request), request.path_params["file"]
        known = wanted.isprintable() and await self._store.look(asked.has_kept, ticket=ticket, file=wanted)
        if not known:
            raise Unwanted(HTTPStatus.NOT_FOUND, f"{ticket.code} has no such file, or it has not been kept.")
        kept = await self._site.keep.shown(wanted, wanted)
        if kept.gone:  # people see a picture that says so
            raise Unwanted(HTTPStatus.NOT_FOUND, f"This file of {ticket.code} is there no more.")
        return handed_out(kept, kept.mime, "attachment")

    # -- what is done ----------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        ticket, order = await self._found(request), await _read(request, Answering)
        state = STATE[order.status] if order.status else ""
        return await self._done(request, ticket, "answer", by=order.by, text=order.text, state=state)

    async def note(self, request: Request) -> Response:
        ticket, order = await self._found(request), await _read(request, Noting)
        return await self._done(request, ticket, "note", by=order.by, text=order.text)

    async def turn(self, request: Request) -> Response:
        ticket, order = await self._found(request), await _read(request, Turning)
        return await self._done(request, ticket, "state", by=order.by, state=STATE[order.status])

    async def _done(
        self, request: Request, ticket: Ticket, deed: Deed, *, by: str, text: str = "", state: Turn | Literal[""] = ""
    ) -> Response:
        """Answered with the request as it is afterwards."""
        by, text, most = tame(by).strip(), tame(text).strip(), self._store.rules.desk.bounds.details_most
        if not by or not (text or deed == "state"):
            raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, "`text` and `by` should hold signs that can be seen.")
        if len(text) > most:
            raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, f"`text` should have at most {most} characters.")
        event, done = await self._event(request, by, text, state)
        if not done:
            _fits(ticket, deed, state)
            now = self._store.rules.now()
            await self._site.take(Called(id=event, at=now, ticket=ticket.id, by=by, deed=deed, text=text, state=state))
        return await self._told(ticket.code, HTTPStatus.OK if deed == "state" else HTTPStatus.CREATED)

    async def _event(self, request: Request, *order: str) -> tuple[str, bool]:
        """The same for what is sent again under one key (the IETF's draft of `Idempotency-Key`), and whether that has been
        done; else a new one.
        """
        key = request.headers.get("idempotency-key", "")
        if not key:
            return f"api:{secrets.token_urlsafe(16)}", False
        if len(key) > LONGEST_KEY:
            raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, f"`Idempotency-Key` may have {LONGEST_KEY} characters.")
        under = f"api:{_digest(request.method, request.url.path, key)}:"
        event = under + _digest(*order)
        done = await self._store.look(asked.done_under, under=under)
        if done - {event}:
            raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, "`Idempotency-Key` was for something else: take a new one.")
        return event, bool(done)

    # -- helpers ---------------------------------------------------------------------------------------

    async def _found(self, request: Request) -> Ticket:
        """PostgreSQL takes no NUL, so it is not asked for what nothing can be called."""
        code = request.path_params["code"]
        ticket = await self._store.look(asked.named, code=code) if code.isprintable() else None
        if ticket is None or not sees(Team(), ticket):
            raise Unwanted(HTTPStatus.NOT_FOUND, f"There is no request {code}.")
        return ticket

    async def _told(self, code: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
        whole = await self._store.look(asked.conversation, code=code)
        if whole is None:
            raise Unwanted(HTTPStatus.NOT_FOUND, f"There is no request {code}.")
        return _json(whole, status)


def _fits(ticket: Ticket, deed: Deed, state: str) -> None:
    if ticket.state == "merged":
        raise Unwanted(
            HTTPStatus.CONFLICT,
            f"{ticket.code} was merged into another request (`merged_into`), and goes on there.",
        )
    if deed == "state" and (ticket.state, state) == ("solved", "yours"):
        raise Unwanted(HTTPStatus.CONFLICT, f"{ticket.code} is solved: make it open first.")


async def _read(request: Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.ValidationError as wrong:
        raise Unwanted(HTTPStatus.UNPROCESSABLE_ENTITY, f"{wrong}.") from None
    except (msgspec.DecodeError, RecursionError):
        raise Unwanted(HTTPStatus.BAD_REQUEST, "The body should be JSON.") from None


def _digest(*parts: str) -> str:
    return sha256(msgspec.json.encode(parts)).hexdigest()


def _json(value: object, status: int = 200) -> Response:
    content = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return Response(content, status, media_type="application/json")


_NO_TOKEN = "The header Authorization should be `Bearer …` with the desk's API_TOKEN."  # noqa: S105 - a sentence
