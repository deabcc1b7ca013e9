"""Logins: what a browser holds once somebody has proved who they are, and who that is."""

from __future__ import annotations

import secrets
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
        token = self.held(request)
        return await self._store.look(partial(pages.guest, login=hashed(token))) if token else None

    def held(self, request: Request) -> str:
        """What the browser holds, whatever it is worth."""
        found = (request.cookies.get(self._prefix + name, "") for name in (NAME, FRAMED))
        return next((token for token in found if len(token) in LETTERS), "")

    def framed(self, request: Request) -> bool:
        """Whether it was let in inside a frame."""
        return self._prefix + FRAMED in request.cookies

    def give(self, answer: Response, token: str, *, framed: bool = False) -> None:
        """A new one at every login, whatever was held before."""
        where = "SameSite=None; Partitioned" if framed and self._https else "SameSite=Lax"
        secure = "; Secure" if self._https else ""
        name = self._prefix + (FRAMED if framed else NAME)
        lasts = int(LASTS.total_seconds())
        answer.headers.append("set-cookie", f"{name}={token}; Path=/; Max-Age={lasts}; HttpOnly; {where}{secure}")

    async def team(self, request: Request) -> Team | None:
        """Whether it is somebody of the team who asks."""
        token = request.cookies.get(self._prefix + TEAM, "")
        if len(token) not in LETTERS or not await self._store.look(partial(logins.of_team, login=hashed(token))):
            return None
        return Team()

    async def enter_team(self, word: str) -> str:
        """The token of a new login for a word that is good once; empty: it is not."""
        token = fresh()
        known = partial(logins.begin_team, word=word, login=hashed(token))
        return token if await self._store.run(known) else ""

    def give_team(self, answer: Response, token: str) -> None:
        secure, lasts = "; Secure" if self._https else "", int(SHIFT.total_seconds())
        name = self._prefix + TEAM
        answer.headers.append("set-cookie", f"{name}={token}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}")

    def forget(self, answer: Response) -> None:
        secure = "; Secure" if self._https else ""
        for name, where in (
            (NAME, "SameSite=Lax"),
            (FRAMED, "SameSite=None; Partitioned" if secure else "SameSite=Lax"),
        ):
            answer.headers.append("set-cookie", f"{self._prefix}{name}=; Path=/; Max-Age=0; HttpOnly; {where}{secure}")

    async def redeem(self, knock: str, code: str) -> str:
        """The token of a new login for the right code; empty for a wrong one."""
        token = fresh()
        right = partial(logins.redeem, knock=hashed(knock), code=code, login=hashed(token))
        return token if await self._store.run(right) else ""

    async def enter(self, channel: str, user: str, proof: str) -> str:
        """The token of a new login by a platform's word, which is good once; empty: it is spent, or we know nobody."""
        token = fresh()
        known = partial(logins.enter, channel=channel, user=user, proof=proof, login=hashed(token))
        return token if await self._store.run(known) else ""

    async def end(self, guest: Guest) -> None:
        """In every browser of theirs."""
        await self._store.run(partial(logins.end, person=guest.person.id))


def fresh() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)
