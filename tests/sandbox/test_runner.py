"""`python -m bot.sandbox` as a process: it starts, brings a dead program back, and leaves nothing behind."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from bot.sandbox.program import ROOT, free_port

# The smallest program that counts as ready: it asks for updates, and writes down who it is.
PROGRAM = """
import json, os, pathlib, signal, sys, urllib.request
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
keep = {name: os.environ.get(name, "") for name in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "PUBLIC_URL", "DATABASE_URL")}
with open(sys.argv[1], "a") as lives:
    print(json.dumps(keep | {"pid": os.getpid()}), file=lives)
url = "{0}/bot{1}/getUpdates?timeout=30".format(os.environ["TELEGRAM_API_URL"], os.environ["TELEGRAM_BOT_TOKEN"])
while True:
    urllib.request.urlopen(url).read()
"""
RUNNER = """
import asyncio, sys
from bot.sandbox.__main__ import play
asyncio.run(play(int(sys.argv[1]), browser=False, command=[sys.executable, *sys.argv[2:]]))
"""


@asynccontextmanager
async def running(tmp_path: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    arguments = ["-c", RUNNER, str(port), str(program), str(tmp_path / "lives")]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"SLACK_BOT_TOKEN": "xoxb-real", "TELEGRAM_BOT_TOKEN": "1:real", "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def says(process: asyncio.subprocess.Process, words: str) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        if words in line.decode():
            return
    raise AssertionError(f"it never said {words!r}")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def lives(tmp_path: Path) -> list[dict[str, str]]:
    return [msgspec.json.decode(line) for line in (tmp_path / "lives").read_text().splitlines()]


async def test_kill_restart_and_a_clean_end(tmp_path: Path) -> None:
    port = free_port(0)
    async with running(tmp_path, port) as runner, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as web:
        await says(runner, f"http://localhost:{port}")
        await says(runner, "Ready.")
        (first,) = lives(tmp_path)
        assert first["SLACK_BOT_TOKEN"] == "xoxb-1-sandbox-token-that-opens-nothing"
        assert first["TELEGRAM_BOT_TOKEN"] != "1:real"
        assert first["PUBLIC_URL"].startswith("http://localhost:")
        assert (await web.get("/sandbox/state")).json()["pulse"]["desk"]["state"] == "ready"
        assert (await web.post("/sandbox/restart", json={})).json() is True
        await says(runner, "Ready.")
        os.kill(int(lives(tmp_path)[1]["pid"]), signal.SIGKILL)
        await says(runner, "The program ended with code -9; starting it again.")
        await says(runner, "Ready.")
        runner.send_signal(signal.SIGINT)
        rest, _ = await runner.communicate()
        assert (runner.returncode, rest.decode().split()) == (0, ["Stopping."])
        pids = [int(life["pid"]) for life in lives(tmp_path)]
        assert (len(pids), [alive(pid) for pid in pids]) == (3, [False] * 3)
        assert not Path(first["DATABASE_URL"].removeprefix("sqlite:///")).parent.exists()


async def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.sandbox",
            "--no-browser",
            "--port",
            str(port),
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        )
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode() == f"Port {port} cannot be used (Address already in use): choose another with --port.\n"
