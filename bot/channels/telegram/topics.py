"""Which groups open no topics for us: they have just said so, and are not asked again for every request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.telegram import shapes

PAUSE = timedelta(hours=1)
"""So long nobody asks. What another process hears of the group is not heard here."""


class NoTopics(Exception):
    """Raised where a topic cannot be opened. `flat`: the group has none; else we may not."""

    def __init__(self, *, flat: bool) -> None:
        super().__init__("no topics" if flat else "no right to open topics")
        self.flat = flat


class Refusals:
    """What groups have refused, until something tells that it is another matter now."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[str, tuple[datetime, bool]] = {}
        self._warned: set[str] = set()

    def stands(self, chat: str) -> bool:
        return chat in self._until and self._now() < self._until[chat][0]

    def note(self, chat: str, no: NoTopics) -> bool:
        """Whether nobody has been told of it yet."""
        fresh = chat not in self._warned
        self._warned.add(chat)
        self._until[chat] = (self._now() + PAUSE, no.flat)
        return fresh

    def hear(self, update: shapes.Update) -> None:
        """The group has topics by now, or what we may do there has changed."""
        posting = update.message or (update.callback_query and update.callback_query.message)
        if posting and posting.chat.is_forum and self._until.get(str(posting.chat.id), (None, False))[1]:
            del self._until[str(posting.chat.id)]
        if update.my_chat_member:
            self._until.pop(str(update.my_chat_member.chat.id), None)
