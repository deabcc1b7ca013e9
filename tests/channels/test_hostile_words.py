"""What strangers write stays words: on no platform and no page does it ring, link, style, or turn anything round."""

from __future__ import annotations

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

import pytest
import structlog

from bot import logs
from bot.channels import Parcel
from bot.channels.slack import modal
from bot.channels.slack.draw import draw as slack_draw
from bot.channels.slack.draw import publish
from bot.channels.telegram.draw import draw as telegram_draw
from bot.dialogue.markup import isolated, plain, tame
from bot.dialogue.words import Spoken, _
from bot.events import Address
from bot.i18n import Words
from bot.sandbox.slack import Message, live
from bot.sandbox.telegram.markup import cut, styled
from bot.stage import START, shipped
from bot.store.rows import Drafts
from bot.store.rules import Rules
from bot.values import replace
from bot.web.pages import Pages
from bot.web.prose import prose
from tests.channels.hostile import Hostile, Said, leaves
from tests.channels.injected import INJECTED

AT_ONCE = int(os.environ.get("INJECTED_AT_ONCE", "7"))
"""Texts that share one conversation, taking turns on its surfaces; with 1 each text stands on every one of them."""
CHUNKS = [INJECTED[at : at + AT_ONCE] for at in range(0, len(INJECTED), AT_ONCE)]
TURNED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066\u2067\ud800-\udfff]")
"""Of the isolates only the one that we put around a fact ourselves may be there: it turns nothing."""
LINKS = re.compile(r"https?://|mailto:|www\.", re.IGNORECASE)
OTHER_LINK = re.compile(r"(?<!\w)(?:tg|ton|tonsite)://\w", re.IGNORECASE)
"""Telegram makes links of these too, wherever they stand."""
DESK = Words("https://desk.example", ZoneInfo("UTC"))


def unruly(text: str) -> list[str]:
    """What is wrong with a text wherever it is shown."""
    marks = re.search("[\u0300-\u036f]{4}", text)
    return [*(f"{ord(sign):04x}" for sign in TURNED.findall(text)), *(["marks"] if marks else [])]


def of_telegram(to: Address, parcel: Parcel, files: Any) -> Iterator[str]:
    """What lives in a call: somebody is rung in a group, an address leads elsewhere than to a page."""
    for bare in (False, True):
        call = telegram_draw(to, parcel, files, bare=bare)
        json.dumps(dict(call.params), ensure_ascii=False).encode()
        for part in leaves(dict(call.params)):
            for name in ("text", "caption"):
                if isinstance(part.get(name), str) and "callback_data" not in part:  # a label is never looked through
                    yield from _in_text(part[name], part.get("parse_mode"), group=to.chat.startswith("-"))


def _in_text(text: str, mode: str | None, *, group: bool) -> Iterator[str]:
    shown, entities = styled(text, mode, None)
    yield from unruly(shown)
    for entity in entities:
        words = cut(shown, entity)
        if entity.type == "text_mention" or (entity.type == "mention" and group):
            yield f"rings {words}"
        if entity.type == "text_link" and not LINKS.match(entity.url or ""):
            yield f"leads to {entity.url}"
    if group and (found := OTHER_LINK.search(shown)):
        yield f"leads to {found[0]}"


def of_slack(drawn: dict[str, Any]) -> Iterator[str]:
    """The same in a message, a page or a form."""
    json.dumps(drawn, ensure_ascii=False).encode()
    yield from live(Message(type="message", text=str(drawn.get("text", "")), ts="1.000001", blocks=drawn.get("blocks")))
    texts = [str(part["text"]) for part in leaves(drawn) if part.get("type") == "mrkdwn"]
    for text in (*texts, str(drawn.get("text", "")), str(drawn.get("initial_comment", ""))):
        yield from unruly(text)
        yield from (f"leads to {token}" for token in re.findall("<([^<>]*)>", text) if not LINKS.match(token))
        yield from (f"hides {token}" for token in re.findall(r"<[^<>|]*\|[^<>]*>", text))
        yield from ["an open bracket"] * (len(re.findall("<", text)) != len(re.findall("<[^<>]+>", text)))
    for part in leaves(drawn):
        if "url" in part and not LINKS.match(str(part["url"])):
            yield f"leads to {part['url']}"
        if part.get("type") == "mrkdwn" and part.get("verbatim") is not True:
            yield "not literal"


