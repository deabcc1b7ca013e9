"""One desk in several workspaces: each has its people and its token, comes by a page of ours and goes without a word."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from typing import Self
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.sandbox.slack import World
from bot.sandbox.slack.person import Person
from tests.faults.scene import PATIENCE
from tests.ways.program import Program, Way
from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_whole_way import asks

PDF = b"%PDF-1.4\n%%EOF\n"
APP = {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "pretend-client-secret"}


class Browser:
    """Of somebody who may install apps in a workspace."""

    def __init__(self, program: Program) -> None:
        self.ours = f"http://127.0.0.1:{program.port}"
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def begins(self) -> str:
        """The page at Slack to which ours leads."""
        async with self.session.get(f"{self.ours}/slack/install", allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def presses(self, page: str, **choice: str) -> str:
        """Where Slack sends them back to."""
        async with self.session.post(page, data=choice, allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def comes_back(self, to: str) -> tuple[int, str]:
        async with self.session.get(to) as answer:
            return answer.status, await answer.text()


async def installed(program: Program, there: World) -> str:
    async with Browser(program) as browser:
        page = await browser.begins()
        status, words = await browser.comes_back(await browser.presses(page, team=there.team.id))
        assert status == 200, words
        return words


async def opens(scene: Scene, zoe: Person, code: str) -> None:
    """Zoe, in the other workspace, is asked question by question, and sends a file."""
    for words, question, button in (
        ("hello", "What is it about?", "Online shop"),
        ("", "what exactly?", "Orders"),
        ("", "Give it a title", ""),
        ("An order is missing from my list", "Tell us more", ""),
        ("Order 77 is not there.", "Which order is it about?", ""),
        ("77", "Any link", ""),
        ("skip", "Screenshots?", ""),
    ):
        if words:
            zoe.write(words)
        if button:
            await scene.presses(zoe, question, button)
        else:
            await scene.sees(zoe, question)
    zoe.upload([("order.pdf", PDF)])
    await scene.presses(zoe, "One file so far", "Done")
    await scene.presses(zoe, "Is everything right?", "Send")
    await scene.sees(zoe, f"{code} is open")


def said_to(person: Person) -> str:
    return "\n".join(words_of(m) for m in person.visible())


def shows(person: Person, code: str) -> bool:
    """Whether their own page does."""
    return person.home is not None and code in str(person.home.blocks)


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_people_of_two_workspaces_are_kept_apart_though_their_ids_are_the_same(scene: Scene, way: Way) -> None:
    ana, bea, team = scene.ana, scene.bea, scene.team
    globex = scene.slack.neighbour("Globex")
    zoe = globex.person("Zoe Lee", language="en-US")
    async with scene.at_work(way, more=APP) as program:
        assert "Conserje is installed in Globex" in await installed(program, globex)
        await opens(scene, zoe, "SUP-1001")
        card = await scene.card("SUP-1001")
        await scene.slack.until(lambda: any(m.files for m in team.replies(card)), PATIENCE)
        await asks(scene, "SUP-1002")
        assert zoe.id == ana.id
        bea.write("It is back.", channel=team, thread=card)
        await scene.presses(bea, "Zoe va a leer", "Enviar", at=team)
        await scene.sees(zoe, "It is back.", button="It is solved")
        await scene.sees(bea, "Entregado a Zoe por Slack", at=team)
        for person, theirs, other in ((zoe, "SUP-1001", "SUP-1002"), (ana, "SUP-1002", "SUP-1001")):
            await scene.taken(person.command("tickets"))
            await scene.taken(person.open_home())
            await scene.slack.until(partial(shows, person, theirs), PATIENCE)
            assert theirs in said_to(person)
            assert other not in said_to(person)
            assert not shows(person, other)
        await scene.presses(zoe, "It is back.", "It is solved")
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        assert program.tickets() == [("SUP-1001", "solved"), ("SUP-1002", "ours")]
        assert not globex.called("conversations.members")
        assert all(room.kind == "im" for room in globex.channels.values())


async def test_a_token_is_kept_sealed_and_known_again_after_a_restart(scene: Scene) -> None:
    globex = scene.slack.neighbour("Globex")
    zoe = globex.person("Zoe Lee", language="en-US")
    async with scene.at_work(more=APP) as program:
        await installed(program, globex)
        await program.restart()
        zoe.write("hello")
        await scene.sees(zoe, "What is it about?")
        for path in (path for path in program.folder.iterdir() if path.name.startswith("desk.db")):
            assert globex.app.token.encode() not in path.read_bytes(), path.name
        with closing(sqlite3.connect(program.folder / "desk.db")) as database:
            assert [row[0] for row in database.execute("SELECT team FROM workspace")] == [globex.team.id]


@pytest.mark.parametrize("event", [True, False], ids=["with a word", "without a word"])
async def test_who_takes_the_app_out_is_left_in_peace_until_they_install_it_again(scene: Scene, event: bool) -> None:  # noqa: FBT001
    bea, team = scene.bea, scene.team
    globex = scene.slack.neighbour("Globex")
    zoe = globex.person("Zoe Lee", language="en-US")
    scene.expected |= {"chat.postMessage: token_revoked", "chat.update: token_revoked"}
    async with scene.at_work(more=APP) as program:
        await installed(program, globex)
        await opens(scene, zoe, "SUP-1001")
        card = await scene.card("SUP-1001")
        await scene.slack.until(lambda: any(m.files for m in team.replies(card)), PATIENCE)
        old = globex.app.token
        if event:
            globex.revoke()
            await scene.quiet()
        else:
            globex.revoked.add(old)
        calls = len(globex.calls)
        bea.write("It is back.", channel=team, thread=card)
        await scene.presses(bea, "Zoe va a leer", "Enviar", at=team)
        await scene.sees(bea, "No entregado. El espacio de trabajo de Zoe", at=team)
        assert len(globex.calls) - calls == (0 if event else 1)
        await installed(program, globex)
        assert globex.app.token not in ("", old)
        zoe.write("Are you there?")
        await scene.sees(bea, "Are you there?", at=team)
        bea.write("We are.", channel=team, thread=card)
        await scene.presses(bea, "We are.", "Enviar", at=team)
        await scene.sees(zoe, "We are.")
        await scene.sees(bea, "Entregado a Zoe por Slack", at=team)


async def test_an_installation_belongs_to_the_browser_that_began_it_and_may_be_cancelled(scene: Scene) -> None:
    globex = scene.slack.neighbour("Globex")
    scene.expected.add("oauth.v2.access: invalid_code")
    scene.warned = ("warning: an installation failed",)
    async with scene.at_work(more=APP) as program, Browser(program) as one, Browser(program) as other:
        page = await one.begins()
        async with one.session.get(page) as shown:
            assert "Conserje is requesting access" in await shown.text()
        back = await one.presses(page, team=globex.team.id)
        assert (await other.comes_back(back))[0] == 403
        await other.begins()  # with a state and a cookie of their own
        assert (await other.comes_back(back))[0] == 403
        forged = back.replace("state=", "state=9")
        assert (await one.comes_back(forged))[0] == 403
        assert not globex.called("oauth.v2.access")
        cancelled = await other.presses(await other.begins(), cancel="1")
        assert parse_qs(urlsplit(cancelled).query)["error"] == ["access_denied"]
        assert await other.comes_back(cancelled) == (200, "Nothing was installed. To try again, open /slack/install.")
        made_up = (await one.presses(await one.begins())).replace("code=", "code=0")
        assert (await one.comes_back(made_up))[0] == 400
        with closing(sqlite3.connect(program.folder / "desk.db")) as database:
            assert database.execute("SELECT count(*) FROM workspace").fetchone() == (0,)
