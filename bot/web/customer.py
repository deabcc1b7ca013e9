"""The page of a ticket for somebody who is known: the conversation, its files, what is new in it, and an answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels import Busy
from bot.desk import pictures
from bot.desk.calendars import NotYet
from bot.desk.promises import stays_solved
from bot.desk.ticket import Ticket
from bot.dialogue.markup import tame
from bot.dialogue.words import Chose, Command, Said, Speech, _, megabytes
from bot.store import pages as looks
from bot.store import quota
from bot.store.pages import Guest, Outside, Talk
from bot.values import replace
from bot.web.entrance import PUBLIC
from bot.web.keys import Keys
from bot.web.live import Live
from bot.web.manners import Often, fields, form, handed_out
from bot.web.own import posted
from bot.web.pages import LATER, Pages
from bot.web.refusals import away
from bot.web.site import Site
from bot.web.talk import lines_of, next_step
from bot.web.uploads import MOST, Refused, TooSlow, Unkept, Unread, Uploads
from handlers import blocking, gathering
from handlers.alarms import TROUBLES
from handlers.draft import extra_rows, kinds
from handlers.rating import LONGEST, is_rateable, told_already, typed

STARS = ("1", "2", "3", "4", "5")
MISSES = 20
"""In a minute, from one address: links to nothing."""
WRITES = 30
"""In a minute, from one person's address: words and presses."""
SOON = 0.05
"""Seconds until we look again whether the holidays are known."""


