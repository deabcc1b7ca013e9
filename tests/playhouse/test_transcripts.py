"""The transcripts over the real channels: written in a stand-in, read by the channel, answered, and read in the stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import at_home
from tests.playhouse.live import LOST, PLATFORMS, Live, settled
from tests.repertoire import is_live

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
PLAYS = [
    (path.stem, channel)
    for path in sorted(TRANSCRIPTS.glob("*.chat"))
    for channel in PLATFORMS
    if is_live(path.stem, channel)
]


@pytest.mark.parametrize(("name", "channel"), PLAYS)
def test_a_transcript_goes_as_it_is_written(name: str, channel: str, tmp_path: Path) -> None:
    written = (TRANSCRIPTS / f"{name}.chat").read_text("utf-8")
    live = Live(tmp_path, channel)
    said = at_home(live.play(written), channel)
    assert LOST not in said
    assert settled(said) == settled(written)
    assert live.platform.complaints() == []
