"""Slack's markup, both ways: what a client makes of what somebody types, and what a text shows when it is read."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from bot.sandbox.slack.shapes import Json, Message, things, word

# The emoji this stand-in knows by name; reactions go by name too.
EMOJI = {
    "eyes": "👀", "white_check_mark": "✅", "+1": "👍", "-1": "👎", "heart": "❤️", "tada": "🎉", "pray": "🙏",
    "slightly_smiling_face": "🙂", "raised_hands": "🙌", "wave": "👋", "warning": "⚠️", "x": "❌", "question": "❓",
    "hourglass": "⌛", "fire": "🔥", "bell": "🔔", "memo": "📝", "thinking_face": "🤔", "rocket": "🚀", "star": "⭐",
}  # fmt: skip
_NAMES = {sign: name for name, sign in EMOJI.items()}
_BROADCASTS = {"here", "channel", "everyone"}
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_INLINE = re.compile(
    r"<(?P<link>[^<>\n]+)>|`(?P<code>[^`\n]+)`|(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<inner>[^\n]*?\S)(?P=mark)(?![\w*_~])"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
)
_PRE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>|]+[^\s<>|.,;:!?)\]»”\"']")


def typed(words: str, people: Mapping[str, str]) -> str:
    """What somebody types, as the text of a message: escaped, links and mentions marked. `people`: name → id."""
    found = html.escape(words, quote=False)
    found = _ADDRESS.sub(lambda match: f"<{match[0]}>", found)
    found = re.sub(r"(?<!\w)@(\w+)", lambda match: _mentioned(match[1], match[0], people), found)
    for sign, name in _NAMES.items():
        found = found.replace(sign, f":{name}:")
    return found


def _mentioned(name: str, asis: str, people: Mapping[str, str]) -> str:
    if name in _BROADCASTS:
        return f"<!{name}>"
    return f"<@{people[name]}>" if name in people else asis


def rich(text: str, block_id: str) -> Json:
    """The rich_text block Slack's own clients send beside a text."""
    parts: list[Json] = []
    for number, piece in enumerate(_PRE.split(text)):
        if number % 2:
            inside: list[Json] = [{"type": "text", "text": html.unescape(piece)}]
            parts.append({"type": "rich_text_preformatted", "elements": inside, "border": 0})
        elif piece.strip("\n"):
            parts += _paragraphs(piece.strip("\n"))
    empty: Json = {"type": "rich_text_section", "elements": []}
    return {"type": "rich_text", "block_id": block_id, "elements": parts or [empty]}


def _paragraphs(text: str) -> Iterator[Json]:
    """Quoted lines that follow each other are one quote; so are the lines between them one section."""
    runs: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        quoted = line.startswith(("&gt;", ">"))
        if not runs or runs[-1][0] != quoted:
            runs.append((quoted, []))
        runs[-1][1].append(re.sub(r"^(&gt;|>) ?", "", line) if quoted else line)
    for quoted, lines in runs:
        yield {"type": "rich_text_quote" if quoted else "rich_text_section", "elements": inline("\n".join(lines))}


def inline(text: str, style: Mapping[str, bool] | None = None) -> list[Json]:
    """A text as the elements it shows: words with their style, links, mentions, emoji."""
    found: list[Json] = []
    at = 0
    for match in _INLINE.finditer(text):
        found += _words(text[at : match.start()], style)
        at = match.end()
        if match["link"]:
            found.append(_link(match["link"], style))
        elif match["code"]:
            found += _words(match["code"], {**(style or {}), "code": True})
        elif match["mark"]:
            found += inline(match["inner"], {**(style or {}), _STYLES[match["mark"]]: True})
        else:
            found += _emoji(match["emoji"], style)
    return found + _words(text[at:], style)


def _words(text: str, style: Mapping[str, bool] | None) -> list[Json]:
    shown: Json = {"type": "text", "text": html.unescape(text)}
    return [shown | ({"style": dict(style)} if style else {})] if text else []


def _emoji(name: str, style: Mapping[str, bool] | None) -> list[Json]:
    if name not in EMOJI:
        return _words(f":{name}:", style)
    code = "-".join(f"{ord(letter):x}" for letter in EMOJI[name] if letter != "\ufe0f")
    return [{"type": "emoji", "name": name, "unicode": code}]


def _link(inside: str, style: Mapping[str, bool] | None) -> Json:
    target, _, label = inside.partition("|")
    styled: Json = {"style": dict(style)} if style else {}
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]} | styled
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]} | styled
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target[9:]} | styled
    if target.startswith("!date^"):
        return {"type": "text", "text": html.unescape(label)} | styled
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]} | styled
    shown: Json = {"text": html.unescape(label)} if label else {}
    return {"type": "link", "url": html.unescape(target)} | shown | styled


def live(message: Message) -> list[str]:
    """The mentions in a message that ring somebody: `@U1`, `!here`, `!channel`, `!everyone`, `!subteam^S1`."""
    found = [_ring(one) for text in _texts(message) for one in inline(_PRE.sub(r"`\1`", text))]
    found += [
        _ring(one) for block in message.blocks or [] for one in _leaves(block) if block.get("type") == "rich_text"
    ]
    return list(dict.fromkeys(filter(None, found)))


def _texts(message: Message) -> Iterator[str]:
    yield message.text
    for thing in [*(message.blocks or []), *(message.attachments or [])]:
        for one in _leaves(thing):
            if one.get("type") == "mrkdwn":
                yield word(one, "text")


def _leaves(value: object) -> Iterator[Json]:
    """Every object inside a block."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else []:
        yield from _leaves(one)


def _ring(element: Json) -> str:
    match element:
        case {"type": "user", "user_id": str(user)}:
            return f"@{user}"
        case {"type": "broadcast", "range": str(who)}:
            return f"!{who}"
        case {"type": "usergroup", "usergroup_id": str(group)}:
            return f"!subteam^{group}"
    return ""


def shown(message: Message) -> str:
    """What people read: the words of the blocks, or else the text; without markup."""
    blocks = [one for block in message.blocks or [] for one in _block_words(block)]
    return "\n".join(filter(None, blocks)) if blocks else reading(message.text)


def reading(text: str) -> str:
    return _said(inline(_PRE.sub(r"\1", text)))


def _said(elements: Iterable[Json]) -> str:
    return "".join(
        EMOJI[word(one, "name")] if one["type"] == "emoji"
        else word(one, "text") or word(one, "url") or word(one, "fallback") or _ring(one)
        for one in elements
    )  # fmt: skip


def _block_words(block: Json) -> Iterator[str]:
    if block.get("type") == "rich_text":
        for part in things(block.get("elements")):
            yield _said(things(part.get("elements")))
        return
    if block.get("type") in {"actions", "input"}:
        return
    for one in _leaves({name: part for name, part in block.items() if name != "accessory"}):
        if one.get("type") == "mrkdwn":
            yield reading(word(one, "text"))
        elif one.get("type") == "plain_text":
            yield word(one, "text")
