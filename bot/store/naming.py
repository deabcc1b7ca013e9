"""Whose a door is, or the number of a request, as an operator or a team names them."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.store import tables as t
from bot.store.facts import OWNER
from bot.store.prepared import Prepared
from bot.store.tx import Tx

BY_CODE = Prepared(select(t.ticket.c.person).where(t.ticket.c.code == bindparam("code")))
CODE_OF = Prepared(select(t.ticket.c.code).where(t.ticket.c.id == bindparam("ticket")))
MOST_DIGITS = 15


def find(tx: Tx, named: str) -> int:
    """The person behind a door (`telegram:77`) or a ticket's number (`SUP-1001`); 0: nobody."""
    channel, colon, user = named.partition(":")
    found = tx.value(OWNER, of=channel, who=user) if colon else tx.value(BY_CODE, code=named.upper())
    return int(found or 0)


def such_as(tx: Tx, named: str) -> str:
    """The number of a request, as an example: the one that goes by those digits, since before the prefix was another."""
    digits = named.rpartition("-")[2]
    found = tx.value(CODE_OF, ticket=int(digits)) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None
    return str(found or f"{tx.rules.desk.prefix}-1001")
