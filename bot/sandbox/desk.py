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

    @property
    def beside(self) -> int:
        """The port where its pages may stand in a frame."""

    @property
    def route(self) -> str:
        """Where new tickets go: `telegram`, `slack`, `both`."""

    async def send_to(self, route: str) -> None:
        """New tickets go there from now on. Raises KeyError when there is no such place."""

    async def restart(self) -> None:
        """Kills the program with SIGKILL, as a power cut would, and starts it again."""
