"""What an operator may have forgotten to set up in Slack, with the exact step that mends it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.channels import Finding
from bot.channels.slack import shapes
from bot.channels.slack.install import SCOPES
from bot.channels.slack.line import Line, Refusal
from bot.channels.slack.people import TROUBLE

COPY = "copy the Bot User OAuth Token again from OAuth & Permissions into SLACK_BOT_TOKEN, and see that SLACK_API_URL answers"
CONNECT = (
    "make an App-Level Token with connections:write at Basic Information and put it into SLACK_APP_TOKEN; "
    "switch Socket Mode on in the app's settings"
)
CREATE = "create the app from slack-manifest.yaml at https://api.slack.com/apps"


class Conversation(shapes.Shape):
    name: str | None = None
    is_member: bool = False
    is_archived: bool = False


class Found(shapes.Shape):
    channel: Conversation


async def examine(line: Line, app: Line | None, team: str, events_at: str) -> AsyncIterator[Finding]:
    """`app`: the line of Socket Mode; `team`: the team's channel; `events_at`: where Slack's requests should come."""
    try:
        me, scopes = await line.scopes()
    except TROUBLE as no:
        yield Finding(f"Slack does not let us in ({no})", f"{COPY}; or {CREATE}")
        return
    yield Finding(f"Slack: we are @{me.get('user', '?')} in {me.get('team', '?')}")
    missing = [scope for scope in SCOPES if scope not in scopes]
    if missing and scopes:
        yield Finding(
            f"the bot may not do everything it has to: {', '.join(missing)} missing",
            "paste slack-manifest.yaml at App Manifest, then Reinstall to Workspace at OAuth & Permissions",
        )
    yield await _channel(line, team)
    yield await _events(app, events_at)


async def _channel(line: Line, team: str) -> Finding:
    if not team:
        return Finding(
            "there is no team's channel in Slack", "set SLACK_AGENTS_CHANNEL to its id (its details show it)"
        )
    try:
        found = (await line.ask("conversations.info", {"channel": team}, Found)).channel
    except TROUBLE as no:
        mend = "mend SLACK_AGENTS_CHANNEL; into a private channel invite the bot first"
        return Finding(f"the team's channel {team} cannot be seen ({no})", mend)
    if found.is_archived:
        return Finding(f"#{found.name} is archived", "unarchive it, or choose another in SLACK_AGENTS_CHANNEL")
    if not found.is_member:
        return Finding(f"the bot is not in #{found.name}", f"write /invite @ and the bot's name in #{found.name}")
    return Finding(f"the team's channel is #{found.name}")


async def _events(app: Line | None, events_at: str) -> Finding:
    if app is None:
        if not events_at.startswith("https://"):
            mend = "set PUBLIC_URL to our https:// address, or SLACK_APP_TOKEN for Socket Mode"
            return Finding(f"Slack cannot reach {events_at}", mend)
        return Finding(
            f"events come to {events_at}: it has to stand in the app's settings at Event Subscriptions, at "
            "Interactivity & Shortcuts and at Slash Commands"
        )
    try:
        await app.ask("apps.connections.open", {}, shapes.Connection)
    except Refusal as no:
        return Finding(f"Socket Mode does not let us in ({no})", CONNECT)
    except TROUBLE as no:
        return Finding(f"Socket Mode cannot be tried ({no})", f"try again; if it stays so, {CONNECT}")
    return Finding("events come by Socket Mode")
