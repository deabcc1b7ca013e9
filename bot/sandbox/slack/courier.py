"""Carries what Slack has to tell to the app's request URL: signed, within a deadline, events again until it hears 2xx."""

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from bot.sandbox.slack.post import Delivery, signed
from bot.sandbox.slack.shapes import Json

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World


class Courier:
    """One per app, alive as long as the server is; where a socket is open, that is the way, and this one rests."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    due = self._send_due(session)
                    await self.world.post.bell.wait(due)
            finally:
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)

    def _send_due(self, session: aiohttp.ClientSession) -> float | None:
        """Starts what may go now; answers in how many seconds the next one may."""
        post, now = self.world.post, asyncio.get_running_loop().time()
        if self.world.sockets.open or not self.world.app.request_url:
            return None
        waiting = [one for one in post.waiting if not one.under_way]
        for delivery in [one for one in waiting if one.not_before <= now]:
            delivery.under_way = True
            task = asyncio.create_task(self._deliver(session, delivery))
            self._under_way.add(task)
            task.add_done_callback(self._landed)
        return min((one.not_before - now for one in waiting if one.not_before > now), default=None)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self.world.post.bell.ring()
        self.world.tell("slack_post")

    async def _deliver(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        app, patience = self.world.app, aiohttp.ClientTimeout(total=self.world.rules.patience)
        url = app.request_url if delivery.kind == "events_api" else app.interactivity_url or app.request_url
        body, kind = delivery.body()
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(app.signing_secret, body, self.world.now) | delivery.retry_headers()
        try:
            async with session.post(url, data=body, headers=headers, timeout=patience) as response:
                content = await response.read()
                again = response.headers.get("X-Slack-No-Retry") != "1"
                self._heard(delivery, response.status, content, again=again)
        except TimeoutError:
            self._failed(delivery, "http_timeout")
        except aiohttp.ClientError:
            self._failed(delivery, "connection_failed")
        finally:
            delivery.under_way = False

    def _heard(self, delivery: Delivery, status: int, content: bytes, *, again: bool) -> None:
        delivery.status = status
        if status // 100 == 2:
            self.world.post.landed(delivery, status, answered(content))
        else:
            self._failed(delivery, "http_error", again=again)

    def _failed(self, delivery: Delivery, reason: str, *, again: bool = True) -> None:
        now = asyncio.get_running_loop().time()
        self.world.post.failed(delivery, reason, now, second=self.world.rules.retry_second, again=again)


def answered(content: bytes) -> Json:
    """What the app wrote into its answer: JSON, or words to whoever gave a command."""
    try:
        return msgspec.json.decode(content or b"{}", type=Json)
    except msgspec.DecodeError:
        return {"text": content.decode(errors="replace")}
