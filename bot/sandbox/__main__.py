"""`python -m bot.sandbox`: the whole desk on this machine, with pretend platforms and a page to play on."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import click

from bot.sandbox.beside import beside
from bot.sandbox.program import COMMAND, Program, free_port, settings
from bot.sandbox.serve import listen, serve
from bot.sandbox.slack import Channel
from bot.sandbox.slack import World as SlackWorld
from bot.sandbox.telegram import Room, World

CUSTOMERS = (("Ana", "es"), ("Bob", "en"))
AGENTS = (("Bea", "es"), ("Leo", "en"))
# How Slack writes the languages of its people.
LOCALES = {"es": "es-ES", "en": "en-US"}


def people() -> tuple[World, Room]:
    """Two customers, two agents, and the agents' forum."""
    world = World()
    agents = [world.person(name, language=language) for name, language in AGENTS]
    for name, language in CUSTOMERS:
        world.person(name, language=language)
    return world, world.forum("Soporte", agents)


def workspace(address: str) -> tuple[SlackWorld, Channel]:
    """The same people in Slack, and the agents' channel; the program takes Slack's requests at `address`."""
    slack = SlackWorld()
    agents = [slack.person(name, language=LOCALES[language]) for name, language in AGENTS]
    for name, language in CUSTOMERS:
        slack.person(name, language=LOCALES[language])
    slack.app.request_url = f"{address}/slack/events"
    return slack, slack.channel("soporte", agents)


def say(sentence: str) -> None:
    click.echo(sentence)
    sys.stdout.flush()


async def play(port: int, *, browser: bool, command: Sequence[str] = COMMAND) -> None:
    """Runs until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    world, agents = people()
    with tempfile.TemporaryDirectory(prefix="conserje-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        api = f"http://127.0.0.1:{port}"
        its_port = free_port(port + 1)
        slack, channel = workspace(f"http://127.0.0.1:{its_port}")
        chats = (f"telegram:{agents.id}", f"slack:{channel.id}")
        routes = {"telegram": chats[:1], "slack": chats[1:], "both": chats}
        environment = settings(world, api, agents, folder, its_port, slack=channel)
        framed = free_port(its_port + 1)
        program = Program(world, environment, folder, say, routes=routes, command=command, beside=framed)
        async with listen(beside(program.inside), framed), serve(world, port, program, slack):
            say(f"The sandbox is at http://localhost:{port}")
            say("Starting the program behind it; Ctrl-C ends both.")
            running = asyncio.create_task(program.run())
            if browser:
                await asyncio.to_thread(webbrowser.open, f"http://localhost:{port}")
            await over.wait()
            say("Stopping.")
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


@click.command()
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8080, show_default=True, help="where the page is"
)
@click.option("--no-browser", is_flag=True, help="do not open the page")
def main(port: int, *, no_browser: bool) -> None:
    """Run the whole desk on this machine, with no tokens: pretend platforms, the real program, and a page."""
    try:
        asyncio.run(play(port, browser=not no_browser))
    except OSError as trouble:
        if trouble.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        click.echo(f"Port {port} cannot be used ({os.strerror(trouble.errno)}): choose another with --port.", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
