"""Where an answer is, in words for the team."""

from __future__ import annotations

from bot.desk.people import MAIL
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Speech, _, lines
from bot.events import BARRED, GONE, OUT
from handlers import cards


def fate(ticket: Ticket, entry: Entry) -> Speech:
    """Where an answer is now, and which of its files are not."""
    if entry.trouble or entry.arrived == MAIL:
        return _fate(ticket, entry)
    left = (
        _(
            "Without *{file}*, which {name} finds only on the page: {trouble}.",
            file=cards.name_of(file),
            name=ticket.name,
            trouble=_why(entry.unshown[file.id]),
        )
        for file in entry.files
        if file.id in entry.unshown
    )
    return lines(_fate(ticket, entry), *left, between="\n")


def _why(trouble: str) -> Speech | str:
    if trouble == BARRED:
        return _("the bot may not send files there until whoever runs the desk allows it")
    return trouble


def _fate(ticket: Ticket, entry: Entry) -> Speech:
    door, shut = entry.arrived.capitalize(), entry.shut[-1].partition(":")[0].capitalize() if entry.shut else ""
    if entry.trouble == GONE:
        return _(
            "*Not delivered.* {name} blocked us, left, or closed their account. They get it if they write to us again; until then you have to reach them another way.",
            name=ticket.name,
        )
    if entry.trouble == OUT:
        return _(
            "*Not delivered.* The workspace of {name} has taken our app out. They get it if it is installed there again and they write to us; until then you have to reach them another way.",
            name=ticket.name,
        )
    if entry.trouble and entry.arrived:
        return _(
            "*Only a part of it has reached {name}:* {trouble}. Please write the rest again in another way.",
            name=ticket.name,
            trouble=entry.trouble,
        )
    if entry.trouble:
        return _(
            "*Not delivered to {name}:* {trouble}. Please write it again in another way.",
            name=ticket.name,
            trouble=entry.trouble,
        )
    if entry.arrived == MAIL:
        return _(
            "*No chat of {name} takes our messages:* a mail tells them that the answer is in the ticket.",
            name=ticket.name,
        )
    if shut and _is_beside(entry):
        return _beside(ticket, entry)
    if entry.arrived and shut:
        return _(
            "Delivered to {name} in {door}: {shut} no longer takes our messages.",
            name=ticket.name,
            door=door,
            shut=shut,
        )
    if entry.arrived:
        return _("Delivered to {name} in {door}.", name=ticket.name, door=door)
    if shut:
        return _(
            "On its way to {name} by another door: {shut} no longer takes our messages.", name=ticket.name, shut=shut
        )
    return _("On its way to {name}.", name=ticket.name)


def _is_beside(entry: Entry) -> bool:
    """Whether it goes by another chat of the platform that took it nowhere before; a mail goes by none."""
    door, (*_before, shut) = entry.door, entry.shut
    return door is not None and shut.startswith(f"{door.channel}:") and shut != f"{door.channel}:{door.chat}"


def _beside(ticket: Ticket, entry: Entry) -> Speech:
    """The next chat is on the same platform: its name would tell neither from the other."""
    if entry.arrived:
        return _(
            "Delivered to {name} in another of their chats: the one before no longer takes our messages.",
            name=ticket.name,
        )
    return _(
        "On its way to {name} in another of their chats: the one before no longer takes our messages.",
        name=ticket.name,
    )
