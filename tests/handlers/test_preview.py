"""What an agent wrote is shown back to them alone; what became of it, to the whole team."""

from __future__ import annotations

import handlers
from bot.effects import Say
from bot.values import replace
from tests.handlers.test_list import DESK
from tests.handlers.test_styles import AT_DESK, WROTE


def test_only_its_author_sees_what_is_not_sent_yet() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="preview"))
    said = [(e.only, [c.name for c in e.words.choices]) for e in handlers.decide(seen, WROTE) if isinstance(e, Say)]
    assert said == [("9", ["send", "send-wait", "send-solve", "keep"])]


def test_what_is_sent_at_once_the_whole_team_sees() -> None:
    seen = replace(AT_DESK, desk=replace(DESK, answers="at-once"))
    assert {e.only for e in handlers.decide(seen, WROTE) if isinstance(e, Say)} == {""}
