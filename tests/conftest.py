"""Collects the `.chat` files: each is a conversation that must go as it is written."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.stage import LOST, Stage


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write down what was really said, for review")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return Transcript.from_parent(parent, path=file_path) if file_path.suffix == ".chat" else None


class Diverged(Exception):
    """The conversation went another way; the words are a diff of it."""


class Transcript(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield Play.from_parent(self, name=self.path.stem)


class Play(pytest.Item):
    def runtest(self) -> None:
        written = self.path.read_text("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            said = Stage(Path(folder)).play(written)
        if LOST in said:
            raise Diverged(said)
        if said != written and self.config.getoption("--accept"):
            self.path.write_text(said, "utf-8")
        elif said != written:
            lines = difflib.unified_diff(
                written.splitlines(), said.splitlines(), "as written", "as it went", lineterm=""
            )
            raise Diverged("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], _style: object = None) -> str:
        if isinstance(excinfo.value, Diverged):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.stem}.chat"
