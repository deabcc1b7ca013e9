"""The tables, in the words of SQLAlchemy: what must not be forgotten lies here and nowhere else.

Times are seconds since 1970 as floating point, so that pace and back-off are plain arithmetic on both databases. Whole
values (a ticket, an entry, a parcel) lie as JSON text in `body`; beside it stand only the columns that queries use.
Types are those that need no conversion on their way in or out (`prepared.py` relies on it): flags are 0 and 1. Indexes
over a part of a table stand in `indexes.py`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

META = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a number by itself only to a column declared INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")

# A table whose key is text would be two trees in SQLite, one by row number and one by key. One is enough.
ONE_TREE: dict[str, Any] = {"sqlite_with_rowid": False}


def _keys(*names: str) -> tuple[Column[str], ...]:
    """The columns of a primary key of text."""
    return tuple(Column(name, Text, primary_key=True) for name in names)


def _texts(*names: str) -> tuple[Column[str], ...]:
    return tuple(map(_text, names))


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _flag(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, server_default="0")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False, server_default="0")


# -- events ----------------------------------------------------------------------------------------

taken = Table("taken", META, *_keys("key"), _time("at"), Index("ix_taken_at", "at"), **ONE_TREE)
failure = Table("failure", META, *_keys("key"), _count("runs"), _text("error"), _time("at"))
dead_letter = Table(
    "dead_letter",
    META,
    Column("id", Number, primary_key=True),
    *_texts("key", "body", "error"),
    _time("at"),
)

# -- people and conversations ----------------------------------------------------------------------

person = Table(
    "person",
    META,
    Column("id", Number, primary_key=True),
    *_texts("name", "language"),
    _flag("chosen"),
    _flag("sure"),
    _count("requests"),
    _time("solved"),
    *_texts("channel", "chat", "thread"),
    _time("met"),
    _count("day"),
    _count("today"),
    _time("blocked"),
    *_texts("reason", "mail"),
    _flag("mails"),
    *_texts("off", "missed"),
)
door = Table(
    "door",
    META,
    *_keys("channel", "user"),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    **ONE_TREE,
)
dialogue = Table(
    "dialogue",
    META,
    *_keys("channel", "chat", "thread", "who"),
    *_texts("flow", "step", "body"),
    _time("touched"),
    **ONE_TREE,
)

# -- at the page -----------------------------------------------------------------------------------

# What browsers hold lies here hashed: whoever reads the tables cannot use it.
login = Table(
    "login",
    META,
    *_keys("hash"),
    Column("person", Number, nullable=False, index=True),
    _time("at"),
    _time("until"),
    Index("ix_login_until", "until"),
    **ONE_TREE,
)
knock = Table(
    "knock",
    META,
    *_keys("hash"),
    Column("person", Number, nullable=False),
    _text("code"),
    _count("tries"),
    _time("at"),
    _time("until"),
    Index("ix_knock_person_at", "person", "at"),
    Index("ix_knock_at", "at"),
    **ONE_TREE,
)

invite = Table(
    "invite",
    META,
    *_keys("hash"),
    Column("person", Number, nullable=False, index=True),
    _time("until"),
    **ONE_TREE,
)

# Codes that were sent to an address, to see whether it is theirs.
proof = Table(
    "proof",
    META,
    Column("id", Number, primary_key=True),
    Column("person", Number, nullable=False),
    *_texts("address", "code"),
    _count("tries"),
    _time("at"),
    _time("until"),
    Index("ix_proof_person_at", "person", "at"),
    Index("ix_proof_address_at", "address", "at"),
    Index("ix_proof_at", "at"),
)

# -- tickets ---------------------------------------------------------------------------------------

counter = Table("counter", META, *_keys("name"), Column("value", Number, nullable=False))
ticket = Table(
    "ticket",
    META,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("public", Text, nullable=False, unique=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    *_texts("state", "category", "agent", "title"),
    _time("opened"),
    _time("due"),
    _time("touched"),
    _count("version"),
    _text("body"),
    _time("answered"),
    _flag("late"),
    _time("asleep"),
    _text("language"),
    _flag("rating"),
    _count("reopened"),
    Index("ix_ticket_person_id", "person", "id"),
    Index("ix_ticket_state_due_id", "state", "due", "id"),
    Index("ix_ticket_touched", "touched"),
)
# The numbers of the last months are counted from the index alone.
Index(
    "ix_ticket_numbers",
    *(
        ticket.c[n]
        for n in ("opened", "category", "language", "state", "answered", "late", "due", "rating", "reopened")
    ),
)
entry = Table(
    "entry",
    META,
    *_keys("id"),
    Column("ticket", ForeignKey("ticket.id"), nullable=False),
    *_texts("kind", "by_id"),
    _time("at"),
    *_texts("channel", "chat", "ref", "album", "body"),
    _time("changed"),
    Index("ix_entry_ticket_at", "ticket", "at"),
)
thread = Table(
    "thread",
    META,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    *_keys("channel", "chat"),
    *_texts("thread", "root"),
    Index("ix_thread_channel_chat_thread", "channel", "chat", "thread"),
    **ONE_TREE,
)
post = Table(
    "post",
    META,
    *_keys("channel", "chat", "message"),
    Column("ticket", Number, nullable=False, index=True),
    _text("entry"),
    **ONE_TREE,
)
file = Table(
    "file",
    META,
    *_keys("id"),
    *_texts("channel", "chat", "thread", "who"),
    Column("ticket", Number, nullable=False, server_default="0", index=True),
    *_texts("entry", "kind", "name", "mime"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    *_texts("ref", "state", "trouble"),
    _time("at"),
    CheckConstraint("state IN ('waiting', 'kept', 'refused')", name="state"),
    Index("ix_file_who_at", "who", "at"),
    **ONE_TREE,
)
moved = Table("moved", META, *_keys("channel", "chat"), _text("to"), **ONE_TREE)

# -- what is wrong for many ------------------------------------------------------------------------

known = Table(
    "known",
    META,
    *_keys("id"),
    _text("state"),
    _count("followers"),
    _count("broken"),
    _text("body"),
    Index("ix_known_state", "state"),
    **ONE_TREE,
)
follower = Table(
    "follower",
    META,
    *_keys("issue"),
    Column("person", Number, primary_key=True, autoincrement=False, index=True),
    _count("told"),
    _flag("broken"),
    _time("at"),
    Index("ix_follower_issue_told", "issue", "told"),
    **ONE_TREE,
)

# -- the team --------------------------------------------------------------------------------------

colleague = Table(
    "colleague",
    META,
    *_keys("channel", "chat", "user"),
    _text("name"),
    _time("at"),
    **ONE_TREE,
)
canned = Table("canned", META, *_keys("name"), _text("body"), _time("at"), **ONE_TREE)

# -- what is counted -------------------------------------------------------------------------------

tally = Table("tally", META, *_keys("name"), _count("number"), **ONE_TREE)

# Requests that are kept no longer, as far as they are counted.
past = Table(
    "past",
    META,
    Column("id", Number, primary_key=True),
    _time("opened"),
    *_texts("category", "language"),
    _time("answered"),
    _flag("late"),
    _flag("rating"),
    _count("reopened"),
    Index("ix_past_opened", "opened"),
)
# What was done that no request tells of: by whom, and about what.
act = Table(
    "act", META, Column("id", Number, primary_key=True), _time("at"), _text("by"), _text("what"), _text("about")
)

# -- what waits ------------------------------------------------------------------------------------

lane = Table(
    "lane",
    META,
    *_keys("key"),
    *_texts("channel", "chat", "thread"),
    Column("ticket", Number, nullable=False, server_default="0"),
    *_texts("title", "pace"),
    _flag("rank"),
    _count("pending"),
    _time("next_at"),
    _time("tat"),
    _text("owner"),
    **ONE_TREE,
)
outbox = Table(
    "outbox",
    META,
    Column("id", Number, primary_key=True),
    *_texts("lane", "slot"),
    _flag("first"),
    _flag("state"),
    _flag("news"),
    _count("attempts"),
    _time("at"),
    *_texts("body", "error", "receipt"),
)
slot = Table(
    "slot",
    META,
    *_keys("lane", "slot"),
    *_texts("message", "body"),
    **ONE_TREE,
)
bucket = Table("bucket", META, *_keys("key"), _time("tat"), **ONE_TREE)
workspace = Table(
    "workspace",
    META,
    *_keys("channel", "team"),
    _text("sealed"),
    _time("at"),
    **ONE_TREE,
)
alarm = Table(
    "alarm",
    META,
    *_keys("name", "about"),
    _time("at"),
    _time("next_at"),
    Index("ix_alarm_next_at", "next_at"),
    **ONE_TREE,
)
chore = Table(
    "chore",
    META,
    Column("id", Number, primary_key=True),
    *_texts("kind", "body"),
    _count("attempts"),
    _time("next_at"),
    _flag("dead"),
    _text("error"),
)