class Customer:
    """What guests see and do there. For a stranger a ticket is its number and its state."""

    def __init__(self, site: Site, pages: Pages, keys: Keys) -> None:
        self._site, self._pages, self._keys = site, pages, keys
        self._store, self._desk = site.store, site.store.rules.desk
        self._uploads = Uploads(site.keep, self._desk.bounds)
        self._live = Live(site.store, site.leaving)
        self._misses, self._writes = Often(MISSES), Often(WRITES)

    def routes(self) -> list[Route]:
        post = partial(form, ours=self._site.address)
        return [
            Route("/t/{public}", self.ticket),
            post("/t/{public}", self.write),
            post("/t/{public}/press", self.press),
            post("/t/{public}/rate", self.rate),
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
            case Outside():
                return self._outside(request, guest, found)
            case None:
                return self._missing(request, guest)

    async def talk(self, request: Request) -> Response:
        """What changes of a page that is open: the conversation, and what one can do."""
        guest, found = await self._found(request)
        if not isinstance(found, Talk):
            return self._pages.missing(request)
        return self._pages.draw("news.html", request, guest=guest, **self._told(request, guest, found))

    async def live(self, request: Request) -> Response:
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._pages.missing(request)
        if self._live.crowded(guest.person.id):
            return Response(status_code=503, headers=LATER)
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
        guest, found = await self._found(request)
        wanted = request.path_params["file"]
        if not isinstance(found, Talk) or wanted not in found.kept:
            return self._pages.missing(request, guest)
        kept = await self._site.keep.shown(wanted, wanted)
        if kept.mime in pictures.KINDS:
            return handed_out(kept, kept.mime, "inline")
        return handed_out(kept, "application/octet-stream", "attachment")

    async def _found(self, request: Request) -> tuple[Guest | None, Talk | Outside | None]:
        public = request.path_params["public"]
        if not PUBLIC.fullmatch(public):
            return None, None
        guest, found = await self._store.look(looks.ticket_page, self._keys.login(request), public)
        if isinstance(found, Talk):
            await self._reckoned(found.ticket)
        return guest, found

    async def _reckoned(self, ticket: Ticket) -> None:
        """In the first moments of a program nobody knows the holidays yet, on which hangs what may become of it."""
        while True:
            try:
                self._stays(ticket)
            except NotYet:
                await asyncio.sleep(SOON)
            else:
                return

    def _outside(
        self, request: Request, guest: Guest | None, found: Outside, status: int = 200, unsent: str | None = None
    ) -> Response:
        """`unsent`: what they wrote although it is not open to them any more; None: they only came to look."""
        ways = [(way.name, way.label) for way in self._site.sign_ins]
        facts = {"public": request.path_params["public"], "code": found.code, "state": found.state, "ways": ways}
        return self._pages.draw("ticket.html", request, status, guest=guest, **facts, unsent=unsent)

    def _missing(self, request: Request, guest: Guest | None) -> Response:
        """Who tries many links that lead nowhere has to wait."""
        if self._misses.too(request):
            return self._pages.hurried(request)
        return self._pages.missing(request, guest)

    def _conversation(
        self, request: Request, guest: Guest | None, talk: Talk, status: int = 200, /, **more: object
    ) -> Response:
        plain: dict[str, Any] = {"written": "", "refused": (), "trouble": None, "sight": "trouble", "unsent": ""}
        bounds = self._desk.bounds
        return self._pages.draw(
            "conversation.html",
            request,
            status,
            guest=guest,
            most_files=bounds.files,
            **{**self._told(request, guest, talk), **plain, **more},
        )

    def _told(self, request: Request, guest: Guest | None, talk: Talk) -> dict[str, Any]:
        ticket, language = talk.ticket, self._pages.language(request, guest)
        extras = [self._store.rules.words.say(extra, language) for extra in extra_rows(self._desk, ticket)]
        blocked = self._blocked(guest)
        stays = self._stays(ticket)
        mute = blocked and ticket.state in ("yours", "solved")
        return {
            "ticket": ticket,
            "whole": talk.whole or talk.following,
            "stays": stays,
            "blocked": blocked,
            "category": next(iter(kinds(self._desk, ticket)), None),
            "lines": lines_of(talk, extras),
            "next_step": None if mute else next_step(ticket, self._store.rules.now(), stays=stays),
            "mark": talk.mark,
            "once": secrets.token_urlsafe(16),
            "why": "",
            "unrated": None,
        }

    def _stays(self, ticket: Ticket) -> bool:
        """Whether it was solved too long ago to be opened again."""
        return stays_solved(self._desk, ticket, self._store.rules.now())

    async def _goes_on(self, request: Request, before: Talk) -> Ticket | None:
        """The other request in which their words stand: the one it was merged into, or that goes on from it."""
        if not self._stays(before.ticket):
            return before.whole
        _guest, found = await self._found(request)
        return found.following if isinstance(found, Talk) else None

    def _full(self, ticket: Ticket) -> bool:
        """What the desk would not take stays in the page: its word for that goes to a chat."""
        return gathering.full(ticket, self._store.rules.now(), self._desk.bounds.at_once)

    def _blocked(self, guest: Guest | None) -> Speech | None:
        """What they read instead of a place to write."""
        return blocking.read_by(guest.person, self._store.rules.now()) if guest else None

    # -- what they do in it ----------------------------------------------------------------------------

    async def write(self, request: Request) -> Response:
        """Words and files. The page says that we have them only once the desk does."""
        try:
            guest, found = await self._found(request)
        except Busy:
            return _hung_up(away(self._pages, request, await self._unsent(request)))
        if guest is None or not isinstance(found, Talk):
            return self._closed(request, guest, found, await self._unsent(request))
        again = partial(self._conversation, request, guest, found)
        if self._writes.too(request) or self._full(found.whole or found.ticket):
            return _hung_up(_waits(again(429, written=await self._unsent(request), trouble=_TOO_FAST)))
        if self._blocked(guest):
            return _hung_up(again(403, unsent=await self._unsent(request)))
        try:
            given, files, refused = await self._uploads.take(request, guest.person.id, "text", "once")
        except Unread as unread:
            return self._unread(again, unread)
        text = tame(given["text"]).strip()
        if files and len(files) > await self._store.look(quota.left, channel="", who=str(guest.person.id)):
            await self._uploads.drop(files)
            return again(422, written=text, trouble=_too_many_today(self._desk.bounds.files_daily))
        if refused or len(text) > self._desk.bounds.details_most:
            await self._uploads.drop(files)
            return again(
                422,
                written=text,
                refused=[_why(one) for one in refused],
                trouble=_too_long(text, self._desk.bounds.details_most),
            )
        if not files and (unfit := _says_nothing(found.whole or found.ticket, text)):
            return again(422, written=text, trouble=unfit)
        if not await self._posted(guest, found, Said(text, files), given["once"]):
            # Its files stay for a day (`graves.tidy`): it may be kept all the same, and its answer was lost on the way.
            return again(503, written=text, trouble=_UNKEPT)
        return self._back(request, await self._goes_on(request, found))

    def _unread(self, again: Callable[..., Response], unread: Unread) -> Response:
        again = partial(again, written=tame(unread.given["text"]).strip())
        match unread:
            case Unkept():
                return _waits(again(503, trouble=_NO_FILES))
            case TooSlow():
                return _hung_up(again(408, trouble=_TOO_SLOW))
            case _:
                return _hung_up(again(413, trouble=_too_much(self._desk.bounds.files)))

    async def press(self, request: Request) -> Response:
        """*It is solved*, *Reopen*."""
        given = await fields(request, "what", "once")
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._closed(request, guest, found)
        if given["what"] not in ("solve", "reopen"):
            raise HTTPException(422)
        if self._writes.too(request):
            return _waits(self._conversation(request, guest, found, 429, trouble=_TOO_FAST))
        if self._stays(found.ticket):  # a page that was left open shows the button still
            return self._conversation(request, guest, found, 409)
        if not await self._posted(guest, found, Chose(given["what"]), given["once"]):
            return self._conversation(request, guest, found, 503, trouble=_UNKEPT)
        return self._back(request)

    async def rate(self, request: Request) -> Response:
        """How our help was, once: 1 to 5, and a sentence if they like."""
        given = await fields(request, "stars", "why", "once")
        guest, found = await self._found(request)
        if guest is None or not isinstance(found, Talk):
            return self._closed(request, guest, found, tame(given["why"]).strip())
        again, why = partial(self._conversation, request, guest, found), tame(given["why"]).strip()
        rating, once = Command("rate", f"{given['stars']} {why}"), given["once"]
        if self._blocked(guest):
            return again(403, unsent=why)
        if why and not is_rateable(found.ticket) and not await self._is_taken(guest, rating, once):
            return again(409, written=why, trouble=_TOO_LATE, sight="unrated")
        if self._writes.too(request):
            return _waits(again(429, why=why, unrated=_TOO_FAST))
        if given["stars"] not in STARS:
            return again(422, why=why, unrated=_("Choose a number from 1 to 5, please."))
        if unrated := _too_long(why, LONGEST):
            return again(422, why=why, unrated=unrated)
        if not await self._posted(guest, found, rating, once):
            return again(503, why=why, unrated=_UNKEPT)
        return self._back(request)

    async def _is_taken(self, guest: Guest, answer: Command, once: str) -> bool:
        event = posted(guest, answer, once, self._store.rules.now())
        return await self._store.look(looks.is_taken, event=event.id)

    async def _posted(self, guest: Guest, talk: Talk, answer: Said | Chose | Command, once: str) -> bool:
        """False: nobody can say that it is kept. The same form sent twice counts once."""
        event = posted(guest, answer, once, self._store.rules.now(), talk.ticket.id)
        try:
            await self._site.take(event)
        except Busy:
            return False
        return True

    def _back(self, request: Request, whole: Ticket | None = None) -> Response:
        """To the page on which it stands now."""
        named = f"?lang={self._pages.language(request)}" if "lang" in request.query_params else ""
        return RedirectResponse(f"/t/{whole.public if whole else request.path_params['public']}{named}#end", 303)

    def _closed(
        self, request: Request, guest: Guest | None, found: Talk | Outside | None, unsent: str = ""
    ) -> Response:
        """Not there, or not theirs: mostly because their login is over, and then they get their words back."""
        if not isinstance(found, Outside):
            return _hung_up(self._pages.missing(request, guest))
        return _hung_up(self._outside(request, guest, found, 403, unsent))

    async def _unsent(self, request: Request) -> str:
        """What they wrote, for them to keep."""
        return tame(await self._uploads.words(request, "text")).strip()


def _hung_up(answer: Response) -> Response:
    """What they send behind it is not read."""
    answer.headers["connection"] = "close"
    return answer


def _waits(answer: Response) -> Response:
    answer.headers.update(LATER)
    return answer


def _why(refused: Refused) -> Speech:
    """As the chats say it."""
    sentence = TROUBLES[refused.why.trouble]
    return replace(sentence, facts={"name": refused.name, "limit": megabytes(refused.why.limit)})


def _says_nothing(ticket: Ticket, text: str) -> Speech | None:
    """A second rating neither: a chat says so, but what it says does not reach the page."""
    if not text:
        return _("Write something, or choose a file.")
    return told_already(ticket.rating) if ticket.rating and typed(ticket, Said(text)) else None


_NO_FILES = _("We can't keep files just now. Send your words alone, or try again in a minute, please.")
_UNKEPT = _("We couldn't keep that just now. Please press the button once more.")
_TOO_FAST = _("That was tried too often just now. Please wait a minute.")
_TOO_LATE = _("It can't be rated any more. What you wrote stands below: send it, and the team reads it.")
_TOO_SLOW = _("Not everything arrived in time. Choose your files again, please: smaller ones, or fewer at a time.")


def _too_much(files: int) -> Speech:
    return _("That is too much at once: at most {n} files, and {limit} MB together.", n=files, limit=MOST // 1_000_000)


def _too_many_today(most: int) -> Speech:
    return _("That is more than {most} files in a day. The rest tomorrow, or in one zip.", most=most)


def _too_long(text: str, most: int) -> Speech | None:
    return (
        _("That is too long: at most {most} characters. Put the rest into a file.", most=most)
        if len(text) > most
        else None
    )
