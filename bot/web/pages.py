"""Draws the pages, each in the language of whoever looks at it."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.dialogue.words import CITY, Fact, Speech, _, n_, p_
from bot.language import chosen
from bot.store.pages import Guest
from bot.store.rules import Rules
from bot.web.prose import prose
from handlers.start import NAMES

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
LATER = {"retry-after": "60"}


class Pages:
    """The templates with the desk's name and languages; their sentences go through the catalogues."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.style, self.script = ((HERE / "static" / file).read_text("utf-8") for file in ("page.css", "page.js"))
        self.style_hash, self.script_hash = _hash(self.style), _hash(self.script)
        self.bell = (HERE / "static" / "icon.svg").read_bytes()

    def missing(self, request: Request, guest: Guest | None = None) -> Response:
        """The same for whatever is not there, so that nobody learns why."""
        return self.draw("missing.html", request, 404, guest=guest)

    def hurried(self, request: Request) -> Response:
        answer = self.draw("hurried.html", request, 429)
        answer.headers.update(LATER)
        return answer

    async def icon(self, _request: Request) -> Response:
        return Response(self.bell, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})

    def language(self, request: Request, guest: Guest | None = None) -> str:
        """The one that was asked for by name, else that of the person, else the one their browser likes best."""
        named = request.query_params.get("lang", "")
        if guest and named not in self.rules.languages:
            named = guest.person.language
        liked = request.headers.get("accept-language", "")
        return chosen(named, liked, self.rules.languages) or self.rules.desk.language

    def draw(
        self,
        template: str,
        request: Request,
        status: int = 200,
        /,
        guest: Guest | None = None,
        reader: Guest | None = None,
        **facts: Any,
    ) -> Response:
        """`reader`: whose language it is in; else the guest's. Nothing of theirs is offered to somebody who is gone."""
        language, named = self.language(request, reader or guest), request.query_params.get("lang", "")

        def say(speech: Speech) -> str:
            return self.rules.words.plain(speech, language)

        def rich(speech: Speech) -> Markup:
            return prose("", self.rules.words.say(speech, language))

        def sentence(text: str, **facts: Fact) -> str:
            return say(_(text, **facts))

        def counted(one: str, many: str, n: int, **facts: Fact) -> str:
            return say(n_(one, many, n, **facts))

        def meant(context: str, text: str, **facts: Fact) -> str:
            return say(p_(context, text, **facts))

        found = _templates().get_template(template)
        page = found.render(
            style=Markup(self.style),  # noqa: S704 - our own files
            script=Markup(self.script),  # noqa: S704
            names=NAMES,
            languages=self.rules.languages,
            zone=self.rules.desk.hours.zone,
            city=CITY,
            _=sentence,
            n_=counted,
            p_=meant,
            say=say,
            rich=rich,
            desk=say(self.rules.desk.name),
            language=language,
            named=f"?lang={language}" if named == language else "",
            guest=guest,
            **facts,
        )
        return HTMLResponse(page, status, {"content-language": language, "vary": "accept-language, cookie"})


@cache
def _templates() -> Environment:
    """Made for the first page: to import what draws them takes a twentieth of the program's start."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
