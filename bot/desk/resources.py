"""A request as other systems read it (`/api`, and the events that are sent to them): plain data with the field's own names.

What stands here is a promise to programs we do not know: a field may be added, none may change its meaning or go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from msgspec import Meta, Struct

from bot.desk.config import Priority
from bot.desk.people import Agent
from bot.desk.ticket import Entry, EntryKind, State, Ticket
from bot.dialogue.words import File, Kind, Said
from bot.dialogue.writing import below
from bot.events import Turn

Status = Literal["open", "pending", "solved", "merged"]
Wanted = Literal["open", "pending", "solved"]
"""What one can ask for: merging needs to know into which."""

STATUS: Mapping[State, Status] = {"ours": "open", "yours": "pending", "solved": "solved", "merged": "merged"}
STATE: Mapping[Wanted, Turn] = {"open": "ours", "pending": "yours", "solved": "solved"}

Kinds = Annotated[
    EntryKind,
    Meta(
        description="Who speaks: the customer (`asked`), the team to the customer (`answer`), the team to itself (`note`); "
        "an answer that has not been sent, or was taken back (`draft`); or what was done (`event`)."
    ),
]


class FileResource(Struct, frozen=True):
    id: str
    name: str
    kind: Kind
    type: Annotated[str, Meta(description="The media type its sender named; empty: none.")]
    path: Annotated[str, Meta(description="Where its bytes are, on this host and with the same token.")]


class PersonResource(Struct, frozen=True):
    id: Annotated[int, Meta(description="The same for all requests of one person.")]
    name: str
    language: Annotated[str, Meta(description="In which we speak with them: `es`, `en`.")]
    channel: Annotated[str, Meta(description="The platform they opened it from.")]


class AgentResource(Struct, frozen=True):
    id: Annotated[str, Meta(description="Their platform and their id there: `slack:U024BE7LH`.")]
    name: str


class LineResource(Struct, frozen=True, kw_only=True):
    """Something said, noted or done. The same `id` again: it has changed since."""

    id: str
    kind: Kinds
    by: Annotated[str, Meta(description="A name; empty: nobody, it happened by itself.")]
    at: datetime
    text: Annotated[str, Meta(description="Plain. Of an `event` what was done, as a word for programs.")]
    files: tuple[FileResource, ...]
    delivered: Annotated[str, Meta(description="The platform on which the customer has this answer; empty: not yet.")]
    trouble: Annotated[
        str,
        Meta(
            description="Why this answer, or a part of one that is `delivered`, will never arrive; `gone`: nobody is there."
        ),
    ]
    deleted: Annotated[bool, Meta(description="Whoever wrote it has taken it back.")]


class TicketResource(Struct, frozen=True, kw_only=True):
    code: str
    status: Annotated[Status, Meta(description="`open`: our turn; `pending`: the customer's.")]
    title: str
    details: str
    category: str
    subcategory: str
    links: tuple[str, ...]
    answers: Annotated[Mapping[str, str], Meta(description="To the category's own questions, by their names.")]
    files: tuple[FileResource, ...]
    customer: PersonResource
    agent: AgentResource | None
    priority: Priority
    tags: tuple[str, ...]
    opened_at: datetime
    due_at: Annotated[
        datetime | None, Meta(description="By when we have promised to answer; null: it is not our turn.")
    ]
    answered_at: Annotated[datetime | None, Meta(description="When it was answered for the first time.")]
    solved_at: datetime | None
    updated_at: datetime
    rating: Annotated[int | None, Meta(description="1 to 5, as the customer has it.")]
    merged: Annotated[tuple[str, ...], Meta(description="The numbers of those that were merged into it.")]
    merged_into: Annotated[
        str | None, Meta(description="The number of the one it is part of: what is said goes there.")
    ]
    url: Annotated[str, Meta(description="Its page, for people.")]
    version: Annotated[int, Meta(description="Higher after every change of it, though not of its lines.")]


class Conversation(Struct, frozen=True):
    """A request with all that was said in it, oldest first."""

    ticket: TicketResource
    lines: tuple[LineResource, ...]


class Change(Struct, frozen=True):
    ticket: TicketResource
    lines: Annotated[tuple[LineResource, ...], Meta(description="Those that are new, or have changed.")]


class Farewell(Struct, frozen=True):
    code: str


class Opened(Struct, frozen=True, tag_field="type", tag="ticket.opened"):
    timestamp: datetime
    data: Change


class Changed(Struct, frozen=True, tag_field="type", tag="ticket.changed"):
    """Something of it has changed, or something was said or noted in it."""

    timestamp: datetime
    data: Change


class Erased(Struct, frozen=True, tag_field="type", tag="ticket.erased"):
    """Its customer wants to be forgotten, and so it has to go wherever it is kept."""

    timestamp: datetime
    data: Farewell


Notice = Opened | Changed | Erased


def ticket_of(ticket: Ticket, url: str, into: Ticket | None) -> TicketResource:
    """`url`: of its page. `into`: the one that it was merged into."""
    return TicketResource(
        code=ticket.code,
        status=STATUS[ticket.state],
        title=ticket.title,
        details=ticket.details,
        category=ticket.category,
        subcategory=ticket.subcategory,
        links=ticket.urls,
        answers=ticket.extras,
        files=_files(ticket.code, ticket.files),
        customer=PersonResource(ticket.person, ticket.name, ticket.language, ticket.where.channel),
        agent=_agent(ticket.agent),
        priority=ticket.priority,
        tags=ticket.tags,
        opened_at=ticket.opened,
        due_at=ticket.due if ticket.state == "ours" else None,
        answered_at=ticket.answered,
        solved_at=ticket.solved,
        updated_at=ticket.touched,
        rating=ticket.stars or None,
        merged=ticket.also,
        merged_into=into.code if into else None,
        url=url,
        version=ticket.version,
    )


def conversation_of(ticket: TicketResource, lines: Sequence[Entry]) -> Conversation:
    return Conversation(ticket, tuple(line_of(ticket.code, line) for line in lines))


def line_of(code: str, line: Entry) -> LineResource:
    return LineResource(
        id=line.id,
        kind=line.kind,
        by=line.by,
        at=line.said,
        text=below(line.quoted, Said(line.text)).text,
        files=_files(code, line.files),
        delivered=line.arrived,
        trouble=line.trouble,
        deleted=line.gone is not None,
    )


def _agent(agent: Agent | None) -> AgentResource | None:
    return AgentResource(agent.id, agent.name) if agent else None


def _files(code: str, files: Sequence[File]) -> tuple[FileResource, ...]:
    at = f"/api/tickets/{quote(code, safe='')}/files"
    return tuple(FileResource(f.id, f.name, f.kind, f.mime, f"{at}/{f.id}") for f in files)
