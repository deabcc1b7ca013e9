"""The card of a ticket in the agents' chat: all answers, whose turn it is, and what may be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.desk.config import Desk
from bot.desk.people import HOOK, Agent
from bot.desk.ticket import Entry, EntryKind, Ticket
from bot.dialogue.words import (
    PAID,
    STORY,
    Choice,
    File,
    Kind,
    Lines,
    Link,
    Prompt,
    Quote,
    RoomLink,
    Said,
    Speech,
    Tongue,
    _,
    lines,
    n_,
    p_,
)
from bot.dialogue.writing import below, both
from bot.effects import Room, Say, Seen, Unsay
from bot.events import Address, Edited, Message, TicketId
from bot.values import replace
from handlers.draft import called, extra_rows, kinds, told

SOLVED = Choice("solve", _("It is solved"))
"""For the customer."""


def title(ticket: Ticket) -> str:
    """What its topic or thread is called."""
    return f"{ticket.code} · {ticket.title}"


def room(ticket: Ticket) -> Room:
    return Room(ticket.agents, ticket.id, title(ticket))


def left(ticket: Ticket, where: Address) -> Room:
    """The room it had in a chat out of which it was moved."""
    return room(replace(ticket, agents=here(where)))


def tell(seen: Seen, ticket: Ticket, prompt: Prompt, slot: str = "") -> Say:
    """Words for the team, in the ticket's own topic."""
    return Say(to=room(ticket), language=seen.desk.agents_language, words=prompt, slot=slot, about=ticket.id)


def question(seen: Seen, ticket: Ticket, prompt: Prompt, name: str, only: str = "") -> Iterator[Say | Unsay]:
    """Asked at the end of its room, and nowhere else any more: what stands further up nobody sees there."""
    yield unasked(ticket, name)
    yield replace(tell(seen, ticket, prompt, f"{asking(name)}/{seen.fresh}"), only=only)


def asking(name: str) -> str:
    """How the slot of such a question begins."""
    return f"ask.{name}"


def unasked(ticket: Ticket, name: str) -> Unsay:
    """It is answered, or asked no more."""
    return Unsay(room(ticket), asking(name))


def decided(seen: Seen, event: Message, ticket: Ticket, prompt: Prompt) -> Say:
    """What came of such a question, where it stood."""
    return replace(tell(seen, ticket, prompt), over=event.on)


def link(ticket: Ticket) -> Speech:
    """The address of its page."""
    return _("{link}", link=Link(f"/t/{ticket.public}"))


def linked(words: Speech | None, ticket: Ticket) -> Speech:
    """With the address of its page below."""
    return lines(words, link(ticket), between="\n")


def way(ticket: Ticket) -> Speech:
    """How one of the team gets to its room."""
    at = ticket.agents
    return _("{link}", link=RoomLink(ticket.id, at.channel, at.chat, f"/t/{ticket.public}"))


def paged(choices: Sequence[Choice], start: int, most: int, name: str) -> tuple[Choice, ...]:
    """So many from there on, and the way to the next ones, called by where they begin."""
    more = (Choice(f"{name}.{start + most}", _("More"), "more"),) if start + most < len(choices) else ()
    return (*choices[start : start + most], *more)


def page_at(choice: str, name: str) -> int:
    """Where the page begins that a button names; a button that nobody was given names the first."""
    begins, _dot, number = choice.partition(".")
    return int(number) if begins == name and re.fullmatch(r"[0-9]{1,6}", number) else 0


def card(seen: Seen, ticket: Ticket, *, more: bool = False) -> Say:
    """The card as the ticket is now; it lives in one slot and is written over at every change."""
    return tell(seen, ticket, Prompt(_face(seen, ticket), _buttons(ticket, more=more), ticket.key), "card")


def shown(seen: Seen, ticket: Ticket) -> Iterator[Say]:
    """The card and what came with the request, for a room that has nothing yet."""
    yield card(seen, ticket)
    if ticket.files:
        yield replace(tell(seen, ticket, Prompt(Lines(()))), files=ticket.files)


