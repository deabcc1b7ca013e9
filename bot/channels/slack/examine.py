"""What an operator may have forgotten to set up in Slack, with the exact step that mends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from time import time

import msgspec
from msgspec import Struct

from bot.channels import Finding
from bot.channels.slack import shapes
from bot.channels.slack.guard import SIGNATURE, STAMP, signed
from bot.channels.slack.install import SCOPES
from bot.channels.slack.line import Line, Refusal
from bot.channels.slack.people import TROUBLE
from bot.channels.slack.wire import Wire

COPY = "copy the Bot User OAuth Token again from OAuth & Permissions into SLACK_BOT_TOKEN, and see that SLACK_API_URL answers"
CONNECT = (
    "make an App-Level Token with connections:write at Basic Information and put it into SLACK_APP_TOKEN; "
    "switch Socket Mode on in the app's settings"
)
CHALLENGE = "is-the-desk-there"
CREATE = "create the app from slack-manifest.yaml at https://api.slack.com/apps"


class Conversation(shapes.Shape):
    name: str | None = None
    is_member: bool = False
    is_archived: bool = False
    is_private: bool = False
    """Slack brings its people back when it is opened again, and nobody into a public one."""


class Found(shapes.Shape):
    channel: Conversation


class Ways(Struct, frozen=True):
    """How Slack's events should come."""

    app: Line | None
    """The line of Socket Mode; None: by HTTP."""
    address: str
    """Where Slack's requests should come."""
    secret: bytes
    wire: Wire


async def examine(
    line: Line, ways: Ways, teams: Sequence[str], *, elsewhere: bool, shared: Sequence[str] = ()
) -> AsyncIterator[Finding]:
    """`teams`: the teams' channels; `elsewhere`: there is a team on another platform; `shared`: the workspaces by which
    companies are named.
    """
    try:
        me, scopes = await line.scopes()
    except TROUBLE as no:
        yield Finding(f"Slack does not let us in ({no})", f"{COPY}; or {CREATE}")
        return
    if me.get("is_enterprise_install"):
        mend = "uninstall the app from the organisation, install it in one workspace, and put that Bot User OAuth Token"
        yield Finding("SLACK_BOT_TOKEN is of a whole organisation, and we work in single workspaces", mend)
        return
    yield Finding(f"Slack: we are @{me.get('user', '?')} in {me.get('team', '?')}")
    if me.get("team_id") in shared:  # the ids of our own people stand without it
        mend = 'in `[companies]` name them one by one, without the workspace: "slack:U7"'
        yield Finding(f"a company is named by {me['team_id']}, our own workspace: its people share nothing", mend)
    missing = [scope for scope in SCOPES if scope not in scopes]
    if missing and scopes:
        yield Finding(
            f"the bot may not do everything it has to: {', '.join(missing)} missing",
            "paste slack-manifest.yaml at App Manifest, then Reinstall to Workspace at OAuth & Permissions",
        )
    if not teams and not elsewhere:
        mend = "set SLACK_AGENTS_CHANNEL to its id (its details show it)"
        yield Finding("there is no team's channel in Slack", mend)
    for team in teams:
        yield await _channel(line, team)
    yield await _by_socket(ways.app) if ways.app else await _by_http(ways)


async def _channel(line: Line, team: str) -> Finding:
    try:
        found = (await line.ask("conversations.info", {"channel": team}, Found)).channel
    except TROUBLE as no:
        mend = "mend SLACK_AGENTS_CHANNEL; into a private channel invite the bot first"
        return Finding(f"the team's channel {team} cannot be seen ({no})", mend)
    if found.is_archived:
        again = "" if found.is_private else ", write /invite @ and the bot's name there"
        mend = f"unarchive it{again}; or choose another in SLACK_AGENTS_CHANNEL"
        return Finding(f"#{found.name} is archived", mend)
    if not found.is_member:
        return Finding(f"the bot is not in #{found.name}", f"write /invite @ and the bot's name in #{found.name}")
    return Finding(f"the team's channel is #{found.name}")


async def _by_http(ways: Ways) -> Finding:
    if ways.address.startswith("https://"):
        return await knocked(ways)
    mend = "set PUBLIC_URL to our https:// address, or SLACK_APP_TOKEN for Socket Mode"
    return Finding(f"Slack cannot reach {ways.address}", mend)


async def knocked(ways: Ways) -> Finding:
    """Asks our own address what Slack asks when an address is set: whoever has the signing secret repeats a word."""
    body = msgspec.json.encode({"type": "url_verification", "challenge": CHALLENGE})
    stamp = str(int(time())).encode()
    headers = {"content-type": "application/json", SIGNATURE.decode(): signed(ways.secret, stamp, body).decode()}
    try:
        said = await ways.wire.knock(ways.address, body, {**headers, STAMP.decode(): stamp.decode()})
    except TROUBLE as no:
        return Finding(f"nobody answers at {ways.address} ({no})", "start the desk, and let the proxy lead there")
    if CHALLENGE not in said:
        mend = "give the running desk the same SLACK_SIGNING_SECRET, and let the proxy pass requests on as they are"
        return Finding(f"{ways.address} answers, but not as our desk does", mend)
    return Finding(
        f"our desk answers at {ways.address}: it has to stand in the app's settings at Event Subscriptions, at "
        "Interactivity & Shortcuts and at Slash Commands"
    )


async def _by_socket(app: Line) -> Finding:
    try:
        await app.ask("apps.connections.open", {}, shapes.Connection)
    except Refusal as no:
        return Finding(f"Socket Mode does not let us in ({no})", CONNECT)
    except TROUBLE as no:
        return Finding(f"Socket Mode cannot be tried ({no})", f"try again; if it stays so, {CONNECT}")
    return Finding("events come by Socket Mode")
