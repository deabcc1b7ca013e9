"""Methods about the bot itself: who it is, its menu of commands, how it hears of updates."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.sandbox.telegram.parameters import Call
from bot.sandbox.telegram.refusals import bad
from bot.sandbox.telegram.shapes import Command, Scope, plain
from bot.sandbox.telegram.updates import Webhook

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import World

COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = {None, 443, 80, 88, 8443}
_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
# Characters, by method.
_TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


def get_me(world: "World", _call: Call) -> object:
    return plain(world.me)


def yes(_world: "World", _call: Call) -> object:
    return True


# the menu ---------------------------------------------------------------------


def _key(call: Call) -> tuple[str, int | str | None, int | None, str]:
    scope = call.json("scope", Scope, bad("can't parse BotCommandScope")) or Scope()
    if scope.type not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    language = call.text("language_code") or ""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("invalid language code specified")
    name = str(scope.chat_id or "")
    chat = int(name) if name.lstrip("-").isdigit() else scope.chat_id
    return scope.type, chat, scope.user_id, language


def set_commands(world: "World", call: Call) -> object:
    commands = call.json("commands", list[Command], bad("can't parse commands JSON object")) or []
    if len(commands) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.fullmatch(one.command.removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one.description.strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    listed = [{"command": c.command.removeprefix("/"), "description": c.description.strip()} for c in commands]
    world.profile.commands[_key(call)] = listed
    world.tell("commands")
    return True


def get_commands(world: "World", call: Call) -> object:
    return world.profile.commands.get(_key(call), [])


def delete_commands(world: "World", call: Call) -> object:
    world.profile.commands.pop(_key(call), None)
    world.tell("commands")
    return True


def _set_text(what: str) -> "Callable[[World, Call], object]":
    name, limit = _TEXTS[what]

    def change(world: "World", call: Call) -> object:
        text = call.text(name) or ""
        if len(text) > limit:
            raise bad(f"bot {name.replace('_', ' ')} is too long")
        world.profile.texts[name, call.text("language_code") or ""] = text
        world.tell("profile")
        return True

    return change


def _get_text(what: str) -> "Callable[[World, Call], object]":
    name, _ = _TEXTS[what]

    def look(world: "World", call: Call) -> object:
        texts, language = world.profile.texts, call.text("language_code") or ""
        default = world.me.first_name if name == "name" else ""
        return {name: texts.get((name, language)) or texts.get((name, "")) or default}

    return look


def set_menu(world: "World", call: Call) -> object:
    button = call.json("menu_button", dict[str, object], bad("can't parse menu button"))
    if button is not None and button.get("type") not in {"default", "commands", "web_app"}:
        raise bad("MenuButton has unsupported type")
    world.profile.menus[call.number("chat_id")] = button or {"type": "default"}
    return True


def get_menu(world: "World", call: Call) -> object:
    menus = world.profile.menus
    return menus.get(call.number("chat_id")) or menus.get(None) or {"type": "commands"}


# webhooks ---------------------------------------------------------------------


def allowed(call: Call) -> list[str] | None:
    return call.json("allowed_updates", list[str], bad("can't parse allowed updates: expected an Array of String"))


def set_webhook(world: "World", call: Call) -> object:
    url, secret = call.text("url") or "", call.text("secret_token") or ""
    if not url:
        return delete_webhook(world, call)
    _check_url(url, local=world.rules.local_webhooks)
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    most = call.number("max_connections") or 40
    if not 1 <= most <= 100:
        raise bad("max_connections must be between 1 and 100")
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.allow(allowed(call))
    world.updates.webhook = Webhook(url, secret, most, call.text("ip_address"))
    world.updates.bell.ring()
    world.tell("listening")
    return True


def _check_url(url: str, *, local: bool) -> None:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise bad("bad webhook: URL host is empty" if not parts.hostname else "bad webhook: Unsupported URL protocol")
    if local:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if "." not in parts.hostname:
        raise bad("bad webhook: Failed to resolve host: Name or service not known")


def delete_webhook(world: "World", call: Call) -> object:
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.webhook = None
    world.updates.bell.ring()
    world.tell("listening")
    return True


def webhook_info(world: "World", _call: Call) -> object:
    hook, updates = world.updates.webhook, world.updates
    info: dict[str, object] = {"url": hook.url if hook else "", "has_custom_certificate": False}
    info["pending_update_count"] = len(updates.waiting)
    if hook is not None:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = hook.ip_address or "127.0.0.1"
        if hook.last_error_at is not None:
            info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if updates.allowed is not None:
        info["allowed_updates"] = sorted(updates.allowed)
    return info


METHODS: "Mapping[str, Callable[[World, Call], object]]" = {
    "getMe": get_me,
    "logOut": yes,
    "close": yes,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    **{f"setMy{what}": _set_text(what) for what in _TEXTS},
    **{f"getMy{what}": _get_text(what) for what in _TEXTS},
    "setChatMenuButton": set_menu,
    "getChatMenuButton": get_menu,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
