"""What an operator may have forgotten to set up in Telegram, with the exact step that mends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from msgspec import field
from telegram.error import ChatMigrated, TelegramError

from bot.channels import Finding, Later
from bot.channels.telegram.line import Line
from bot.channels.telegram.shapes import Shape

FILES = "let members of the group send files, under its permissions, or make the bot an administrator"
PRIVACY = "write /setprivacy to @BotFather, choose the bot, Disable; then take it out of the group and add it again"


class Ourselves(Shape):
    id: int
    username: str = ""
    can_read_all_group_messages: bool = False


class Permissions(Shape):
    """Of whoever is no administrator."""

    can_send_documents: bool = True


class Group(Shape):
    type: str = ""
    title: str = ""
    is_forum: bool = False
    permissions: Permissions = field(default_factory=Permissions)


class Rights(Shape):
    status: str = ""
    can_manage_topics: bool = False
    can_send_documents: bool = True


class Webhook(Shape):
    url: str = ""
    pending_update_count: int = 0
    last_error_message: str = ""


async def examine(line: Line, teams: Sequence[str], webhook: str, *, elsewhere: bool) -> AsyncIterator[Finding]:
    """`teams`: the chat ids of the agents' groups; `elsewhere`: there is a team on another platform; `webhook`: the
    address updates should come to, empty for polling.
    """
    try:
        me = await line.ask("getMe", {}, Ourselves)
    except (TelegramError, Later) as trouble:
        mend = "copy the token again from @BotFather into TELEGRAM_BOT_TOKEN, and see that TELEGRAM_API_URL answers"
        yield Finding(f"Telegram does not let us in ({trouble})", mend)
        return
    yield Finding(f"Telegram: we are @{me.username}")
    if not teams and not elsewhere:
        yield Finding("there is no agents' group", "add the bot to it: it says the id for TELEGRAM_AGENTS_CHAT")
    for team in teams:
        async for finding in _group(line, me, int(team)):
            yield finding
    yield await _updates(line, webhook)


async def _group(line: Line, me: Ourselves, team: int) -> AsyncIterator[Finding]:
    try:
        group = await line.ask("getChat", {"chat_id": team}, Group)
        rights = await line.ask("getChatMember", {"chat_id": team, "user_id": me.id}, Rights)
    except ChatMigrated as moved:
        mend = f"write {moved.new_chat_id} in its place, in TELEGRAM_AGENTS_CHAT or desk.toml"
        yield Finding(f"the agents' group {team} is a supergroup by now", mend)
        async for finding in _group(line, me, moved.new_chat_id):
            yield finding
        return
    except (TelegramError, Later) as trouble:
        yield Finding(f"the agents' group {team} cannot be seen ({trouble})", "add the bot to it, or mend the id")
        return
    yield Finding(f"the agents' group is “{group.title}”")
    admin = rights.status in ("administrator", "creator")
    if not admin and not me.can_read_all_group_messages:
        yield Finding("the bot does not see what agents write", PRIVACY)
    if not admin and not (group.permissions.can_send_documents and rights.can_send_documents):
        yield Finding("the bot may send no files there", FILES)
    if group.is_forum and not rights.can_manage_topics:
        yield Finding(
            "the bot may not open topics", "make it an administrator of the group with the right to manage topics"
        )
    elif not group.is_forum:
        yield Finding("the group has no topics: agents answer by replying (switch Topics on in its settings for more)")


async def _updates(line: Line, webhook: str) -> Finding:
    try:
        found = await line.ask("getWebhookInfo", {}, Webhook)
    except (TelegramError, Later) as trouble:
        return Finding(f"the webhook cannot be looked up ({trouble})", "try again")
    if found.last_error_message and webhook:
        return Finding(f"the last update did not get in: {found.last_error_message}", f"see that {webhook} is reached")
    if found.url != webhook:
        where = f"go to {found.url}" if found.url else "are fetched"
        return Finding(f"updates {where} now", "start the desk: it tells Telegram where it is")
    waiting = f", {found.pending_update_count} waiting" if found.pending_update_count else ""
    return Finding(f"updates come by {'webhook' if webhook else 'polling'}{waiting}")
