"""Links in what people write."""

from __future__ import annotations

import re
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import links_in, without_links
from bot.store.look import fresh

CASES = [
    ("https://a.es/1", ("https://a.es/1",), ""),
    ("mira https://tienda.es/f/1, y también https://tienda.es/f/2.", ("https://tienda.es/f/1", "https://tienda.es/f/2"), "mira, y también."),
    ("HTTP://A.es/X", ("HTTP://A.es/X",), ""),
    ("www.example.com/x", ("https://www.example.com/x",), ""),
    ("Www.Example.com", ("https://Www.Example.com",), ""),
    ("(https://a.es/b)", ("https://a.es/b",), ""),
    ("(mira https://es.wikipedia.org/wiki/A_(b))", ("https://es.wikipedia.org/wiki/A_(b)",), "(mira)"),
    ("[https://a.es/b].", ("https://a.es/b",), ""),
    ('"https://a.es/b"', ("https://a.es/b",), ""),
    ("«https://a.es/b»", ("https://a.es/b",), ""),
    ("<https://a.es/b|aquí>", ("https://a.es/b",), "<|aquí>"),
    ("https://a.es/b\\nhttps", ("https://a.es/b",), "\\nhttps"),
    ("https://a.es/larg…", ("https://a.es/larg",), ""),
    ("https://a.es/1\nhttps://a.es/2", ("https://a.es/1", "https://a.es/2"), ""),
    ("https://a.es/1 https://a.es/1", ("https://a.es/1",), ""),
    ("https://ñandú.es/año?q=1&r=é#x", ("https://ñandú.es/año?q=1&r=é#x",), ""),
    ("¿has visto https://a.es?", ("https://a.es",), "¿has visto?"),
    ("http://localhost:8080/t/x", ("http://localhost:8080/t/x",), ""),
    ("https://user:pass@a.es/", ("https://user:pass@a.es/",), ""),
    ("*https://a.es*", ("https://a.es",), ""),
    ("aquí:https://a.es", ("https://a.es",), "aquí:"),
    ("dos líneas\nhttps://a.es  \ny más", ("https://a.es",), "dos líneas\n\ny más"),
    ("main.py en ASP.NET, example.com y ftp://a.es", (), "main.py en ASP.NET, example.com y ftp://a.es"),
    ("https:// http://. www. www.x awww.a.b", (), "https:// http://. www. www.x awww.a.b"),
    ("javascript:alert(1)", (), "javascript:alert(1)"),
    ("mira las fotos", (), "mira las fotos"),
    ("", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "links", "rest"), CASES, ids=[text for text, _links, _rest in CASES])
def test_links_are_found_and_taken_out(text: str, links: tuple[str, ...], rest: str) -> None:
    assert (links_in(text), without_links(text)) == (links, rest)


@given(st.text("htps:/w.()[]*, aé1", max_size=60))
def test_a_link_is_whole_and_clean(text: str) -> None:
    for link in links_in(text):
        assert re.fullmatch(r"https?://\w\S*", link, re.IGNORECASE)
        assert link in text or link.removeprefix("https://") in text
        assert links_in(link) == (link,)
        assert links_in(f"({link}).") == (link,)


@pytest.mark.parametrize(
    "piece", ["https://a", "www.a", "www.-", "(", "https://a.b/)", "http://a.b.", "www.a.b ", " \t"]
)
def test_ten_times_the_text_takes_about_ten_times_as_long(piece: str) -> None:
    """A quadratic one would take a hundred times as long."""
    assert all(after < 40 * before + 0.05 for before, after in pairwise([_seconds(piece * n) for n in (2_000, 20_000)]))


def _seconds(text: str) -> float:
    start = process_time()
    links_in(text)
    without_links(text)
    return process_time() - start


def test_the_address_of_a_ticket_is_a_link_to_its_very_end() -> None:
    names = {fresh() for _ in range(500)}
    assert len(names) == 500
    assert [
        name for name in names if links_in(f"https://desk.example/t/{name}.") != (f"https://desk.example/t/{name}",)
    ] == []
    assert [name for name in names if len(name) != 16 or not name[-1].isalnum()] == []
