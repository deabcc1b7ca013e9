"""The program behind the bot, as far as the page may touch it."""

from typing import Protocol


class Desk(Protocol):
    """Whoever owns the process; the page shows `state` and may kill it."""

    @property
    def state(self) -> str:
        """`starting`, `ready` or `down`."""

    @property
    def address(self) -> str:
        """Where the program itself listens: ticket pages."""

    async def restart(self) -> None:
        """Kills the program with SIGKILL, as a power cut would, and starts it again."""
