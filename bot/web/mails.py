"""The way out of our mails, for whoever holds one: no login, and nothing happens before a button is pressed."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Busy
from bot.store import mails
from bot.web.manners import Often
from bot.web.pages import Pages
from bot.web.site import Site

WORD = re.compile("[0-9a-f]{32}")
TRIES = 30
"""In a minute, from one address."""


class Mails:
    """Programs that look at links before people do open the page, and that ends nothing. A mail program that was told to
    end these mails posts to the same address (RFC 8058): it comes from no page of ours, and the word in the address is
    all it has, so that is all that is asked for.
    """

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site, self._pages, self._tries = site, pages, Often(TRIES)

    def routes(self) -> list[Route]:
        return [Route("/mail/{word}", self.ask), Route("/mail/{word}", self.end, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Says nothing of whether anybody has this word."""
        return self._pages.draw("mail.html", request, word=self._word(request), done=False, busy=False)

    async def end(self, request: Request) -> Response:
        if self._tries.too(request):
            return self._pages.hurried(request)
        word, busy = self._word(request), False
        try:
            await self._site.store.run(mails.end, word=word) if word else None
        except Busy:
            busy = True
        status = 503 if busy else 200
        return self._pages.draw("mail.html", request, status, word=word, done=not busy, busy=busy)

    def _word(self, request: Request) -> str:
        word = request.path_params["word"]
        return word if WORD.fullmatch(word) else ""
