"""E-mail addresses of people: the codes by which they show that one is theirs, and the way out."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select, update

from bot.desk.people import CODES, MAIL, TRIES, Mailing, Proof, address_said, is_code, sealed
from bot.dialogue.words import Chose, Command, Said
from bot.effects import Prove, Tried
from bot.events import Event, Message, Posted
from bot.store import tables as t
from bot.store.prepared import Prepared, parameters
from bot.store.rows import DAY, stamp
from bot.store.tx import Tx

_proof, _person = t.proof.c, t.person.c
SENT = Prepared(insert(t.proof).values(parameters("person", "address", "code", "at", "until")))
_theirs = (_proof.person == bindparam("of"), _proof.tries < TRIES, _proof.until > bindparam("now"))
# Two that try at once wait for each other, where several can write.
PENDING = Prepared(
    select(_proof.address, _proof.code, _proof.tries)
    .where(*_theirs)
    .order_by(_proof.id.desc())
    .limit(1)
    .with_for_update()
)
_since = _proof.at > bindparam("since")
TODAY = Prepared(select(func.count()).where(_proof.person == bindparam("of"), _since))
THERE = Prepared(select(func.count()).where(func.lower(_proof.address) == bindparam("to"), _since))
MISSED = Prepared(update(t.proof).where(*_theirs).values(tries=_proof.tries + 1))
SPENT = Prepared(update(t.proof).where(_proof.person == bindparam("of")).values(until=0.0, code=""))
OFF = Prepared(
    update(t.person).where(_person.off == bindparam("word"), _person.off != "").values(mail="", mails=0, off="")
)


def asks(event: Event) -> str | None:
    """What somebody writes who adds an address or brings a code; None: it is about something else."""
    match event:
        case Message(private=True, answer=Command("email" | "correo", rest)) | Posted(answer=Command("email", rest)):
            return rest
        case Message(private=True, answer=Said(text=text)) if is_code(text) or address_said(text):
            return text
        case Message(private=True, asked="mail", answer=Chose()):
            return ""
        case _:
            return None


def mailing(tx: Tx, event: Event, person: int) -> Mailing | None:
    """None where the desk sends no mail."""
    written = asks(event)
    if written is None or not person or MAIL not in tx.rules.limits:
        return None
    row = tx.one(PENDING, of=person, now=tx.at)
    pending = Proof(row[0], row[1], TRIES - row[2]) if row else None
    address, since = address_said(written), tx.at - DAY
    if not address:
        return Mailing(pending)
    return Mailing(
        pending, tx.value(TODAY, of=person, since=since), tx.value(THERE, to=address.lower(), since=since) >= CODES
    )


def write(tx: Tx, effect: Prove | Tried) -> None:
    match effect:
        case Prove(person, address, code, until):
            tx.do(SPENT, of=person)  # the newest code counts
            tx.do(SENT, person=person, address=address, code=sealed(person, code), at=tx.at, until=stamp(until))
        case Tried(person, right=True):
            tx.do(SPENT, of=person)
        case Tried(person):
            tx.do(MISSED, of=person, now=tx.at)


def pending(tx: Tx, person: int) -> str:
    """The address to which a code of theirs is on its way; empty: to none."""
    return tx.value(PENDING, of=person, now=tx.at) or ""


def end(tx: Tx, word: str) -> bool:
    """No more mails to whoever had this word in one. False: nobody has it any more."""
    return tx.do(OFF, word=word) > 0
