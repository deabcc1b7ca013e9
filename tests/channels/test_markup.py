"""The small markup: what is escaped stays itself, and what is drawn is always well formed."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.markup import html
from bot.dialogue.markup import Span, escape, parse, plain, tame

words = st.text(st.characters(exclude_categories=[]) | st.sampled_from("*`>\\ \n<&"))


@given(words)
def test_escaped_text_is_read_as_itself(text: str) -> None:
    assert parse(escape(text)) == ((Span(text),) if text else ())
    assert plain(escape(text)) == text


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(words)
def test_html_is_balanced_whatever_the_text(text: str) -> None:
    drawn = html(text)
    tags = Tags()
    tags.feed(drawn)
    tags.close()
    assert tags.open == []
    assert set(re.findall(r"</?([a-z]+)>", drawn)) <= {"b", "code", "blockquote"}
    assert not re.search(r"<(?!/?(b|code|blockquote)>)", drawn)


@given(words)
def test_html_of_escaped_text_shows_exactly_that_text(text: str) -> None:
    drawn = html(escape(text))
    assert drawn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain", "plain"),
        ("*SUP-7* is open", "<b>SUP-7</b> is open"),
        ("say `/new` or `/help`", "say <code>/new</code> or <code>/help</code>"),
        ("2 * 3", "2 * 3"),
        ("** and `` stay", "** and `` stay"),
        ("*a `b*` c*", "<b>a </b><code>b*</code><b> c</b>"),
        (r"\*a\* \`b\` \\ \>", r"*a* `b` \ &gt;"),
        (r"a\b", r"a\b"),
        ("> one\n> two", "<blockquote>one\ntwo</blockquote>"),
        ("a\n> q\nb", "a\n<blockquote>q</blockquote>\nb"),
        ("> q\n\nb\n> r", "<blockquote>q</blockquote>\n\nb\n<blockquote>r</blockquote>"),
        ("> q\n>\n> r", "<blockquote>q\n\nr</blockquote>"),
        (">no quotation", "&gt;no quotation"),
        ("> *b* <i>", "<blockquote><b>b</b> &lt;i&gt;</blockquote>"),
        ("*a\n> b*", "*a\n<blockquote>b*</blockquote>"),
        ("https://a.es/?x=1&y=2", "https://a.es/?x=1&amp;y=2"),
    ],
)
def test_markup_becomes_telegrams_html(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("*a* `b`", "a b"), ("a\n> *q*\n> r\nb", "a\n> q\n> r\nb"), (r"\> a", "> a")],
)
def test_plain_drops_signs_and_keeps_quotation_marks(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ordinary ñandú\n\ttext 🧑‍🚀", "ordinary ñandú\n\ttext 🧑‍🚀"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066isolate\u2069 \u202aembedding\u202c", "isolate embedding"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("z" + "\u0301" * 10_000 + "a\u0303", "z\u0301\u0301\u0301a\u0303"),
        (
            "\u05e9\u05dc\u05d5\u05dd \u200fright-to-left\u200e stays",
            "\u05e9\u05dc\u05d5\u05dd \u200fright-to-left\u200e stays",
        ),
    ],
)
def test_what_strangers_write_is_tamed(text: str, expected: str) -> None:
    assert tame(text) == expected


@given(words)
def test_taming_twice_changes_nothing_more(text: str) -> None:
    assert tame(tame(text)) == tame(text)


@pytest.mark.parametrize(
    "bit", ["*", "`", "> ", "\\", "*`", "`*", "> *\n", "\n>", "*a", "\u0301", "\\*`", "<", "> a\nb\n", "a\\"]
)
def test_a_hundred_thousand_characters_take_less_than_50_ms(bit: str) -> None:
    text = (bit * 100_000)[:100_000]
    for work in (html.__wrapped__, plain, escape, tame):
        best = min(_seconds(lambda work=work: work(text)) for _ in range(3))
        assert best < 0.05, work


def _seconds(work: object) -> float:
    assert callable(work)
    started = time.thread_time()
    work()
    return time.thread_time() - started
