"""Every route, for everybody: what a stranger, another customer, the customer, an agent and a former agent get of it.

The routes come from the application itself: a new one without its row here fails.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from starlette.routing import Route

from bot.channels.slack import Keys, Slack
from bot.channels.telegram.miniapp import MiniApp
from bot.desk.config import Company
from bot.values import replace
from tests.web.browser import SAME, Browser
from tests.web.door import DESK, OURS, PNG, Room, filled, furnished, served

ROLES = ("stranger", "other customer", "customer", "agent", "former agent")
NOWHERE = "abcdefghij-none_"
SECRET = ("canario-del-título", "canario-de-ana")
"""Ana's own: in her title, and in what she wrote."""

Rows = dict[tuple[str, str], tuple[int, int, int, int, int]]

# In the order of ROLES. An agent's place is the team's chat: at the page they are a person like any other, who may also
# hold what lets the team see its numbers. With a former agent it has run out.
MATRIX: Rows = {
    ("GET", "/"): (200, 303, 303, 303, 303),
    ("GET", "/mine"): (403, 200, 200, 200, 200),
    ("GET", "/me"): (403, 200, 200, 200, 200),
    ("POST", "/me"): (403, 303, 303, 303, 303),
    ("GET", "/me/data"): (403, 200, 200, 200, 200),
    ("POST", "/me/erase"): (403, 200, 200, 200, 200),
    ("POST", "/me/join"): (403, 200, 200, 200, 200),
    ("POST", "/me/email"): (403, 303, 303, 303, 303),
    ("POST", "/me/unjoin"): (403, 303, 303, 303, 303),
    ("GET", "/t/{public}"): (200, 200, 200, 200, 200),
    ("POST", "/t/{public}"): (403, 403, 303, 403, 403),
    ("POST", "/t/{public}/press"): (403, 403, 303, 403, 403),
    ("POST", "/t/{public}/rate"): (403, 403, 303, 403, 403),
    ("GET", "/t/{public}/talk"): (404, 404, 200, 404, 404),
    ("GET", "/t/{public}/live"): (404, 404, 200, 404, 404),
    ("GET", "/t/{public}/f/{file}"): (404, 404, 200, 404, 404),
    ("POST", "/t/{public}/code"): (303, 303, 303, 303, 303),
    ("GET", "/t/{public}/in"): (303, 303, 303, 303, 303),
    ("POST", "/t/{public}/in"): (403, 403, 403, 403, 403),
    ("POST", "/slip"): (401, 401, 401, 401, 401),
    ("GET", "/slack/login"): (302, 302, 302, 302, 302),
    ("GET", "/slack/login/back"): (403, 403, 403, 403, 403),
    ("GET", "/mail/{word}"): (200, 200, 200, 200, 200),
    ("POST", "/mail/{word}"): (200, 200, 200, 200, 200),
    ("GET", "/api/openapi.json"): (200, 200, 200, 200, 200),
    **{  # they are for whoever has the desk's token, and no login is worth one
        (method, f"/api/tickets{path}"): (401, 401, 401, 401, 401)
        for method, path in (
            ("GET", ""),
            ("GET", "/{code}"),
            ("PATCH", "/{code}"),
            ("POST", "/{code}/answers"),
            ("POST", "/{code}/notes"),
            ("GET", "/{code}/files/{file}"),
        )
    },
    ("POST", "/out"): (303, 303, 303, 303, 303),
    ("GET", "/numbers"): (403, 403, 403, 200, 403),
    ("POST", "/numbers"): (403, 403, 403, 403, 403),
    ("GET", "/numbers.csv"): (403, 403, 403, 200, 403),
    ("GET", "/healthz"): (200, 200, 200, 200, 200),
    ("GET", "/readyz"): (200, 200, 200, 200, 200),
    ("GET", "/metrics"): (200, 200, 200, 200, 200),
    ("GET", "/robots.txt"): (200, 200, 200, 200, 200),
    ("GET", "/icon.svg"): (200, 200, 200, 200, 200),
}
FORMS: dict[str, dict[str, str]] = {
    "/me": {"language": "en", "once": "a" * 20},
    "/me/erase": {"sure": "yes", "once": "e" * 20},
    "/me/email": {"what": "ana@example.es", "once": "f" * 20},
    "/me/unjoin": {"door": "telegram:11", "once": "d" * 20},
    "/t/{public}/press": {"what": "solve", "once": "b" * 20},
    "/t/{public}/rate": {"stars": "4", "why": "", "once": "r" * 20},
    "/t/{public}/in": {"knock": "x", "code": "1"},
    "/numbers": {"word": "a" * 26},
}


