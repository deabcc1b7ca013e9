"""Which transcripts are played on which platform over its real channel."""

from __future__ import annotations

from collections.abc import Container, Mapping

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


def is_live(name: str, channel: str) -> bool:
    return name not in NOT_PLAYED[channel]
