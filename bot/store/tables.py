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


def _text(name: str, *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=primary_key, nullable=False, server_default=None if primary_key else "")


def _flag(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, server_default="0")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False, server_default="0")


# -- events ----------------------------------------------------------------------------------------

taken = Table("taken", META, Column("key", Text, primary_key=True), _time("at"), Index("ix_taken_at", "at"), **ONE_TREE)
failure = Table("failure", META, Column("key", Text, primary_key=True), _count("runs"), _text("error"), _time("at"))
dead_letter = Table(
    "dead_letter",
    META,
    Column("id", Number, primary_key=True),
    _text("key"),
    _text("body"),
    _text("error"),
    _time("at"),
)

# -- people and conversations ----------------------------------------------------------------------

person = Table(
    "person",
    META,
    Column("id", Number, primary_key=True),
    _text("name"),
    _text("language"),
    _flag("chosen"),
    _flag("sure"),
    _count("requests"),
    _time("solved"),
    _text("channel"),
    _text("chat"),
    _text("thread"),
    _time("met"),
    _count("day"),
    _count("today"),
    _time("blocked"),
    _text("reason"),
    _text("mail"),
    _flag("mails"),
    _text("off"),
    _text("missed"),
)
door = Table(
    "door",
    META,
    _text("channel", primary_key=True),
    _text("user", primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    **ONE_TREE,
)
dialogue = Table(
    "dialogue",
    META,
    _text("channel", primary_key=True),
    _text("chat", primary_key=True),
    _text("thread", primary_key=True),
    _text("who", primary_key=True),
    _text("flow"),
    _text("step"),
    _text("body"),
    _time("touched"),
    **ONE_TREE,
)

# -- at the page -----------------------------------------------------------------------------------

# What browsers hold lies here hashed: whoever reads the tables cannot use it.
login = Table(
    "login",
    META,
    Column("hash", Text, primary_key=True),
    Column("person", Number, nullable=False, index=True),
    _time("at"),
    _time("until"),
    Index("ix_login_until", "until"),
    **ONE_TREE,
)
knock = Table(
    "knock",
    META,
    Column("hash", Text, primary_key=True),
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
    Column("hash", Text, primary_key=True),
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
    _text("address"),
    _text("code"),
    _count("tries"),
    _time("at"),
    _time("until"),
    Index("ix_proof_person_at", "person", "at"),
    Index("ix_proof_address_at", "address", "at"),
    Index("ix_proof_at", "at"),
)

# -- tickets ---------------------------------------------------------------------------------------

counter = Table("counter", META, Column("name", Text, primary_key=True), Column("value", Number, nullable=False))
ticket = Table(
    "ticket",
    META,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("public", Text, nullable=False, unique=True),
    Column("person", ForeignKey("person.id"), nullable=False),
    _text("state"),
    _text("category"),
    _text("agent"),
    _text("title"),
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
    _text("id", primary_key=True),
    Column("ticket", ForeignKey("ticket.id"), nullable=False),
    _text("kind"),
    _text("by_id"),
    _time("at"),
    _text("channel"),
    _text("chat"),
    _text("ref"),
    _text("album"),
    _text("body"),
    _time("changed"),
    Index("ix_entry_ticket_at", "ticket", "at"),
)
thread = Table(
    "thread",
    META,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    _text("channel", primary_key=True),
    _text("chat", primary_key=True),
    _text("thread"),
    _text("root"),
    Index("ix_thread_channel_chat_thread", "channel", "chat", "thread"),
    **ONE_TREE,
)
post = Table(
    "post",
    META,
    _text("channel", primary_key=True),
    _text("chat", primary_key=True),
    _text("message", primary_key=True),
    Column("ticket", Number, nullable=False, index=True),
    _text("entry"),
    **ONE_TREE,
)
file = Table(
    "file",
    META,
    _text("id", primary_key=True),
    _text("channel"),
    _text("chat"),
    _text("thread"),
    _text("who"),
    Column("ticket", Number, nullable=False, server_default="0", index=True),
    _text("entry"),
    _text("kind"),
    _text("name"),
    _text("mime"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    _text("ref"),
    _text("state"),
    _text("trouble"),
    _time("at"),
    CheckConstraint("state IN ('waiting', 'kept', 'refused')", name="state"),
    Index("ix_file_who_at", "who", "at"),
    **ONE_TREE,
)
moved = Table(
    "moved", META, _text("channel", primary_key=True), _text("chat", primary_key=True), _text("to"), **ONE_TREE
)

# -- what is wrong for many ------------------------------------------------------------------------

known = Table(
    "known",
    META,
    _text("id", primary_key=True),
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
    _text("issue", primary_key=True),
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
    _text("channel", primary_key=True),
    _text("chat", primary_key=True),
    _text("user", primary_key=True),
    _text("name"),
    _time("at"),
    **ONE_TREE,
)
canned = Table("canned", META, _text("name", primary_key=True), _text("body"), _time("at"), **ONE_TREE)

# -- what is counted -------------------------------------------------------------------------------

tally = Table("tally", META, _text("name", primary_key=True), _count("number"), **ONE_TREE)

# Requests that are kept no longer, as far as they are counted.
past = Table(
    "past",
    META,
    Column("id", Number, primary_key=True),
    _time("opened"),
    _text("category"),
    _text("language"),
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
    Column("key", Text, primary_key=True),
    _text("channel"),
    _text("chat"),
    _text("thread"),
    Column("ticket", Number, nullable=False, server_default="0"),
    _text("title"),
    _text("pace"),
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
    _text("lane"),
    _text("slot"),
    _flag("first"),
    _flag("state"),
    _flag("news"),
    _count("attempts"),
    _time("at"),
    _text("body"),
    _text("error"),
    _text("receipt"),
)
slot = Table(
    "slot",
    META,
    _text("lane", primary_key=True),
    _text("slot", primary_key=True),
    _text("message"),
    _text("body"),
    **ONE_TREE,
)
bucket = Table("bucket", META, Column("key", Text, primary_key=True), _time("tat"), **ONE_TREE)
workspace = Table(
    "workspace",
    META,
    _text("channel", primary_key=True),
    _text("team", primary_key=True),
    _text("sealed"),
    _time("at"),
    **ONE_TREE,
)
alarm = Table(
    "alarm",
    META,
    _text("name", primary_key=True),
    _text("about", primary_key=True),
    _time("at"),
    _time("next_at"),
    Index("ix_alarm_next_at", "next_at"),
    **ONE_TREE,
)
chore = Table(
    "chore",
    META,
    Column("id", Number, primary_key=True),
    _text("kind"),
    _text("body"),
    _count("attempts"),
    _time("next_at"),
    _flag("dead"),
    _text("error"),
)