@dataclass
class Scene:
    room: Room
    base: str
    file: str
    note: str

    async def browser(self, role: str) -> Browser:
        people = {"other customer": "Bob", "customer": "Ana", "agent": "Bea", "former agent": "Leo"}
        cookies = await self.room.login(people[role]) if role in people else {}
        if role.endswith("agent"):
            cookies |= await self.room.pass_for_team(late=role.startswith("former"))
        return Browser(self.base, cookies)


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr("bot.web.entrance.FLOOR", 0.0)
    async with staged(await filled(furnished(tmp_path))) as scene:
        yield scene


class staged:  # noqa: N801 - reads as a word where it stands
    def __init__(self, room: Room) -> None:
        self.room, self.web = room, served(built(room))

    async def __aenter__(self) -> Scene:
        ticket = await self.room.ticket("abcdefghij-files", "SUP-9", title="canario-del-título")
        file = await self.room.file(ticket, "foto.png", PNG, "image/png")
        await self.room.record(ticket, "asked", "canario-de-ana", by="Ana")
        await self.room.record(ticket, "note", "nota-canario del equipo")
        await self.room.record(ticket, "draft", "nota-canario sin enviar")
        note = await self.room.file(ticket, "nota-canario.png", PNG, "image/png", "note")
        return Scene(self.room, await self.web.__aenter__(), file.id, note.id)

    async def __aexit__(self, *_: object) -> None:
        await self.web.__aexit__(None, None, None)
        self.room.store.close()


def built(room: Room) -> Any:
    """With every way in."""
    slack = Slack(Keys(token="xoxb-1", client_id="1.2", client_secret="s" * 20), public_url="http://localhost")
    return room.build(
        slips=(MiniApp("42:TEST", lambda: room.at),), sign_ins=slack.sign_ins(), by_mail=True, api_token="t" * 32
    )


def routes(room: Room) -> set[tuple[str, str]]:
    """What the application answers; HEAD goes with GET."""
    app = built(room)
    found: Sequence[Any] = app.app.routes
    assert all(isinstance(route, Route) for route in found)
    return {(method, route.path) for route in found for method in route.methods - {"HEAD"}}


async def knocks(scene: Scene, role: str, route: tuple[str, str], public: str) -> tuple[int, bytes]:
    status, body, kept = await _knocks(scene, role, route, public)
    assert kept == ("public, max-age=86400" if route[1] == "/icon.svg" else "no-store")  # by no browser, by no proxy
    return status, body


async def _knocks(scene: Scene, role: str, route: tuple[str, str], public: str) -> tuple[int, bytes, str]:
    method, path = route
    browser = await scene.browser(role)
    at = path.replace("{public}", public).replace("{file}", scene.file)
    if path.endswith("/live") and role == "customer":
        async with aiohttp.ClientSession(cookies=browser.cookies) as session, session.get(scene.base + at) as stream:
            return stream.status, await stream.content.readline(), stream.headers["cache-control"]
    if path == "/t/{public}" and method == "POST":
        form = aiohttp.FormData({"text": "hola", "once": "c" * 20}, default_to_multipart=True)
        answer = await browser.post(at, form)
    else:
        fields = FORMS.get(path, {})
        answer = await (browser.get(at) if method == "GET" else browser.ask(method, at, SAME, data=fields))
    return answer.status, answer.body, answer.headers["cache-control"]


