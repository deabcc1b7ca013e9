"""The API's description is true: of every route, of every answer, and of what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.web.api import Api
from bot.web.openapi import described
from tests.web.caller import TOKEN, Caller, opened
from tests.web.door import PNG


async def test_the_description_names_every_route_and_every_answer_fits_it(caller: Caller) -> None:
    await opened(caller)
    _status, document = await caller.get("/api/openapi.json")
    routes = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item.keys() & {"get", "post", "patch"}
    }
    ours = {
        (method, route.path)
        for route in Api(caller.room.site(api_token=TOKEN)).routes()
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes == ours - {("GET", "/api/openapi.json")}
    assert document["webhooks"].keys() == {"ticket.opened", "ticket.changed", "ticket.erased"}
    whole = (await caller.does("/api/tickets/SUP-1/answers", text="Hola", by="Eva"))[1]
    schemas = document["components"]["schemas"]
    assert misfits(whole, {"$ref": "#/components/schemas/Conversation"}, schemas) == []
    assert misfits((await caller.get("/api/tickets"))[1], {"$ref": "#/components/schemas/Page"}, schemas) == []
    problem = (await caller.get("/api/tickets/NO-1"))[1]
    assert misfits(problem, {"$ref": "#/components/schemas/Problem"}, schemas) == []


def misfits(value: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "") -> list[str]:
    """Where a value is not what a schema says, as far as ours go; a field that no schema names is one, too."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return min((misfits(value, one, schemas, at) for one in schema["anyOf"]), key=len)
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "integer": int, "null": type(None), "boolean": bool,
    }  # fmt: skip
    wrong = [at] if "type" in schema and not isinstance(value, kinds[schema["type"]]) else []
    wrong += [at] if "enum" in schema and value not in schema["enum"] else []
    if isinstance(value, list):
        wrong += [
            bad for n, one in enumerate(value) for bad in misfits(one, schema.get("items", {}), schemas, f"{at}[{n}]")
        ]
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        wrong += [f"{at}.{name}" for name in value.keys() ^ set(schema["required"])]
        wrong += [
            bad for name in value.keys() & known for bad in misfits(value[name], known[name], schemas, f"{at}.{name}")
        ]
    return wrong


def test_the_description_is_the_same_in_every_process() -> None:
    document = msgspec.json.decode(described("https://desk.example.com"))
    assert (document["openapi"], document["servers"]) == ("3.1.0", [{"url": "https://desk.example.com"}])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/tickets", None, 422),
        ("GET", "/api/tickets/NO-1", None, 404),
        ("PATCH", "/api/tickets/SUP-1", b"{", 400),
        ("PATCH", "/api/tickets/SUP-1", b'{"status":"pending","by":"Eva"}', 409),
        ("POST", "/api/tickets/SUP-1/answers", b"no", 400),
        ("POST", "/api/tickets/SUP-1/notes", b"{}", 422),
        ("GET", "/api/tickets/SUP-1/files/f404", None, 404),
    ],
)
async def test_what_is_refused_is_described_too(
    caller: Caller, method: str, path: str, body: bytes | None, status: int
) -> None:
    await opened(caller, state="solved")
    document = (await caller.get("/api/openapi.json"))[1]
    assert (await caller.ask(method, path + ("?limit=0" if status == 422 and body is None else ""), raw=body))[
        0
    ] == status
    route = path.replace("SUP-1", "{code}").replace("NO-1", "{code}").replace("f404", "{file}")
    assert str(status) in document["paths"][route][method.lower()]["responses"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/ticket", 404), ("GET", "/api/tickets/SUP-1/", 404), ("DELETE", "/api/tickets/SUP-1", 405)],
)
async def test_a_program_that_has_lost_its_way_reads_no_page(
    caller: Caller, method: str, path: str, status: int
) -> None:
    await opened(caller)
    found, problem = await caller.ask(method, path)
    assert (found, problem["status"]) == (status, status)


async def test_a_file_that_is_there_no_more_is_no_picture_that_says_so(caller: Caller) -> None:
    """People are shown one in its place; a program would keep it."""
    ticket = await opened(caller)
    file = await caller.room.file(ticket, "a.png", PNG, "image/png")
    await caller.room.keep.delete(file.id)
    assert (await caller.get(f"/api/tickets/SUP-1/files/{file.id}"))[0] == 404
