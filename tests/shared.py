"""What all processes of a run of tests use together: one of them starts it, and stops it when nobody needs it any more."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]


@contextmanager
def shared(
    name: str, start: Callable[[Path], subprocess.Popen[bytes]], stop: Callable[[subprocess.Popen[bytes]], None]
) -> Iterator[Path]:
    """Its home: a new folder, whose path is short enough for a socket in it. `start` returns when it can be used.

    Whoever has started it waits at the end for the others, who may have more to do.
    """
    home, process = Path(tempfile.gettempdir()) / f"conserje-{RUN}.{name}", None
    with door():
        if not home.exists():
            home.mkdir(mode=0o700)
            process = start(home)
        users = (home / "users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
    with users:
        yield home
        fcntl.flock(users, fcntl.LOCK_UN)
        while process and process.returncode is None:
            with door(), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(process)
                process.wait()
                shutil.rmtree(home)
            time.sleep(0.02)


@contextmanager
def door() -> Iterator[None]:
    """For one process at a time."""
    folder = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
