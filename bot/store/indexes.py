"""The indexes over a part of a table: of what is not over, of what is set.

Only who makes or compares a schema needs them. They stand apart because to name a database's own condition loads all of
its dialect, and a program that serves SQLite would begin with a tenth of its start spent on PostgreSQL's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, text

from bot.store.tables import META, chore, entry, lane, outbox, person, ticket

__all__ = ["META"]


def _partial(name: str, *columns: Column[Any], where: str) -> None:
    Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


_partial("ix_person_off", person.c.off, where="off <> ''")
# What is not over is little, however old the desk grows: the turn looks only through this.
_partial("ix_ticket_open", ticket.c.person, ticket.c.id, where="state IN ('ours', 'yours')")
# The first answers of the last weeks are counted from the index alone.
_partial("ix_ticket_answered", ticket.c.answered, ticket.c.late, where="answered > 0")
_partial("ix_entry_ref", entry.c.channel, entry.c.chat, entry.c.ref, where="ref <> ''")
_partial("ix_entry_album", entry.c.channel, entry.c.chat, entry.c.album, where="album <> ''")
_partial("ix_lane_due", lane.c.rank, lane.c.next_at, where="pending > 0")
_partial("ix_outbox_waiting", outbox.c.lane, outbox.c.id, where="state < 2")
_partial("ix_outbox_dead", outbox.c.id, where="state = 3")
_partial("ix_outbox_news", outbox.c.id, where="news = 1")
_partial("ix_chore_due", chore.c.next_at, where="dead = 0")
