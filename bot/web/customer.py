"""The pages of somebody who is known: a ticket, its files and what is new in it; the list; what we know of them."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels import Busy
from bot.dialogue.markup import tame
from bot.dialogue.words import Chose, Command, Said, Speech, _
from bot.events import Posted
from bot.store import pages as looks
from bot.store.belongings import belongings
from bot.store.logins import hashed
from bot.store.pages import Guest, Outside, Talk
from bot.web.bundle import bundle
from bot.web.entrance import PUBLIC
from bot.web.keys import Keys
from bot.web.live import Live
from bot.web.manners import Endpoint, Often, fields, from_our_pages, origin_of
from bot.web.pages import Pages
from bot.web.site import Site
from bot.web.talk import PICTURES, extras_of, lines_of, next_step
from bot.web.uploads import MOST, Refused, TooMuch, Uploads
from handlers.alarms import TROUBLES
from handlers.doors import word_for

MISSES = 20
"""In a minute, from one address: links to nothing."""
WRITES = 30
"""In a minute, from one person's address: words and presses."""
ONCE = re.compile("[A-Za-z0-9_-]{16,32}")
PAGE = re.compile("[0-9]{1,5}")
CHUNK = 65_536


class Customer:
    """What guests see and do. For a stranger a ticket is its number and its state."""

    def __init__(self, site: Site, pages: Pages, keys: Keys) -> None:
        self._site, self._pages, self._keys = site, pages, keys
        self._store, self._desk = site.store, site.store.rules.desk
        self._uploads = Uploads(site.keep, self._desk.bounds)
        self._live = Live(site.store, site.leaving)
        self._misses, self._writes = Often(MISSES), Often(WRITES)

    def routes(self) -> list[Route]:
        origin = origin_of(self._site.address)

        def post(path: str, do: Endpoint) -> Route:
            return Route(path, from_our_pages(do, origin), methods=["POST"])

        return [
            Route("/", self.front),
            Route("/mine", self.mine),
            Route("/me", self.me),
            post("/me", self.speak),
            post("/me/join", self.join),
            post("/me/unjoin", self.unjoin),
            Route("/me/data", self.data),
            post("/me/erase", self.erase),
            Route("/t/{public}", self.ticket),
            post("/t/{public}", self.write),
            post("/t/{public}/press", self.press),
            Route("/t/{public}/talk", self.talk),
            Route("/t/{public}/live", self.live),
            Route("/t/{public}/f/{file}", self.file),
        ]

    # -- a ticket --------------------------------------------------------------------------------------

    async def ticket(self, request: Request) -> Response:
        guest, found = await self._found(request)
        match found:
            case Talk():
                return self._conversation(request, guest, found)
            case Outside(code, state):
                ways = [(way.name, way.label) for way in self._site.sign_ins]
                facts = {"public": request.path_params["public"], "code": code, "state": state, "ways": ways}
                return self._pages.draw("ticket.html", request, guest=guest, **facts)
            case None:
                return self._missing(request)

    async def talk(self, request: Request) -> Response:
        """The conversation alone, for a page that is open."""
        guest, found = await self._found(request)
        if not isinstance(found, Talk):
            return self._pages.missing(request)
        return self._pages.draw("talk.html", request, guest=guest, **self._told(request, guest, found))

    async def live(self, request: Request) -> Response:
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._pages.missing(request)
        if self._live.crowded(guest.person.id):
            return Response(status_code=503, headers={"retry-after": "60"})
        mark = request.headers.get("last-event-id") or request.query_params.get("mark", "")

        async def still() -> bool:
            try:
                return isinstance((await self._found(request))[1], Talk)
            except Busy:
                return False  # the browser comes back

        feed = self._live.feed(found.ticket.id, guest.person.id, mark[:80], still)
        return StreamingResponse(feed, media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def file(self, request: Request) -> Response:
        """A file as the ticket has it: pictures made anew are shown, everything else is only handed out."""
        _guest, found = await self._found(request)
        wanted = request.path_params["file"]
        if not isinstance(found, Talk) or wanted not in found.kept:
            return self._pages.missing(request)
        try:
            kept = await self._site.keep.get(wanted)
        except FileNotFoundError:
            return self._pages.missing(request)
        shown = kept.mime in PICTURES
        way, name = "inline" if shown else "attachment", quote(kept.name, safe="")
        headers = {
            "content-disposition": f"{way}; filename*=UTF-8''{name}",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Response(kept.data, media_type=kept.mime if shown else "application/octet-stream", headers=headers)

    async def _found(self, request: Request) -> tuple[Guest | None, Talk | Outside | None]:
        public = request.path_params["public"]
        if not PUBLIC.fullmatch(public):
            return None, None
        held = self._keys.held(request)
        look = partial(looks.ticket_page, login=hashed(held) if held else "", public=public)
        return await self._store.look(look)

    def _missing(self, request: Request) -> Response:
        """Who tries many links that lead nowhere has to wait."""
        if self._misses.too(request):
            answer = self._pages.draw("hurried.html", request, 429)
            answer.headers["retry-after"] = "60"
            return answer
        return self._pages.missing(request)

    def _conversation(
        self, request: Request, guest: Guest | None, talk: Talk, status: int = 200, /, **more: object
    ) -> Response:
        facts = {"written": "", "refused": (), "trouble": None, "once": secrets.token_urlsafe(16), **more}
        bounds = self._desk.bounds
        return self._pages.draw(
            "conversation.html",
            request,
            status,
            guest=guest,
            most_letters=bounds.details_most,
            most_files=bounds.files,
            **self._told(request, guest, talk),
            **facts,
        )

    def _told(self, request: Request, guest: Guest | None, talk: Talk) -> dict[str, object]:
        ticket, language = talk.ticket, self._pages.language(request, guest)
        extras = [self._site.words.say(extra, language) for extra in extras_of(ticket, self._desk)]
        category = self._desk.category(ticket.category)
        return {
            "ticket": ticket,
            "category": category.label if category else None,
            "lines": lines_of(talk, extras),
            "next_step": next_step(ticket, self._store.rules.now()),
            "mark": talk.mark,
        }

    # -- what they do in it ----------------------------------------------------------------------------

    async def write(self, request: Request) -> Response:
        """Words and files. The page says that we have them only once the desk does."""
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._closed(request)
        if self._writes.too(request):
            return Response("Too many at once.", 429, {"retry-after": "60", "connection": "close"})
        again = partial(self._conversation, request, guest, found)
        try:
            given, files, refused = await self._uploads.take(request, "text", "once")
        except TooMuch:
            return self._hung_up(again(413, trouble=_too_much(self._desk.bounds.files)))
        text = tame(given["text"]).strip()
        if refused or len(text) > self._desk.bounds.details_most:
            await self._uploads.drop(files)
            return again(
                422,
                written=text,
                refused=[_why(one) for one in refused],
                trouble=_too_long(text, self._desk.bounds.details_most),
            )
        if not text and not files:
            return again(422, trouble=_("Write something, or choose a file."))
        if not await self._posted(guest, found, Said(text, files), given["once"]):
            await self._uploads.drop(files)
            return again(
                503, written=text, trouble=_("We couldn't keep that just now. Please press the button once more.")
            )
        return self._back(request)

    async def press(self, request: Request) -> Response:
        """*It is solved*, *Reopen*."""
        given = await fields(request, "what", "once")
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._closed(request)
        if given["what"] not in ("solve", "reopen"):
            return Response(status_code=422)
        if self._writes.too(request):
            return Response("Too many at once.", 429, {"retry-after": "60"})
        if not await self._posted(guest, found, Chose(given["what"]), given["once"]):
            trouble = _("We couldn't keep that just now. Please press the button once more.")
            return self._conversation(request, guest, found, 503, trouble=trouble)
        return self._back(request)

    async def _posted(self, guest: Guest, talk: Talk, answer: Said | Chose, once: str) -> bool:
        """False: it is not kept. The same form sent twice counts once."""
        name = once if ONCE.fullmatch(once) else secrets.token_urlsafe(16)
        event = Posted(
            id=f"web:{guest.person.id}:{name}",
            at=self._store.rules.now(),
            person=guest.person.id,
            ticket=talk.ticket.id,
            answer=answer,
        )
        try:
            await self._site.take(event)
        except Busy:
            return False
        return True

    def _back(self, request: Request) -> Response:
        named = f"?lang={self._pages.language(request)}" if "lang" in request.query_params else ""
        return RedirectResponse(f"/t/{request.path_params['public']}{named}#end", 303)

    def _closed(self, request: Request) -> Response:
        """Not theirs, or not there, or their login is over: all the same. What they still send is not read."""
        return self._hung_up(self._pages.missing(request))

    def _hung_up(self, answer: Response) -> Response:
        answer.headers["connection"] = "close"
        return answer

    # -- what is theirs --------------------------------------------------------------------------------

    async def front(self, request: Request) -> Response:
        if await self._keys.guest(request):
            return RedirectResponse("/mine", 303)
        return self._pages.draw("front.html", request)

    async def mine(self, request: Request) -> Response:
        """Their requests; with words, those that hold them."""
        words, page = request.query_params.get("q", "")[:200], request.query_params.get("from", "0")
        start = int(page) if PAGE.fullmatch(page) else 0
        held = self._keys.held(request)
        guest, found = await self._store.look(
            partial(looks.mine_page, login=hashed(held) if held else "", words=words, start=start)
        )
        if guest is None or found is None:
            return self._front(request)
        return self._pages.draw("mine.html", request, guest=guest, found=found, words=words, most=looks.MOST)

    async def me(self, request: Request) -> Response:
        guest = await self._keys.guest(request)
        return self._details(request, guest) if guest else self._front(request)

    async def speak(self, request: Request) -> Response:
        """The language they choose, from now on and everywhere."""
        given = await fields(request, "language", "once")
        if given["language"] not in self._site.languages:
            return Response(status_code=422)
        return await self._ordered(request, Command("language", given["language"]), given["once"])

    async def join(self, request: Request) -> Response:
        """A word to bring to another chat of theirs."""
        given = await fields(request, "once")
        word = word_for(secrets.token_urlsafe(24))
        answer = await self._ordered(request, Command("join", word), given["once"])
        guest = await self._keys.guest(request)
        return self._details(request, guest, word=f"join_{word}") if guest else answer

    async def unjoin(self, request: Request) -> Response:
        """One of their doors by itself again. All their logins end: they may have been that door's."""
        given = await fields(request, "door", "once")
        channel, _colon, user = given["door"].partition(":")
        return await self._ordered(request, Command("unjoin", f"{channel} {user}"), given["once"])

    async def data(self, request: Request) -> Response:
        """All that is theirs, to take along."""
        guest = await self._keys.guest(request)
        found = await self._store.look(partial(belongings, person=guest.person.id)) if guest else None
        if found is None:
            return self._front(request)
        whole = await bundle(found, self._site.keep)
        headers = {"content-disposition": 'attachment; filename="data.zip"'}
        parts = iter(partial(whole.read, CHUNK), b"")
        return StreamingResponse(
            parts, media_type="application/zip", headers=headers, background=BackgroundTask(whole.close)
        )

    async def erase(self, request: Request) -> Response:
        """Everything, for good, if they have ticked that they know."""
        given = await fields(request, "sure", "once")
        guest = await self._keys.guest(request)
        if guest is None:
            return self._front(request)
        if given["sure"] != "yes":
            return self._details(request, guest, 422)
        done = await self._ordered(request, Command("erase"), given["once"])
        if done.status_code != 303:
            return done
        answer = self._pages.draw("erased.html", request)
        self._keys.forget(answer)
        return answer

    async def _ordered(self, request: Request, order: Command, once: str) -> Response:
        """Something about themselves and no ticket."""
        guest = await self._keys.guest(request)
        if guest is None:
            return self._front(request)
        name = once if ONCE.fullmatch(once) else secrets.token_urlsafe(16)
        event = Posted(
            id=f"web:{guest.person.id}:{name}",
            at=self._store.rules.now(),
            person=guest.person.id,
            ticket=0,
            answer=order,
        )
        try:
            await self._site.take(event)
        except Busy:
            return self._details(request, guest, 503)
        return RedirectResponse("/me", 303)

    def _details(self, request: Request, guest: Guest, status: int = 200, /, word: str = "") -> Response:
        chats = [link for slip in self._site.slips if word and (link := slip.chat(word))]
        facts = {
            "once": secrets.token_urlsafe(16),
            "word": word,
            "chats": chats,
            "busy": status == 503,
            "unsure": status == 422,
        }
        return self._pages.draw("me.html", request, status, guest=guest, **facts)

    def _front(self, request: Request) -> Response:
        return self._pages.draw("front.html", request, 403)


def _why(refused: Refused) -> Speech:
    """As the chats say it."""
    sentence = TROUBLES[refused.why.trouble]
    return replace(sentence, facts={"name": refused.name, "limit": max(1, refused.why.limit // 1_000_000)})


def _too_much(files: int) -> Speech:
    return _("That is too much at once: at most {n} files, and {limit} MB together.", n=files, limit=MOST // 1_000_000)


def _too_long(text: str, most: int) -> Speech | None:
    return (
        _("That is too long: at most {most} characters. Put the rest into a file.", most=most)
        if len(text) > most
        else None
    )