def _face(seen: Seen, ticket: Ticket) -> Speech:
    desk = seen.desk
    kind = Lines(kinds(desk, ticket), " · ")
    theirs = seen.person.language if seen.person.id == ticket.person else ticket.language
    who = _("{name}, in {language}", name=ticket.name, language=Tongue(theirs))
    rows = [*answers(desk, ticket)]
    if ticket.files:
        rows.append(n_("One file, below.", "{n} files, below.", len(ticket.files)))
    head = _("*{code} · {title}*", code=ticket.code, title=ticket.title)
    return lines(Lines((head, kind, who), "\n"), lines(*rows, between="\n") if rows else None, _foot(ticket))


def answers(desk: Desk, ticket: Ticket) -> Iterator[Speech]:
    """What the customer has answered, beside category and title."""
    if ticket.details:
        yield told(ticket.details, ticket.marked)
    yield from extra_rows(desk, ticket)
    if ticket.urls:
        yield _("*{name}*: {value}", name=called(desk, "links"), value=" ".join(ticket.urls))


def _foot(ticket: Ticket) -> Speech:
    held = _("*{agent}* has it.", agent=ticket.holder) if ticket.holder else holder(ticket)
    asleep = _("It sleeps until *{when}*.", when=ticket.asleep) if ticket.asleep else None
    urgent = {"urgent": _("*Urgent.*"), "low": _("Can wait.")}.get(ticket.priority)
    state = lines(urgent, _standing(ticket), between=" ")
    whole = _("With {codes}.", codes=", ".join(ticket.also)) if ticket.also else None
    tags = _("{tags}", tags=" ".join(ticket.tags)) if ticket.tags else None
    return lines(
        state, None if ticket.over else held, asleep, whole, tags, _history(ticket), link(ticket), between="\n"
    )


def _standing(ticket: Ticket) -> Speech:
    match ticket.state:
        case "ours":
            return _("It is our turn: answer by *{due}*.", due=ticket.due)
        case "yours":
            return _("Waiting for the customer.")
        case "solved":
            return _("Solved.")
        case "merged":
            return _("Merged into *{code}*.", code=ticket.within)


def holder(ticket: Ticket) -> Speech:
    """Who has it. A platform may not have told their name."""
    if ticket.holder:
        return _("{agent} has it.", agent=ticket.holder)
    return _("Somebody of the team has it.") if ticket.agent else _("Nobody has it yet.")


def _buttons(ticket: Ticket, *, more: bool) -> tuple[Choice, ...]:
    if ticket.state == "merged":
        return ()
    if ticket.over:
        return (Choice("reopen", _("Reopen")), Choice("note", _("Note")))
    first = Choice("release", _("Release")) if ticket.agent else Choice("claim", _("Claim"))
    usual = (first, Choice("reply", _("Reply")), Choice("note", _("Note")), Choice("solve", _("Solve")))
    if not more:
        return (*usual, Choice("more", _("More")))
    turn = Choice("wait", _("Wait for customer")) if ticket.state == "ours" else Choice("ours", _("Back to us"))
    snooze = Choice("wake", _("Wake")) if ticket.asleep else Choice("snooze", _("Snooze"))
    return (
        *usual,
        Choice("canned", _("Canned answers")),
        turn,
        Choice("assign", _("Assign")),
        Choice("move", _("Move")),
        snooze,
        Choice("priority", _("Priority")),
        Choice("merge", _("Merge")),
        Choice("new", _("New request")),
        Choice("block", _("Block")),
        Choice("less", _("Less")),
    )


def _history(ticket: Ticket) -> Speech:
    """Who writes again is known: "4th request; the last one was solved on …"."""
    if ticket.opener:
        return _("{agent} opened it for them.", agent=ticket.opener.name)
    if ticket.follows:
        return _("Goes on from {code}.", code=ticket.follows)
    if ticket.nth == 1:
        return _("First request.")
    count = _("Request number {n} from this person.", n=ticket.nth)
    return lines(
        count, _("The last one was solved on {when}.", when=ticket.earlier) if ticket.earlier else None, between=" "
    )


def written(seen: Seen, event: Message, ticket: TicketId, said: Said, kind: EntryKind) -> Entry:
    """A new line of the history: something somebody wrote, where an edit of it will find it."""
    by = agent_of(event)
    return Entry(
        id=seen.fresh,
        ticket=ticket,
        kind=kind,
        by=seen.person.name if kind == "asked" else by.name,
        by_id=by.id,
        at=seen.now,
        text=said.text.strip(),
        marked=said.marked.strip(),
        files=said.files,
        reads=seen.person.language if kind == "draft" else "",
        origin=event.where,
        ref=event.ref,
        album=event.album,
    )