def lively(channel: str, said: Said) -> list[str]:
    """Everything that lives in what was said, on either platform: a customer's words may be read on the other."""
    found: list[str] = []
    for to, parcel, files in said.parcels:
        found += of_telegram(
            Address("telegram", to.chat if channel == "telegram" else "-5"), _as_telegram(parcel), files
        )
        found += of_slack({**slack_draw("C1", _as_slack(parcel), files).params})
        if to.thread == "home":
            found += of_slack(publish("U1", parcel).params["view"])
    for sheet in said.sheets:
        found += of_slack(modal.view(sheet))
    return [*found, *(wrong for title in said.titles for wrong in unruly(title))]


def _as_telegram(parcel: Parcel) -> Parcel:
    return Parcel(text=parcel.text, buttons=parcel.buttons)


def _as_slack(parcel: Parcel) -> Parcel:
    return Parcel(text=parcel.text, buttons=parcel.buttons, letter=1)


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.parametrize("words", CHUNKS, ids=range(len(CHUNKS)))
async def test_nothing_that_is_injected_lives(channel: str, words: tuple[str, ...], tmp_path: Path) -> None:
    said = await Hostile(tmp_path, channel, words).whole_way()
    assert (lively(channel, said), said.codes, len(said.parcels) > 15) == ([], 1, True)


def test_the_check_itself_sees_what_lives() -> None:
    group = Address("telegram", "-5")
    assert [*of_telegram(group, Parcel(text="\\[https://a.es\\|x\\]"), ())] == []
    assert [*_in_text('<a href="tg://user?id=1">x</a> @bea_soporte', "HTML", group=True)] == [
        "leads to tg://user?id=1",
        "rings @bea_soporte",
    ]
    assert [*of_slack({"text": "<!here> <https://a.es|bank>"})] == [
        "!here",
        "leads to !here",
        "hides <https://a.es|bank>",
    ]
    assert unruly("a\u202eb\ud800") == ["202e", "d800"]


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("words", INJECTED)
def test_whatever_is_logged_is_one_line_that_hides_nothing(style: Any, words: str) -> None:
    out = io.StringIO()
    before = structlog.get_config(), logging.getLogger().handlers, logging.getLogger().level
    try:
        logs.prepare(style, "INFO", out=out)
        structlog.get_logger().info(f"said {words}", by=words, of={"them": [words]})
        logging.getLogger("x").warning("said %s", words)
    finally:
        structlog.configure(**before[0])
        logging.captureWarnings(capture=False)
        logging.getLogger().handlers = before[1]
        logging.getLogger().setLevel(before[2])
    lines = out.getvalue()
    assert (lines.count("\n"), len(lines.splitlines())) == (2, 2)
    assert [sign for sign in lines if category(sign) in ("Cc", "Cs", "Zl", "Zp") and sign != "\n"] == []


@pytest.mark.parametrize("words", INJECTED)
def test_a_page_shows_it_as_text(words: str) -> None:
    from starlette.requests import Request

    words = tame(words)
    desk = replace(shipped(), name=Spoken({"en": words}))
    pages = Pages(Rules(desk=desk, words=DESK, now=lambda: START, limits={}, drafts=Drafts({}), languages=("en",)))
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"lang=en", "headers": []}
    facts: dict[str, Any] = {"public": words, "code": words, "state": "ours", "ways": [(words, words)], "unsent": words}
    shown = pages.draw("ticket.html", Request(scope), **facts)
    page = bytes(shown.body).decode() + prose(words) + prose("", words)
    tags = re.findall(r"<[^>]*>", re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL))
    assert [
        tag for tag in tags if re.search(r"(?i)<(?:script|img|scr)|\son\w+\s*=|=.?(?:javascript|tg|data):", tag)
    ] == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u05d0\u05d1 12", "\u2068\u05d0\u05d1 12\u2069 opened SUP-3"),
        ("abc\u200f", "\u2068abc\u200f\u2069 opened SUP-3"),
        ("\u0627\n\n\u0628", "\u2068\u0627\u2069\n\n\u2068\u0628\u2069 opened SUP-3"),
        ("ñandú \U0001f600", "ñandú \U0001f600 opened SUP-3"),
    ],
)
def test_a_name_that_runs_from_right_to_left_turns_nothing_else_round(name: str, shown: str) -> None:
    said = DESK.say(_("{name} opened {code}", name=tame(name), code="SUP-3"), "en")
    assert (plain(said), tame(said)) == (shown, re.sub("[\u2068\u2069]", "", said))


@pytest.mark.parametrize("words", INJECTED)
def test_a_fact_is_read_as_itself(words: str) -> None:
    assert plain(DESK.say(_("{name} and `{code}`", name=words, code="x"), "en")) == f"{isolated(words)} and x"
    assert plain(DESK.say(Spoken({"en": words}), "en")) == words
