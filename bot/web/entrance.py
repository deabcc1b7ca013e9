"""The ways in: a code to one's own chat, a platform's slip, a platform's sign-in; and the way out of all browsers.

Nothing is spent by a GET of a link: those who look at links before people do (previews, scanners) spend nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.proof import SignIn, Unproved
from bot.events import Knocked
from bot.store.logins import hashed
from bot.web.keys import Keys, fresh
from bot.web.manners import Often, fields, form
from bot.web.pages import Pages
from bot.web.site import Site

PUBLIC = re.compile("[A-Za-z0-9_-]{16,64}")
"""What the id in a link may look like; nothing else is looked up."""
FLOOR = 0.3
"""Seconds before anybody hears that a code was asked for, or not taken: longer than either takes, so that the time tells
nothing."""
KNOCKS, TRIES = 12, 30
"""In a minute, from one address: codes asked for, proofs of any kind tried."""
STATE, ASKED = "signing-in", "asked"
MISSED = "missed"
"""In the address of the place for a code: the last one was wrong."""
MINUTES = 10


class Entrance:
    """How strangers become guests."""

    def __init__(self, site: Site, pages: Pages, keys: Keys) -> None:
        self._site, self._pages, self._keys = site, pages, keys
        self._knocks, self._tries = Often(KNOCKS), Often(TRIES)

    def routes(self) -> list[Route]:
        asking = Route("/t/{public}/in", self.asking)
        posts = {"/t/{public}/code": self.code, "/t/{public}/in": self.redeem, "/out": self.out}
        posts |= {"/slip": self.slip} if self._site.slips else {}
        ways = (
            route
            for way in self._site.sign_ins
            for route in (
                Route(f"/{way.name}/login", self._leads_to(way)),
                Route(_back(way), self._comes_from(way)),
            )
        )
        return [
            asking,
            *(form(path, do, ours=self._site.address) for path, do in posts.items()),
            *ways,
        ]

    # -- a code ----------------------------------------------------------------------------------------

    async def code(self, request: Request) -> Response:
        """Asks for one. Whether there is such a ticket, and whose it is, is not to be seen in the answer."""
        await fields(request)
        if self._knocks.too(request):
            return self._pages.hurried(request)
        public, knock = request.path_params["public"], fresh()
        event = Knocked(
            id=f"knock:{hashed(knock)}", at=self._site.store.rules.now(), public=public, knock=hashed(knock)
        )
        async with _evenly():
            if PUBLIC.fullmatch(public):
                await self._site.take(event)
        if request.headers.get("sec-fetch-dest") == "iframe":  # there browsers keep no cookie of ours
            return self._ask(request, public, knock)
        answer = self._to_the_place(request, public)
        self._keep(answer, ASKED, knock)
        return answer

    def _to_the_place(self, request: Request, public: str, **more: str) -> Response:
        """Sends on to where the code is written: to load that page again asks for no code and tries none."""
        named = {"lang": self._pages.language(request)} if "lang" in request.query_params else {}
        query = urlencode(named | more)
        return RedirectResponse(f"/t/{quote(public, safe='')}/in{'?' if query else ''}{query}", 303)

    async def asking(self, request: Request) -> Response:
        """The place for the code, as often as the browser that asked for it comes back from the chat."""
        public, knock = request.path_params["public"], self._asked(request)
        if not knock:
            return RedirectResponse(f"/t/{quote(public, safe='')}", 303)
        return self._ask(request, public, knock, wrong=MISSED in request.query_params)

    async def redeem(self, request: Request) -> Response:
        given = await fields(request, "knock", "code")
        if self._tries.too(request):
            return self._pages.hurried(request)
        public, code = request.path_params["public"], re.sub(r"\s", "", given["code"])
        async with _evenly():
            token = await self._keys.redeem(given["knock"], code)
        if not token and self._asked(request) == given["knock"]:
            return self._to_the_place(request, public, **{MISSED: "1"})
        if not token:
            return self._ask(request, public, given["knock"], 403, wrong=True)
        answer = RedirectResponse(f"/t/{quote(public, safe='')}", 303)
        self._keys.give(answer, token)
        self._keep(answer, ASKED, "")
        return answer

    def _asked(self, request: Request) -> str:
        return request.cookies.get(self._named(ASKED), "")

    def _ask(self, request: Request, public: str, knock: str, status: int = 200, *, wrong: bool = False) -> Response:
        by_mail = self._site.by_mail
        return self._pages.draw("code.html", request, status, public=public, knock=knock, wrong=wrong, by_mail=by_mail)

    # -- a platform's slip -----------------------------------------------------------------------------

    async def slip(self, request: Request) -> Response:
        """The script of our page hands over what the platform gave it; the answer is a cookie, or no."""
        given = await fields(request, "slip")
        if self._tries.too(request):
            return Response(status_code=429)
        for way in self._site.slips:
            try:
                proof = way.read(given["slip"])
            except Unproved:
                continue
            if token := await self._keys.enter(proof.channel, proof.user, proof.once):
                answer = Response(status_code=204)
                self._keys.give(answer, token, framed=True)
                return answer
        return Response(status_code=401)

    # -- a platform's sign-in --------------------------------------------------------------------------

    def _leads_to(self, way: SignIn) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            public = request.query_params.get("to", "")
            state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
            answer = RedirectResponse(way.page(self._site.address + _back(way), state, nonce), 302)
            kept = f"{state}.{nonce}.{public if PUBLIC.fullmatch(public) else ''}"
            self._keep(answer, STATE, kept)
            return answer

        return answer

    def _comes_from(self, way: SignIn) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            state, nonce, public = (*request.cookies.get(self._named(STATE), "").split("."), "", "", "")[:3]
            said = request.query_params.get("state", "")
            token = ""
            if state and hmac.compare_digest(state.encode(), said.encode()) and not self._tries.too(request):
                token = await self._signed_in(way, request.query_params.get("code", ""), nonce)
            if not token:
                answer = self._pages.draw("unproved.html", request, 403, way=way.label)
            else:
                answer = RedirectResponse(f"/t/{public}" if PUBLIC.fullmatch(public) else "/mine", 303)
                self._keys.give(answer, token)
            self._keep(answer, STATE, "")
            return answer

        return answer

    async def _signed_in(self, way: SignIn, code: str, nonce: str) -> str:
        try:
            proof = await way.heard(code, self._site.address + _back(way), nonce)
        except Unproved:
            return ""
        return await self._keys.enter(proof.channel, proof.user, proof.once)

    def _named(self, what: str) -> str:
        return f"__Host-{what}" if self._site.https else what

    def _keep(self, answer: Response, what: str, kept: str) -> None:
        """Lax, because the browser may come back from another site."""
        answer.set_cookie(
            self._named(what),
            kept,
            max_age=60 * MINUTES if kept else 0,
            secure=self._site.https,
            httponly=True,
            samesite="lax",
        )

    # -- out -------------------------------------------------------------------------------------------

    async def out(self, request: Request) -> Response:
        """Of every browser they are logged in with."""
        await fields(request)
        if guest := await self._keys.guest(request):
            await self._keys.end(guest)
        answer = RedirectResponse("/", 303)
        self._keys.forget(answer)
        return answer


def _back(way: SignIn) -> str:
    return f"/{way.name}/login/back"


@asynccontextmanager
async def _evenly() -> AsyncIterator[None]:
    """Takes `FLOOR` seconds at least, so that the time of an answer tells nothing of what was done inside."""
    floor = asyncio.create_task(asyncio.sleep(FLOOR))
    try:
        yield
    finally:
        await floor
