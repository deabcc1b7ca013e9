"""What people are told of files we could not keep."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers
from bot.desk.ticket import Entry
from bot.dialogue import engine
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import Chose, File, Said
from bot.effects import Record, Room, Save, Say, Stand
from bot.events import Caller, Fetched, Message
from bot.values import replace
from handlers.draft import Draft
from handlers.intake import intake
from handlers.noting import Noting
from handlers.which import Loose
from tests.handlers.team import WORDS
from tests.handlers.test_list import CHAT, DESK, NOW, SEEN, TICKET

TWO = (File("f1", "photo"), File("f2", "photo"))


def test_of_all_that_is_too_many_one_message_tells_and_none_counts() -> None:
    draft = Draft(category="billing", files=(File("f1", "photo"), File("f2", "photo")))
    seen = replace(SEEN, dialogue=Dialogue("intake", "screenshots", draft))
    slots, left = [], []
    for name in ("f1", "f2"):
        event = Fetched(id=name, at=NOW, where=CHAT, file=name, name=f"{name}.png", trouble="many", limit=200)
        did = list(handlers.decide(seen, event))
        (said,) = [e for e in did if isinstance(e, Say)]
        slots.append(said.slot)
        left += [[f.id for f in e.dialogue.draft.files] for e in did if isinstance(e, Stand) and e.dialogue]
        assert (said.words.text.facts["most"], said.words.text.facts["name"]) == (200, f"{name}.png")  # type: ignore[union-attr]
    assert (slots, left) == (["file.many"] * 2, [["f2"], ["f1"]])


def test_a_file_that_never_came_into_the_draft_is_not_refused_once_more() -> None:
    """It was too large, or one too many, or has been taken out since: that was said then."""
    event = Fetched(id="f3", at=NOW, where=CHAT, file="f3", name="film.mp4", trouble="size", limit=20_000_000)
    draft = Draft(category="billing", files=TWO)
    intakes = [
        Dialogue("intake", "screenshots", draft),
        Dialogue("intake", "screenshots", replace(draft, fresh=Draft(files=TWO))),
    ]
    for dialogue in intakes:
        assert list(handlers.decide(replace(SEEN, dialogue=dialogue), event)) == []
    others = Dialogue("intake", "screenshots", replace(draft, fresh=Draft(files=(File("f3", "video"),))))
    for seen in (SEEN, replace(SEEN, dialogue=others), replace(SEEN, dialogue=intakes[0], ticket=TICKET)):
        assert [e.words.text for e in handlers.decide(seen, event) if isinstance(e, Say)] != []


def test_a_file_of_an_answer_that_is_not_kept_is_told_in_its_room_and_promised_to_nobody() -> None:
    files = (File("f1", "photo"), File("f2", "photo"))
    answer = Entry(id="e", ticket=TICKET.id, kind="answer", by="Leo", at=NOW, text="Look", files=files, sent=NOW)
    seen = replace(SEEN, at_desk=True, ticket=TICKET, entry=answer)
    event = Fetched(id="f1", at=NOW, where=TICKET.agents, file="f1", name="virus.exe", trouble="type")
    did = list(handlers.decide(seen, event))
    told, corrected = (e for e in did if isinstance(e, Say))
    assert isinstance(told.to, Room)
    assert ("With one file" in str(corrected.words), corrected.slot, corrected.files) == (True, "entry.e", ())
    assert [[f.id for f in e.entry.files] for e in did if isinstance(e, Record)] == [["f2"]]
    waits = replace(seen, entry=replace(answer, kind="draft", sent=None))
    assert [e.to for e in handlers.decide(waits, event) if isinstance(e, Say)] == [told.to]


def test_a_file_of_a_request_that_is_not_kept_is_counted_on_its_card_no_more() -> None:
    ticket = replace(TICKET, files=(File("f1", "photo"), File("f2", "photo")))
    event = Fetched(id="f1", at=NOW, where=CHAT, file="f1", name="virus.exe", trouble="type")
    did = list(handlers.decide(replace(SEEN, ticket=ticket), event))
    assert [[f.id for f in e.ticket.files] for e in did if isinstance(e, Save)] == [["f2"]]
    assert [e.slot for e in did if isinstance(e, Say)] == ["", "card", ""]


ONE = replace(DESK, bounds=replace(DESK.bounds, urls=1, files=1, file_bytes=1_500_000))


@pytest.mark.parametrize(
    ("step", "draft", "answer", "english", "spanish"),
    [
        ("links", Draft(), None, "A link that helps us see it? One, please.", "¿Algún enlace que nos ayude a verlo? Uno solo, por favor."),
        ("links", Draft(urls=("https://a.example",)), None, "One link: that is all that fits.", "Llevas un enlace: no caben más."),
        ("links", Draft(), Said("https://a.example https://b.example"), "Keep the most useful link, please.", "Deja el enlace más útil, por favor."),
        ("screenshots", Draft(files=(File("f", "photo"),)), None, "One file: that is all that fits.", "Llevas un archivo: no caben más."),
        (
            "screenshots", Draft(), Said(files=(File("f", "photo", size=2_000_000),)),
            "That file is larger than 1.5 MB, so I can't take it.", "Ese archivo pasa de 1,5 MB y no lo puedo aceptar.",
        ),
    ],
)  # fmt: skip
def test_where_one_fits_one_is_spoken_of(
    step: str, draft: Draft, answer: Said | None, english: str, spanish: str
) -> None:
    flow, now = intake(ONE), Dialogue("intake", step, replace(draft, category="billing"))
    said = engine.advance(flow, now, answer).say if answer else engine.ask(flow, now).text
    assert said
    first = [WORDS.plain(said, code).partition("\n")[0] for code in ("en", "es")]
    assert first == [english, spanish]


@pytest.mark.parametrize(
    "draft", [Draft(fresh=Draft(files=TWO)), Loose(files=TWO), Noting(ticket=1, opens=True, files=TWO)]
)
def test_a_file_that_is_not_kept_is_nowhere_sent_from_where_it_waits(draft: Draft | Loose | Noting) -> None:
    seen = replace(SEEN, dialogue=Dialogue("any", "any", draft))
    event = Fetched(id="f1", at=NOW, where=CHAT, file="f1", name="virus.exe", trouble="type")
    (left,) = [e.dialogue.draft for e in handlers.decide(seen, event) if isinstance(e, Stand) and e.dialogue]
    assert [f.id for f in (left.fresh or left if isinstance(left, Draft) else left).files] == ["f2"]


def test_a_picture_that_comes_while_we_ask_whether_they_go_on_is_theirs_whatever_they_say() -> None:
    begun = Dialogue("intake", "title", Draft(category="billing", subcategory="invoice"))
    over = replace(TICKET, state="solved", solved=NOW - timedelta(days=60), person=SEEN.person.id)
    seen = replace(SEEN, dialogue=begun, ticket=over)
    photo = Message(id="1", at=NOW, where=CHAT, who=Caller("7", "Ana"), answer=Said("", TWO[:1]), ref="1")
    (paused,) = [e.dialogue for e in handlers.decide(seen, photo) if isinstance(e, Stand) and e.dialogue]
    for way in ("resume", "anew"):
        press = Message(id="2", at=NOW, where=CHAT, who=Caller("7", "Ana"), answer=Chose(way), asked="resume")
        did = handlers.decide(replace(SEEN, dialogue=paused), press)
        assert [e.dialogue.draft.files for e in did if isinstance(e, Stand) and e.dialogue] == [TWO[:1]]
