"""Logins: what a browser holds once somebody has proved who they are, and who that is."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from bot.desk.access import Team
from bot.store import logins, pages
from bot.store.logins import LASTS, SHIFT, hashed
from bot.store.pages import Guest
from bot.store.store import Store

NAME = "desk"
TEAM = "desk-team"
FRAMED = "desk-framed"
"""Inside another page's frame browsers keep cookies apart, and only those that say so."""
LETTERS = range(20, 100)
"""How long a cookie of ours may be; nothing else is looked up."""


class Keys:
    """The cookies of one desk."""

    def __init__(self, store: Store, *, https: bool) -> None:
        self._store, self._https = store, https
        self._prefix = "__Host-" if https else ""

    async def guest(self, request: Request) -> Guest | None:
        """Whoever asks, if they are logged in."""
        login = self.login(request)
        return await self._store.look(pages.guest, login) if login else None

    def held(self, request: Request) -> str:
        """The token in the browser's cookie, valid or not; empty: there is none."""
        found = (request.cookies.get(self._prefix + name, "") for name in (NAME, FRAMED))
        return next((token for token in found if len(token) in LETTERS), "")

    def login(self, request: Request) -> str:
        """The same as the tables have it; empty: nothing is held."""
        return hashed(held) if (held := self.held(request)) else ""

    def give(self, answer: Response, token: str, *, framed: bool = False) -> None:
        """A new one at every login, whatever was held before."""
        self._set(answer, FRAMED if framed else NAME, token, LASTS)

    async def team(self, request: Request) -> Team | None:
        """Whether it is somebody of the team who asks."""
        token = request.cookies.get(self._prefix + TEAM, "")
        if len(token) not in LETTERS or not await self._store.look(logins.of_team, login=hashed(token)):
            return None
        return Team()

    def give_team(self, answer: Response, token: str) -> None:
        self._set(answer, TEAM, token, SHIFT)

    def forget(self, answer: Response) -> None:
        for name in (NAME, FRAMED):
            self._set(answer, name, "", timedelta())

    def _set(self, answer: Response, name: str, token: str, lasts: timedelta) -> None:
        """By hand: Starlette's `set_cookie` knows `Partitioned` from Python 3.14 on only."""
        where = "SameSite=None; Partitioned" if name == FRAMED and self._https else "SameSite=Lax"
        rest = f"Path=/; Max-Age={int(lasts.total_seconds())}; HttpOnly; {where}{'; Secure' if self._https else ''}"
        answer.headers.append("set-cookie", f"{self._prefix}{name}={token}; {rest}")

    # -- what proves who somebody is becomes the token of a new login, once; empty: it is wrong, or spent --

    async def redeem(self, knock: str, code: str) -> str:
        """A code that was sent to their chat."""
        return await self._new(partial(logins.redeem, knock=hashed(knock), code=code))

    async def enter(self, channel: str, user: str, proof: str) -> str:
        """A platform's word for who they are."""
        return await self._new(partial(logins.enter, channel=channel, user=user, proof=proof))

    async def enter_team(self, word: str) -> str:
        """A word that an agent got."""
        return await self._new(partial(logins.begin_team, word=word))

    async def _new(self, proves: Callable[..., bool]) -> str:
        token = fresh()
        return token if await self._store.run(proves, login=hashed(token)) else ""

    async def end(self, guest: Guest) -> None:
        """In every browser of theirs."""
        await self._store.run(logins.end, person=guest.person.id)


def fresh() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)
