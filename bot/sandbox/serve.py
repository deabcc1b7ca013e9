"""Serves a world, or any application, on a free port of this machine, inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator

import uvicorn
from starlette.applications import Starlette

from bot.sandbox.api import build, build_slack
from bot.sandbox.desk import Desk
from bot.sandbox.slack.world import World as SlackWorld
from bot.sandbox.telegram.world import World

# Seconds that requests under way have at the end.
GRACE = 2


class _Server(uvicorn.Server):
    """uvicorn without signal handlers, which says when it listens and stops at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.leaving = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        await self.leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - whose they are closes them
        """That of uvicorn takes a tenth of a second whatever there is to wait for, and tests end hundreds of servers."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if under_way := set(self.server_state.tasks):
            _done, late = await asyncio.wait(under_way, timeout=GRACE)
            for task in late:
                task.cancel()
        await self.lifespan.shutdown()


@contextlib.asynccontextmanager
async def listen(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """Serves an application and yields its address. Raises OSError when the port is taken; 0 finds a free one."""
    listener = socket.create_server(("127.0.0.1", port))
    # Taken over by each connection; without it every answer waits 40 ms for the other side's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, ws="websockets-sansio", timeout_graceful_shutdown=GRACE
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await server.listening.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.leaving.set()
        await task
        listener.close()


@contextlib.asynccontextmanager
async def serve(
    world: World, port: int = 0, desk: Desk | None = None, slack: SlackWorld | None = None
) -> AsyncIterator[str]:
    """Serves a world: the Bot API, Slack, the controls and the page."""
    slack = slack or SlackWorld()
    world.closing = False
    async with listen(build(world, desk, slack), port) as address:
        slack.address = address
        try:
            yield address
        finally:
            world.closing = True
            world.updates.bell.ring()
            world.tell("closing")
            await slack.end()


@contextlib.asynccontextmanager
async def serve_slack(slack: SlackWorld, port: int = 0) -> AsyncIterator[str]:
    """Serves Slack alone; the Web API is at `<address>/slack/api/`."""
    slack.closing = False
    async with listen(build_slack(slack), port) as address:
        slack.address = address
        try:
            yield address
        finally:
            await slack.end()
