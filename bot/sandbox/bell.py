"""Wakes whoever waits for a change; nobody needs to look twice a second."""

import asyncio


class Bell:
    """May be rung from any thread."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            future.get_loop().call_soon_threadsafe(_wake, future)

    async def wait(self, seconds: float | None) -> bool:
        """Whether it rang before the time was over."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):  # `wait_for` of Python 3.11 may forget that it was called off
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
