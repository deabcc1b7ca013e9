"""Slack's markup: what a client makes of typed words, and what people read."""

import pytest

from bot.sandbox.slack.mrkdwn import inline, reading, rich, typed
from bot.sandbox.slack.shapes import Json


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("a *b* c", [{"type": "text", "text": "a "}, {"type": "text", "text": "b", "style": {"bold": True}}, {"type": "text", "text": " c"}]),
        ("_*both*_", [{"type": "text", "text": "both", "style": {"italic": True, "bold": True}}]),
        ("~no~ 2*3*4", [{"type": "text", "text": "no", "style": {"strike": True}}, {"type": "text", "text": " 2*3*4"}]),
        ("`a *b*`", [{"type": "text", "text": "a *b*", "style": {"code": True}}]),
        ("<https://x.io|here>", [{"type": "link", "url": "https://x.io", "text": "here"}]),
        ("<@U1> <!here>", [{"type": "user", "user_id": "U1"}, {"type": "text", "text": " "}, {"type": "broadcast", "range": "here"}]),
        ("&lt;!here&gt; &amp;", [{"type": "text", "text": "<!here> &"}]),
        (":eyes: :nope:", [{"type": "emoji", "name": "eyes", "unicode": "1f440"}, {"type": "text", "text": " "}, {"type": "text", "text": ":nope:"}]),
    ],
)  # fmt: skip
def test_a_text_shows_its_markup(text: str, elements: list[Json]) -> None:
    assert inline(text) == elements


def test_quotes_and_code_are_blocks_of_their_own() -> None:
    block = rich("look\n&gt; one\n&gt; two\n```a < b```\nend", "r1")
    parts = [(part["type"], part["elements"][0]["text"]) for part in block["elements"]]  # type: ignore[attr-defined]
    assert parts == [
        ("rich_text_section", "look"),
        ("rich_text_quote", "one\ntwo"),
        ("rich_text_preformatted", "a < b"),
        ("rich_text_section", "end"),
    ]


def test_typed_words_are_escaped_and_their_addresses_marked() -> None:
    said = typed("<b> & https://x.io/a?b=1&c=2. @Ana @you @channel", {"Ana": "U1"})
    assert said == "&lt;b&gt; &amp; <https://x.io/a?b=1&amp;c=2>. <@U1> @you <!channel>"
    assert reading(said) == "<b> & https://x.io/a?b=1&c=2. @U1 @you !channel"
