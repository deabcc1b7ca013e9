"""The roles of the Procfile, as hosting platforms run them: one database of PostgreSQL, a web and a worker process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.sandbox.program import ROOT, free_port
from tests.faults.scene import WAY, Scene, walk
from tests.store.postgres import fresh, postgres

__all__ = ["postgres"]

BIN = Path(sys.executable).parent


def environment(scene: Scene, url: str, port: int) -> dict[str, str]:
    """honcho gives each role a port of its own, a hundred apart."""
    told = scene.program("webhook").environment
    numbers = {"METRICS_PORT": str(port + 150), "PUBLIC_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": url}
    return {**told, **numbers, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}


def run(env: dict[str, str], folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / program), *words]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


async def status(port: int, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status


@pytest.mark.timeout(120)
async def test_release_web_and_worker_serve_a_whole_request_and_stop_cleanly(scene: Scene, postgres: str) -> None:
    url, port = fresh(postgres), free_port(0)
    env = environment(scene, url, port)
    refused = await asyncio.to_thread(run, env, scene.folder, "conserje", "worker")
    assert refused.returncode == 1
    assert "run `conserje migrate`" in refused.stderr
    released = await asyncio.to_thread(
        run, env, scene.folder, "honcho", "-f", str(ROOT / "Procfile"), "run", "conserje", "migrate"
    )
    assert released.returncode == 0, released.stderr

    with (scene.folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            BIN / "honcho", "-f", ROOT / "Procfile", "start", "-p", str(port), "web", "worker",
            env=env, cwd=scene.folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        await scene.world.until(lambda: scene.world.called("setWebhook"), 30)
        await walk(scene, WAY)
        assert [await status(at, path) for at in (port, port + 150) for path in ("/readyz", "/metrics")] == [200] * 4
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 20)
    said = (scene.folder / "log").read_text("utf-8")
    assert said.count('"event": "stopping"') == 2, said
    with psycopg.connect(url) as link:
        assert link.execute("SELECT code, state FROM ticket").fetchall() == [("SUP-1001", "solved")]
    assert scene.doubles("SUP-1001") == []
