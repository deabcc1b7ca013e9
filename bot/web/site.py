"""What the web side needs of the rest of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels import Take
from bot.channels.proof import SignIn, Slip
from bot.media.keep import Keep
from bot.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Site:
    """A desk as its pages see it."""

    address: str
    """Ours, as people reach it."""
    store: Store
    keep: Keep
    take: Take
    ready: Callable[[], Awaitable[str | None]]
    """Why the desk cannot work just now; None: it can."""
    ailing: Callable[[], Awaitable[str | None]]
    """What somebody has to mend although the desk works; None: nothing."""
    metrics: Callable[[], Awaitable[bytes]]
    """The numbers of the desk, as Prometheus reads them."""
    metrics_token: str = field(default="", repr=False)
    """What a reader of the numbers has to show; empty: they have to be of this machine or its own network."""
    api_token: str = field(default="", repr=False)
    """What another system has to show that does what an agent would; empty: none may."""
    slips: tuple[Slip, ...] = ()
    """Platforms that open our pages inside themselves."""
    sign_ins: tuple[SignIn, ...] = ()
    """Platforms that let people sign in elsewhere."""
    by_mail: bool = False
    """The desk sends e-mail."""
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the program ends: open pages let go."""

    @property
    def https(self) -> bool:
        return self.address.startswith("https://")
