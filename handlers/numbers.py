"""How we did: a picture for the team every week, and the way to the page with all of it."""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.words import Link, Prompt, _, lines, n_
from bot.effects import Effects, Invite, Say, Seen
from bot.events import Message, Weekly
from handlers.doors import word_for
from handlers.home import told_at
from handlers.saying import to_alone

HOLDS = timedelta(minutes=10)
"""The link to the page."""
TEAM = 0
"""Whose the word in it is: nobody's in particular."""


def weekly(seen: Seen, event: Weekly) -> Effects:
    """Into the team's chat, on each platform, once a week. The picture says the rest."""
    opened = n_(
        "*The week of {monday}:* one request.",
        "*The week of {monday}:* {n} requests.",
        event.opened,
        monday=event.monday,
    )
    kept = _("In time: {kept} %.", kept=event.in_time) if event.in_time is not None else None
    words = Prompt(lines(opened, kept, between=" "))
    for team in seen.teams:
        yield Say(to=team, language=seen.desk.agents_language, words=words, files=(event.picture,))


def asked(seen: Seen, event: Message) -> Effects:
    """An agent wants to see the numbers: the link is for them alone, and good once. Its word stands behind the `#`, which
    no server, no log and no preview gets to see.
    """
    word = word_for(seen.fresh)
    yield Invite(TEAM, word, seen.now + HOLDS)
    words = lines(
        _("The desk's numbers. The link is good once, for 10 minutes, and for you alone:"),
        _("{link}", link=Link(f"/numbers#{word}")),
    )
    yield to_alone(seen, event, words, told_at(event))
