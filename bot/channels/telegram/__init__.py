"""Telegram: updates in by polling or webhook, parcels out by the Bot API, a forum topic for each ticket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from starlette.routing import Route
from telegram.error import TelegramError

from bot.channels import Attachment, Busy, Finding, Later, Limits, Parcel, Take
from bot.channels.patience import persistently
from bot.channels.rotation import keys_of
from bot.channels.telegram import send, shapes, webhook
from bot.channels.telegram.draw import MOST_TEXT, room
from bot.channels.telegram.examine import examine
from bot.channels.telegram.line import Line
from bot.channels.telegram.listen import Commands, Ear, Menu, MenuButton, poll, register
from bot.channels.telegram.miniapp import MiniApp
from bot.channels.telegram.read import CHANNEL, Me
from bot.channels.telegram.topics import NoTopics, Refusals
from bot.events import Address
from bot.values import replace

Mode = Literal["webhook", "polling", "auto"]
OFFER_PAUSE = 0.2
"""Seconds that belong to the first call for updates; what is offered after a `/` can wait."""

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Telegram:
    """The channel. Its repr shows nothing: the token is in it."""

    name = CHANNEL
    limits = Limits(text=MOST_TEXT, button=40, album=10, room=room)

    def __init__(
        self,
        token: str,
        *,
        secret_key: str,
        api_url: str = "https://api.telegram.org",
        public_url: str = "",
        mode: Mode = "auto",
        commands: Callable[[], Commands] = dict,
        team_menu: Callable[[], Menu] = list,
        teams: tuple[str, ...] = (),
        menu: Callable[[], str] = str,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """`menu`: what the button is called that opens our pages inside Telegram, which takes them over https only.
        `team_menu`: the commands of the teams' chats, which are `teams`.

        All are asked for when the first updates may come: to have them in every language is a tenth of a start.
        """
        self._bot = _bot_id(token)
        self.mini_app = MiniApp(token, now, lambda: self._me.username if self._me else "")
        self.limits = replace(Telegram.limits, pages=public_url.startswith("https://"))
        self._line = Line(token, api_url)
        self._secrets = tuple(webhook.secret_token(key) for key in keys_of(secret_key))
        self._public_url, self._commands, self._named, self._now = public_url, commands, menu, now
        self._team_menu, self._teams = team_menu, teams
        self.by_webhook = mode == "webhook" or (mode == "auto" and public_url.startswith("https://"))
        self._me: Me | None = None
        self._ears: list[Ear] = []
        self.refusals = Refusals(now)

    @property
    def ailing(self) -> str:
        """What an operator has to mend; empty: nothing."""
        return (
            "Telegram refuses TELEGRAM_BOT_TOKEN: put the one that @BotFather gives you" if self._line.refused else ""
        )

    async def listen(self, take: Take, /) -> None:
        """Polls; or with a webhook only tells Telegram where we are, and `routes` does the listening."""
        self._me = await persistently("getMe", self._introduced, TelegramError)
        async with asyncio.TaskGroup() as at_once:
            at_once.create_task(self._offer())
            at_once.create_task(self._receive() if self.by_webhook else self._poll(self._ear(take)))

    def routes(self, take: Take, /) -> list[Route]:
        """The webhook's door, for the web server to mount."""
        ear: list[Ear] = []

        async def introduced() -> Ear:
            if not ear:
                self._me = self._me or await self._introduced_or_busy()
                ear.append(self._ear(take))
            return ear[0]

        return [Route(webhook.PATH, webhook.Endpoint(introduced, self._secrets), methods=["POST"])]

    async def deliver(self, to: Address, parcel: Parcel, files: tuple[Attachment, ...], /) -> tuple[str, ...]:
        return await send.deliver(self._line, to, parcel, files)

    async def open_thread(self, at: Address, title: str, /) -> str:
        if self.refusals.stands(at.chat):
            return ""
        try:
            return await send.open_topic(self._line, at.chat, title)
        except NoTopics as no:
            if self.refusals.note(at.chat, no):
                _log.warning("chat %s has no topics, or we may not open them there: tickets hang on replies", at.chat)
            return ""

    def examine(self, teams: Sequence[str], *, elsewhere: bool) -> AsyncIterator[Finding]:
        """What an operator may have forgotten; `teams` are the agents' chats, `elsewhere` says that there are others."""
        webhook_at = self._public_url.rstrip("/") + webhook.PATH if self.by_webhook else ""
        return examine(self._line, teams, webhook_at, elsewhere=elsewhere)

    async def fetch(self, ref: str, /) -> bytes:
        return await send.fetch(self._line, ref)

    async def close(self) -> None:
        """Waits for acknowledgements under way, then lets the connections go."""
        for ear in self._ears:
            await ear.close()
        await self._line.close()

    def _ear(self, take: Take) -> Ear:
        self._ears.append(Ear(self._line, take, self._me or Me(self._bot), self._now, self.refusals.hear))
        return self._ears[-1]

    async def _offer(self) -> None:
        await asyncio.sleep(OFFER_PAUSE)
        await register(self._line, self._commands(), self._menu(), dict.fromkeys(self._teams, self._team_menu()))

    def _menu(self) -> MenuButton | None:
        if not (self._public_url.startswith("https://") and (named := self._named())):
            return None
        return MenuButton(named, f"{self._public_url.rstrip('/')}/mine?app=1")

    async def _poll(self, ear: Ear) -> None:
        await persistently("deleteWebhook", lambda: self._line.tell("deleteWebhook", {}), TelegramError)
        try:
            await poll(self._line, ear)
        finally:
            await ear.close()

    async def _receive(self) -> None:
        newest = self._secrets[0] if self._secrets else ""
        await persistently(
            "setWebhook", lambda: webhook.set_webhook(self._line, self._public_url, newest), TelegramError
        )
        await asyncio.Event().wait()

    async def _introduced(self) -> Me:
        user = await self._line.ask("getMe", {}, shapes.User)
        return Me(self._bot, user.username)

    async def _introduced_or_busy(self) -> Me:
        try:
            return await self._introduced()
        except (TelegramError, Later):
            raise Busy from None


def _bot_id(token: str) -> int:
    """The part before the colon."""
    number = token.partition(":")[0]
    if not number.isdecimal():
        raise ValueError("TELEGRAM_BOT_TOKEN should look like 123456789:AAE…")
    return int(number)


__all__ = ["Commands", "Menu", "Mode", "Telegram"]
