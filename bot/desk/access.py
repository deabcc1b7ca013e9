"""Who may see which ticket: asked by the page, its list, search, files, export and live feed, and by the chats."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bot.desk.config import Company, Desk
from bot.desk.people import PersonId
from bot.desk.ticket import Entry, Ticket
from bot.dialogue.words import Text, _


class Viewer(Struct, frozen=True):
    """Somebody who has proved who they are."""

    person: PersonId
    colleagues: frozenset[PersonId] = frozenset()
    """The others of their company, if the desk lets its people share (`desk.toml`)."""

    @property
    def circle(self) -> frozenset[PersonId]:
        """Those whose tickets they see."""
        return self.colleagues | {self.person}


class Team(Struct, frozen=True):
    """Somebody of the team, by a word that they got alone when they asked in its chat; or whoever runs the desk, and the
    systems to which they gave the desk's token.
    """


def counts(who: Viewer | Team | None) -> bool:
    """Whether they may see how the desk does. It is the team's matter: no customer's, and no stranger's."""
    return isinstance(who, Team)


def sees(viewer: Viewer | Team | None, ticket: Ticket) -> bool:
    """Whether they may see that ticket and add to it. For everybody else it does not exist."""
    match viewer:
        case Team():
            return True
        case Viewer():
            return ticket.person in viewer.circle
        case None:
            return False


HAPPENED: Mapping[str, Text | None] = {
    "opened": None,  # at the page the request itself stands there
    "claimed": _("{who} is looking at it."),
    "waiting": _("It is your turn."),
    "ours": _("It is our turn."),
    "solved": _("{who} marked it as solved."),
    "reopened": _("{who} opened it again."),
}
"""What of all that was done a customer is told, beside how they rated it, and in which words. Whom it was given to, its tags
and the like are the team's own business.
"""


def told(entry: Entry) -> bool:
    """Whether a line of the history is the customer's too. Notes, and what was never sent, are the team's alone."""
    if entry.kind == "event":
        return entry.text in HAPPENED or entry.text.startswith("rated ")
    return entry.kind in ("asked", "answer")


def company(desk: Desk, channel: str, user: str) -> Company | None:
    """The one to which a door belongs: named by itself, or with the whole workspace it is in."""
    door = f"{channel}:{user}"
    return next((c for c in desk.companies if any(door == d or door.startswith(f"{d}:") for d in c.doors)), None)
