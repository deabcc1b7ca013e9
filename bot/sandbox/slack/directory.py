"""auth, users, bots, team, oauth and apps: who everybody is, and what opens the door."""

import base64
import hmac
import secrets
import time
from typing import TYPE_CHECKING

import msgspec

from bot.sandbox.slack.chat import Method
from bot.sandbox.slack.parameters import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.shapes import Json

if TYPE_CHECKING:
    from bot.sandbox.slack.world import World


def auth_test(world: "World", _call: Call) -> Json:
    return {
        "url": f"https://{world.team.domain}.slack.com/",
        "team": world.team.name,
        "user": world.app.name.lower(),
        "team_id": world.team.id,
        "user_id": world.app.user_id,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


def _bot_user(world: "World") -> Json:
    profile: Json = {"real_name": world.app.name, "display_name": "", "bot_id": world.app.bot_id}
    shown: Json = {"id": world.app.user_id, "team_id": world.team.id, "name": world.app.name.lower()}
    return shown | {"real_name": world.app.name, "is_bot": True, "deleted": False, "profile": profile}


def user(world: "World", call: Call) -> Json:
    wanted = call.need("user")
    if wanted == world.app.user_id:
        return {"user": _bot_user(world)}
    if wanted not in world.people:
        raise Refused("user_not_found")
    return {"user": world.people[wanted].public(locale=call.flag("include_locale"))}


def users(world: "World", call: Call) -> Json:
    everybody = [one.public(locale=call.flag("include_locale")) for one in world.people.values()]
    page, more = call.page([*everybody, _bot_user(world)])
    return {"members": page, "cache_ts": world.now} | more


def bot(world: "World", call: Call) -> Json:
    if call.text("bot") not in {"", world.app.bot_id}:
        raise Refused("bot_not_found")
    app = world.app
    return {"bot": {"id": app.bot_id, "deleted": False, "name": app.name, "app_id": app.id, "user_id": app.user_id}}


def team(world: "World", call: Call) -> Json:
    if call.text("team") not in {"", world.team.id}:
        raise Refused("team_not_found")
    return {"team": {"id": world.team.id, "name": world.team.name, "domain": world.team.domain, "email_domain": ""}}


def connect(world: "World", call: Call) -> Json:
    """The address of a web socket; good once."""
    if call.token != world.app.app_token:
        raise Refused("not_allowed_token_type")
    ticket = secrets.token_hex(16)
    world.tickets.add(ticket)
    host = world.address.replace("http", "ws", 1)
    return {"url": f"{host}/slack/link/?ticket={ticket}&app_id={world.app.id}"}


def _admit_client(world: "World", call: Call) -> None:
    """Only the app itself may redeem a code. Raises Refused."""
    client, secret = call.client or (call.text("client_id"), call.text("client_secret"))
    if client != world.app.client_id:
        raise Refused("invalid_client_id")
    if not hmac.compare_digest(secret, world.app.client_secret):
        raise Refused("bad_client_secret")


def access(world: "World", call: Call) -> Json:
    """A code of the installation page for a token."""
    _admit_client(world, call)
    scope = world.codes.pop(call.text("code"), None)
    if scope is None:
        raise Refused("invalid_code")
    if not world.app.token or world.app.token in world.revoked:
        world.app.token = f"xoxb-{world.number()}-{world.team.id}-pretend-{secrets.token_hex(8)}"
    world.tokens[world.app.token] = world.team.id
    return {
        "access_token": world.app.token,
        "token_type": "bot",
        "scope": scope or ",".join(sorted(world.app.scopes)),
        "bot_user_id": world.app.user_id,
        "app_id": world.app.id,
        "team": {"name": world.team.name, "id": world.team.id},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": next(iter(world.people), "U0INSTALLER")},
    }


def identity(world: "World", call: Call) -> Json:
    """A code of the sign-in page for a token that says who somebody is."""
    _admit_client(world, call)
    found = world.identities.pop(call.text("code"), None)
    if found is None:
        raise Refused("invalid_code")
    if found.back != call.text("redirect_uri"):
        raise Refused("bad_redirect_uri")
    claims = {
        "iss": "https://slack.com",
        "sub": found.person,
        "aud": world.app.client_id,
        "exp": int(time.time()) + 300,
        "iat": int(time.time()),
        "nonce": found.nonce,
        "https://slack.com/user_id": found.person,
        "https://slack.com/team_id": world.team.id,
    }
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "stand-in"}, claims, {"no": "signature"}]
    coded = (base64.urlsafe_b64encode(msgspec.json.encode(part)).decode().rstrip("=") for part in parts)
    return {"access_token": "xoxp-stand-in", "token_type": "Bearer", "id_token": ".".join(coded)}


METHODS: dict[str, tuple[str, Method]] = {
    "auth.test": ("", auth_test),
    "users.info": ("users:read", user),
    "users.list": ("users:read", users),
    "bots.info": ("users:read", bot),
    "team.info": ("team:read", team),
    "apps.connections.open": ("", connect),
    "oauth.v2.access": ("", access),
    "openid.connect.token": ("", identity),
}
# Called without the token of a bot.
OPEN = {"oauth.v2.access", "openid.connect.token", "apps.connections.open", "api.test"}
