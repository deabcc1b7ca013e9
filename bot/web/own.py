"""The pages of what is somebody's own: the list of their requests, and what we know of them."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels import Busy
from bot.desk.people import MOST_ADDRESS, address_in, is_code
from bot.dialogue.markup import tame
from bot.dialogue.words import Answer, Command, Said
from bot.events import Posted
from bot.store import pages as looks
from bot.store.belongings import belongings
from bot.store.mails import pending
from bot.store.pages import Guest
from bot.store.trail import of_person, write
from bot.values import replace
from bot.web.bundle import bundle
from bot.web.keys import Keys
from bot.web.manners import Queue, fields, form
from bot.web.pages import Pages
from bot.web.site import Site
from handlers import blocking, tickets
from handlers.doors import word_for

ONCE = re.compile("[A-Za-z0-9_-]{16,32}")
PAGE = re.compile("[0-9]{1,5}")
ORDERS = ("each", "shut", "remove")
"""What may become of an address."""
CHUNK = 65_536
PACKED = 2
"""Zips that are made at the same time, and one of each person: all of somebody's files may be gigabytes."""
ERASE = Command("erase")


def posted(guest: Guest, answer: Answer, once: str, now: datetime, ticket: int = 0) -> Posted:
    """What somebody did at a page. The same form sent twice counts once; with something else in it, it is another one: a
    browser's *Back* may show the old form again.
    """
    name = once if ONCE.fullmatch(once) else secrets.token_urlsafe(16)
    person = guest.person.id
    key = _farewell(name) if answer == ERASE else f"web:{person}:{name}:{_like(answer)}"
    return Posted(id=key, at=now, person=person, ticket=ticket, answer=answer)


def _farewell(once: str) -> str:
    """The id of the event by which somebody erases themselves: it must not say who that was."""
    return f"web:erase:{once}"


def _like(answer: Answer) -> str:
    """The same for the same words and files, which have new ids whenever they are uploaded."""
    if isinstance(answer, Said):
        answer = replace(answer, files=tuple(replace(file, id="") for file in answer.files))
    return sha256(repr(answer).encode()).hexdigest()[:16]


