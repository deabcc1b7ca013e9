"""Meeting people: who is at the door, in which language, and what they brought with them."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, update

from bot.desk.people import Person
from bot.dialogue.words import File, Said
from bot.events import (
    Address,
    Allowed,
    Caller,
    Deleted,
    Edited,
    Event,
    Fetched,
    Filled,
    Joined,
    Message,
    Moved,
    Posted,
    Reacted,
    Visited,
    Weekly,
)
from bot.language import detect
from bot.store import tables as t
from bot.store.chores import add
from bot.store.fates import reunite
from bot.store.prepared import Prepared, parameters
from bot.store.rehousing import move
from bot.store.rows import Fetch, json
from bot.store.rules import chosen
from bot.store.tx import Tx
from bot.store.upsert import upsert
from bot.values import replace

PAGE = "home"
"""What the buttons on a page of one's own ask (`handlers/home.py`)."""

MEET = Prepared(
    insert(t.person)
    .values(parameters("name", "language", "sure", "channel", "chat", "thread", "met"))
    .returning(t.person.c.id)
)
DOOR = Prepared(insert(t.door))
SEEN_AT = Prepared(
    update(t.person).where(t.person.c.id == bindparam("person")).values(parameters("name", "channel", "chat", "thread"))
)
SPEAKS = Prepared(
    update(t.person).where(t.person.c.id == bindparam("person")).values(language=bindparam("language"), sure=1)
)
FILE = Prepared(
    upsert(t.file)
    .values(parameters("id", "channel", "chat", "thread", "who", "kind", "name", "mime", "size", "ref", "state", "at"))
    .on_conflict_do_nothing()
)
LOOKED_AT = Prepared(
    update(t.file)
    .where(t.file.c.id == bindparam("file"))
    .values(state=bindparam("new_state"), trouble=bindparam("new_trouble"))
)


def writer(tx: Tx, event: Event, known: Person | None) -> Person | None:
    """The person at the other end of a private chat, met now if never before.

    What happens on a page of their own (`Visited`, and what is pressed there) says nothing of where they read.
    """
    if isinstance(event, Deleted | Reacted | Visited) or (isinstance(event, Message) and event.asked == PAGE):
        return known
    if not isinstance(event, Message | Edited | Filled):
        return None
    if known is None:
        return _meet(tx, event)
    if not known.sure and (spoken := chosen(tx.rules, event.who.locale)):  # it had not answered in time
        known = replace(known, language=spoken, sure=True)
        tx.do(SPEAKS, person=known.id, language=spoken)
    where, name = event.where, event.who.name or known.name  # a platform that does not answer tells no name
    if known.where == where and known.name == name:
        return known
    tx.do(SEEN_AT, person=known.id, name=name, channel=where.channel, chat=where.chat, thread=where.thread)
    return replace(known, name=name, where=where)


def _meet(tx: Tx, event: Message | Edited | Filled) -> Person:
    where, language = event.where, first_language(tx, event)
    sure, language = bool(language), language or tx.rules.desk.language
    row = tx.one(
        MEET,
        name=event.who.name,
        language=language,
        sure=int(sure),
        channel=where.channel,
        chat=where.chat,
        thread=where.thread,
        met=tx.at,
    )
    number = int(row[0]) if row else 0
    tx.do(DOOR, channel=where.channel, user=event.who.id, person=number)
    return Person(number, event.who.name, language, where=where, sure=sure, new=True)


def first_language(tx: Tx, event: Message | Edited | Filled) -> str:
    """What their app speaks, if we do too; else what they write, if it is enough to tell; else empty."""
    if spoken := chosen(tx.rules, event.who.locale):
        return spoken
    match event:
        case Message(answer=Said(text=text)) | Filled(brought=Said(text=text)) if text:
            return detect(text, "")
        case _:
            return ""


def stranger(tx: Tx, event: Event) -> Person:
    """Nobody we keep: whoever speaks in a group, or no one."""
    who = event.who if isinstance(event, Message | Edited | Joined | Visited) else Caller("", "")
    return Person(0, who.name, chosen(tx.rules, who.locale) or tx.rules.desk.language)


def note(tx: Tx, event: Event, *, for_us: bool) -> None:
    """What is no handler's business: files are fetched, looked-at files have a state, a chat moves.

    `for_us`: said to us alone, or about a ticket. Other files that people of a group show each other are left alone.
    """
    match event:
        case Message(answer=Said(files=files)) if files and for_us:
            _bring(tx, event, files)
        case Filled(answers=answers, brought=brought):
            _bring(tx, event, brought.files)
            for answer in answers.values():
                _bring(tx, event, answer.files if isinstance(answer, Said) else ())
        case Posted(person=person, answer=Said(files=files)):
            for file in files:  # the page has looked at them, and keeps them already
                _row(tx, file, Address("", ""), str(person), "kept")
        case Weekly(picture=picture):
            _row(tx, picture, Address("", ""), "", "kept")
        case Fetched():
            state = "refused" if event.trouble else "kept"
            tx.do(LOOKED_AT, file=event.file, new_state=state, new_trouble=event.trouble)
            tx.stirred.add("outbox")
        case Moved():
            move(tx, event)
        case Allowed(where=where):
            reunite(tx, where)


def _bring(tx: Tx, event: Message | Filled, files: tuple[File, ...]) -> None:
    """Those that are new are to be fetched."""
    for file in files:
        if _row(tx, file, event.where, event.who.id, "waiting"):
            add(tx, "fetch", json(Fetch(file, event.where)))


def _row(tx: Tx, file: File, where: Address, who: str, state: str) -> int:
    """1: it is new."""
    return tx.do(
        FILE,
        id=file.id,
        channel=where.channel,
        chat=where.chat,
        thread=where.thread,
        who=who,
        kind=file.kind,
        name=file.name,
        mime=file.mime,
        size=file.size,
        ref=file.ref,
        state=state,
        at=tx.at,
    )
