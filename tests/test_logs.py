"""What stands in the log, and what does not."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from unicodedata import category

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import prepare, redactor

TOKEN = "123456789:AAFdemo-token_x"
SECRETS = (TOKEN, 's3cr"t \\ ñ/é', "shh")

Lines = Callable[[], list[str]]
Begin = Callable[..., Lines]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Sets logging up into a text, and leaves it as it was."""
    root = logging.getLogger()
    handlers, level, hook, shown = root.handlers[:], root.level, sys.excepthook, warnings.showwarning
    out = StringIO()

    def begun(style: str = "json", level: str = "INFO") -> Lines:
        prepare(style, level, SECRETS, out)  # type: ignore[arg-type]
        return lambda: out.getvalue().splitlines()

    yield begun
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers, sys.excepthook = handlers, hook
    root.setLevel(level)


def entry(line: str) -> dict[str, object]:
    read: dict[str, object] = json.loads(line)
    assert str(read.pop("time")).endswith("Z")
    return read


def test_an_event_is_one_line_of_json_with_what_is_bound(begin: Begin) -> None:
    lines = begin()
    structlog.contextvars.bind_contextvars(turn="t1")
    structlog.get_logger().info("took", chat="ñ", ms=3)
    assert [entry(line) for line in lines()] == [{"level": "info", "event": "took", "turn": "t1", "chat": "ñ", "ms": 3}]


def test_an_event_is_one_line_of_text(begin: Begin) -> None:
    lines = begin("text")
    structlog.get_logger().warning("took long", chat="a b", ms=3, empty="", path="C:\\x")
    assert lines()[0].partition(" ")[2] == 'WARNING  took long chat="a b" ms=3 empty="" path="C:\\\\x"'


def test_less_than_the_level_is_not_written(begin: Begin) -> None:
    lines = begin("text", "ERROR")
    structlog.get_logger().warning("no")
    logging.getLogger("x").warning("no")
    logging.getLogger("httpx").warning("no")
    structlog.get_logger().error("yes")
    assert [line.partition(" ")[2] for line in lines()] == ["ERROR    yes"]


def test_other_libraries_come_the_same_way_and_the_chatty_ones_less(begin: Begin) -> None:
    lines = begin()
    logging.getLogger("some.library").info("took %d ms", 3)
    logging.getLogger("some.library").info("does not fit %d", "x")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot1:x/getMe")
    logging.getLogger("httpx").warning("slow")
    assert [entry(line) for line in lines()] == [
        {"level": "info", "event": "took 3 ms", "logger": "some.library"},
        {"level": "info", "event": "does not fit %d", "logger": "some.library"},
        {"level": "warning", "event": "slow", "logger": "httpx"},
    ]


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_is_written_wherever_it_stands(begin: Begin, style: str) -> None:
    lines = begin(style)
    log = structlog.get_logger()
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    log.info(url)
    log.info("calling", url=url, other=f"/bot{TOKEN.replace(':', '%3A')}/x")
    log.info("other bots too", url="https://api.telegram.org/file/bot42:AAother/photo.jpg")
    log.info("a password", url="postgresql://me:hunter22@db/x", deep={"list": [SECRETS[1]]}, bare=SECRETS[1])
    log.info("in an address", url="https://a.es/?q=s3cr%22t%20%5C%20%C3%B1%2F%C3%A9")
    try:
        int(f"{TOKEN} and {SECRETS[1]}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("x").exception("failed too")
    text = "\n".join(lines())
    assert [word for word in ("AAF", "AAother", "hunter22", "s3cr", "%C3%B1") if word in text] == []
    assert text.count("[…]") == 12
    assert len(lines()) == 7


@pytest.mark.parametrize("style", ["text", "json"])
@given(text=st.text(max_size=30))
def test_whatever_people_write_an_entry_is_one_visible_line(style: str, text: str) -> None:
    out = StringIO()
    prepare("json" if style == "json" else "text", "INFO", (), out)
    structlog.get_logger().info(text, who=text, also=["x", text])
    line = out.getvalue()
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert not {"Cc", "Cs", "Zl", "Zp"} & {category(c) for c in line[:-1]}
    if style == "json":
        assert json.loads(line)["who"] == text


def test_nobody_forges_a_line(begin: Begin) -> None:
    lines = begin("text")
    structlog.get_logger().info("heard", text='x"\n2026 INFO forged\x1b[31m\u2028\u202e\x00')
    assert lines()[0].partition(" ")[2] == r'INFO     heard text="x\"\n2026 INFO forged\u001b[31m\u2028\u202e\u0000"'


def test_short_secrets_do_not_eat_the_log() -> None:
    assert redactor(["shh", ""])("shh, said the cat") == "shh, said the cat"


FULL = """
import logging
from bot.logs import prepare
prepare("text", "INFO")
for _ in range(2_000):
    logging.getLogger("bot").info("one more line that finds no room")
print("still at work")
"""


def test_a_disk_that_takes_no_line_of_the_log_stops_nobody() -> None:
    """What is not said there is known here: the desk goes on, and says the next thing when there is room again."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", FULL], stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert done.stdout == "still at work\n"


CRASH = """
import warnings
from bot.logs import prepare
prepare("text", "INFO", ("hush-hush",))
warnings.warn("careful with hush-hush")
raise RuntimeError("hush-hush at https://api.telegram.org/bot1:hush/getMe")
"""


def test_a_crash_is_one_line_without_secrets() -> None:
    done = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, check=False)
    first, last = done.stderr.splitlines()
    assert (done.returncode, done.stdout, "hush" in done.stderr) == (1, "", False)
    assert "careful with […]" in first
    assert "CRITICAL crashed exception=" in last
    assert "RuntimeError: […] at https://api.telegram.org/bot1:[…]/getMe" in last
