"""Turns HTML into text with entities as Telegram does, and finds links and commands in what people type."""

import html
import re
from dataclasses import dataclass, field

from bot.sandbox.telegram.refusals import bad
from bot.sandbox.telegram.shapes import Entity

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_TOKEN = re.compile(r"<(/?)([^\s>/]*)([^>]*)(>?)|(&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);?)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_FOUND = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']"
    r"|(?<![@\w.])(?:[\w-]+\.)+(?:com|org|net|es|io|dev|app|me|eu|mx|ar|co)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'])?)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{3,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)",
)


def units(text: str) -> int:
    """The length Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str) -> int:
    """The length limits are stated in: Unicode characters."""
    return len(text)


@dataclass
class _Open:
    tag: str
    offset: int
    entity: Entity


@dataclass
class _Reader:
    """Where the reading of one HTML text stands; byte offsets are what Telegram names in its errors."""

    source: str
    out: str = ""
    length: int = 0
    opened: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def at(self, position: int) -> int:
        return len(self.source[:position].encode())

    def add(self, text: str) -> None:
        self.out += text
        self.length += units(text)

    def open(self, tag: str, attributes: str, position: int) -> None:
        name = tag.lower()
        if name not in _STYLES:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {self.at(position)}')
        given = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(attributes)}
        if name == "span" and given.get("class") != "tg-spoiler":
            spot = self.at(position)
            raise bad(f'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset {spot}')
        if name == "tg-time" and not given.get("unix", "").isdecimal():
            raise bad(f"can't parse entities: Invalid Unix time specified at byte offset {self.at(position)}")
        self.opened.append(_Open(name, self.length, _entity(name, given, self.length)))

    def close(self, tag: str, position: int) -> None:
        spot = self.at(position)
        if not self.opened:
            raise bad(f"can't parse entities: Unexpected end tag at byte offset {spot}")
        last = self.opened.pop()
        if tag and tag.lower() != last.tag:
            raise bad(
                f"can't parse entities: Unmatched end tag at byte offset {spot}, "
                f'expected "</{last.tag}>", found "</{tag.lower()}>"',
            )
        last.entity.length = self.length - last.offset
        if last.tag == "a" and last.entity.url is None:
            last.entity.url = self.out[-last.entity.length :] if last.entity.length else ""
        if last.entity.length and (last.entity.type != "text_link" or _is_link(last.entity.url or "")):
            self.entities.append(last.entity)


def _entity(name: str, given: dict[str, str], offset: int) -> Entity:
    kind = _STYLES[name]
    if name == "blockquote" and "expandable" in given:
        kind = "expandable_blockquote"
    language = given.get("class", "").removeprefix("language-") if name == "code" else ""
    return Entity(
        type=kind,
        offset=offset,
        length=0,
        url=given.get("href") if name == "a" else None,
        language=language or None,
        custom_emoji_id=given.get("emoji-id") if name == "tg-emoji" else None,
        unix_time=int(given["unix"]) if name == "tg-time" else None,
        date_time_format=given.get("format") if name == "tg-time" else None,
    )


def _is_link(url: str) -> bool:
    return bool(re.match(r"(?:https?|tg|ton)://\S|mailto:|tel:|[\w-]+\.\w", url))


def from_html(source: str) -> tuple[str, list[Entity]]:
    """The text without tags and its entities, or the refusal Telegram gives for broken markup."""
    reader, position = _Reader(source), 0
    for token in _TOKEN.finditer(source):
        reader.add(source[position : token.start()])
        position = token.end()
        closing, tag, attributes, ended, entity = token.groups()
        if entity:
            reader.add(_NAMED.get(entity, "") or html.unescape(entity))
        elif not ended:
            word = "end" if closing else "start"
            raise bad(f"can't parse entities: Unclosed {word} tag at byte offset {reader.at(token.start())}")
        elif closing:
            reader.close(tag, token.start())
        else:
            reader.open(tag, attributes, token.start())
    reader.add(source[position:])
    if reader.opened:
        tag = reader.opened[-1].tag
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
    return _trimmed(reader.out, _joined(reader.entities))


def _joined(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-…">` is one entity of type pre; outer entities come first."""
    entities = sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    blocks = {(entity.offset, entity.length): entity for entity in entities if entity.type == "pre"}
    for code in [entity for entity in entities if entity.type == "code"]:
        block = blocks.get((code.offset, code.length))
        if block is not None:
            block.language = code.language
            entities.remove(code)
        code.language = None
    return entities


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram drops white space around a message and shifts the entities with it."""
    shorter = text.strip()
    before, length = units(text) - units(text.lstrip()), units(shorter)
    kept = []
    for entity in entities:
        start, end = max(entity.offset - before, 0), min(entity.offset - before + entity.length, length)
        if end > start:
            entity.offset, entity.length = start, end - start
            kept.append(entity)
    return shorter, kept


def detected(text: str, known: list[Entity] | None = None) -> list[Entity]:
    """Links, commands, mentions, hashtags and addresses that Telegram marks by itself."""
    taken = known or []
    found = []
    for match in _FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        if not any(e.offset < offset + length and offset < e.offset + e.length and _solid(e) for e in taken):
            found.append(Entity(type=str(match.lastgroup), offset=offset, length=length))
    return sorted([*taken, *found], key=lambda entity: (entity.offset, -entity.length))


def _solid(entity: Entity) -> bool:
    """Inside these nothing else is marked."""
    return entity.type in {"code", "pre", "text_link", "url", "text_mention", "mention"}


def cut(text: str, entity: Entity) -> str:
    """The part of the text an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le", "replace")


def styled(text: str, mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """What a bot sent, with everything marked: by parse_mode, by its own entities, or found."""
    if not mode:
        shorter, kept = _trimmed(text, list(entities or []))
        return shorter, detected(shorter, kept)
    if mode.lower() != "html":
        raise bad(f"unsupported parse_mode: the sandbox reads HTML and entities only, not {mode}")
    plain, marked = from_html(text)
    return plain, detected(plain, marked)
