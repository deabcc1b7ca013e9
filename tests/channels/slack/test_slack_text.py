"""What is written in Slack keeps its meaning on the way in, and our words keep theirs on the way out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.slack import bare
from bot.channels.slack.text import mrkdwn, rich_text, words
from bot.dialogue.markup import Span, escape, mention, moment, parse, plain
from bot.dialogue.writing import normal, write

PING = "<!channel> <!here> <@U1> <#C1> <!subteam^S1> @channel @here"


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [*elements]}


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def block(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "b", "elements": [*parts]}]


def listed(*items: str, **more: object) -> dict[str, Any]:
    return {"type": "rich_text_list", "elements": [section(text(item)) for item in items], **more}


# -- in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "plainly", "marked"),
    [
        (block(section(text("only_words *so*"))), "only_words *so*", ""),
        (
            block(section(text("a "), text("bold", bold=True), text(" and "), text("all", italic=True, strike=True))),
            "a bold and all",
            r"a *bold* and \~\_all\_\~",
        ),
        (block(section(text("run "), text("x*2", code=True))), "run x*2", r"run `x\*2`"),
        (
            block(section({"type": "link", "url": "https://a.es/x"}, text(" and "), {"type": "link", "url": "https://b.es", "text": "here"})),
            "https://a.es/x and here\nhttps://b.es",
            r"https://a.es/x and \[https://b.es\|here\]",
        ),
        (
            block(section({"type": "link", "url": "mailto:a@b.es", "text": "a@b.es"}, {"type": "link", "url": "slack://x", "text": "y"})),
            "a@b.esy",
            "",
        ),
        (
            block(section(text("Steps:\n")), listed("open", "press", style="ordered", offset=2), listed("twice", style="bullet", indent=1)),
            "Steps:\n3. open\n4. press\n  • twice",
            "",
        ),
        (
            block(section(text("He said\n")), {"type": "rich_text_quote", "elements": [text("it is "), text("off", bold=True), text("\nnow")]}, section(text("ok?"))),
            "He said\nit is off\nnow\nok?",
            "He said\n> it is *off*\n> now\nok?",
        ),
        (
            block({"type": "rich_text_preformatted", "elements": [text("x = 1\ny = {2}")], "border": 0}),
            "x = 1\ny = {2}",
            "\\{\\|x = 1\ny = {2}\\}",
        ),
        (
            block(section({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"}, {"type": "emoji", "name": "our_logo"})),
            "👋🏽:our_logo:",
            "",
        ),
        (
            block(section({"type": "user", "user_id": "U1"}, text(" "), {"type": "user", "user_id": "U9"}, text(" "), {"type": "channel", "channel_id": "C1"}, text(" "), {"type": "usergroup", "usergroup_id": "S1"}, text(" "), {"type": "broadcast", "range": "here"})),
            "@U1 @U9 #C1 @S1 @here",
            "",
        ),
        (
            block(section({"type": "date", "timestamp": 1790000000, "format": "{date}"}, text(" "), {"type": "color", "value": "#F405B3"}, {"type": "date", "timestamp": 1, "format": "", "fallback": " then"})),
            "2026-09-21 14:13 UTC #F405B3 then",
            "",
        ),
        ([{"type": "header", "text": {"type": "plain_text", "text": "*T*"}}, {"type": "section", "text": {"type": "mrkdwn", "text": "*b* &amp; c"}}, {"type": "divider"}], "*T*\nb & c", "\\*T\\*\n*b* & c"),
        ([{"type": "image", "image_url": "https://a.es/i.png", "alt_text": "a cat"}, {"type": "call", "call_id": "R1"}], "[image] a cat https://a.es/i.png\n[call]", ""),
    ],
)  # fmt: skip
def test_blocks_are_read_as_words(blocks: list[Any], plainly: str, marked: str) -> None:
    assert words(blocks, "the fallback") == (plainly, marked)


@pytest.mark.parametrize(
    ("mark", "plainly", "marked"),
    [
        ("words & more", "words & more", ""),
        ("2 &lt; 3 &amp;&amp; 4 &gt; 3 &amp;lt;", "2 < 3 && 4 > 3 &lt;", ""),
        ("*b* _i_ ~s~ `c*d*`", "b i s c*d*", r"*b* \_i\_ \~s\~ `c\*d\*`"),
        ("*_both_*", "both", r"\_*both*\_"),
        ("snake_case_word 2*3*4 ~5 * 6 *", "snake_case_word 2*3*4 ~5 * 6 *", ""),
        ("*a\nb*", "*a\nb*", ""),
        ("<https://a.es|here> <https://b.es> <mailto:a@b.es|a@b.es>", "here https://b.es a@b.es\nhttps://a.es", r"\[https://a.es\|here\] https://b.es a@b.es"),
        ("<@U1> <@U9> <@U8|leo> <#C1> <#C2|dev> <!here> <!subteam^S1> <!subteam^S2|@team>", "@U1 @U9 @leo #C1 #dev @here @S1 @team", ""),
        ("<!date^1392734382^{date}|yesterday>", "yesterday", ""),
        ("&gt; one\n&gt; *two*\nthree", "one\ntwo\nthree", "> one\n> *two*\nthree"),
        ("a\n&gt;&gt;&gt;b\nc", "a\nb\nc", "a\n> b\n> c"),
        ("```\nx = *1*\n``` and ```", "x = *1* and ```", "\\{\\|x = \\*1\\*\\} and \\`\\`\\`"),
        ("it is :smile: < a", "it is :smile: < a", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_bare_mrkdwn_is_read_as_words(mark: str, plainly: str, marked: str) -> None:
    assert words(None, mark) == (plainly, marked)


def test_bare_words_of_a_command_lose_their_angle_brackets_alone() -> None:
    assert bare.plain("*new* <https://a.es|a.es> <@U1|ana> &lt;b&gt;") == "*new* a.es (https://a.es) @ana <b>"


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab*_`>\n", max_size=4) | st.sampled_from(["rich_text", "rich_text_list", "rich_text_quote", "section", "link", "emoji", "date"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "elements", "text", "url", "style", "border", "indent", "offset", "unicode", "name", "timestamp", "bold"]), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(shapes, st.text("ab*_~`<>|@!#&;\n", max_size=20))
def test_blocks_of_any_shape_are_read(blocks: object, mark: str) -> None:
    plainly, marked = words(blocks, mark)
    assert not marked or plain(marked)
    assert isinstance(plainly, str)


@pytest.mark.parametrize(
    "bit", ["*a ", "_", "`", "```", "<", "<@", "<a|b>", "&gt;", "*_~", "~a~ ", "&gt;\n", "\n", "|"]
)
def test_a_hundred_thousand_characters_take_less_than_a_second(bit: str) -> None:
    mark = (bit * 100_000)[:100_000]
    assert any(_seconds(mark) < 1 for _ in range(3))


def _seconds(mark: str) -> float:
    started = time.thread_time()
    words(None, mark)
    return time.thread_time() - started


# -- out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("", []),
        ("*SUP-7* is open", [section(text("SUP-7", bold=True), text(" is open"))]),
        (r"\_a\_ *\~b\~* `c`", [section(text("a", italic=True), text(" "), text("b", bold=True, strike=True), text(" "), text("c", code=True))]),
        (r"see \[https://a.es\|the page\], or https://b.es/x.", [section(text("see "), {"type": "link", "url": "https://a.es", "text": "the page"}, text(", or "), {"type": "link", "url": "https://b.es/x"}, text("."))]),
        (mention("T9:U77", "Bea") + ": hi", [section({"type": "user", "user_id": "U77"}, text(": hi"))]),
        (f"by *{moment(1795507200, 'Tuesday')}*", [section(text("by "), {"type": "date", "timestamp": 1795507200, "format": "{date_long} {time}", "fallback": "Tuesday", "style": {"bold": True}})]),
        ("www.a.es", [section({"type": "link", "url": "https://www.a.es", "text": "www.a.es"})]),
        ("a\n\n> q\n> r\nb", [section(text("a\n")), {"type": "rich_text_quote", "elements": [text("q\nr")]}, section(text("b"))]),
        ("> q\n> \\{\\|x\n> y\\}", [{"type": "rich_text_quote", "elements": [text("q")]}, {"type": "rich_text_preformatted", "elements": [text("x\ny")], "border": 1}]),
        (escape(PING), [section(text(PING))]),
        (escape("*a* _b_ ~c~ `d` > e"), [section(text("*a* _b_ ~c~ `d` > e"))]),
    ],
)  # fmt: skip
def test_our_words_become_rich_text(markup: str, parts: list[Any]) -> None:
    assert rich_text(markup) == {"type": "rich_text", "elements": parts}


@given(st.text("ab*_~`<>|@!#&\\ \n", max_size=30))
def test_nothing_that_somebody_wrote_means_anything_to_slack(written: str) -> None:
    shown = rich_text(escape(written))
    kinds = {element["type"] for part in shown["elements"] for element in part["elements"]}
    assert kinds <= {"text"}
    assert "".join(element["text"] for part in shown["elements"] for element in part["elements"]) == written
    assert not set("<>") & set(mrkdwn(escape(written)))


styled = st.builds(
    Span,
    st.text("ab \n*", max_size=5),
    bold=st.booleans(),
    italic=st.booleans(),
    strike=st.booleans(),
    code=st.booleans(),
    quote=st.booleans(),
    pre=st.booleans(),
    link=st.sampled_from(["", "https://a.es"]),
    language=st.just(""),
)


def letters(spans: Iterable[Span]) -> list[tuple[str, object]]:
    """What is written in which style, but for blanks: one that stands alone between two of a style may go."""
    seen = [("".join(span.text.split()), span[1:]) for span in spans if span.text.split()]
    return [("".join(words for words, _ in same), style) for style, same in groupby(seen, itemgetter(1))]


@given(st.lists(styled, max_size=6))
@example([Span("a"), Span("\n", quote=True), Span("a")])
def test_what_goes_out_as_rich_text_comes_back_the_same(spans: list[Span]) -> None:
    there = normal(spans)
    found = parse(words([rich_text(write(there))])[1] or escape(words([rich_text(write(there))])[0]))
    assert letters(found) == letters(there)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("*SUP-7* is open", "|*SUP-7*| is open"),
        (r"a*b*c \_d\_", "a|*b*|c |_d_|"),
        (escape("*a* 2_3 <!here>"), "|*|a|*| 2|_|3 &lt;!here&gt;"),
        (r"\[https://a.es/?a=1&b=2\|x > y\] https://b.es", "<https://a.es/?a=1&amp;b=2|x &gt; y> <https://b.es>"),
        ("> q\n> r", "> q\n> r"),
        (escape("> q\n> r"), "|&gt;| q\n|&gt;| r"),
        ("\\{\\|x\ny\\}", "```\nx\ny\n```"),
    ],
)
def test_our_words_become_mrkdwn(markup: str, expected: str) -> None:
    """`|` stands for the gap that nobody sees, outside of links."""
    assert mrkdwn(markup).replace("\u200b", "|") == expected


def test_rich_text_is_json() -> None:
    assert json.loads(json.dumps(rich_text("*a*\n> b"))) == rich_text("*a*\n> b")
