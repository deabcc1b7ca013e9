"""A browser as HTTP knows it: it keeps cookies, and says that its requests come from our own pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

SAME: dict[str, str] = {"sec-fetch-site": "same-origin", "origin": "null"}


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    cookies: list[str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """What a person reads of a page."""
        visible = re.sub(r"<(style|title|svg|script)\b.*?</\1>|<[^>]*>", " ", self.text, flags=re.DOTALL)
        return " ".join(visible.split())


@dataclass
class Browser:
    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers)

    async def post(self, path: str, data: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """A form of our own page."""
        return await self.ask("POST", path, SAME if headers is None else headers, data=data or {})

    async def code_page(self, path: str, **headers: str) -> Answer:
        """Asks for a code, and goes where it is typed in."""
        asked = await self.post(f"{path}/code", headers=SAME | headers)
        return await self.get(asked.headers["location"], **headers)

    async def ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"accept-language": self.language, **({"cookie": cookie} if cookie else {}), **headers}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, URL(self.base + path, encoded=True), headers=sent, allow_redirects=False, **more
            ) as got,
        ):
            cookies = got.headers.getall("set-cookie", [])
            for one in cookies:
                name, _, rest = one.partition("=")
                value = rest.partition(";")[0].strip('"')
                self.cookies |= {name: value}
                if not value:
                    del self.cookies[name]
            return Answer(got.status, await got.read(), {k.lower(): v for k, v in got.headers.items()}, cookies)


def field_of(page: str, name: str) -> str:
    """What a form of the page holds in a field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def form(text: str, once: str, *files: tuple[str, bytes], **more: str) -> aiohttp.FormData:
    """An answer written at the page of a ticket."""
    data = aiohttp.FormData({"text": text, "once": once, **more}, default_to_multipart=True)
    for name, content in files:
        data.add_field("files", content, filename=name)
    return data
