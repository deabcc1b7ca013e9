"""The page Slack keeps for each person (App Home), drawn from the parcel of their `home`. Pure."""

from __future__ import annotations

from typing import Any

from bot.channels import Parcel
from bot.channels.slack.blocks import actions, sections

MOST_BLOCKS = 100


def page(parcel: Parcel) -> dict[str, Any]:
    """Whole in one view: what is published replaces what stood there."""
    blocks = [*sections(parcel.text), *actions(parcel.buttons)]
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS]}
