"""Whose tickets somebody sees: their own, and those of their company where the desk lets its people share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.desk.access import Viewer, company
from bot.desk.config import Company
from bot.store import tables as t
from bot.store.facts import DOORS
from bot.store.prepared import Prepared
from bot.store.tx import Tx

MOST = 1_000
"""Colleagues."""

_door = t.door.c


def viewer(tx: Tx, person: int) -> Viewer:
    """As the tables say in this very transaction."""
    if not tx.rules.desk.companies:
        return Viewer(person)
    return by_doors(tx, person, tx.all(DOORS, person=person))


def by_doors(tx: Tx, person: int, doors: Iterable[tuple[str, str]]) -> Viewer:
    """The same for somebody whose doors are known."""
    found = (company(tx.rules.desk, channel, user) for channel, user in doors)
    shared = next((one for one in found if one), None)
    return Viewer(person, frozenset(row[0] for row in tx.all(_people(shared)))) if shared else Viewer(person)


@lru_cache(512)
def _people(of: Company) -> Prepared:
    return Prepared(select(_door.person).where(or_(*map(_within, of.doors))).limit(MOST))


def _within(door: str) -> ColumnElement[bool]:
    """A door by itself, or all that are in a workspace: those that begin with `T1:`. Where that ends in the order of words
    each PostgreSQL says for itself (as people sort, `;` stands before `:`); that it begins there holds in all.
    """
    channel, _, user = door.partition(":")
    begins = f"{user}:"
    inside = and_(_door.user > begins, func.substr(_door.user, 1, len(begins)) == begins)
    return and_(_door.channel == channel, or_(_door.user == user, inside))
