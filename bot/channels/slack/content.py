"""What a message of Slack says: its words and its files, or the command it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

from bot.channels.slack import shapes
from bot.channels.slack.bare import plain
from bot.channels.slack.text import MOST_TEXT, words
from bot.dialogue.markup import tame
from bot.dialogue.words import Command, File, Kind, Said
from bot.dialogue.writing import both
from bot.media.names import shown_name
from bot.values import replace

MOST_NAME = 128
MOST_FILES = 50
MOST_BELOW = 10
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_COMMAND = re.compile(r"[/!]([A-Za-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL)
_KINDS: dict[str, Kind] = {"image": "photo", "video": "video", "audio": "audio"}
ELSEWHERE = "external"
"""The mode of a file that Slack has no bytes of: in a drive, say."""
WRITTEN = frozenset({"application/vnd.slack-docs", "application/vnd.slack-list"})
"""A canvas or a list: pages that people write in Slack, of which it gives no bytes that could be shown elsewhere."""
_GONE = frozenset({"tombstone", "hidden_by_limit"})


def said(posting: shapes.Posting, team: str, channel: str) -> Said | None:
    """None when it holds nothing we could show. `team`: in front of what only another workspace's token can fetch."""
    own, below = told(posting), _below(posting)
    there = [*(posting.files or ()), *(file for one in below for file in one.files or ())]
    found = files(there, team, f"{channel}-{posting.ts}")
    return replace(own, files=found) if own.text.strip() or found else None


def told(posting: shapes.Posting) -> Said:
    """Its words, the addresses of files that lie elsewhere, and the words of messages that are handed on with it."""
    text, marked = words(posting.blocks, posting.text or "")
    links = (_link(file) for file in posting.files or ())
    linked = (Said(tame(link)) for link in links if link and link not in text)
    return reduce(both, (*linked, *map(_attached, _below(posting))), Said(text, marked=marked))


def _below(posting: shapes.Posting) -> list[shapes.Attached]:
    """What apps say may stand below no words at all. Below words, what nobody handed on is the preview of a link."""
    alone = not (posting.text or posting.blocks)
    return [one for one in posting.attachments or () if one.is_share or alone][:MOST_BELOW]


def _attached(one: shapes.Attached) -> Said:
    """Whose words they are, and the words."""
    blocks = [block for copied in one.message_blocks or () for block in copied.message.blocks or ()] or one.blocks
    text, marked = words(blocks, one.text or ("" if one.title else one.fallback or ""))
    head = [f"{one.author_name}:" if one.author_name else "", one.title or ""]
    return both(Said("\n".join(tame(plain(line)) for line in head if line)), Said(text, marked=marked))


def files(given: Iterable[shapes.File], team: str, of: str) -> tuple[File, ...]:
    """`of`: where they were shared; the same file shared twice is two."""
    there = [file for file in given if file.id and not _is_page(file)][:MOST_FILES]
    return tuple(_file(file, team, of) for file in there)


def _is_page(file: shapes.File) -> bool:
    return file.mode == ELSEWHERE or file.mimetype in WRITTEN


def _link(file: shapes.File) -> str:
    """The address of what is no file; empty: it is one."""
    if not _is_page(file):
        return ""
    return (file.permalink if file.mimetype in WRITTEN else file.url_private) or ""


def command(text: str, known: frozenset[str]) -> Command | None:
    """Slack eats `/words` it does not know, so `!new`, and the bare name of a command, are commands too."""
    bare = text.strip().lower()
    if bare in known:
        return Command(bare)
    called = _COMMAND.fullmatch(text.strip())
    if called is None or (text.strip()[0] == "!" and called[1].lower() not in known):
        return None
    return Command(called[1].lower(), tame((called[2] or "").strip()[:MOST_TEXT]))


def spoken(text: str, known: frozenset[str]) -> Command | None:
    """The command after `/support`: its first word, when it is one of ours."""
    name, _, rest = text.strip().partition(" ")
    return Command(name.lower(), tame(rest.strip()[:MOST_TEXT])) if name.lower() in known else None


def _file(file: shapes.File, team: str, of: str) -> File:
    """Without a `ref` it is lost, and whoever sent it is told so."""
    mime = tame(file.mimetype or "")[:MOST_NAME]
    kind: Kind = "voice" if file.subtype == "slack_audio" else _KINDS.get(mime.partition("/")[0], "document")
    where = "" if file.mode in _GONE else tame(file.url_private_download or file.url_private or file.id)
    return File(
        id=_UNSAFE.sub("_", f"sl-{file.id}-{of}")[:64],
        kind=kind,
        name=shown_name(file.name, "") if file.name else "",
        mime=mime,
        size=max(file.size or 0, 0),
        ref=f"{team}|{where}" if where else "",
    )
