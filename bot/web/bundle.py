"""What somebody takes along: one zip with everything in JSON, and the files as they were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Said
from bot.dialogue.writing import below
from bot.media.keep import Away, Keep
from bot.store.belongings import Begun, Belongings

IN_MEMORY = 4_000_000
"""Bytes; what is larger lies in a file without a name while it is made."""

Places = Mapping[str, str]
"""Where in the zip each file lies."""


async def bundle(found: Belongings, keep: Keep) -> tuple[IO[bytes], int]:
    """Stands at its beginning, and goes when it is closed; and how many files are not in their place any more: something
    in there says so of each. Raises `Away`, of the keep, and where the machine has no room for it.
    """
    with ExitStack() as unfinished:
        whole: IO[bytes] = unfinished.enter_context(SpooledTemporaryFile(IN_MEMORY))
        try:
            lost = await _pack(found, keep, whole)
        except OSError as full:
            raise Away(str(full)) from None
        unfinished.pop_all()
    whole.seek(0)
    return whole, lost


async def _pack(found: Belongings, keep: Keep, whole: IO[bytes]) -> int:
    places: dict[str, str] = {}
    lost = 0
    with ZipFile(whole, "w", ZIP_DEFLATED) as packed:
        for file in found.files:
            kept = await keep.shown(file, "gone")
            lost += kept.gone
            places[file] = f"files/{file}-{kept.name}"  # two may have one name
            await asyncio.to_thread(packed.writestr, places[file], kept.data)
        packed.writestr("data.json", msgspec.json.format(msgspec.json.encode(_written(found, places)), indent=2))
    return lost


def _written(found: Belongings, places: Places) -> dict[str, Any]:
    person = found.person
    return {
        "name": person.name,
        "language": person.language,
        "email": person.mail,
        "known_at": [{"channel": channel, "user": user} for channel, user in found.doors],
        "follows": [{"issue": issue.titles, "since": issue.since} for issue in found.issues],
        "begun": [_unsent(one, places) for one in found.begun],
        "requests": [_request(ticket, found.entries[ticket.id], places) for ticket in found.tickets],
    }


def _unsent(begun: Begun, places: Places) -> dict[str, Any]:
    return {
        "title": begun.title,
        "details": begun.details,
        "links": begun.urls,
        "answers": begun.extras,
        "files": _files(begun, places),
    }


def _request(ticket: Ticket, entries: tuple[Entry, ...], places: Places) -> dict[str, Any]:
    return {
        "number": ticket.code,
        "category": ticket.category,
        "subcategory": ticket.subcategory,
        "title": ticket.title,
        "details": ticket.details,
        "links": ticket.urls,
        "answers": ticket.extras,
        "files": _files(ticket, places),
        "state": ticket.state,
        "opened": ticket.opened,
        "promised_by": ticket.due,
        "solved": ticket.solved,
        "rating": ticket.stars or None,
        "conversation": list(_conversation(entries, places)),
    }


def _conversation(entries: tuple[Entry, ...], places: Places) -> Iterator[dict[str, Any]]:
    of = {"asked": "customer", "answer": "team", "event": "event"}
    for entry in entries:
        yield {
            "of": of[entry.kind],
            "by": entry.by,
            "at": entry.said,
            "text": below(entry.quoted, Said(entry.text)).text,
            "files": _files(entry, places),
        }


def _files(said: Ticket | Entry | Begun, places: Places) -> list[str]:
    return [places[file.id] for file in said.files if file.id in places]
