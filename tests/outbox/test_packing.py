"""What should be said becomes messages a platform takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Button, Limits, Parcel
from bot.dialogue.markup import parse, plain
from bot.dialogue.words import File
from bot.outbox.packing import pack, shortened, size, split

SMALL = Limits(text=20, button=8, album=2)
YES = Button("Yes", "a|yes")
FILES = tuple(File(f"f{n}", "photo") for n in range(3))


def test_what_fits_goes_as_it_is() -> None:
    parcel = Parcel(text="Hello", buttons=(YES,), slot="card", over="7", about=1, receipt="entry.1")
    assert pack(parcel, SMALL) == (parcel,)


def test_a_long_text_is_cut_at_its_paragraphs_and_asks_at_the_end() -> None:
    parcel = Parcel(text="One two three.\n\nFour five six.\n\nSeven.", buttons=(YES,), slot="card", over="7")
    assert pack(parcel, SMALL) == (
        Parcel(text="One two three.", slot="card", over="7", more=True),
        Parcel(text="Four five six.", slot="card/1", more=True),
        Parcel(text="Seven.", slot="card/2", buttons=(YES,)),
    )


def test_pictures_come_before_a_question_and_after_words_without_one() -> None:
    asks = pack(Parcel(text="Send it?", buttons=(YES,), files=FILES, receipt="r"), SMALL)
    says = pack(Parcel(text="Look", files=FILES), SMALL)
    assert asks == (
        Parcel(files=FILES[:2], receipt="r", more=True),
        Parcel(files=FILES[2:], receipt="r", more=True),
        Parcel(text="Send it?", buttons=(YES,), receipt="r"),
    )
    assert says == (Parcel(text="Look", more=True), Parcel(files=FILES[:2], more=True), Parcel(files=FILES[2:]))


def test_nothing_to_say_is_nothing() -> None:
    assert pack(Parcel(), SMALL) == ()


def test_a_long_label_is_cut_so_that_it_can_be_read() -> None:
    parcel = Parcel(text="Which?", buttons=(Button("Facturas y pagos", "a|b"),))
    assert pack(parcel, SMALL) == (Parcel(text="Which?", buttons=(Button("Factura…", "a|b"),)),)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("one line of words and more", ["one line of words", "and more"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("some *bold words that* stay", ["some *bold words that*", "stay"]),
        ("an `b c d e f g h i j` l m", ["an", "`b c d e f g h i j` l", "m"]),
        ("1234567890123456789\\*0", ["1234567890123456789\\*", "0"]),
        ("> one two three four five", ["> one two three four", "> five"]),
        ("> one two three\n> four", ["> one two three", "> four"]),
        ("*one two three four five*", ["*one two three four*", "*five*"]),
        (r"a \_slanted\_ and \~struck and over\~", [r"a \_slanted\_ and \~struck\~", r"\~and over\~"]),
        (
            "> \\{py\\|one = 1\n> two = 2\n> three = 3\\}",
            ["> \\{py\\|one = 1\n> two = 2\\}", "> \\{py\\|three = 3\\}"],
        ),
        (
            r"see how \[https://a.es/long/long\|it is done now\] here",
            ["see how", r"\[https://a.es/long/long\|it is done now\] here"],
        ),
        ("😀" * 12, ["😀" * 10, "😀" * 2]),
        ("see https://a.es/67890 now", ["see", "https://a.es/67890", "now"]),
        ("see https://a.es/678901234567890", ["see", "`https://a.es/6789012`", "`34567890`"]),
        ("> https://a.es/678901234567890", ["> `https://a.es/67890`", "> `1234567890`"]),
    ],
)
def test_where_a_text_is_cut(text: str, pieces: list[str]) -> None:
    assert list(split(text, 19 if "`" in text else 20)) == pieces


@given(st.text(alphabet="ab *`\\\n😀>_[]|{}~", max_size=300), st.integers(5, 40))
def test_no_piece_is_too_long_and_nothing_but_gaps_is_lost(text: str, most: int) -> None:
    pieces = list(split(text, most))
    assert all(0 < size(plain(piece)) <= most for piece in pieces)
    assert "".join("".join(map(_shown, pieces)).split()) == "".join(_shown(text).split())


def _shown(text: str) -> str:
    return "".join(span.text for span in parse(text))


@given(st.text(alphabet="ab *`\\\n😀>_[]|{}~", max_size=300), st.integers(60, 100))
def test_what_is_shortened_is_one_message_with_its_beginning_and_its_end(text: str, most: int) -> None:
    short = shortened(f"begin {text} end", most, "*[left out]*")
    assert len(list(split(short, most))) == 1
    assert (plain(short).startswith("begin"), plain(short).rstrip().endswith("end")) == (True, True)
    assert ("[left out]" in plain(short)) == (size(plain(f"begin {text} end")) > most)
