"""What people read where a request of theirs cannot be answered. Programs, which ask for no page, read one line."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.dialogue.words import Speech, _
from bot.web.orders import problem
from bot.web.pages import LATER, Pages

ELSEWHERE = _("Your browser says that another page sent this. Open your link again and press the button there.")
BROKEN = _("What came from your browser is not whole. Open your link again, please.")
OURS = _("Something went wrong on our side. Please try again in a minute.")
AWAY = _("We can't get at your requests just now, and nothing of them is lost. Please try again in a minute.")

API = "/api/"
"""What begins the paths of programs, which read no page."""
FORMS = ("/t/", "/me/", "/out")
"""Where forms of ours go. Whoever opens such an address later, from a list of past pages, wants the page above it."""
WORDS: dict[int, Speech] = {403: ELSEWHERE, 400: BROKEN, 408: BROKEN, 413: BROKEN, 422: BROKEN}


class Refusals:
    """The exception handlers of the pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.url.path.startswith(API):
            answer = problem(HTTPStatus(error.status_code), f"{request.method} {request.url.path} leads nowhere.")
            answer.headers.update(error.headers or {})
            return answer
        if error.status_code == HTTPStatus.NOT_FOUND and request.method in {"GET", "HEAD"}:
            return self._pages.missing(request)
        if _reads(request):
            path = request.url.path
            if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and path.startswith(FORMS):
                return RedirectResponse(path.rpartition("/")[0] or "/", 303)
            if words := WORDS.get(error.status_code):
                return self._said(request, error.status_code, words)
        phrase = HTTPStatus(error.status_code).phrase
        return PlainTextResponse(f"{phrase}.", error.status_code, error.headers)

    async def crashed(self, request: Request, _error: Exception) -> Response:
        """Says nothing of what happened; the server logs it."""
        if _reads(request):
            return self._said(request, 500, OURS)
        return PlainTextResponse("Something went wrong on our side.", 500)

    async def left(self, _request: Request, _error: Exception) -> Response:
        """They went away in the middle of what they sent: nobody reads this."""
        return Response(status_code=400)

    async def busy(self, request: Request, _error: Exception) -> Response:
        """The database does not answer, or what keeps our files."""
        if _reads(request):
            return away(self._pages, request)
        return PlainTextResponse("Busy.", 503, LATER)

    def _said(self, request: Request, status: int, words: Speech) -> Response:
        return self._pages.draw("refused.html", request, status, words=words, unsent="")


def away(pages: Pages, request: Request, unsent: str = "") -> Response:
    """`unsent`: what they wrote, to keep."""
    answer = pages.draw("refused.html", request, 503, words=AWAY, unsent=unsent)
    answer.headers.update(LATER)
    return answer


def _reads(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
