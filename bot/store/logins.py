"""Who is let in at the page: codes on their way, and the logins that came of them. All of it hashed."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, insert, select, update

from bot.effects import Admit
from bot.store import tables as t
from bot.store.accept import TAKE
from bot.store.facts import OWNER
from bot.store.prepared import Prepared, parameters
from bot.store.rows import DAY, moment, stamp
from bot.store.tx import Tx
from bot.store.upsert import upsert

TRIES = 5
"""Wrong codes; after them the right one is worth nothing either."""
LASTS = timedelta(hours=24)
"""A login."""
SHIFT = timedelta(hours=8)
"""The same of an agent: who leaves the team is out when the day is over."""

_knock, _login = t.knock.c, t.login.c
MADE = Prepared(upsert(t.knock).values(parameters("hash", "person", "code", "at", "until")).on_conflict_do_nothing())
LATELY = Prepared(
    select(_knock.at).where(_knock.person == bindparam("of"), _knock.at > bindparam("since")).order_by(_knock.at)
)
TRIED = Prepared(
    update(t.knock)
    .where(_knock.hash == bindparam("knocked"), _knock.tries < TRIES, _knock.until > bindparam("now"))
    .values(tries=_knock.tries + 1)
    .returning(_knock.person, _knock.code)
)
# A code is worth nothing any more, but it counts until a day has passed (`LATELY`).
SPENT = Prepared(update(t.knock).where(_knock.hash == bindparam("knocked")).values(until=0.0, code=""))
BEGUN = Prepared(insert(t.login).values(parameters("hash", "person", "at", "until")))
PASS = Prepared(
    delete(t.invite).where(
        t.invite.c.hash == bindparam("hash"), t.invite.c.person == 0, t.invite.c.until > bindparam("now")
    )
)
TEAM = Prepared(
    select(_login.person).where(_login.hash == bindparam("login"), _login.person == 0, _login.until > bindparam("now"))
)
PROVED = tuple(
    Prepared(delete(table).where(table.c.person == bindparam("of"))) for table in (t.login, t.knock, t.invite, t.proof)
)
"""All by which somebody has shown who they are, or was about to."""
ENDED = PROVED[0]


def hashed(secret: str) -> str:
    """How something a browser holds lies in the tables. It is long and random, so one round is enough."""
    return sha256(secret.encode()).hexdigest()


def _sealed(knock: str, code: str) -> str:
    return sha256(f"{knock}:{code}".encode()).hexdigest()


def admit(tx: Tx, admitted: Admit) -> None:
    """A code is on its way."""
    knock, until = admitted.knock, stamp(admitted.until)
    tx.do(MADE, hash=knock, person=admitted.person, code=_sealed(knock, admitted.code), at=tx.at, until=until)


def lately(tx: Tx, person: int) -> tuple[datetime, ...]:
    """When codes were made for somebody within the last day."""
    return tuple(map(moment, tx.values(LATELY, of=person, since=tx.at - DAY)))


def redeem(tx: Tx, knock: str, code: str, login: str) -> bool:
    """A code becomes a login, once. A wrong one counts; so does the right one in another browser, which has no knock."""
    row = tx.one(TRIED, knocked=knock, now=tx.at)
    if row is None or not hmac.compare_digest(row[1], _sealed(knock, code)):
        return False
    tx.do(SPENT, knocked=knock)
    begin(tx, row[0], login)
    return True


def begin(tx: Tx, person: int, login: str) -> None:
    """A login, by the hash of what the browser holds."""
    tx.do(BEGUN, hash=login, person=person, at=tx.at, until=tx.at + LASTS.total_seconds())


def enter(tx: Tx, channel: str, user: str, proof: str, login: str) -> bool:
    """A platform's word for who somebody is becomes a login, once. False: spent already, or nobody we know."""
    row = tx.one(OWNER, of=channel, who=user)
    if row is None or not tx.do(TAKE, key=f"proof:{hashed(proof)}", at=tx.at):
        return False
    begin(tx, row[0], login)
    return True


def begin_team(tx: Tx, word: str, login: str) -> bool:
    """A word that an agent got becomes a login, once. It is a login of nobody: no page of customers knows it."""
    if not tx.do(PASS, hash=hashed(word), now=tx.at):
        return False
    tx.do(BEGUN, hash=login, person=0, at=tx.at, until=tx.at + SHIFT.total_seconds())
    return True


def of_team(tx: Tx, login: str) -> bool:
    return tx.one(TEAM, login=login, now=tx.at) is not None


def end(tx: Tx, person: int) -> None:
    """Wherever they are logged in."""
    tx.do(ENDED, of=person)