def is_nameless(entry: Entry) -> bool:
    """Written in the name of the team's chat itself (`Caller.nameless`)."""
    return entry.origin is not None and writer_of(entry) == entry.origin.chat


def joined(entry: Entry, said: Said) -> Entry:
    """With what was said in the same album."""
    whole = both(Said(entry.text, entry.files, entry.marked), said)
    return replace(entry, text=whole.text, marked=whole.marked, files=whole.files)


def rewritten(entry: Entry, event: Edited) -> Entry:
    """As its author left it."""
    return replace(entry, text=event.text.strip(), marked=event.marked.strip())


def words(entry: Entry) -> Quote | None:
    """What somebody wrote, in the styles they wrote it in."""
    whole = below(entry.quoted, Said(entry.text, marked=entry.marked))
    return Quote(whole.text, whole.marked) if whole.text else None


def added(seen: Seen, ticket: Ticket, entry: Entry) -> Say:
    """Shows the team what the customer added."""
    head = _("*{name}* has deleted this:", name=entry.by) if entry.gone else _("*{name}* adds:", name=entry.by)
    gone = listed(entry.files) if entry.gone else ()
    prompt = Prompt(lines(head, words(entry), *gone, *missing(entry), between="\n"))
    files = () if entry.gone else entry.files  # they are there already
    return replace(tell(seen, ticket, prompt, entry.key), files=files)


def listed(files: Iterable[File]) -> Iterator[Speech]:
    """Files by their names, where they are not shown."""
    return (_("· {file}", file=name_of(file)) for file in files)


def missing(entry: Entry) -> Iterator[Speech]:
    """What came with it and could not be kept: whoever sent it knows."""
    return map(could_not_be_kept, entry.lost)


def could_not_be_kept(file: File) -> Speech:
    return COULD_NOT_BE_SEEN.get(file.mime) or _("{name} could not be kept.", name=name_of(file))


COULD_NOT_BE_SEEN: Mapping[str, Speech] = {
    STORY: _("A story: I can't see it."),
    PAID: _("Something that is paid for: I can't see it."),
}
"""What a platform shows to people alone."""


KINDS: Mapping[Kind, Speech] = {
    "photo": p_("file", "Photo"),
    "document": p_("file", "File"),
    "video": p_("file", "Video"),
    "audio": p_("file", "Audio"),
    "voice": p_("file", "Voice message"),
}
UNSEEN: Mapping[str, Speech] = {STORY: p_("file", "Story"), PAID: p_("file", "Something paid for")}
"""What platforms give no name."""


def name_of(file: File) -> Speech | str:
    """As its owner called it, or what it is."""
    return file.name or UNSEEN.get(file.mime) or KINDS[file.kind]


def happened(seen: Seen, ticket: Ticket, event: Message, what: str) -> Entry:
    """A line of the history: who did what. The words are made when somebody reads it."""
    unmarked = replace(event, ref="", album="")
    return written(seen, unmarked, ticket.id, Said(what), "event")


def by_itself(seen: Seen, ticket: Ticket, what: str) -> Entry:
    """A line of the history that nobody wrote."""
    return Entry(id=seen.fresh, ticket=ticket.id, kind="event", by="", at=seen.now, text=what)


def here(where: Address) -> Address:
    """The chat of a thread."""
    return replace(where, thread="")


def was_here(ticket: Ticket, where: Address) -> bool:
    """It was moved out of that chat and is at work in another."""
    return chat_of(where) in ticket.left_chats and chat_of(where) != chat_of(ticket.agents)


def chat_of(where: Address) -> str:
    return f"{where.channel}:{where.chat}"


def agent_of(event: Message) -> Agent:
    return Agent(f"{event.where.channel}:{event.who.id}", event.who.name)


def writer_of(entry: Entry) -> str:
    """The id by which their platform knows whoever wrote it (`Caller.id`); empty: they are in no chat of the team."""
    channel, _colon, who = entry.by_id.partition(":")
    return "" if channel == HOOK else who
