"""What is bold, a link or code where it was written is so where it is read."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.channels.markup import html
from bot.channels.slack.text import rich_text
from bot.desk.ticket import Entry
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, File, Said
from bot.dialogue.writing import both, current
from bot.effects import Effects, Record, Room, Say, Seen, Stand
from bot.events import Caller, Edited, Event, Message
from bot.i18n import Words
from bot.values import replace
from handlers.draft import Draft, longer, told
from handlers.which import Loose
from tests.handlers.test_list import CHAT, DESK, NOW, SEEN, TICKET

TEXT, MARKED = "Press Ctrl+R, see here\nhttps://a.es", r"*Press* `Ctrl+R`, see \[https://a.es\|here\]"
SHOWN = '<blockquote><b>Press</b> <code>Ctrl+R</code>, see <a href="https://a.es">here</a></blockquote>'
AT_DESK = replace(SEEN, at_desk=True, ticket=TICKET)
BEA = Caller("9", "Bea")
WROTE = Message(id="1", at=NOW, where=CHAT, who=BEA, answer=Said(TEXT, marked=MARKED), reply_to="5", private=False)
ANSWER = Entry(id="e", ticket=1001, kind="answer", by="Bea", at=NOW, text=TEXT, sent=NOW)


def words(effects: Effects, *, to_customer: bool) -> list[str]:
    """Every message that shows the words, as Telegram gets it."""
    said = [e for e in effects if isinstance(e, Say) and isinstance(e.to, Room) != to_customer]
    final = (Words("https://desk.example", ZoneInfo("UTC")).say(say.words.text, "en") for say in said)
    return [drawn for drawn in map(html, final) if "Press" in drawn]


def heard(seen: Seen, event: Event) -> Effects:
    return handlers.decide(seen, event)


def test_an_answer_sent_at_once_keeps_its_styles() -> None:
    [drawn] = words(heard(replace(AT_DESK, desk=replace(DESK, answers="at-once")), WROTE), to_customer=True)
    assert drawn.startswith(f"<b>{TICKET.code}</b> · Bea answers:\n{SHOWN}\n")


def test_the_preview_shows_the_styles_the_customer_will_see() -> None:
    [drawn] = words(heard(replace(AT_DESK, desk=replace(DESK, answers="preview")), WROTE), to_customer=False)
    assert SHOWN in drawn


def test_an_answer_reaches_slack_with_its_styles() -> None:
    say = next(
        e
        for e in heard(replace(AT_DESK, desk=replace(DESK, answers="at-once")), WROTE)
        if isinstance(e, Say) and not isinstance(e.to, Room)
    )
    block = rich_text(Words("https://desk.example", ZoneInfo("UTC")).say(say.words.text, "en"))
    quotation = next(part for part in block["elements"] if part["type"] == "rich_text_quote")
    assert quotation["elements"] == [
        {"type": "text", "text": "Press", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "Ctrl+R", "style": {"code": True}},
        {"type": "text", "text": ", see "},
        {"type": "link", "url": "https://a.es", "text": "here"},
    ]


def test_an_edit_of_the_styles_alone_corrects_the_answer() -> None:
    edit = Edited(id="2", at=NOW, where=CHAT, who=BEA, ref="7", text=TEXT, marked=MARKED, private=False)
    seen = replace(AT_DESK, entry=ANSWER)
    assert all(SHOWN in drawn for drawn in words(heard(seen, edit), to_customer=True))
    assert words(heard(seen, edit), to_customer=True)
    assert list(heard(seen, replace(edit, marked=""))) == []


def test_what_a_customer_adds_keeps_its_styles() -> None:
    added = replace(WROTE, who=Caller("7", "Ana"), private=True)
    effects = list(heard(replace(SEEN, ticket=TICKET), added))
    [drawn] = words(iter(effects), to_customer=False)
    assert SHOWN in drawn
    assert [(e.entry.text, e.entry.marked) for e in effects if isinstance(e, Record)] == [(TEXT, MARKED)]


def test_styles_wait_with_words_that_belong_to_several_requests() -> None:
    assert Loose("a *b*", marked=r"a \**b*").said == Said("a *b*", marked=r"a \**b*")


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (Said("a"), Said("b"), Said("a\nb")),
        (Said("a*"), Said("b", marked="*b*"), Said("a*\nb", marked="a\\*\n*b*")),
        (Said("a", marked="*a*"), Said("", (File("f", "photo"),)), Said("a", (File("f", "photo"),), "*a*")),
    ],
)
def test_two_things_said_are_one(first: Said, then: Said, expected: Said) -> None:
    assert both(first, then) == expected


def test_details_keep_their_styles_until_somebody_rewrites_them() -> None:
    draft = longer(longer(Draft(), Said("It fails")), Said(TEXT, marked=MARKED))
    assert (draft.details, draft.marked) == (f"It fails\n{TEXT}", f"It fails\n{MARKED}")
    assert told(draft.details, draft.marked).marked == draft.marked
    assert told(f"{draft.details}\nand more", draft.marked).marked == ""
    assert longer(replace(draft, details="Anew"), Said("b")).marked == ""
    assert current("", "a") == ""


def test_what_is_typed_as_details_keeps_its_styles() -> None:
    draft = Draft(category=TICKET.category, subcategory=TICKET.subcategory, title="No login", read=True)
    event = replace(WROTE, who=Caller("7", "Ana"), private=True, reply_to="")
    seen = replace(SEEN, dialogue=Dialogue("intake", "details", draft))
    stands = [e.dialogue for e in heard(seen, event) if isinstance(e, Stand)]
    assert [(s.draft.details, s.draft.marked) for s in stands if s] == [(TEXT, MARKED)]


@pytest.mark.parametrize("way", ["resume", "anew"])
def test_what_one_comes_back_with_keeps_its_styles(way: str) -> None:
    over = replace(TICKET, state="solved", solved=NOW - timedelta(days=60), person=SEEN.person.id)
    begun = Dialogue("intake", "details", Draft(TICKET.category, TICKET.subcategory, "No login", read=True))
    text = "I press {} and nothing happens. " + "I have tried it again and again, whatever I do. " * 4
    words = Said(text.format("Ctrl+R").strip(), marked=text.format("*Ctrl+R*").strip())
    said = replace(WROTE, who=Caller("7", "Ana"), private=True, answer=words)
    (paused,) = [e.dialogue for e in heard(replace(SEEN, ticket=over, dialogue=begun), said) if isinstance(e, Stand)]
    press = replace(said, id="2", answer=Chose(way), asked="resume", reply_to="")
    stands = [e.dialogue for e in heard(replace(SEEN, dialogue=paused), press) if isinstance(e, Stand)]
    assert [s.draft.marked for s in stands if s] == [words.marked]
