"""One file from its platform into the keep: fetched, cleaned, put away; or why not."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from bot.channels import Lost
from bot.desk.config import Bounds
from bot.dialogue.words import File
from bot.media.clean import Cleaned, Refusal, cleaned
from bot.media.keep import Keep
from bot.media.names import shown_name


class Source(Protocol):
    """What a channel offers of this."""

    async def fetch(self, ref: str, /) -> bytes: ...


class Looked(Struct, frozen=True):
    """What an event `Fetched` says of the file, apart from its id, time and place. Some platforms give a photo no name."""

    file: str
    name: str
    trouble: str = ""
    limit: int = 0


async def fetch(channel: Source, file: File, keep: Keep, bounds: Bounds) -> Looked:
    """Anything raised means: try again. The same file again changes nothing."""
    shown = shown_name(file.name, "")
    if file.size > bounds.file_bytes:
        return Looked(file.id, shown, "size", bounds.file_bytes)
    try:
        data = await channel.fetch(file.ref)
    except Lost as lost:
        return _lost(lost, file, shown, bounds)
    match await cleaned(data, file.kind, file.mime, file.name, bounds):
        case Refusal(trouble, limit):
            return Looked(file.id, shown, trouble, limit)
        case Cleaned(data, name, mime):
            await keep.put(file.id, data, name, mime)
            return Looked(file.id, name)


def too_many(file: File, bounds: Bounds) -> Looked:
    """Whoever sent it has sent as many as a day may bring."""
    return Looked(file.id, shown_name(file.name, ""), "many", bounds.files_daily)


def _lost(lost: Lost, file: File, shown: str, bounds: Bounds) -> Looked:
    trouble = "size" if lost.args == ("size",) else "lost"
    return Looked(file.id, shown, trouble, bounds.file_bytes if trouble == "size" else 0)