class Own:
    """For whoever is logged in; strangers are shown the ways in."""

    def __init__(self, site: Site, pages: Pages, keys: Keys) -> None:
        self._site, self._pages, self._keys, self._store = site, pages, keys, site.store
        self._packing = Queue(PACKED, 1)

    def routes(self) -> list[Route]:
        post = partial(form, ours=self._site.address)
        return [
            Route("/", self.front),
            Route("/mine", self.mine),
            Route("/me", self.me),
            post("/me", self.speak),
            post("/me/join", self.join),
            post("/me/unjoin", self.unjoin),
            *((post("/me/email", self.email),) if self._site.by_mail else ()),
            Route("/me/data", self.data),
            post("/me/erase", self.erase),
        ]

    async def front(self, request: Request) -> Response:
        if await self._keys.guest(request):
            return RedirectResponse("/mine", 303)
        return self._pages.draw("front.html", request, outside=False)

    async def mine(self, request: Request) -> Response:
        """Their requests; with words, those that hold them."""
        words, page = request.query_params.get("q", "")[:200], request.query_params.get("from", "0")
        start = int(page) if PAGE.fullmatch(page) else 0
        guest, found = await self._store.look(looks.mine_page, self._keys.login(request), words, start)
        if guest is None or found is None:
            return self._front(request)
        if start and not found.tickets:  # where there was one more page when they looked
            return RedirectResponse(f"/mine?{urlencode({'q': words})}", 303)
        now, news = self._store.rules.now(), tickets.news
        return self._pages.draw(
            "mine.html", request, guest=guest, found=found, words=words, most=looks.MOST, now=now, news=news
        )

    async def me(self, request: Request) -> Response:
        guest = await self._keys.guest(request)
        return self._details(request, guest, pending=await self._pending(guest)) if guest else self._front(request)

    async def speak(self, request: Request) -> Response:
        """The language they choose, from now on and everywhere."""
        given = await fields(request, "language", "once")
        if given["language"] not in self._store.rules.languages:
            raise HTTPException(422)
        return await self._ordered(request, Command("language", given["language"]), given["once"])

    async def join(self, request: Request) -> Response:
        """A word to bring to another chat of theirs: of their login and the form, so that the same form sent twice shows
        the same word.
        """
        given = await fields(request, "once")
        word = word_for(f"{self._keys.held(request)} {given['once']}")
        answer = await self._ordered(request, Command("join", word), given["once"])
        guest = await self._keys.guest(request)
        return self._details(request, guest, word=f"join_{word}") if guest else answer

    async def unjoin(self, request: Request) -> Response:
        """One of their doors by itself again. All their logins end: they may have been that door's."""
        given = await fields(request, "door", "once")
        channel, _colon, user = tame(given["door"]).partition(":")
        before = await self._keys.guest(request)
        done = await self._ordered(request, Command("unjoin", f"{channel} {user}"), given["once"])
        if before is None or done.status_code != 303 or await self._keys.guest(request):
            return done
        answer = self._pages.draw("parted.html", request, reader=before)
        self._keys.forget(answer)
        return answer

    async def email(self, request: Request) -> Response:
        """An address, the code that was sent there, or what becomes of it."""
        given = await fields(request, "what", "once")
        guest = await self._keys.guest(request)
        if guest is None:
            return self._front(request)
        what, before = given["what"].strip(), guest.person.mail
        done = await self._ordered(request, Command("email", what[:MOST_ADDRESS]), given["once"])
        known = await self._keys.guest(request)
        if done.status_code != 303 or known is None:
            return done
        missed = is_code(what) and known.person.mail == before
        address, pending = address_in(what), await self._pending(known)
        unread = not (is_code(what) or what in ORDERS or address)
        tired = bool(address) and address != pending
        if not (missed or unread or tired):
            return done
        return self._details(request, known, 422, pending=pending, missed=missed, unread=unread, tired=tired)

    async def _pending(self, guest: Guest) -> str:
        """The address to which a code is on its way."""
        if not self._site.by_mail:
            return ""
        return await self._store.look(pending, person=guest.person.id)

    async def data(self, request: Request) -> Response:
        """All that is theirs, to take along."""
        guest = await self._keys.guest(request)
        if guest is None:
            return self._front(request)
        async with self._packing.turn(guest.person.id):
            if await request.is_disconnected():  # they have pressed once more meanwhile, or gone
                return Response(status_code=400)
            return await self._taken_along(request)

    async def _taken_along(self, request: Request) -> Response:
        """Who it is may have changed while they waited."""
        guest = await self._keys.guest(request)
        found = await self._store.look(belongings, person=guest.person.id) if guest else None
        if guest is None or found is None:
            return self._front(request)
        whose = of_person(guest.person.id)
        try:
            await self._store.run(write, by=whose, what="took all of theirs along", about=whose)
        except Busy:
            return self._details(request, guest, 503)
        whole, _lost = await bundle(found, self._site.keep)
        headers = {"content-disposition": 'attachment; filename="data.zip"'}
        parts = iter(partial(whole.read, CHUNK), b"")
        return StreamingResponse(
            parts, media_type="application/zip", headers=headers, background=BackgroundTask(whole.close)
        )

    async def erase(self, request: Request) -> Response:
        """Everything, for good, if they have ticked that they know."""
        given = await fields(request, "sure", "once")
        guest, once = await self._keys.guest(request), given["once"]
        if await self._erased(once):
            if guest is None:  # pressed twice
                return self._goodbye(request)
            once = ""  # an old form, and they are somebody new
        if guest is None:
            return self._front(request)
        if given["sure"] != "yes":
            return self._details(request, guest, 422, unsure=True)
        done = await self._ordered(request, ERASE, once)
        return self._goodbye(request, guest) if done.status_code == 303 or await self._erased(once) else done

    async def _erased(self, once: str) -> bool:
        return await self._store.look(looks.is_taken, event=_farewell(once))

    def _goodbye(self, request: Request, reader: Guest | None = None) -> Response:
        answer = self._pages.draw("erased.html", request, reader=reader)
        self._keys.forget(answer)
        return answer

    async def _ordered(self, request: Request, order: Command, once: str) -> Response:
        """Something about themselves and no ticket."""
        guest = await self._keys.guest(request)
        if guest is None:
            return self._front(request)
        event = posted(guest, order, once, self._store.rules.now())
        try:
            await self._site.take(event)
        except Busy:
            return self._details(request, guest, 503)
        return RedirectResponse("/me", 303)

    def _details(
        self, request: Request, guest: Guest, status: int = 200, /, word: str = "", pending: str = "", **troubles: bool
    ) -> Response:
        chats = [link for slip in self._site.slips if word and (link := slip.chat(word))]
        facts: dict[str, Any] = {
            "once": secrets.token_urlsafe(16),
            "word": word,
            "chats": chats,
            "blocked": blocking.read_by(guest.person, self._store.rules.now()),
            "busy": status == 503,
            "by_mail": self._site.by_mail,
            "pending": pending,
            **{name: troubles.get(name, False) for name in ("unsure", "missed", "unread", "tired")},
        }
        return self._pages.draw("me.html", request, status, guest=guest, **facts)

    def _front(self, request: Request) -> Response:
        """The ways in, in the place of a page that needs a login; theirs may have ended."""
        ways = [(way.name, way.label) for way in self._site.sign_ins]
        return self._pages.draw("front.html", request, 403, outside=True, ways=ways)
