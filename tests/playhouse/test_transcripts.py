"""The transcripts over the real channels: written in a stand-in, read by the channel, answered, and read in the stand-in."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

import pytest

from tests.conftest import at_home
from tests.playhouse.live import LOST, PLATFORMS, Live, settled

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
NOT_IN_TELEGRAM = {
    **dict.fromkeys(
        ("a_form", "a_form_left_open", "known_issues_in_a_form", "many_requests_and_a_form"),
        "a chat there has no forms",
    ),
    "finding": "whoever never said hello to a bot there is not written to alone",
    "home": "nobody has a page of their own there",
    "signs": "it tells no bot what was deleted, and this one asks for no signs",
    **dict.fromkeys(("deleted_early", "taken_back"), "it tells no bot what was deleted"),
}
NOT_IN_SLACK = {
    "forwarded": "what is passed on stands there below one's own words, with its author",
    "quoted": "one answers a whole message there, never a part",
}
NOT_PLAYED: Mapping[str, Container[str]] = {"telegram": NOT_IN_TELEGRAM, "slack": NOT_IN_SLACK}
PLAYS = [
    (path.stem, channel)
    for path in sorted(TRANSCRIPTS.glob("*.chat"))
    for channel in PLATFORMS
    if path.stem not in NOT_PLAYED[channel]
]


@pytest.mark.parametrize(("name", "channel"), PLAYS)
def test_a_transcript_goes_as_it_is_written(name: str, channel: str, tmp_path: Path) -> None:
    written = (TRANSCRIPTS / f"{name}.chat").read_text("utf-8")
    live = Live(tmp_path, channel)
    said = at_home(live.play(written), channel)
    assert LOST not in said
    assert settled(said) == settled(written)
    assert live.platform.complaints() == []
