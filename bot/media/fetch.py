"""One file from its platform into the keep: fetched, cleaned, put away; or why not."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from bot.channels import Lost
from bot.desk.config import Bounds
from bot.dialogue.words import PAID, STORY, File
from bot.media.clean import Cleaned, Refusal, cleaned
from bot.media.keep import Keep
from bot.media.names import shown_name

UNSEEN = {STORY: "story", PAID: "paid"}
"""What nobody need fetch, and its trouble."""


class Source(Protocol):
    """What a channel offers of this."""

    async def fetch(self, ref: str, /) -> bytes: ...


class Looked(Struct, frozen=True):
    """What an event `Fetched` says of the file, apart from its id, time and place."""

    name: str
    """Some platforms give a photo none."""
    trouble: str = ""
    limit: int = 0


async def fetch(channel: Source, file: File, keep: Keep, bounds: Bounds) -> Looked:
    """Anything raised means: try again. The same file again changes nothing."""
    shown = shown_name(file.name, "")
    if file.mime in UNSEEN:
        return Looked(shown, UNSEEN[file.mime])
    if file.size > bounds.file_bytes:
        return Looked(shown, "size", bounds.file_bytes)
    try:
        data = await channel.fetch(file.ref)
    except Lost as lost:
        return Looked(shown, "size", bounds.file_bytes) if lost.args == ("size",) else Looked(shown, "lost")
    match await cleaned(data, file.kind, file.name, bounds):
        case Refusal(trouble, limit):
            return Looked(shown, trouble, limit)
        case Cleaned(data, name, mime):
            await keep.put(file.id, data, name, mime)
            return Looked(name)


def too_many(file: File, bounds: Bounds) -> Looked:
    """Whoever sent it has sent as many as a day may bring."""
    return Looked(shown_name(file.name, ""), "many", bounds.files_daily)
