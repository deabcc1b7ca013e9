"""Another system beside the desk: it hears of every request by signed events, in order, and does an agent's work by the API."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import aiohttp

from tests.channels.hook.receiver import SECRET, Receiver, receiver
from tests.ways.scene import Scene
from tests.ways.test_pairings import opens_in_telegram

TOKEN = "a token of more than thirty-two signs"


async def asks(port: int, method: str, path: str, **body: object) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session,
        session.request(method, path, json=body or None) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


def known(there: Receiver) -> tuple[str, dict[str, tuple[str, str]]]:
    """What it makes of the events: the request's state, and its lines by their ids."""
    status, lines = "", dict[str, tuple[str, str]]()
    for one in there.heard:
        if one["type"] == "ticket.erased":
            return "erased", {}
        status = one["data"]["ticket"]["status"]
        lines |= {line["id"]: (line["kind"], line["text"]) for line in one["data"]["lines"]}
    return status, lines


async def test_it_hears_everything_in_order_and_what_it_answers_arrives(scene: Scene) -> None:
    async with receiver() as there:
        there.answers = [500]  # the first call fails, and nothing is lost or out of order for that
        scene.warned = ("warning: letter",)
        more = {"API_TOKEN": TOKEN, "HOOK_URL": there.url, "HOOK_SECRET": SECRET}
        async with scene.at_work(more=more) as program:
            await opens_in_telegram(scene)
            await there.until(lambda: there.told("ticket.opened"))
            (opened,) = there.told("ticket.opened")
            assert (opened["ticket"]["code"], opened["ticket"]["customer"]["name"]) == ("SUP-1001", "Bob")
            assert there.ids[0] == there.ids[1]

            status, whole = await asks(
                program.port, "POST", "/api/tickets/SUP-1001/answers", text="Try *now*.", by="Eva"
            )
            assert status == 201
            bob = scene.bob_there
            await scene.reads(bob, "Eva answers:\nTry *now*.")
            await scene.sees(scene.bea, "Entregado a Bob", at=scene.team, button="Deshacer")
            await there.until(lambda: any(one["delivered"] == "telegram" for one in lines_of(there)))

            bob.write("Thanks, but no.")
            await scene.sees(scene.bea, "Thanks, but no.", at=scene.team)
            await there.until(lambda: ("asked", "Thanks, but no.") in known(there)[1].values())
            whole = (await asks(program.port, "GET", "/api/tickets/SUP-1001"))[1]
            assert known(there)[1] == {line["id"]: (line["kind"], line["text"]) for line in whole["lines"]}

            # The team takes the answer back; since it was written in no chat, whoever presses sees it again.
            await scene.presses(scene.bea, "Entregado a Bob", "Deshacer", at=scene.team)
            await scene.sees(scene.bea, "Try *now*.", at=scene.team, button="Enviar")
            await there.until(lambda: ("draft", "Try *now*.") in known(there)[1].values())
            assert [m.words for m in bob.chat.messages if "Try" in m.words] == []
            assert [TOKEN in program.log, SECRET in program.log, there.forged] == [False, False, []]


def lines_of(there: Receiver) -> list[Any]:
    return [line for one in there.heard for line in one["data"].get("lines", ())]


async def test_who_is_erased_is_gone_there_too_and_nothing_is_lost_while_it_is_away(scene: Scene) -> None:
    async with receiver() as there:
        more = {"API_TOKEN": TOKEN, "HOOK_URL": there.url, "HOOK_SECRET": SECRET}
        there.answers, there.more = [503] * 3, {"retry-after": "1"}
        scene.shut = ("Bad Request: query is too old",)  # a press that was answered just before the program fell
        async with scene.at_work(more=more) as program:
            await opens_in_telegram(scene)
            await there.until(lambda: there.ids)
            await program.restart()
            await there.until(lambda: there.told("ticket.opened"))
            erasing = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "erase", "SUP-1001", "--yes", env=program.environment, cwd=program.folder
            )
            assert await erasing.wait() == 0
            await there.until(lambda: known(there)[0] == "erased")
            assert there.heard[-1]["data"] == {"code": "SUP-1001"}
            assert (await asks(program.port, "GET", "/api/tickets/SUP-1001"))[0] == 404
