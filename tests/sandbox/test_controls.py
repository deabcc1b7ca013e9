"""The controls over HTTP: what the page and other processes can do, and what they hear of it."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.beside import beside
from bot.sandbox.program import free_port
from bot.sandbox.serve import listen, serve
from bot.sandbox.telegram import Person, Room, World


@pytest.fixture
async def web(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url) as client:
        yield client


async def events(web: httpx.AsyncClient, until: str) -> list[str]:
    """The kinds of events up to the wanted one."""
    kinds: list[str] = []
    async with web.stream("GET", "/sandbox/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                kinds.append(json.loads(line[6:])["kind"])
                if kinds[-1] == until:
                    break
    return kinds


async def test_a_conversation_over_http(web: httpx.AsyncClient, ana: Person, world: World) -> None:
    said = (await web.post("/sandbox/write", json={"person": ana.id, "text": "hola"})).json()
    number = said["message_id"]
    await web.post("/sandbox/edit", json={"person": ana.id, "message_id": number, "text": "hola, hola"})
    press = (await web.post("/sandbox/press", json={"person": ana.id, "message_id": number, "data": "x"})).json()
    await web.post("/sandbox/react", json={"person": ana.id, "message_id": number, "text": "👀"})
    assert world.presses[press["id"]].callback.data == "x"
    state = (await web.get("/sandbox/state")).json()
    (room,) = state["rooms"]
    assert [message["text"] for message in room["messages"]] == ["hola, hola"]
    assert room["reactions"] == {str(number): ["👀"]}
    await web.post("/sandbox/delete", json={"person": ana.id, "message_id": number})
    assert ana.chat.messages == []


async def test_topics_and_new_people(web: httpx.AsyncClient, bea: Person, forum: Room) -> None:
    here = {"person": bea.id, "chat": forum.id}
    topic = (await web.post("/sandbox/topic", json=here | {"text": "open SUP-1"})).json()
    await web.post("/sandbox/write", json=here | {"topic": topic, "text": "voy"})
    assert [message.text for message in forum.in_topic("SUP-1")] == ["voy"]
    await web.post("/sandbox/topic", json=here | {"topic": topic, "text": "close"})
    assert forum.topic("SUP-1").closed
    await web.post("/sandbox/topic", json=here | {"topic": topic, "text": "delete"})
    assert (await web.post("/sandbox/write", json=here | {"topic": topic, "text": "¿?"})).status_code == 404
    leo = (await web.post("/sandbox/people", json={"name": "Leo", "language": "en", "group": forum.id})).json()
    assert leo["groups"] == [forum.id]


async def test_files_and_samples(web: httpx.AsyncClient, ana: Person, png: bytes) -> None:
    form = {"person": str(ana.id), "samples": ["login", "invoice"], "text": "dos"}
    album = (await web.post("/sandbox/attach", data=form, files={"files": ("a.png", png, "image/png")})).json()
    assert len({message["media_group_id"] for message in album}) == 1
    assert [message.get("caption") for message in album] == ["dos", None, None]
    shown = await web.get(f"/sandbox/files/{album[0]['photo'][-1]['file_id']}")
    assert (shown.headers["content-type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")
    page = b"<script>alert(1)</script>"
    form = {"person": str(ana.id), "kind": "document"}
    (sent,) = (await web.post("/sandbox/attach", data=form, files={"files": ("a.html", page, "text/html")})).json()
    kept = await web.get(f"/sandbox/files/{sent['document']['file_id']}")
    assert kept.headers["content-type"] == "application/octet-stream"
    assert (await web.get("/sandbox/samples/icon")).content.startswith(b"\x89PNG")


async def test_trouble_can_be_ordered(web: httpx.AsyncClient, world: World) -> None:
    await web.post("/sandbox/fail", json={"method": "getMe", "code": 429, "retry_after": 9})
    answer = await web.get(f"/bot{world.token}/getMe")
    assert answer.json()["parameters"] == {"retry_after": 9}
    await web.post("/sandbox/fail", json={"method": "getMe", "trick": "before", "times": 3})
    with pytest.raises(httpx.RemoteProtocolError):
        await web.get(f"/bot{world.token}/getMe")
    await web.post("/sandbox/calm", json={})
    assert (await web.get(f"/bot{world.token}/getMe")).json()["ok"] is True
    assert [call["method"] for call in (await web.get("/sandbox/calls")).json()] == ["getMe"] * 3


async def test_the_page_hears_of_everything(web: httpx.AsyncClient, ana: Person, world: World) -> None:
    listening = asyncio.create_task(events(web, "blocked"))
    await world.until(lambda: world.listeners)
    ana.write("hola")
    ana.block()
    assert await listening == ["message", "blocked"]


async def test_every_way_to_pass_parameters(web: httpx.AsyncClient, ana: Person, world: World) -> None:
    ana.start()
    address = f"/any/prefix/bot{world.token}/sendMessage"
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    values = {"chat_id": str(ana.id), "text": "a"}
    answers = [
        await web.get(address, params=values | {"reply_markup": json.dumps(markup)}),
        await web.post(address, data=values | {"reply_markup": json.dumps(markup)}),
        await web.post(address, json=values | {"reply_markup": markup}),
        await web.post(address, files={name: (None, value) for name, value in values.items()}),
        await web.post(address, params=values),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [message.labels for message in ana.chat.messages[1:4]] == [["x"]] * 3
    broken = await web.post(address, content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["error_code"]) == (400, 400)


class Desk:
    """A program whose ticket pages stand at the address."""

    state = "ready"

    def __init__(self, address: str) -> None:
        self.address = address

    route = "telegram"
    beside = 0

    async def send_to(self, route: str) -> None:
        self.route = {"telegram": "telegram", "slack": "slack"}[route]

    async def restart(self) -> None:
        self.state = "starting"


async def test_pages_of_the_desk_stand_beside_the_chats_under_their_own_policy() -> None:
    policy = "default-src 'none'; img-src 'self'; frame-ancestors 'none'"

    async def page(request: Request) -> Response:
        said = (await request.body()).decode()
        words = f"{request.path_params['name']} {request.url.query} {request.headers['cookie']} {said}"
        answer = Response(words, 404, {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"})
        answer.set_cookie("a", "1")
        answer.set_cookie("b", "2")
        return answer

    async with (
        listen(Starlette(routes=[Route("/t/{name}", page, methods=["GET", "POST"])])) as address,
        listen(beside(address)) as url,
        httpx.AsyncClient(base_url=url, cookies={"desk": "x"}) as web,
    ):
        got = await web.get("/t/one", params={"lang": "en"})
        posted = await web.post("/t/one", data={"text": "hola"})
    framed = "default-src 'none'; img-src 'self'; frame-ancestors http://localhost:* http://127.0.0.1:*"
    assert (got.status_code, got.text) == (404, "one lang=en desk=x ")
    assert posted.text.endswith(" text=hola")
    assert (got.headers["content-security-policy"], "x-frame-options" in got.headers) == (framed, False)
    assert len(got.headers.get_list("set-cookie")) == 2


async def test_new_tickets_may_be_sent_elsewhere(world: World) -> None:
    desk = Desk("http://127.0.0.1:9")
    async with serve(world, desk=desk) as url, httpx.AsyncClient(base_url=url) as web:
        codes = [(await web.post("/sandbox/route", json={"text": to})).status_code for to in ("slack", "the moon")]
        pulse = (await web.get("/sandbox/state")).json()["pulse"]
    assert (codes, desk.route, pulse["desk"]["route"]) == ([200, 400], "slack", "slack")


async def test_without_an_answer_of_the_desk_there_is_no_page() -> None:
    async with listen(beside("http://127.0.0.1:9", patience=0.1)) as url, httpx.AsyncClient(base_url=url) as web:
        assert (await web.get("/t/one")).status_code == 502


async def test_a_page_waits_for_a_desk_that_was_killed() -> None:
    async def page(request: Request) -> Response:
        return Response((await request.body()).decode() or "here again")

    port = free_port(0)
    async with (
        listen(beside(f"http://127.0.0.1:{port}")) as url,
        httpx.AsyncClient(base_url=url) as web,
        asyncio.TaskGroup() as group,
    ):
        asked, said = group.create_task(web.get("/t/one")), group.create_task(web.post("/t/one", content=b"hola"))
        await asyncio.sleep(0.3)
        assert not asked.done()
        async with listen(Starlette(routes=[Route("/t/one", page, methods=["GET", "POST"])]), port):
            assert [(await answer).text for answer in (asked, said)] == ["here again", "hola"]


async def test_wrong_orders_are_refused(web: httpx.AsyncClient, ana: Person) -> None:
    orders = [
        ("write", {"person": 7, "text": "x"}, 404),
        ("write", {"person": ana.id, "chat": 7, "text": "x"}, 404),
        ("write", {"person": "Ana"}, 400),
        ("write", {"persona": ana.id}, 400),
        ("restart", {}, 409),
    ]
    assert [(await web.post(f"/sandbox/{name}", json=body)).status_code for name, body, _ in orders] == [
        status for _, _, status in orders
    ]
    evil = {"sec-fetch-site": "cross-site"}
    order = {"person": ana.id, "text": "x"}
    assert (await web.post("/sandbox/write", json=order, headers=evil)).status_code == 403
