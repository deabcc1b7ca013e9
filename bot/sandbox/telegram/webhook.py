"""Carries updates to the bot's webhook as the real server does: in order per lane, again until it hears 2xx."""

import asyncio
import contextlib
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from bot.sandbox.telegram.answer import answer
from bot.sandbox.telegram.updates import Waiting, Webhook

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
# Seconds: the longest wait between two tries, the longest Retry-After honoured, the patience for an answer.
LONGEST = 64
RETRY_AFTER = 3600
PATIENCE = 60


class Courier:
    """One per bot, alive as long as the server is."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            try:
                while True:
                    due = self._send_due(session)
                    await self.world.updates.bell.wait(due)
            finally:
                await self._stop()

    async def _stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _send_due(self, session: aiohttp.ClientSession) -> float | None:
        """Starts what may go now; answers in how many seconds the next one may."""
        hook, now = self.world.updates.webhook, asyncio.get_running_loop().time()
        if hook is None:
            return None
        heads = self.world.updates.heads()
        for item in [item for item in heads if item.not_before <= now]:
            if len(self._under_way) >= hook.max_connections:
                return None
            item.in_flight = True
            task = asyncio.create_task(self._deliver(session, hook, item))
            self._under_way.add(task)
            task.add_done_callback(self._landed)
        later = [item.not_before - now for item in heads if item.not_before > now]
        return min(later, default=None)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self.world.updates.bell.ring()
        self.world.changed.ring()

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, item: Waiting) -> None:
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: hook.secret} if hook.secret else {})
        try:
            async with session.post(hook.url, data=msgspec.json.encode(item.body), headers=headers) as response:
                body = await response.read()
                if response.status // 100 == 2:
                    self.world.updates.done(item)
                    await self._perform(body)
                    return
                why, wait = f"Wrong response from the webhook: {response.status} {response.reason}", response.headers
                self._failed(hook, item, why, wait.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as trouble:
            self._failed(hook, item, "Read timeout expired" if isinstance(trouble, TimeoutError) else str(trouble), "")
        finally:
            item.in_flight = False

    def _failed(self, hook: Webhook, item: Waiting, why: str, retry_after: str) -> None:
        """Again at once after the first failure, then after 2, 4, 8 … seconds, or when the bot asked for it."""
        item.failures += 1
        hook.last_error_at, hook.last_error = self.world.now, why
        wait = 0.0 if item.failures == 1 else min(2.0 ** (item.failures - 1), LONGEST) * self.world.rules.retry_second
        with contextlib.suppress(ValueError):
            wait = min(float(retry_after), RETRY_AFTER)
        item.not_before = asyncio.get_running_loop().time() + wait

    async def _perform(self, body: bytes) -> None:
        """A method written into the answer is carried out; nobody hears what came of it."""
        with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
            wanted = msgspec.json.decode(body, type=dict[str, object])
            method = wanted.pop("method", None)
            if isinstance(method, str):
                await answer(self.world, method, wanted)
