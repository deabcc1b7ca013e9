"""The real program's web side on a real port, both platforms' doors in it, and strangers who knock."""

from __future__ import annotations

import asyncio
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from bot.app import App, Roles
from bot.channels.telegram.webhook import secret_token
from bot.parts import read_desk
from bot.sandbox.serve import serve as sandbox
from bot.sandbox.slack import World as SlackWorld
from bot.sandbox.telegram import World
from bot.settings import load
from bot.web.app import build
from tests.store.laid import laid
from tests.web.door import served

KEY = "a-key-of-more-than-thirty-two-letters"
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Edge:
    """The program as strangers meet it."""

    port: int
    database: Path
    slack_secret: str

    def rows(self) -> int:
        """Of all tables together."""
        with closing(sqlite3.connect(self.database)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return sum(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)

    def doors(self) -> tuple[Door, ...]:
        return (
            Door("/telegram/webhook", lambda _body: {"x-telegram-bot-api-secret-token": secret_token(KEY)}),
            Door("/slack/events", self._signed),
        )

    def _signed(self, body: bytes) -> Headers:
        stamp = str(int(time.time()))
        mac = hmac.new(self.slack_secret.encode(), f"v0:{stamp}:".encode() + body, sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}

    async def knock(self, sent: bytes, *, within: float = 8.0) -> bytes:
        """Sends it and hangs up its own end; everything that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(within):
                reading = asyncio.create_task(reader.read())
                try:
                    writer.write(sent)
                    await writer.drain()
                    return await reading
                except ConnectionError:
                    return b"reset"
        finally:
            writer.close()


@dataclass(frozen=True)
class Door:
    """One webhook, and what opens it."""

    path: str
    proof: Callable[[bytes], Headers]


@asynccontextmanager
async def edge(folder: Path) -> AsyncIterator[Edge]:
    world, slack = World(), SlackWorld()
    async with sandbox(world, slack=slack) as api:
        given = {
            "DATABASE_URL": laid(folder / "desk.db"),
            "MEDIA_URL": f"file:{folder / 'media'}",
            "SECRET_KEY": KEY,
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": api,
            "TELEGRAM_MODE": "webhook",
            "SLACK_BOT_TOKEN": slack.app.token,
            "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_CLIENT_ID": "1.1",
            "SLACK_CLIENT_SECRET": "of-the-pretend-app",
            "SLACK_API_URL": f"{api}/slack/api/",
        }
        settings = load(given, folder)
        app = App(settings, read_desk(settings.desk_path()), Roles())
        await app.store.learn()
        assert app.telegram
        assert app.slack
        routes = [*app.telegram.routes(app.take), *app.slack.routes(app.take)]
        async with served(build(app.site(), routes)) as base:
            yield Edge(int(base.rpartition(":")[2]), folder / "desk.db", slack.app.signing_secret)
        for channel in (app.telegram, app.slack):
            await channel.close()
        app.store.close()


# -- what strangers send -------------------------------------------------------------------------------


def request(path: str, headers: Headers, body: bytes, *, method: str = "POST", line: bytes = b"") -> bytes:
    """`line`: one header more, as raw as it is."""
    lines = [f"{method} {path} HTTP/1.1", "host: desk.example", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n" + (line + b"\r\n" if line else b"")
    return head + b"\r\n" + body


DEEP = 100_000
FORM = "application/x-www-form-urlencoded"
NAUGHTY: Mapping[str, tuple[str, bytes]] = {
    "nothing": ("application/json", b""),
    "no json": ("application/json", b"hello"),
    "half a json": ("application/json", b'{"update_id": 1, "message": {"text": "'),
    "a string": ("application/json", b'"hello"'),
    "a number": ("application/json", b"7"),
    "null": ("application/json", b"null"),
    "an array": ("application/json", b"[{}]"),
    "an empty object": ("application/json", b"{}"),
    "deep objects": ("application/json", b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "deep arrays": ("application/json", b"[" * DEEP),
    "a deep message": ("application/json", b'{"update_id":1,"message":' + b"[" * DEEP + b"]" * DEEP + b"}"),
    "a deep event": ("application/json", b'{"type":"event_callback","event":' + b'{"event":' * DEEP + b"1" + b"}" * DEEP + b"}"),
    "NaN": ("application/json", b'{"update_id":NaN,"message":NaN,"type":NaN}'),
    "infinity": ("application/json", b'{"update_id":-Infinity,"event_time":Infinity,"type":"event_callback"}'),
    "past all floats": ("application/json", b'{"update_id":1e999,"event_time":1e999}'),
    "a huge number": ("application/json", b'{"update_id":' + b"9" * 5_000 + b',"event_time":' + b"9" * 5_000 + b"}"),
    "the same key twice": ("application/json", b'{"update_id":1,"update_id":"x","type":1,"type":"event_callback"}'),
    "keys without end": ("application/json", b"{" + b",".join(b'"k%d":1' % n for n in range(60_000)) + b"}"),
    "one endless key": ("application/json", b'{"' + b"k" * 900_000 + b'":1}'),
    "half a surrogate": ("application/json", b'{"update_id":1,"type":"\\ud800","message":{"text":"\\udfff"}}'),
    "a surrogate as type": ("application/json", b'{"type":"event_callback","event_id":"\\ud800","event":{"type":"\\udc00"}}'),
    "NUL, escaped": ("application/json", b'{"update_id":"\\u0000","type":"\\u0000"}'),
    "NUL, bare": ("application/json", b'{"update_id":1,"x":"\x00"}'),
    "no UTF-8": ("application/json", b'{"update_id":1,"x":"\xff\xfe\xc0\xaf"}'),
    "UTF-16": ("application/json", '{"update_id":1}'.encode("utf-16")),
    "a byte order mark": ("application/json", b'\xef\xbb\xbf{"update_id":"x"}'),
    "all of the wrong type": ("application/json", b'{"update_id":[],"message":7,"type":{},"event":[],"authorizations":3}'),
    "wrong inside": ("application/json", b'{"update_id":5,"message":{"message_id":[],"chat":null,"from":"me"}}'),
    "an event of nothing": ("application/json", b'{"type":"event_callback","team_id":[],"event":{"type":"message","user":{}}}'),
    "a form": (FORM, b"update_id=1&message=hello&token=x"),
    "a form of broken json": (FORM, b"payload=%7Bbroken"),
    "a form of a deep json": (FORM, b"payload=" + b"%7B%22a%22%3A" * 20_000),
    "a form of no UTF-8": (FORM, b"payload=%FF%FE%00&command=%ff"),
    "a form of a thousand fields": (FORM, urlencode([(f"f{n}", n) for n in range(1_000)]).encode()),
    "a form of a surrogate": (FORM, b"payload=%ED%A0%80"),
    "a press of nothing": (FORM, urlencode({"payload": json.dumps({"type": "block_actions", "actions": [[]]})}).encode()),
    "a form that says it is json": ("application/json", b"payload=%7B%7D"),
    "json that says it is a form": (FORM, b'{"update_id":1}'),
    "a picture": ("image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "in parts": ("multipart/form-data; boundary=x", b'--x\r\ncontent-disposition: form-data; name="payload"\r\n\r\n{}\r\n--x--'),
    "XML that knows files": ("text/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "without a type": ("", b"hello"),
    "a type of noise": ("\xff;;;charset=\xfe", b"{}"),
    "an unknown charset": ("application/json; charset=klingon", b'{"update_id":"x"}'),
    "too much": ("application/json", b"x" * 1_000_001),
}  # fmt: skip
"""None of it is anything a desk could take, whoever has signed it."""


def bodies(door: Door) -> Iterator[tuple[str, bytes]]:
    """Each with the door's proof, and each without."""
    for name, (kind, body) in NAUGHTY.items():
        common = {"content-length": str(len(body)), **({"content-type": kind} if kind else {})}
        yield f"{name}, signed", request(door.path, {**common, **door.proof(body)}, body)
        yield name, request(door.path, common, body)


HELLO = b'{"update_id":77,"message":{"message_id":1,"date":1,"text":"smuggled","chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"Eve"}}}'
"""Would be taken, if it came in."""
CONFUSING = (
    b"transfer-encoding: chunked\r\ncontent-length: 5",
    b"content-length: 5\r\ntransfer-encoding: chunked",
    b"content-length: 5\r\ncontent-length: 6",
    b"content-length: 5\r\ntransfer-encoding: xchunked",
    b"content-length: 5\r\ntransfer-encoding : chunked",
    b"content-length: 5\r\ntransfer-encoding:\x0bchunked",
    b"content-length: 5\r\ntransfer-encoding: chunked, identity",
    b"content-length: 5\r\nx: y\rtransfer-encoding: chunked",
    b"content-length: 5\r\nx: y\ntransfer-encoding: chunked",
    b"content-length: 5\r\n transfer-encoding: chunked",
    b"content-length: +5",
    b"content-length: 5, 5",
    b"content-length: 0x5",
    b"content-length: 5 5",
    b"content-length: -1",
    b"content-length: 99999999999999999999999",
    b"content-length: \xb2",
    b"transfer-encoding: chunked\r\ntransfer-encoding: identity",
    b"transfer-encoding: gzip, chunked",
)
"""Two who read these may see the end of the request in two places."""


def lies(door: Door) -> Iterator[tuple[str, bytes]]:
    """What a proxy and we might read in two ways, with an honest update behind it that nobody may take for a request."""
    proof = {"content-type": "application/json", **door.proof(HELLO)}
    behind = request(door.path, {**proof, "content-length": str(len(HELLO))}, HELLO)
    for line in CONFUSING:
        yield (
            repr(line),
            request(door.path, {}, b"0\r\n\r\n" + behind, line=line).replace(b"connection: close\r\n", b"", 1),
        )
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "BREW"):
        yield method, request(door.path, {**proof, "content-length": str(len(HELLO))}, HELLO, method=method)
    for path in ("/", "%00", "/..", "//", "%2f", ";x=1", "/%2e%2e/metrics", "\xff"):
        yield f"a path{path}", request(door.path + path, {**proof, "content-length": str(len(HELLO))}, HELLO)
    chunked = {**proof, "transfer-encoding": "chunked"}
    yield "a chunk too long", request(door.path, chunked, b"fffffffffffffffff\r\n" + HELLO)
    yield "a chunk of no size", request(door.path, chunked, b"zz\r\n" + HELLO)
    yield "chunks without end", request(door.path, chunked, (b"3e8\r\n" + b"x" * 1_000 + b"\r\n") * 1_100)
    yield "30 MB, said", request(door.path, {**proof, "content-length": "30000000"}, b"x" * 1_000)
    yield "headers without end", request(door.path, proof, b"", line=b"a: b\r\n" * 40_000)
    yield "one endless header", request(door.path, proof, b"", line=b"a: " + b"b" * 200_000)
    yield (
        "the proof twice",
        request(
            door.path,
            {**proof, "content-length": "2"},
            b"{}",
            line=b"x-slack-signature: v0=0\r\nx-telegram-bot-api-secret-token: no",
        ),
    )
    yield (
        "another protocol",
        request(
            door.path,
            proof,
            b"",
            method="GET",
            line=b"upgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13",
        ),
    )
    yield "no protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    yield (
        "a packed body",
        request(door.path, {**proof, "content-encoding": "gzip", "content-length": "4"}, b"\x1f\x8b\x08\x00"),
    )


