"""Slack's mrkdwn, as words come where they come without blocks, read as runs of styled text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.dialogue.markup import MOST, Span

_TOKEN = re.compile(r"<[^<>\n]*>|[*_~]|[^<*_~]+|<")
_ANY = re.compile("[*_~`<&]")


def spans(text: str) -> Iterator[Span]:
    """https://docs.slack.dev/messaging/formatting-message-text says what the signs mean. Takes time in proportion
    to the text; a sign without its partner stands for itself.
    """
    pieces = text.split("```")
    last = len(pieces) - 1
    for n, piece in enumerate(pieces):
        if n % 2 and n < last:
            yield Span(plain(piece.strip("\n")), pre=True)
        elif n % 2:
            yield from _lines("```" + piece)
        else:
            yield from _lines(piece)


def plain(text: str) -> str:
    """Without the angle brackets; every other sign stays as it stands."""
    tokens = (_named(token[1:-1]) if _is_angled(token) else Span(unescaped(token)) for token in _TOKEN.findall(text))
    return "".join(f"{span.text} ({span.link})" if span.link else span.text for span in tokens)


def unescaped(text: str) -> str:
    """Slack escapes these three and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _is_angled(token: str) -> bool:
    return len(token) > 2 and token[0] == "<" and token[-1] == ">"


def _lines(text: str) -> Iterator[Span]:
    """`>` quotes its line, `>>>` everything from there."""
    if not _ANY.search(text):
        yield Span(text)
        return
    rest = False
    lines = text.split("\n")
    for n, line in enumerate(lines):
        sign = next((s for s in ("&gt;&gt;&gt;", "&gt;") if line.startswith(s)), "")
        rest = rest or len(sign) > len("&gt;")
        quote = rest or bool(sign)
        words = line[len(sign) :].removeprefix(" ") if sign else line
        yield from (span._replace(quote=quote) for span in _coded(words))
        if n < len(lines) - 1:
            yield Span("\n", quote=quote and (rest or lines[n + 1].startswith("&gt;")))


def _coded(line: str) -> Iterator[Span]:
    pieces = line.split("`")
    last = len(pieces) - 1
    for n, piece in enumerate(pieces):
        if n % 2 and n < last and piece:
            yield Span(plain(piece), code=True)
        elif n % 2 and n < last:
            yield Span("``")
        else:
            yield from _styled(f"`{piece}" if n % 2 else piece)


@dataclass(slots=True)
class _Pairs:
    """Which signs open and close: those that stand at the edge of a word, inwards."""

    waiting: dict[str, int] = field(default_factory=dict)
    found: set[int] = field(default_factory=set)

    def meet(self, place: int, sign: str, before: str, after: str) -> None:
        opened = self.waiting.get(sign)
        if opened is not None and opened < place - 1 and not before.isspace() and not after.isalnum():
            self.found |= {opened, place}
            del self.waiting[sign]
        elif after and not after.isspace() and not before.isalnum():
            self.waiting[sign] = place


def _styled(line: str) -> Iterator[Span]:
    tokens = _TOKEN.findall(line)
    pairs = _Pairs()
    for n, token in enumerate(tokens):
        if len(pairs.found) >= MOST:
            break
        if token in ("*", "_", "~"):
            before, after = tokens[n - 1][-1:] if n else "", tokens[n + 1][:1] if n + 1 < len(tokens) else ""
            pairs.meet(n, token, before, after)
    on: set[str] = set()
    run = ""
    for n, token in enumerate(tokens):
        if n not in pairs.found and not _is_angled(token):
            run += token
            continue
        yield _worn(Span(unescaped(run)), on)
        run = ""
        if n in pairs.found:
            on ^= {token}
        else:
            yield _worn(_named(token[1:-1]), on)
    yield _worn(Span(unescaped(run)), on)


def _worn(span: Span, on: set[str]) -> Span:
    return span._replace(bold="*" in on, italic="_" in on, strike="~" in on)


def _named(inside: str) -> Span:
    """`<https://…|label>`, `<@U1>`, `<#C1|general>`, `<!here>`, `<!subteam^S1|@team>`, `<!date^…|fallback>`."""
    what, _, label = (unescaped(part) for part in inside.partition("|"))
    match what[:1]:
        case "@" | "#" as sign:
            return Span(sign + (label.removeprefix(sign) or what[1:]))
        case "!":
            kind, _, who = what[1:].partition("^")
            return Span(label or "@" + (who if kind == "subteam" else kind))
    return Span(label or what.removeprefix("mailto:"), link=what)
