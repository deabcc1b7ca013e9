"""The API: what another system reads of requests, and an agent's work from there."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.effects import Save
from bot.store.api import named
from bot.values import replace
from tests.web.caller import TOKEN, Caller, opened
from tests.web.door import ANA, PNG, TEAM, furnished, served


def kinds(whole: Any) -> list[tuple[str, str, str]]:
    return [(line["kind"], line["by"], line["text"]) for line in whole["lines"]]


# -- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
async def test_without_the_token_there_is_nothing(caller: Caller, said: str) -> None:
    await opened(caller)
    for method, path in (("GET", "/api/tickets"), ("POST", "/api/tickets/SUP-1/answers"), ("PATCH", "/api/tickets/X")):
        status, problem = await caller.ask(method, path, {}, authorization=said)
        assert (status, problem["title"]) == (401, "Unauthorized")


async def test_who_guesses_has_to_wait_and_the_token_still_opens(caller: Caller) -> None:
    wrong = Caller(caller.room, caller.base, "another")
    assert [(await wrong.get("/api/tickets"))[0] for _ in range(31)] == [401] * 30 + [429]
    assert (await caller.get("/api/tickets"))[0] == 200


async def test_a_desk_without_a_token_has_no_api(tmp_path: Path) -> None:
    room = furnished(tmp_path)
    async with served(room.build()) as base, aiohttp.ClientSession() as session:
        for path in ("/api/tickets", "/api/openapi.json"):
            async with session.get(base + path, headers={"authorization": "Bearer "}) as answer:
                assert answer.status == 404
    room.store.close()


# -- what there is -----------------------------------------------------------------------------------------


async def test_a_request_with_all_that_was_said_in_it(caller: Caller) -> None:
    room = caller.room
    ticket = await opened(caller, details="No se abre", urls=("https://a.example",), extras={"order": "77"})
    await room.record(ticket, "asked", "sigue igual", by="Ana")
    await room.record(ticket, "note", "she paid twice")
    await room.file(ticket, "foto.png", PNG, "image/png")
    status, whole = await caller.get("/api/tickets/SUP-1")
    told, lines = whole["ticket"], whole["lines"]
    assert (status, told["status"], told["answers"], told["links"]) == (
        200,
        "open",
        {"order": "77"},
        ["https://a.example"],
    )
    assert told["customer"] == {"id": 1, "name": "Ana", "language": "es", "channel": "telegram"}
    assert (told["due_at"], told["url"]) == ("2026-03-03T11:00:00Z", f"http://localhost/t/{ticket.public}")
    assert kinds(whole)[:2] == [("asked", "Ana", "sigue igual"), ("note", "Bea", "she paid twice")]
    assert await caller.get(lines[2]["files"][0]["path"]) == (200, PNG)
    assert (await caller.get("/api/tickets/SUP-1/files/f0"))[0] == 404
    assert (await caller.get("/api/tickets/SUP-2"))[0] == 404


async def test_a_file_of_another_request_is_not_had_through_this_one(caller: Caller) -> None:
    one, _other = await opened(caller), await opened(caller, "SUP-2")
    file = await caller.room.file(one, "foto.png", PNG, "image/png")
    paths = [f"/api/tickets/{code}/files/{file.id}" for code in ("SUP-1", "SUP-2")]
    assert [(await caller.get(path))[0] for path in paths] == [200, 404]


async def pages(caller: Caller, query: str) -> list[list[str]]:
    found: list[list[str]] = []
    after = ""
    while True:
        status, page = await caller.get(f"/api/tickets?limit=2{query}{after}")
        assert status == 200
        found.append([ticket["code"] for ticket in page["tickets"]])
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def test_requests_come_page_by_page_by_number_or_those_that_wait_by_promise(caller: Caller) -> None:
    for number, (state, days) in enumerate(
        (("ours", 3), ("ours", 1), ("solved", 1), ("yours", 1), ("ours", 1), ("ours", 0.1)), start=1
    ):
        await opened(caller, f"SUP-{number}", state=state, due=caller.room.at + timedelta(days=days))
    assert await pages(caller, "") == [["SUP-1", "SUP-2"], ["SUP-3", "SUP-4"], ["SUP-5", "SUP-6"]]
    assert await pages(caller, "&status=open") == [["SUP-6", "SUP-2"], ["SUP-5", "SUP-1"]]
    assert await pages(caller, "&status=pending") == [["SUP-4"]]


async def test_those_of_one_customer_come_by_themselves(caller: Caller) -> None:
    for number, (name, state) in enumerate((("Ana", "ours"), ("Bob", "ours"), ("Ana", "yours"), ("Ana", "ours")), 1):
        await opened(caller, f"SUP-{number}", name=name, state=state)
    ana = (await caller.get("/api/tickets/SUP-1"))[1]["ticket"]["customer"]["id"]
    assert await pages(caller, f"&customer={ana}") == [["SUP-1", "SUP-3"], ["SUP-4"]]
    assert await pages(caller, f"&customer={ana}&status=open") == [["SUP-1", "SUP-4"]]
    assert await pages(caller, "&customer=99") == [[]]


async def test_words_are_looked_for_as_the_team_does(caller: Caller) -> None:
    for number in range(1, 13):
        await opened(caller, f"SUP-{number}", title=f"El menú {number} sale en gris")
    for query, codes in (("menu+GRIS", range(12, 2, -1)), ("menu&limit=2", (12, 11)), ("sup-2", (2,)), ("azul", ())):
        status, page = await caller.get(f"/api/tickets?search={query}")
        found = [ticket["code"] for ticket in page["tickets"]]
        assert (status, found, page["next"]) == (200, [f"SUP-{number}" for number in codes], None)


@pytest.mark.parametrize(
    "query",
    [
        "customer=x",
        "customer=0",
        "search=",
        "search=%20",
        "search=a&status=open",
        "search=a&after=1",
        "limit=0",
        "limit=101",
        "limit=x",
        "status=solved",
        "status=",
        "after=x",
        "after=1_2_3",
        "after=_1",
        "after=9e9_1",
        "state=open",
        "customer_id=1",
    ],
)
async def test_a_list_is_asked_for_in_words_that_we_know(caller: Caller, query: str) -> None:
    status, problem = await caller.get(f"/api/tickets?{query}")
    assert (status, problem["title"]) == (422, HTTPStatus(422).phrase)
    assert problem["detail"].startswith(f"`{query.partition('=')[0]}` ")


# -- what is done ------------------------------------------------------------------------------------------


async def test_an_answer_reaches_the_customer_and_the_team_sees_it(caller: Caller) -> None:
    await opened(caller)
    status, whole = await caller.does("/api/tickets/SUP-1/answers", text="Ya *está* <b>", by="Eva", status="solved")
    assert (status, whole["ticket"]["status"], whole["ticket"]["agent"]) == (
        201,
        "solved",
        {"id": "hook:Eva", "name": "Eva"},
    )
    assert kinds(whole)[-1] == ("answer", "Eva", "Ya *está* <b>")
    (said,) = await caller.room.letters(ANA)
    assert said.startswith("*SUP-1* · responde Eva:\n> Ya \\*está\\* <b")
    assert "http://localhost/t/public-SUP-1" in said
    fate, card = await caller.room.letters(TEAM)
    assert (fate.startswith("On its way to Ana.\n> Ya"), "Solved." in card) == (True, True)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("ours", None, "open"), ("yours", None, "pending"), ("solved", None, "open"), ("yours", "open", "open"),
        ("ours", "pending", "pending"), ("solved", "pending", "pending"), ("ours", "solved", "solved"),
    ],
)  # fmt: skip
async def test_an_answer_leaves_the_request_as_it_says(caller: Caller, before: Any, status: Any, after: str) -> None:
    await opened(caller, state=before, solved=caller.room.at if before == "solved" else None)
    code, whole = await caller.does("/api/tickets/SUP-1/answers", text="Hola", by="Eva", status=status)
    assert (code, whole["ticket"]["status"]) == (201, after)
    assert (whole["ticket"]["solved_at"] is None) == (after != "solved")


async def test_a_note_stays_in_the_team(caller: Caller) -> None:
    await opened(caller)
    status, whole = await caller.does("/api/tickets/SUP-1/notes", text="VIP", by="Eva")
    assert (status, kinds(whole)) == (201, [("note", "Eva", "VIP")])
    assert (await caller.room.letters(ANA), await caller.room.letters(TEAM)) == ([], ["Kept as a note of Eva.\n> VIP"])


@pytest.mark.parametrize(
    ("before", "wanted", "status", "after", "told"),
    [
        ("ours", "solved", 200, "solved", "está resuelta"), ("ours", "pending", 200, "pending", "pendiente de ti"),
        ("yours", "open", 200, "open", "en nuestras manos"), ("solved", "open", 200, "open", "Hemos reabierto"),
        ("ours", "open", 200, "open", ""), ("solved", "solved", 200, "solved", ""), ("yours", "pending", 200, "pending", ""),
        ("solved", "pending", 409, "solved", ""),
    ],
)  # fmt: skip
async def test_whose_turn_it_is_can_be_said_and_the_customer_hears_of_it_once(  # noqa: PLR0917 - a row of the table
    caller: Caller, before: Any, wanted: str, status: int, after: str, told: str
) -> None:
    await opened(caller, state=before)
    assert (await caller.ask("PATCH", "/api/tickets/SUP-1", {"status": wanted, "by": "Eva"}))[0] == status
    letters = await caller.room.letters(ANA)
    assert (await caller.get("/api/tickets/SUP-1"))[1]["ticket"]["status"] == after
    assert (len(letters), told in " ".join(letters)) == (bool(told), True)


async def test_the_same_key_does_nothing_twice_and_another_path_is_another_thing(caller: Caller) -> None:
    await opened(caller)
    for path in ("answers", "answers", "notes"):
        for _ in range(2):
            body = {"text": "Hola", "by": "Eva"}
            status, whole = await caller.ask("POST", f"/api/tickets/SUP-1/{path}", body, idempotency_key="k1")
            assert status == 201
    assert kinds(whole) == [("answer", "Eva", "Hola"), ("note", "Eva", "Hola")]
    assert (await caller.does("/api/tickets/SUP-1/notes", text="Hola", by="Eva"))[1]["lines"][2:] != []


async def test_the_same_key_for_something_else_is_refused(caller: Caller) -> None:
    await opened(caller)
    first, other = ({"text": text, "by": "Eva"} for text in ("Hola", "Adiós"))
    for body, status in ((first, 201), (other, 422), (first, 201)):
        found, said = await caller.ask("POST", "/api/tickets/SUP-1/answers", body, idempotency_key="k1")
        assert (found, "Idempotency-Key" in str(said)) == (status, status == 422)
    assert kinds((await caller.get("/api/tickets/SUP-1"))[1]) == [("answer", "Eva", "Hola")]


@pytest.mark.parametrize(
    ("path", "body", "status", "after"),
    [
        ("/answers", {"text": "Hola", "by": "Eva"}, 201, {"state": "merged", "into": 2}),
        ("", {"status": "pending", "by": "Eva"}, 200, {"state": "solved"}),
    ],
)
async def test_what_was_done_is_said_again_whatever_became_of_it_since(
    caller: Caller, path: str, body: Any, status: int, after: Any
) -> None:
    """An answer that never came: whoever asks once more must not read that it was not done."""
    ticket, method = await opened(caller), "POST" if path else "PATCH"
    await opened(caller, "SUP-2")
    assert (await caller.ask(method, f"/api/tickets/SUP-1{path}", body, idempotency_key="k"))[0] == status
    now = await caller.room.store.look(partial(named, code=ticket.code))
    assert now
    await caller.room.does(Save(replace(now, **after)))
    letters = len(await caller.room.letters(ANA))
    assert (await caller.ask(method, f"/api/tickets/SUP-1{path}", body, idempotency_key="k"))[0] == status
    assert len(await caller.room.letters(ANA)) == letters
    assert (await caller.ask(method, f"/api/tickets/SUP-1{path}", body, idempotency_key="l"))[0] == 409


async def test_a_request_that_was_merged_takes_nothing(caller: Caller) -> None:
    await opened(caller)
    await opened(caller, "SUP-2", state="merged", into=1)
    part = (await caller.get("/api/tickets/SUP-2"))[1]["ticket"]
    assert (part["status"], part["merged_into"]) == ("merged", "SUP-1")
    for method, path, body in (
        ("POST", "answers", {"text": "Hola", "by": "Eva"}),
        ("POST", "notes", {"text": "Hola", "by": "Eva"}),
        ("PATCH", "", {"status": "open", "by": "Eva"}),
    ):
        status, problem = await caller.ask(method, f"/api/tickets/SUP-2/{path}".rstrip("/"), body)
        assert (status, "SUP-2 was merged" in problem["detail"]) == (409, True)
    assert await caller.room.letters(ANA) == []


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b"", 400, "JSON"), (b"{", 400, "JSON"), (b"[" * 100_000, 422, "object"), (b"\xff", 400, "JSON"),
        (b"[]", 422, "object"), (b"{}", 422, "text"), (b'{"text":"a"}', 422, "by"), (b'{"text":1,"by":"Eva"}', 422, "text"),
        (b'{"text":"","by":"Eva"}', 422, "text"), (b'{"text":"  \\n ","by":"Eva"}', 422, "can be seen"),
        (b'{"text":"a","by":"\\u0000"}', 422, "can be seen"), (b'{"text":"\\u0000","by":"Eva"}', 422, "can be seen"),
        (b'{"text":"a","by":"Eva","now":1}', 422, "now"),
        (b'{"text":"a","by":"%s"}' % (b"E" * 65), 422, "by"), (b'{"text":"%s","by":"Eva"}' % (b"a" * 12_001), 422, "12000"),
        (b'{"text":"\\ud800","by":"Eva"}', 400, "JSON"), (b'{"text":"a","by":"Eva","status":"merged"}', 422, "merged"),
    ],
)  # fmt: skip
async def test_what_is_not_right_is_said_and_nothing_is_done(
    caller: Caller, raw: bytes, status: int, words: str
) -> None:
    await opened(caller)
    found, problem = await caller.ask("POST", "/api/tickets/SUP-1/answers", raw=raw)
    assert (found, words in problem["detail"]) == (status, True)
    assert await caller.room.letters(ANA) == []


async def test_an_answer_of_two_messages_goes_in_two(caller: Caller) -> None:
    await opened(caller)
    assert (await caller.does("/api/tickets/SUP-1/answers", text="párrafo largo. " * 500, by="Eva"))[0] == 201
    assert len(await caller.room.letters(ANA)) == 2
