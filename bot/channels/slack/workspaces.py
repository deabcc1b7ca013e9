"""The workspaces we are installed in, and the line to each."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Protocol

from bot.channels import LOCKED_OUT, Later, TakenOut
from bot.channels.rotation import keys_of
from bot.channels.slack.line import PAUSE, Line
from bot.channels.slack.wire import Wire

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_log = logging.getLogger(__name__)


class Installed(Protocol):
    """Where tokens of workspaces are kept, sealed: by team."""

    async def sealed(self, team: str, /) -> str:
        """Empty: there is none."""

    async def teams(self) -> Sequence[str]: ...

    async def keep(self, team: str, sealed: str, /) -> None: ...

    async def forget(self, team: str, before: float, /) -> bool:
        """What was kept before then (seconds since 1970). False: there is no such."""


class Nowhere:
    """For a desk of one workspace."""

    async def sealed(self, _team: str, /) -> str:
        return ""

    async def teams(self) -> Sequence[str]:
        return ()

    async def keep(self, _team: str, _sealed: str, /) -> None:
        return

    async def forget(self, _team: str, _before: float, /) -> bool:
        return False


class Safe:
    """Seals tokens with a key derived from SECRET_KEY; opens what was sealed with either of two."""

    def __init__(self, secret_key: str) -> None:
        made = (sha256(b"slack-tokens:" + key.encode()).digest() for key in keys_of(secret_key) or ("",))
        self._keys = tuple(base64.urlsafe_b64encode(key) for key in made)

    def seal(self, token: str) -> str:
        return self._fernet().encrypt(token.encode()).decode()

    def opened(self, sealed: str) -> str:
        """Empty when it was sealed with another key."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""

    def _fernet(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._keys])


class Workspaces:
    """`home`: that of SLACK_BOT_TOKEN, which also answers for ids without a team."""

    def __init__(self, wire: Wire, token: str, safe: Safe, installed: Installed) -> None:
        self._wire, self._safe, self.installed = wire, safe, installed
        self.home = Line(wire, token) if token else None
        self._lines: dict[str, Line] = {}
        self._spoken: dict[str, str] = {}
        """The sealed tokens of these lines."""
        self._shut: set[str] = set()
        """Where a token is kept that our key does not open."""

    @property
    def ailing(self) -> str:
        """What an operator has to mend, in words that name nobody: whoever asks reads them. Empty: nothing."""
        if self.home and self.home.refused:
            return f"Slack refuses SLACK_BOT_TOKEN ({self.home.refused}): put the one of the app's page"
        if self._shut:
            return "a workspace's token is kept under another SECRET_KEY; the log says how to mend it"
        locked = any(line.refused for line in self._lines.values())
        return (
            "Slack refuses the token of a workspace, which the log names: install the app there anew" if locked else ""
        )

    async def at(self, team: str) -> Line:
        """Raises `TakenOut` when we are not installed there, `Later` while its token cannot be opened, and `Busy`."""
        if not team and self.home:
            return self.home
        if team not in self._lines:
            sealed = await self.installed.sealed(team)
            if not sealed:
                self._shut.discard(team)
                raise TakenOut(f"not installed in {team or 'any workspace'}")
            token = self._safe.opened(sealed)
            if not token:
                raise self._locked_out(team)
            self._shut.discard(team)
            self._spoken[team] = sealed
            self._lines[team] = Line(self._wire, token, installed=team)
        return self._lines[team]

    def _locked_out(self, team: str) -> Later:
        """Nobody there has gone: whoever put another key may put the old one back."""
        if team not in self._shut:
            _log.error(
                "the token of workspace %s is kept under another SECRET_KEY: put that one behind the new, with a comma "
                "between, or install the app there again",
                team,
            )
        self._shut.add(team)
        return Later(PAUSE, why=f"{LOCKED_OUT}: kept under another SECRET_KEY")

    async def teams(self) -> Sequence[str]:
        """For `at`. Raises `Busy`."""
        return (*([""] if self.home else ()), *await self.installed.teams())

    async def add(self, team: str, token: str) -> None:
        await self.installed.keep(team, self._safe.seal(token))
        self._lines.pop(team, None)

    async def ended(self, team: str) -> bool:
        """Slack took the token back that we spoke with. True: another process was given a newer one meanwhile."""
        kept = await self.installed.sealed(team)
        if kept and kept != self._spoken.get(team, kept):
            self._lines.pop(team, None)
            return True
        await self.forget(team)
        return False

    async def forget(self, team: str, before: float = inf) -> None:
        """It ends quietly: what is still to be said there reaches nobody. `before`: when we were taken out, since Slack may
        tell us some minutes later, and somebody may have installed us anew by then.
        """
        if team and await self.installed.forget(team, before):
            self._lines.pop(team, None)
            _log.info("the app was taken out of workspace %s", team)
