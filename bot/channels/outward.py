"""A door that only leads out: nobody is met there, and nothing is fetched from it."""

from __future__ import annotations

import asyncio

from bot.channels import Attachment, Lost, NoMessage, Parcel, Refused, Take
from bot.events import Address


class Outward:
    """What such a channel has to say to everything but a message of words."""

    async def listen(self, _take: Take, /) -> None:
        await asyncio.Event().wait()

    async def open_thread(self, _at: Address, _title: str, /) -> str:
        return ""

    async def fetch(self, _ref: str, /) -> bytes:
        raise Lost("lost")

    @staticmethod
    def words_alone(parcel: Parcel, files: tuple[Attachment, ...]) -> None:
        """Raises `NoMessage` for what would change or take back what has left, and `Refused` for files."""
        if parcel.unsay or parcel.over:
            raise NoMessage
        if files:
            raise Refused("files do not go this way")
