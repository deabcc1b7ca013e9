"""Sign in with Slack: who somebody is there, by OpenID Connect (https://docs.slack.dev/authentication/sign-in-with-slack)."""

from __future__ import annotations

import base64
import hmac
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from bot.channels import Busy
from bot.channels.proof import Proof, Unproved
from bot.channels.slack import shapes
from bot.channels.slack.install import App
from bot.channels.slack.line import Line
from bot.channels.slack.people import TROUBLE
from bot.channels.slack.places import CHANNEL, Me
from bot.channels.slack.wire import Wire

ISSUER = "https://slack.com"
_log = logging.getLogger(__name__)


class Claims(msgspec.Struct):
    """What Slack's token says of somebody; everything else in it is of no interest."""

    iss: str
    aud: str
    exp: float
    nonce: str
    user: str = msgspec.field(name="https://slack.com/user_id")
    team: str = msgspec.field(name="https://slack.com/team_id")


class SignIn:
    """One app. The token comes from Slack itself over TLS, in answer to a secret of ours: that is its proof (OpenID
    Connect Core 3.1.3.7); what it says is checked all the same.
    """

    name, label = CHANNEL, "Slack"

    def __init__(
        self, app: App, wire: Wire, introduced: Callable[[], Awaitable[Me]], now: Callable[[], datetime]
    ) -> None:
        self._app, self._wire, self._introduced, self._now = app, wire, introduced, now

    def page(self, back: str, state: str, nonce: str, /) -> str:
        asked = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": self._app.client_id,
            "redirect_uri": back,
            "state": state,
            "nonce": nonce,
        }
        return f"{self._wire.url.removesuffix('api/')}openid/connect/authorize?{urlencode(asked)}"

    async def heard(self, code: str, back: str, nonce: str, /) -> Proof:
        app = self._app
        given = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code": code[:500],
            "redirect_uri": back,
            "grant_type": "authorization_code",
        }
        try:
            granted = await Line(self._wire, "").ask("openid.connect.token", given, shapes.Identified)
            me = await self._introduced()
        except (*TROUBLE, Busy) as no:
            _log.warning("somebody could not be signed in: %s", no)
            raise Unproved from None
        claims = _claims(granted.id_token)
        if not self._ours(claims, nonce):
            _log.warning("a token of Slack's was for somebody else, or too old")
            raise Unproved
        return Proof(CHANNEL, me.id(claims.team, claims.user), once=granted.id_token)

    def _ours(self, claims: Claims, nonce: str) -> bool:
        right = (claims.iss, claims.aud) == (ISSUER, self._app.client_id)
        return right and claims.exp > self._now().timestamp() and hmac.compare_digest(claims.nonce, nonce)


def _claims(token: str) -> Claims:
    """The middle one of the three parts of a JWT. Raises `Unproved`."""
    try:
        body = token.split(".")[1]
        return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Claims)
    except (IndexError, ValueError, msgspec.MsgspecError):
        raise Unproved from None