async def test_every_route_has_its_row(scene: Scene) -> None:
    assert routes(scene.room) == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), MATRIX)
async def test_everybody_gets_what_is_theirs_and_nothing_else(scene: Scene, method: str, path: str, role: str) -> None:
    status, body = await knocks(scene, role, (method, path), "abcdefghij-files")
    assert status == MATRIX[method, path][ROLES.index(role)]
    if role != "customer" and (role, path) != ("agent", "/numbers.csv"):
        assert [secret for secret in SECRET if secret.encode() in body] == []
    assert b"canario del equipo" not in body
    if status == 404:
        assert (status, body) == await knocks(scene, role, (method, path), NOWHERE)


@pytest.mark.parametrize("role", ROLES)
async def test_notes_of_the_team_show_nowhere(scene: Scene, role: str) -> None:
    browser = await scene.browser(role)
    pages = [
        await browser.get(path)
        for path in (
            "/t/abcdefghij-files",
            "/t/abcdefghij-files/talk",
            "/mine",
            "/mine?q=nota-canario",
            f"/t/abcdefghij-files/f/{scene.note}",
        )
    ]
    found = [re.sub(r'value="[^"]*"|[“«][^”»]*[”»]', "", page.text) for page in pages]  # what was searched for is shown
    assert [page for page in found if "nota-canario" in page] == []
    assert pages[-1].status == 404


async def test_search_finds_ones_own_alone(scene: Scene) -> None:
    await scene.room.ticket("abcdefghij-icons", "SUP-55", title="El icono no aparece")
    ana, bob = await scene.browser("customer"), await scene.browser("other customer")
    found = [(await browser.get("/mine?q=CANARIO-de-ana")).words for browser in (ana, bob)]
    folded = (await ana.get("/mine?q=%C3%8Dcono%20APARECE")).words
    assert ["SUP-9" in words for words in found] == [True, False]
    assert ("SUP-55" in folded, "SUP-9" in folded) == (True, False)


async def test_a_file_is_only_to_be_had_through_its_own_ticket(scene: Scene) -> None:
    ana, bob = await scene.browser("customer"), await scene.browser("other customer")
    shown = await ana.get(f"/t/abcdefghij-files/f/{scene.file}")
    through = [
        (await browser.get(f"/t/{public}/f/{scene.file}")).status
        for browser, public in ((ana, OURS), (bob, "abcdefghij-bobs_"), (bob, "abcdefghij-files"))
    ]
    assert (shown.status, shown.body, through) == (200, PNG, [404, 404, 404])


async def test_the_turn_itself_looks_whose_ticket_it_is(scene: Scene) -> None:
    from bot.dialogue.words import Said
    from bot.events import Posted

    room = scene.room
    bob = await room.meet("Bob")
    await room.take(Posted(id="forged", at=room.at, person=bob, ticket=1, answer=Said("soy Ana")))
    assert "soy Ana" not in (await (await scene.browser("customer")).get(f"/t/{OURS}")).text


@pytest.mark.parametrize(
    ("doors", "shared"),
    [
        (("telegram:11", "telegram:22"), True),
        (("telegram:22",), False),
        (("telegram:1", "telegram:22"), False),
        (("slack:11", "telegram:22"), False),
        ((), False),
    ],
)
async def test_colleagues_see_each_others_tickets_where_the_desk_says_so(
    tmp_path: Path, doors: tuple[str, ...], *, shared: bool
) -> None:
    desk = replace(DESK, companies=(Company("acme", doors),))
    async with staged(await filled(furnished(tmp_path, desk))) as scene:
        bob = await scene.browser("other customer")
        page = await bob.get("/t/abcdefghij-files")
        listed = await bob.get("/mine?q=canario-de-ana")
        file = await bob.get(f"/t/abcdefghij-files/f/{scene.file}")
        bea = await (await scene.browser("agent")).get("/t/abcdefghij-files")
    assert ("canario-de-ana" in page.text, "SUP-9" in listed.words, file.status == 200) == (shared,) * 3
    assert "canario-de-ana" not in bea.text
