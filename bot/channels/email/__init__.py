"""E-mail: a door that only leads out. Nobody is met here, and nothing that is sent here is read (`send.py` says why)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime

from bot.channels import Attachment, Finding, Limits, Parcel
from bot.channels.email.draw import Head, draw
from bot.channels.email.send import Server, examine, hand_over
from bot.channels.outward import Outward
from bot.desk.people import MAIL
from bot.events import Address
from bot.outbox.pace import Pace

DAY = 86_400.0


class Email(Outward):
    """One mail server that takes our mails."""

    name = MAIL
    limits = Limits(text=20_000, button=75, album=10, everywhere=Pace(5, 20), spoken=True, stale=DAY)
    """Five a second: what small servers take without a frown. A notice of yesterday tells nothing new."""

    def __init__(
        self,
        url: str,
        *,
        sender: str = "",
        names: Mapping[str, str],
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        """`names`: the desk's, by language. `sender`: the address our mails come from."""
        self._server, self._now = Server.at(url), now
        self._head = Head.of(sender or self._server.user, names, public_url)

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        self.words_alone(parcel, files)
        mail = draw(to.chat, parcel, self._head, self._now())
        await hand_over(self._server, mail, self._head.sender, to.chat)
        return (str(mail["Message-ID"]),)

    async def examine(self, _teams: Sequence[str], *, elsewhere: bool) -> AsyncIterator[Finding]:
        """Whether the server takes us; a mail is not sent for it."""
        del elsewhere
        yield await examine(self._server, self._head.sender)

    async def close(self) -> None:
        """Every mail has a connection of its own, so none is left open."""