def pages() -> Iterator[tuple[str, bytes]]:
    """The doors beside the webhooks: OAuth, the numbers, the ticket page."""
    for path in (
        "/slack/oauth_redirect", "/slack/oauth_redirect?state=", "/slack/oauth_redirect?state=9999999999.x.y&code=z",
        "/slack/oauth_redirect?state=%FF&code=%00", "/slack/oauth_redirect?state=" + "9" * 20_000,
        "/slack/oauth_redirect?code=a&code=b&state=1.2.3&state=4.5.6", "/slack/oauth_redirect?error=<script>",
        "/slack/oauth_redirect?state=" + "9" * 12 + "." + "a" * 30 + "." + "f" * 64,
        "/slack/install?x=%0d%0aset-cookie:a=b", "/metrics?token=x", "/t/%00", "/t/../metrics", "/t/" + "a" * 30_000,
        "/t/%F0%9F%98%80aaaaaaaaaaaaaaaa", "/?lang=%00", "/?lang=es&lang=en&" + "a=b&" * 4_000, "/icon.svg?%", "/%zz",
        "/healthz;x", "//evil.example/%2f..", "/t/' OR 1=1 --", "/t/;DROP TABLE ticket",
    ):  # fmt: skip
        yield path[:60], request(path.replace(" ", "%20"), {"cookie": "conserje_install=\xff; a"}, b"", method="GET")
    for header in ("authorization: Bearer \xff\xfe", "authorization: Basic " + "A" * 9_000, "accept-language: " + "x;q=1," * 4_000,
                   "accept-language: ;q=;q=nan", "host: \xff", "host: evil.example:99999", "range: bytes=0-,1-,2-", "cookie: " + "=;" * 9_000,
                   "x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: javascript", "if-none-match: " + '"a",' * 5_000, "expect: 200-maybe"):  # fmt: skip
        for path in ("/metrics", "/", "/slack/install"):
            yield f"{path} {header[:40]}", request(path, {}, b"", method="GET", line=header.encode("latin-1"))
