"""The workspaces a platform's app was installed in, with their sealed tokens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.store import Store
from bot.store.upsert import put

_here = (t.workspace.c.channel == bindparam("of"), t.workspace.c.team == bindparam("in_team"))
SEALED = Prepared(select(t.workspace.c.sealed).where(*_here))
TEAMS = Prepared(select(t.workspace.c.team).where(t.workspace.c.channel == bindparam("of")))
KEEP = Prepared(put(t.workspace, "sealed", "at"))
FORGET = Prepared(delete(t.workspace).where(*_here, t.workspace.c.at < bindparam("before")))


class Workspaces:
    """Those of one platform. The tokens come sealed and stay so. Raises `Busy` when the database does not answer."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._channel = store, channel

    async def sealed(self, team: str, /) -> str:
        """Empty: there is none."""
        return await self._store.run(lambda tx: tx.value(SEALED, of=self._channel, in_team=team)) or ""

    async def teams(self) -> Sequence[str]:
        rows = await self._store.run(lambda tx: tx.all(TEAMS, of=self._channel))
        return tuple(str(team) for (team,) in rows)

    async def keep(self, team: str, sealed: str, /) -> None:
        await self._store.run(lambda tx: tx.do(KEEP, channel=self._channel, team=team, sealed=sealed, at=tx.at))

    async def forget(self, team: str, before: float, /) -> bool:
        return await self._store.run(lambda tx: tx.do(FORGET, of=self._channel, in_team=team, before=before)) > 0
