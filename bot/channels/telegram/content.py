"""What a message of Telegram says: its words, its hidden links, its file, or a form of it one can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from bot.channels.telegram import shapes
from bot.channels.telegram.styles import styled
from bot.dialogue.markup import tame
from bot.dialogue.words import PAID, STORY, File, Kind, Said
from bot.media.names import shown_name

MOST_TEXT = 100_000
MOST_NAME = 128
MOST_LINKS = 100
_MOST_ID = 64
_NOTHING = shapes.Media(file_id="unseen", file_unique_id="unseen")
"""What Telegram shows to people alone. No sign, word or number stands for it: that would be taken for an answer."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def safe(word: str, instead: str = "") -> str:
    """Letters, digits, `_` and `-` only."""
    return _UNSAFE.sub(instead, word)


def said(posting: shapes.Posting) -> Said | None:
    """None for service messages and for kinds that hold nothing we could show."""
    files = _files(posting)
    words = posting.text if posting.text is not None else posting.caption
    if words is None:
        words = "" if files else _shown(posting)
    if words is None:
        return None
    entities = posting.entities or posting.caption_entities
    if not entities:
        return Said(tame(words[:MOST_TEXT]), files)
    return Said(tame(_with_links(words, entities)[:MOST_TEXT]), files, styled(words[:MOST_TEXT], entities))


def _with_links(words: str, entities: list[shapes.Entity]) -> str:
    """Addresses that hide under words are written out below them."""
    hidden = (e.url for e in entities[:MOST_LINKS] if e.type == "text_link")
    links = dict.fromkeys(u for u in hidden if u.startswith(("https://", "http://")) and u not in words)
    return "\n".join((words, *links)) if links else words


def _shown(posting: shapes.Posting) -> str | None:
    """What has no words of its own, in a form one can read in any language."""
    match posting:
        case shapes.Posting(sticker=shapes.Sticker(emoji)):
            return emoji
        case shapes.Posting(venue=shapes.Venue(location, title, address)):
            return _lines(title, address, _map(location))
        case shapes.Posting(location=shapes.Location() as location):
            return _map(location)
        case shapes.Posting(contact=shapes.Contact(phone, first, last)):
            return _lines(f"{first} {last}".strip(), phone)
    return _listed(posting)


def _listed(posting: shapes.Posting) -> str | None:
    match posting:
        case shapes.Posting(dice=shapes.Dice(emoji, value)):
            return f"{emoji} {value}"
        case shapes.Posting(poll=shapes.Poll(question, options)):
            return _lines(f"📊 {question}", *(f"- {o.text}" for o in options))
        case shapes.Posting(checklist=shapes.Checklist(title, tasks)):
            return _lines(title, *(f"- {t.text}" for t in tasks))
        case shapes.Posting(story=shapes.Story(chat, number)):
            return f"https://t.me/{chat.username}/s/{number}"
        case shapes.Posting(game=shapes.Game(title, description)):
            return _lines(title, description)
        case shapes.Posting(invoice=shapes.Invoice(title, description)):
            return _lines(f"🧾 {title}", description)
        case shapes.Posting(giveaway=dict()):
            return "🎁"
        case shapes.Posting(rich_message=shapes.Rich(blocks)):
            return "\n".join("".join(_words_in(block)) for block in blocks)
        case _:
            return None


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _map(place: shapes.Location) -> str:
    return f"https://maps.google.com/?q={place.latitude:.6f},{place.longitude:.6f}"


def _words_in(block: object) -> Iterator[str]:
    """Every text in a nested block, in reading order."""
    waiting: list[Any] = [block]
    while waiting:
        match waiting.pop():
            case str(words):
                yield words
            case list(parts):
                waiting += reversed(parts)
            case dict(part):
                waiting += [v for k, v in reversed(part.items()) if k == "text" or isinstance(v, list | dict)]


# -- files -----------------------------------------------------------------------------------------


def _files(posting: shapes.Posting) -> tuple[File, ...]:
    """At most one; an animation also comes as a document, for programs older than animations."""
    match posting:
        case shapes.Posting(photo=[_, *_] as sizes):
            return (_file(posting, "photo", max(sizes, key=lambda s: (s.width * s.height, s.file_size)), "image/jpeg"),)
        case shapes.Posting(animation=shapes.Media() as moving):
            return (_file(posting, "video", moving, "video/mp4"),)
        case shapes.Posting(video=shapes.Media() as video) | shapes.Posting(video_note=shapes.Media() as video):
            return (_file(posting, "video", video, "video/mp4"),)
        case shapes.Posting(audio=shapes.Media() as audio):
            return (_file(posting, "audio", audio, "audio/mpeg"),)
        case shapes.Posting(voice=shapes.Media() as voice):
            return (_file(posting, "voice", voice, "audio/ogg"),)
        case shapes.Posting(document=shapes.Media() as document):
            return (_file(posting, "document", document, ""),)
        case shapes.Posting(story=shapes.Story(shapes.Chat(username=""))):
            return (_file(posting, "video", _NOTHING, STORY),)
        case shapes.Posting(paid_media=shapes.Paid()):
            return (_file(posting, "video", _NOTHING, PAID),)
    return ()


def _file(posting: shapes.Posting, kind: Kind, media: shapes.Media, mime: str) -> File:
    return File(
        id=_file_id(f"tg-{media.file_unique_id}-{posting.chat.id}-{posting.message_id}"),
        kind=kind,
        name=shown_name(media.file_name, "") if media.file_name else "",
        mime=tame(media.mime_type)[:MOST_NAME] or mime,
        size=max(media.file_size, 0),
        ref=tame(media.file_id),
    )


def _file_id(name: str) -> str:
    """At most 64 of `[A-Za-z0-9_-]`, and still different for different files."""
    clean = safe(name, "_")
    digest = blake2b(name.encode(errors="replace"), digest_size=16)
    return clean if len(clean) <= _MOST_ID else f"tg-{digest.hexdigest()}"
