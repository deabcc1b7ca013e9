"""What people are told of files we could not keep."""

from __future__ import annotations

import handlers
from bot.dialogue.flow import Dialogue
from bot.dialogue.words import File
from bot.effects import Say, Stand
from bot.events import Fetched
from bot.values import replace
from handlers.draft import Draft
from tests.handlers.test_list import CHAT, NOW, SEEN


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
