"""The small markup: what is escaped stays itself, and what is drawn is always well formed."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.markup import html
from bot.dialogue.markup import Span, escape, mention, moment, parse, plain, tame
from bot.dialogue.writing import marked, normal, write
from bot.outbox.packing import split

words = st.text(st.characters(exclude_categories=[]) | st.sampled_from("*`>\\ \n<&_~[]{}|"))
TAGS = {"b", "i", "s", "code", "pre", "a", "blockquote"}
ADDRESSES = st.sampled_from(["", "https://a.es/_x_?a=1&b=2|3", "mailto:a@b.es", "http://b.es/*`>\\", "javascript:x"])
spans = st.lists(
    st.builds(
        Span,
        st.text(st.sampled_from("ab*`>\\ \n_~[]{}|é"), max_size=6),
        bold=st.booleans(),
        code=st.booleans(),
        quote=st.booleans(),
        italic=st.booleans(),
        strike=st.booleans(),
        link=ADDRESSES,
        pre=st.booleans(),
        language=st.sampled_from(["", "c++", "no language"]),
    ),
    max_size=8,
)


@given(words)
def test_escaped_text_is_read_as_itself(text: str) -> None:
    assert parse(escape(text)) == ((Span(text),) if text else ())
    assert plain(escape(text)) == text


@given(spans)
def test_what_is_written_is_read_again(styled: list[Span]) -> None:
    assert parse(write(styled)) == normal(styled)
    assert normal(normal(styled)) == normal(styled)


@given(spans)
def test_writing_drops_nothing_but_styles(styled: list[Span]) -> None:
    bare = [Span(s.text, quote=s.quote) for s in styled]
    assert "".join("".join(s.text for s in parse(write(styled))).split()) == "".join(
        "".join(s.text for s in bare).split()
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert dict(attrs).keys() <= {"a": {"href"}, "code": {"class"}}.get(tag, set())
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(words | spans.map(write))
def test_html_is_balanced_whatever_the_text(text: str) -> None:
    drawn = html(text)
    tags = Tags()
    tags.feed(drawn)
    tags.close()
    assert tags.open == []
    assert set(re.findall(r"</([a-z]+)>", drawn)) <= TAGS
    assert not re.search(r"<(?!/?(b|i|s|code|pre|blockquote)>|/a>|a href=|code class=)", drawn)


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
        (r"an \_old\_ and \~new\~ *\_way\_*", "an <i>old</i> and <s>new</s> <b><i>way</i></b>"),
        (r"\[https://a.es/?x=1&y=2\|a *b*\] c", '<a href="https://a.es/?x=1&amp;y=2">a <b>b</b></a> c'),
        (r"\[javascript:alert(1)\|a\]", "javascript:alert(1)a"),
        (mention("77", "Bea"), '<a href="tg://user?id=77">@Bea</a>'),
        (mention("7 7", "Bea"), "Bea"),
        ("\\{python\\|if x:\n    y\\}", '<pre><code class="language-python">if x:\n    y</code></pre>'),
        (r"\{\|a\}", "<pre>a</pre>"),
        ("> \\{\\|a\n> b\\}", "<blockquote><pre>a\nb</pre></blockquote>"),
        (r"a\_b \] \[x \|", "ab  x "),
        ("snake_case ~5~ [1] {2} a|b _x_", "snake_case ~5~ [1] {2} a|b _x_"),
        (r"`\_a\_`", r"<code>\_a\_</code>"),
    ],
)
def test_markup_becomes_telegrams_html(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* `b`", "a b"),
        ("a\n> *q*\n> r\nb", "a\n> q\n> r\nb"),
        (r"\> a", "> a"),
        (r"\[https://a.es\|the *manual*\], \_soon\_", "the manual (https://a.es), soon"),
        (mention("T9:U77", "Bea") + ": hi", "@Bea: hi"),
    ],
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
    "bit",
    [
        "*",
        "`",
        "> ",
        "\\",
        "*`",
        "`*",
        "> *\n",
        "\n>",
        "*a",
        "\u0301",
        "\\*`",
        "<",
        "> a\nb\n",
        "a\\",
        "\\_",
        "\\[",
        "\\|",
        "\\{\\|a\\}",
        "\\[https://a\\|",
        "\\]\\[",
        "> \\_\n",
    ],
)
def test_a_hundred_thousand_characters_take_less_than_50_ms(bit: str) -> None:
    text = (bit * 100_000)[:100_000]
    for work in (html.__wrapped__, plain, escape, tame):
        assert any(_seconds(lambda work=work: work(text)) < 0.05 for _ in range(5)), work


def _seconds(work: object) -> float:
    assert callable(work)
    started = time.thread_time()
    work()
    return time.thread_time() - started


def test_nobody_s_words_call_a_colleague_or_name_a_moment() -> None:
    for link, ours in (("member:77", mention("77", "Bea")), ("moment:60", moment(77, "Bea"))):
        assert write([Span("Bea", link=link)]) == "Bea"
        assert parse(escape(ours)) == (Span(ours),)
        assert parse(ours) == (Span("Bea", link=link),)


def test_a_moment_can_be_had_in_the_readers_own_time() -> None:
    """In Telegram the words stay, and whoever taps on them sees it in their time; elsewhere they are just words."""
    when = f"by *{moment(1795507200.5, 'Tuesday 24 November')}*!"
    assert html(when) == 'by <tg-time unix="1795507200"><b>Tuesday 24 November</b></tg-time>!'
    assert plain(when) == "by Tuesday 24 November!"
    assert moment(-1, "long ago") == "long ago"


def test_words_without_a_style_have_no_markup() -> None:
    assert marked([Span("snake_case "), Span("*2*")]) == ""
    assert marked([Span("snake_case "), Span("*2*", bold=True)]) == r"snake_case *\*2\**"


@pytest.mark.parametrize(
    ("styled", "expected"),
    [
        ([Span("a", quote=True), Span("b")], "> a\nb"),
        ([Span("b"), Span("a", quote=True)], "b\n> a"),
        ([Span("a", quote=True), Span("\n"), Span("b", quote=True)], "> a\n\n> b"),
        ([Span("a\n", bold=True), Span("b")], "*a*\nb"),
        ([Span("f(x)", code=True, bold=True)], "`f(x)`"),
        ([Span("https://a.es", link="https://a.es")], "https://a.es"),
        ([Span("a@b.es", link="mailto:a@b.es")], "a@b.es"),
        ([Span("Www.A.es", link="http://www.a.es/")], "Www.A.es"),
        ([Span("see www.a.es", link="https://b.es")], "see www.a.es (https://b.es)"),
        ([Span("a", link="tg://user?id=1")], "a"),
        ([Span("> a")], r"\> a"),
    ],
)
def test_styles_that_cannot_stand_together_are_made_to(styled: list[Span], expected: str) -> None:
    assert write(styled) == expected


def test_of_a_long_list_of_ours_no_sign_is_left_over() -> None:
    """As many styles as a message shows are there; the rest of it is read as words."""
    row = f"*SUP-1* by {moment(1795507200, 'Tuesday 24 November')}, see \\[https://a.es\\|this\\] `here`"
    said = "SUP-1 by Tuesday 24 November, see this (https://a.es) here"
    text = "\n".join([row] * 60)
    assert plain(text) == "\n".join([said] * 60)
    assert html(text).count("<b>") == 20
    assert html(text).endswith("\n" + said)
    pieces = tuple(split(text, 20 * len(said)))  # each of them has styles of its own
    assert (len(pieces), sum(piece.count("*SUP-1*") for piece in pieces)) == (3, 60)


def test_past_two_hundred_signs_the_words_stay() -> None:
    styled = [Span(f"{n} ", bold=n % 2 == 0, link="https://a.es" if n == 399 else "") for n in range(400)]
    assert plain(write(styled)) == "".join(f"{n} " for n in range(400)) + " (https://a.es)"
