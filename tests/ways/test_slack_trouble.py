"""Slack in trouble, or the way to it: nothing is lost, nothing is said twice, and Slack hears in time that we have it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import aiohttp
import pytest

from bot.sandbox.slack.post import signed
from tests.faults.scene import PATIENCE
from tests.ways.program import Program, Way
from tests.ways.scene import Scene, words_of
from tests.ways.test_slack_agents import ticket

LATEST = 2.9
"""Seconds within which Slack wants to hear something."""


async def posted(program: Program, body: bytes, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{program.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_who_does_not_sign_as_slack_is_not_heard(scene: Scene) -> None:
    scene.warned = ("warning: a request",)
    async with scene.at_work() as program:
        scene.ana.write("hola")
        await scene.sees(scene.ana, "¿De qué se trata?")
        payload = scene.slack.post.log[0].payload
        event = {**payload, "event_id": "Ev0FORGED", "event": {**payload["event"], "text": "x"}}  # type: ignore[dict-item]
        body, secret, now = json.dumps(event).encode(), scene.slack.app.signing_secret, int(time.time())
        plain = {"Content-Type": "application/json"}
        wrong = [
            {},
            signed("another secret", body, now),
            signed(secret, body + b" ", now),
            signed(secret, body, now - 3600),
            {**signed(secret, body, now), "X-Slack-Signature": "v0="},
        ]
        assert [await posted(program, body, plain | headers) for headers in wrong] == [401] * len(wrong)
        calls = len(scene.slack.called("chat.postMessage"))
        assert await posted(program, b"{", plain | signed(secret, b"{", now)) == 400
        assert len(scene.slack.called("chat.postMessage")) == calls


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_what_slack_brings_twice_is_heard_once(scene: Scene, way: Way) -> None:
    async with scene.at_work(way):
        scene.ana.write("hola")
        await scene.sees(scene.ana, "¿De qué se trata?")
        first = scene.slack.post.log[0].payload
        again = scene.slack.event(first["event"], event_id=str(first["event_id"]))  # type: ignore[arg-type]
        await scene.taken(again)
        scene.ana.write("misolicitudes")
        await scene.sees(scene.ana, "Todavía no tienes")
        assert scene.doubles() == []


async def test_a_directory_that_hangs_delays_nobody_beyond_slacks_patience(scene: Scene) -> None:
    async with scene.at_work():
        scene.slack.fail("users.info", "hang", times=50)
        scene.slack.fail("conversations.open", "hang", times=1)
        begun = time.monotonic()
        scene.ana.write("hola")
        delivery = scene.slack.post.log[-1]
        await scene.taken(delivery)
        assert (delivery.tries, time.monotonic() - begun < LATEST) == (0, True)
        begun = time.monotonic()
        await scene.taken(scene.bob.command())
        assert time.monotonic() - begun < LATEST
        await scene.form(scene.bob)
        await scene.sees(scene.ana, "?")


async def test_slack_asks_us_to_wait_and_we_do(scene: Scene) -> None:
    scene.expected.add("chat.postMessage: ratelimited")
    async with scene.at_work():
        fault = scene.slack.fail("chat.postMessage", 429, retry_after=1)
        begun = time.monotonic()
        scene.ana.write("hola")
        await scene.sees(scene.ana, "¿De qué se trata?")
        assert fault.met
        assert time.monotonic() - begun >= 1
        assert len(scene.slack.called("chat.postMessage")) == 2
        assert scene.doubles() == []


LINES: dict[str, Callable[[Scene], object]] = {
    "cut before": lambda s: s.slack.fail("chat.postMessage", "before"),
    "cut after": lambda s: s.slack.fail("chat.postMessage", "after"),
    "no JSON": lambda s: s.slack.fail("chat.postMessage", "html"),
    "a fault of theirs": lambda s: s.slack.fail("chat.postMessage", 500),
}


@pytest.mark.parametrize("line", LINES)
async def test_a_lost_answer_is_said_once(scene: Scene, line: str) -> None:
    scene.warned = ("warning: letter",)
    scene.expected.add("chat.postMessage: internal_error")
    async with scene.at_work():
        LINES[line](scene)
        scene.ana.write("hola")
        await scene.sees(scene.ana, "¿De qué se trata?")
        scene.ana.write("misolicitudes")
        await scene.sees(scene.ana, "Todavía no tienes")
        assert scene.doubles() == []


@pytest.mark.parametrize("word", ["channel_not_found", "is_archived", "user_not_found"])
async def test_a_customer_nobody_reaches_is_reported_to_whoever_answered(scene: Scene, word: str) -> None:
    scene.expected |= {f"chat.postMessage: {word}", f"chat.update: {word}"}
    bea, team = scene.bea, scene.team
    async with scene.at_work():
        card = await ticket(scene)
        bea.write("It is back.", channel=team, thread=card)
        seen = await scene.sees(bea, "Bob va a leer", at=team, button="Enviar")
        scene.slack.fail("chat.postMessage", word, channel=scene.bob.dm)
        await scene.taken(bea.press("Enviar", channel=team, message=seen))
        await scene.sees(bea, "No entregado", at=team)
        await scene.quiet()
        assert not any("It is back." in words_of(m) for m in scene.bob.visible())


async def test_a_token_that_was_taken_back_is_said_and_the_letters_wait(scene: Scene) -> None:
    scene.warned = ("error: Slack refuses SLACK_BOT_TOKEN", "warning: ")
    scene.expected |= {f"{m}: {e}" for m in ("users.info", "chat.postMessage", "conversations.open", "conversations.list", "auth.test")
                       for e in ("token_revoked", "invalid_auth", "account_inactive")}  # fmt: skip
    async with scene.at_work() as program:
        scene.slack.revoked.add(scene.slack.app.token)
        scene.ana.write("hola")
        await scene.taken(scene.slack.post.log[-1])
        async with asyncio.timeout(PATIENCE):
            while not any("Slack refuses" in words for words in program.troubles()):  # noqa: ASYNC110 - a log rings no bell
                await asyncio.sleep(0.05)
        assert scene.slack.post.log[-1].tries == 0
        assert program.waiting() == 1
        await program.says_of_itself(
            "degraded: Slack refuses SLACK_BOT_TOKEN (token_revoked): put the one of the app's page"
        )
        scene.slack.revoked.clear()


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_a_kill_between_steps_is_not_noticed(scene: Scene, way: Way) -> None:
    ana = scene.ana
    async with scene.program(way) as program:
        steps: tuple[tuple[str, str, str], ...] = (
            ("hola", "¿De qué se trata?", "Tienda online"),
            ("", "¿qué exactamente?", "Pedidos"),
            ("", "Ponle un título", ""),
            ("Falta un pedido en mi lista", "Cuéntanos más", ""),
            ("El 77 no está, y ayer sí", "¿De qué pedido", "Omitir"),
            ("", "¿Algún enlace", "Omitir"),
            ("", "¿Capturas?", "Omitir"),
            ("", "¿Está todo bien?", "Enviar"),
        )
        for number, (words, question, button) in enumerate(steps):
            if words:
                ana.write(words)
                if number % 2:
                    await program.restart()
            if button:
                await scene.presses(ana, question, button)
            else:
                await scene.sees(ana, question)
            if not number % 3:
                await program.restart()
        await scene.sees(ana, "SUP-1001 está abierta")
        await scene.card("SUP-1001")
        await program.stop()
        assert program.tickets() == [("SUP-1001", "ours")]
        assert program.troubles() == []
        assert scene.slack.complaints == []


async def test_a_kill_between_an_agents_steps_is_not_noticed(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.program() as program:
        card = await ticket(scene)
        await program.restart()
        await scene.presses(bea, "SUP-1001", "Me la quedo", at=team)
        await scene.sees(bob, "Bea is looking at SUP-1001")
        said = bea.write("It is back.", channel=team, thread=card)
        await program.restart()
        await scene.sees(bea, "Bob va a leer", at=team)
        await program.restart()
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        await program.restart()
        await scene.sees(bob, "It is back.", button="It is solved")
        await scene.sees(bea, "Entregado a Bob por Slack", at=team)
        bea.edit(said, "It is back again.", channel=team)
        await program.restart()
        await scene.sees(bob, "It is back again.")
        await scene.presses(bob, "It is back again.", "It is solved")
        await scene.sees(bob, "SUP-1001 is solved")
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        await scene.quiet()
        await program.stop()
        assert program.tickets() == [("SUP-1001", "solved")]
        assert program.troubles() == []
        assert scene.doubles() == []
        assert scene.slack.complaints == []


async def test_what_slack_gave_up_telling_us_is_read_at_the_start(scene: Scene) -> None:
    bea, bob, team = scene.bea, scene.bob, scene.team
    async with scene.at_work() as program:
        card = await ticket(scene)
        await program.kill()
        bob.write("It is urgent, please")
        bea.write("We are on it.", channel=team, thread=card)
        await scene.quiet()
        assert all(one.error for one in scene.slack.post.log[-2:])  # where its port is another's by now, too
        await program.start()
        await scene.sees(bea, "It is urgent, please", at=team)
        await scene.presses(bea, "We are on it.", "Enviar", at=team)
        await scene.sees(bob, "We are on it.")
        assert scene.doubles() == []
