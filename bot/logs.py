"""One line per event, as text or JSON, with secrets taken out; other libraries' logs come the same way."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Literal, TextIO, cast
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

CHATTY = ("httpx", "httpcore", "aiohttp", "alembic", "asyncio", "hpack", "urllib3")
"""httpx logs every address it calls at INFO, and Telegram's hold the bot's token."""

SHORTEST = 6
"""Letters of a secret that can be taken out without taking out half the log."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_TOKEN = r"(?P<bot>bot[0-9]+(?::|%3A))[A-Za-z0-9_-]+|(?P<user>://[^\s/:@\"]+:)[^\s/@\"]+(?=@)"  # noqa: S105 - finds them
_PLAIN = re.compile(r"[^\s\"=\\]+")

GONE = "[…]"


def prepare(style: Literal["text", "json"], level: str, secrets: Iterable[str] = (), out: TextIO | None = None) -> None:
    """Sets up logging for the whole process; `out` is standard error when it is not given."""
    least = logging.getLevelNamesMapping()[level]
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hiding(redactor(secrets)),
        _as_json if style == "json" else _as_text,
        _visible,
    ]
    structlog.configure(
        processors,
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", Patient(out or sys.stderr or sys.stdout))),
        cache_logger_on_first_use=False,
    )
    _adopt(least)


class Patient:
    """Where lines go: one that finds no room there, or no reader, is lost, and whoever wrote it goes on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> None:
        with suppress(OSError):
            self._out.write(line)

    def flush(self) -> None:
        with suppress(OSError):
            self._out.flush()


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Takes these secrets out of any text, as they are or as JSON and addresses write them; and whatever looks like
    a bot's token or a password in an address.
    """
    known = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
    words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    pattern = re.compile(f"{words}|{_TOKEN}" if words else _TOKEN)
    return lambda text: pattern.sub(lambda m: (m["bot"] or m["user"] or "") + GONE, text)


def _forms(secret: str) -> tuple[str, ...]:
    plain, ascii_only = json.dumps(secret, ensure_ascii=False), json.dumps(secret)
    return secret, ascii_only[1:-1], plain[1:-1], repr(secret)[1:-1], quote(secret, safe="")


def _hiding(redact: Callable[[str], str]) -> Processor:
    def hidden(value: object) -> object:
        match value:
            case str():
                return redact(value)
            case None | bool() | int() | float():
                return value
            case dict():
                return {redact(str(key)): hidden(item) for key, item in value.items()}
            case list() | tuple():
                return [hidden(item) for item in value]
            case _:
                return redact(repr(value))

    def hide(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
        return {key: hidden(value) for key, value in entry.items()}

    return hide


def _visible(_logger: WrappedLogger, _method: str, line: EventDict | str) -> str:
    """The last step: nothing in the line ends it, hides, or turns it round."""
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", str(line))


def _as_json(_logger: WrappedLogger, _method: str, entry: EventDict) -> str:
    return json.dumps(_ordered(entry), ensure_ascii=False)


def _as_text(_logger: WrappedLogger, _method: str, entry: EventDict) -> str:
    ordered = _ordered(entry)
    time, level, event = (ordered.pop(key, "") for key in ("time", "level", "event"))
    facts = "".join(f" {key}={_word(value)}" for key, value in ordered.items())
    return f"{time} {str(level).upper():9}{_shown(str(event))}{facts}"


def _ordered(entry: EventDict) -> dict[str, object]:
    first = {"time": entry.pop("timestamp", ""), "level": entry.pop("level", ""), "event": entry.pop("event", "")}
    return {**first, **entry}


def _word(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if _PLAIN.fullmatch(text) else f'"{_shown(text, quotes=True)}"'


def _shown(text: str, *, quotes: bool = False) -> str:
    """Line breaks as people know them from strings; backslashes doubled, so that nobody can forge one."""
    shown = text.replace("\\", "\\\\").replace("\n", "\\n")
    return shown.replace('"', '\\"') if quotes else shown


class _Adopted(logging.Handler):
    """Hands records of the standard library to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, _message(record), logger=record.name, exc_info=record.exc_info or None)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # arguments that do not fit; the standard library would print them bare
        return str(record.msg)


def _adopt(least: int) -> None:
    root = logging.getLogger()
    root.handlers = [_Adopted()]
    root.setLevel(least)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger().critical("crashed", exc_info=(kind, error, trace))
