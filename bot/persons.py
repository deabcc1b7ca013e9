"""`conserje export` and `conserje erase`: what we keep of one person, handed out or gone."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from bot.backlog import committed, opened, operator
from bot.graves import unkeep
from bot.media.keep import Away, Keep
from bot.parts import open_keep
from bot.settings import Settings, Unfit
from bot.store import belongings, erasing, naming, trail
from bot.store.engines import shred
from bot.store.erasing import Erased
from bot.store.store import Store
from bot.store.tx import Tx
from bot.web.bundle import bundle


def export(settings: Settings, named: str, to: Path | None) -> None:
    """Writes a zip with all that is somebody's. Raises `Unfit`."""
    path = to or Path(f"{named.replace(':', '-')}.zip")
    with opened(settings) as store:
        lost = asyncio.run(_exported(store, open_keep(settings.media_url), named, path))
    click.echo(f"{path}: all we keep of {named}. Notes of the team are not in it.")
    if lost:
        click.echo(f"{lost} of its files are not where MEDIA_URL says: a picture says so in the place of each.")


async def _exported(store: Store, keep: Keep, named: str, path: Path) -> int:
    """How many files are missing in it."""
    person = await _person(store, named)
    found = await store.look(belongings.belongings, person=person)
    assert found is not None  # whoever has a door or a ticket is there
    try:
        whole, lost = await bundle(found, keep)
    except Away as why:
        raise Unfit(f"MEDIA_URL: the files cannot be had just now ({why}); nothing was written: try again") from None
    await committed(store, trail.write, operator(), "handed out", trail.of_person(person))
    try:
        with whole, path.open("wb") as file:
            shutil.copyfileobj(whole, file)
    except OSError as trouble:
        raise Unfit(f"{path} cannot be written ({trouble.strerror}): name another place by --to") from None
    return lost


def erase(settings: Settings, named: str, *, sure: bool) -> None:
    """Erases somebody, once the operator is sure, and says what is gone. Raises `Unfit`."""
    url = settings.database_url.reveal()
    with opened(settings) as store:
        asyncio.run(_person(store, named))
        if not sure:
            click.confirm(f"Erase {named} with all their requests and files? There is no way back.", abort=True)
        gone, why = asyncio.run(_erased(store, open_keep(settings.media_url), named, url))
    requests = ", ".join(gone.codes) or "none"
    click.echo(f"Erased. Requests: {requests}; files: {len(gone.files)}; messages: {gone.letters}.")
    if why:
        click.echo(
            f"Their files cannot be had just now ({why}): `run` or a `worker` deletes them as soon as they can be."
        )
    click.echo("What stands in the chats themselves is the platforms': delete the topics or threads of these requests.")
    click.echo("Backups made before now still hold it; a desk that starts on one erases it again.")
    _shredded(url)


def _shredded(url: str) -> None:
    """What was theirs is overwritten by now; what they had written over themselves may still lie in free pages."""
    try:
        shred(url)
    except DatabaseError as trouble:
        raise Unfit(
            f"Only the file of the database could not be made anew ({trouble.orig}), and parts of it that are free may "
            "hold words of theirs: make room for it once more on that disk, then run `sqlite3 FILE VACUUM`."
        ) from None


async def _erased(store: Store, keep: Keep, named: str, url: str) -> tuple[Erased, str]:
    """And why its files are still there: they are a chore, too."""
    gone = await committed(store, _gone, await _person(store, named))
    try:
        await unkeep(keep, (*gone.files, gone.stone), url)
    except Away as why:
        return gone, str(why)
    except DatabaseError:  # as much of it as there is to say, `shred` says
        return gone, ""
    return gone, ""


def _gone(tx: Tx, person: int) -> Erased:
    gone = erasing.erase(tx, person)
    trail.write(tx, operator(), f"erased {', '.join(gone.codes) or 'whoever had no requests'}", trail.of_person(person))
    return gone


async def _person(store: Store, named: str) -> int:
    person = await store.look(naming.find, named=named)
    if not person:
        request = await store.look(naming.such_as, named=named)
        raise Unfit(f"{named} is nobody we know: name a door such as telegram:77, or a request such as {request}")
    return person
