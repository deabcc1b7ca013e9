"""The workspaces a platform's app was installed in, with their sealed tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import bindparam, delete, select

from bot.store import tables as t
from bot.store.prepared import Prepared
from bot.store.store import Store
from bot.store.tx import Tx
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
        return await self._store.run(partial(_sealed, channel=self._channel, team=team))

    async def teams(self) -> Sequence[str]:
        return await self._store.run(partial(_teams, channel=self._channel))

    async def keep(self, team: str, sealed: str, /) -> None:
        await self._store.run(partial(_keep, channel=self._channel, team=team, sealed=sealed))

    async def forget(self, team: str, before: float, /) -> bool:
        return await self._store.run(partial(_forget, channel=self._channel, team=team, before=before))


def _sealed(tx: Tx, channel: str, team: str) -> str:
    row = tx.one(SEALED, of=channel, in_team=team)
    return str(row[0]) if row else ""


def _teams(tx: Tx, channel: str) -> tuple[str, ...]:
    return tuple(str(team) for (team,) in tx.all(TEAMS, of=channel))


def _keep(tx: Tx, channel: str, team: str, sealed: str) -> None:
    tx.do(KEEP, channel=channel, team=team, sealed=sealed, at=tx.at)


def _forget(tx: Tx, channel: str, team: str, before: float) -> bool:
    return tx.do(FORGET, of=channel, in_team=team, before=before) > 0
