"""A server that has two addresses, of which the first swallows everything: as IPv6 does on many a rented machine, where it
is there and leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

NAME = "deaf.example"


@contextmanager
def deaf(host: str, port: int) -> Iterator[None]:
    """`NAME` is `host` first and 127.0.0.1 after it. At `host` somebody listens who takes nobody in."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as held, pytest.MonkeyPatch.context() as patched:
        ear = held.enter_context(socket.socket(family))
        ear.bind((host, port))
        ear.listen(0)
        for _ in range(3):
            caller = held.enter_context(socket.socket(family))
            caller.settimeout(0)
            caller.connect_ex((host, port))
        loop = asyncio.get_running_loop()
        looked_up = loop.getaddrinfo

        async def found(name: str, port: int, **more: int) -> list[Any]:
            hosts = [host, "127.0.0.1"] if name == NAME else [name]
            return [one for host in hosts for one in await looked_up(host, port, **more)]

        patched.setattr(loop, "getaddrinfo", found)
        yield
