"""The pages and signs of life, over HTTP."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from yarl import URL

from bot.language import chosen
from tests.web.door import Build, Health, Serve


async def get(base: str, path: str, method: str = "GET", accept: str = "") -> tuple[int, str, dict[str, str]]:
    headers = {"accept-language": accept} if accept else {}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, URL(base + path, encoded=True), headers=headers) as answer,
    ):
        return answer.status, await answer.text(), {k.lower(): v for k, v in answer.headers.items()}


def words(page: str) -> str:
    """What a person reads of a page."""
    visible = re.sub(r"<(style|title|svg|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(visible.split())


async def test_a_ticket_shows_its_number_and_status_and_nothing_more(serve: Serve, site: Build) -> None:
    async with serve(site()) as base:
        status, page, _ = await get(base, "/t/abcdefghij-ours_", accept="en-GB,en;q=0.9,es;q=0.8")
    assert (status, words(page)) == (
        200,
        (
            "Your App support Your request SUP-1042 Waiting for us "
            "This link shows the number and the status, nothing more. To read and to answer here, show that it is yours. "
            "Send a code to my chat English Español"
        ),
    )


@pytest.mark.parametrize(
    ("path", "accept", "said"),
    [
        ("/t/abcdefghij-yours", "es-ES", ("es", "Esperamos tu respuesta")),
        ("/t/abcdefghij-yours?lang=en", "es-ES", ("en", "Waiting for you")),
        ("/t/abcdefghi-solved", "fr-FR", ("es", "Resuelta")),
        ("/t/abcdefghi-solved?lang=fr", "en", ("en", "Solved")),
        ("/t/abcdefghi-merged?lang=es", "", ("es", "Unida a otra")),
    ],
)
async def test_the_page_speaks_the_readers_language(
    serve: Serve, site: Build, path: str, accept: str, said: tuple[str, str]
) -> None:
    language, state = said
    async with serve(site()) as base:
        _, page, headers = await get(base, path, accept=accept)
    assert f'<html lang="{language}">' in page
    assert f" {state} " in words(page)
    assert (headers["content-language"], headers["vary"]) == (language, "accept-language, cookie")


async def test_whatever_a_code_holds_is_shown_as_text(serve: Serve, site: Build) -> None:
    async with serve(site()) as base:
        _, page, _ = await get(base, "/t/abcdefghi-merged")
    assert ">&lt;b&gt;X&lt;/b&gt;-1</h1>" in page


async def test_what_is_not_there_looks_the_same_everywhere(serve: Serve, site: Build) -> None:
    paths = ("/t/abcdefghij-none_", "/t/x", "/t/", "/t/a/b", "/nothing", "/t/%00", "/t/..%2f..", "/static/page.css")
    async with serve(site()) as base:
        answers = [await get(base, path, accept="es") for path in paths]
    assert {(status, page) for status, page, _ in answers} == {(404, answers[0][1])}
    assert words(answers[0][1]) == (
        "Soporte de Tu App Aquí no hay nada Puede que el enlace se haya cortado. Ábrelo otra vez desde tu chat. "
        "English Español"
    )


async def test_the_front_says_where_answers_are(serve: Serve, site: Build) -> None:
    async with serve(site()) as base:
        status, page, _ = await get(base, "/", accept="es")
    assert (status, words(page)) == (
        200,
        (
            "Soporte de Tu App Contestamos por chat Las solicitudes se abren y se contestan en tu chat. "
            "Aquí solo están sus enlaces. English Español"
        ),
    )


async def test_life_and_readiness_are_told_apart(serve: Serve, site: Build, health: Health) -> None:
    async with serve(site()) as base:
        well = [(await get(base, path))[:2] for path in ("/healthz", "/readyz")]
        health.trouble = "a message has been waiting for 75 s"
        ill = [(await get(base, path))[:2] for path in ("/healthz", "/readyz")]
        health.trouble, health.ails = None, "the team's chat cannot be reached"
        ails = [(await get(base, path))[:2] for path in ("/healthz", "/readyz")]
    assert well == [(200, "alive"), (200, "ready")]
    assert ill == [(200, "alive"), (503, "a message has been waiting for 75 s")]
    assert ails == [(200, "degraded: the team's chat cannot be reached"), (200, "ready")]


async def test_a_database_that_hangs_is_not_ready(
    serve: Serve, site: Build, health: Health, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.app.READY_SECONDS", 0.05)
    health.hangs = True
    async with serve(site()) as base:
        assert (await get(base, "/healthz"))[:2] == (200, "alive")
        assert (await get(base, "/readyz"))[:2] == (503, "the database does not answer")


async def test_robots_stay_outside(serve: Serve, site: Build) -> None:
    async with serve(site()) as base:
        assert (await get(base, "/robots.txt"))[:2] == (200, "User-agent: *\nDisallow: /\n")


async def hook(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def broken(_request: Request) -> Response:
    raise RuntimeError("a secret of the inside")


HOOKS = [Route("/hook", hook, methods=["POST"]), Route("/broken", broken)]
PATHS = ["/", "/t/abcdefghij-ours_", "/t/none", "/healthz", "/readyz", "/robots.txt", "/icon.svg", "/hook", "/broken"]
SEAL = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "strict-transport-security": "max-age=31536000",
}


async def test_every_answer_carries_the_seal(serve: Serve, site: Build) -> None:
    async with serve(site(HOOKS, https=True)) as base:
        answers = [await get(base, path, method) for path in PATHS for method in ("GET", "POST", "HEAD", "OPTIONS")]
    style = re.search("<style>(.*)</style>", answers[0][1], re.DOTALL)
    assert style
    script = re.search("<script>(.*)</script>", answers[0][1], re.DOTALL)
    assert script
    of_style, of_script = (b64encode(sha256(of[1].encode()).digest()).decode() for of in (style, script))
    policy = (
        f"default-src 'none'; style-src 'sha256-{of_style}'; script-src 'sha256-{of_script}'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    seals = [{name: headers.get(name) for name in ("content-security-policy", *SEAL)} for _, _, headers in answers]
    assert seals == [{"content-security-policy": policy, **SEAL}] * len(answers)
    assert {headers["cache-control"] for _, _, headers in answers} == {"no-store", "public, max-age=86400"}
    assert not any("server" in headers for _, _, headers in answers)


async def test_no_name_that_a_request_gives_us_stands_in_any_answer(serve: Serve, site: Build) -> None:
    """Nothing is built of `Host`: where we are stands in the settings."""
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-original-url": "//evil.example/"}
    async with serve(site(HOOKS)) as base, aiohttp.ClientSession() as session:
        for path in PATHS[:-1]:  # after an error the line is closed
            for method in ("GET", "POST", "OPTIONS"):
                async with session.request(method, base + path, headers=forged, allow_redirects=False) as answer:
                    assert "evil" not in await answer.text() + repr(answer.headers)


async def test_without_https_nobody_is_told_to_insist_on_it(serve: Serve, site: Build) -> None:
    async with serve(site()) as base:
        assert "strict-transport-security" not in (await get(base, "/"))[2]


async def test_an_error_is_logged_and_shows_nothing_of_the_inside(
    serve: Serve, site: Build, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(site(HOOKS)) as base:
        assert (await get(base, "/broken"))[:2] == (500, "Something went wrong on our side.")
    assert "a secret of the inside" in caplog.text


async def test_methods_are_heard_and_refused(serve: Serve, site: Build) -> None:
    async with serve(site(HOOKS)) as base:
        head = await get(base, "/t/abcdefghij-ours_", "HEAD")
        post = await get(base, "/mine", "POST")
        fetched = await get(base, "/hook")
        nowhere = await get(base, "/nowhere", "POST")
    assert (head[0], head[1], int(head[2]["content-length"]) > 1000) == (200, "", True)
    assert (post[0], post[1], sorted(post[2]["allow"].split(", "))) == (405, "Method Not Allowed.", ["GET", "HEAD"])
    assert (fetched[0], fetched[2]["allow"]) == (405, "POST")
    assert nowhere[:2] == (404, "Not Found.")


@pytest.mark.parametrize(
    ("named", "accepted", "language"),
    [
        ("es", "en", "es"),
        ("", "en-US,en;q=0.5", "en"),
        ("", "fr, es;q=0.5, en;q=0.9", "en"),
        ("", "en;q=0, es;q=0.1", "es"),
        ("", "EN", "en"),
        ("", "fr", None),
        ("xx", "", None),
        ("", "*", None),
        ("", "es;q=x, en;q=0.1", "en"),
        ("", "es;level=1", None),
        ("", ";;;,,,q=1" * 500, None),
    ],
)
def test_the_language_asked_for_is_found(named: str, accepted: str, language: str | None) -> None:
    assert chosen(named, accepted, ("en", "es")) == language
