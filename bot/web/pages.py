"""Draws the pages, each in the language of whoever looks at it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.desk.ticket import State
from bot.dialogue.words import Fact, Speech, _, n_, p_

HERE = Path(__file__).parent
NAMES = {"es": "Español", "en": "English"}
"""Languages as those who speak them write them."""

Speak = Callable[[Speech, str], str]


class Pages:
    """The templates with the desk's name and languages; their sentences go through the catalogues."""

    def __init__(self, name: Speech, speak: Speak, languages: tuple[str, ...], language: str) -> None:
        self.name, self.speak, self.languages, self.language = name, speak, languages, language
        style = (HERE / "static" / "page.css").read_text("utf-8")
        self.style_hash = "sha256-" + b64encode(sha256(style.encode()).digest()).decode()
        self.bell = (HERE / "static" / "icon.svg").read_bytes()
        loader = FileSystemLoader(HERE / "templates")
        self.templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.templates.globals |= {"style": Markup(style), "names": NAMES, "languages": languages}  # noqa: S704 - our own file

    def ticket(self, request: Request, code: str, state: State) -> Response:
        return self._draw("ticket.html", request, code=code, state=state)

    def missing(self, request: Request) -> Response:
        """The same for whatever is not there, so that nobody learns why."""
        return self._draw("missing.html", request, 404)

    def front(self, request: Request) -> Response:
        return self._draw("front.html", request)

    async def icon(self, _request: Request) -> Response:
        return Response(self.bell, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})

    def _draw(self, template: str, request: Request, status: int = 200, /, **facts: str) -> Response:
        asked = request.query_params.get("lang", ""), request.headers.get("accept-language", "")
        language = chosen(*asked, self.languages) or self.language

        def say(speech: Speech) -> str:
            return self.speak(speech, language)

        def sentence(text: str, **facts: Fact) -> str:
            return say(_(text, **facts))

        def counted(one: str, many: str, n: int, **facts: Fact) -> str:
            return say(n_(one, many, n, **facts))

        def meant(context: str, text: str, **facts: Fact) -> str:
            return say(p_(context, text, **facts))

        page = self.templates.get_template(template).render(
            _=sentence, n_=counted, p_=meant, desk=say(self.name), language=language, **facts
        )
        return HTMLResponse(page, status, {"content-language": language, "vary": "accept-language"})


def chosen(named: str, accepted: str, languages: tuple[str, ...]) -> str | None:
    """The language that was asked for by name, else the one the browser likes best among ours."""
    if named in languages:
        return named
    liked = [part.strip().lower().partition(";") for part in accepted[:200].split(",")]
    ranked = sorted(liked, key=lambda part: -_weight(part[2]))  # a stable sort: first come first
    wanted = (tag.partition("-")[0].strip() for tag, _semicolon, rest in ranked if _weight(rest))
    return next((language for language in wanted if language in languages), None)


def _weight(rest: str) -> float:
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", rest)
    return float(found[1]) if found else float(not rest)
