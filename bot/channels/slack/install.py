"""Installing the app into further workspaces, by Slack's OAuth (https://docs.slack.dev/authentication/installing-with-oauth)."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.slack import shapes
from bot.channels.slack.line import Line, Refusal
from bot.channels.slack.people import TROUBLE
from bot.channels.slack.wire import Wire
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.words import Text, _
from bot.i18n import languages, typed
from bot.language import chosen

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
COOKIE = "conserje_install"
MINUTES = 10
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "users:read",
)
"""What a bot token has to be allowed; `slack-manifest.yaml` asks for the same."""

_STATE = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{16,64})\.([0-9a-f]{64})")
_log = logging.getLogger(__name__)


class App(Struct, frozen=True):
    """The app as Slack knows it; its repr shows no secret."""

    client_id: str
    client_secret: str
    public_url: str

    def __repr__(self) -> str:
        return f"App({self.client_id})"

    @property
    def back(self) -> str:
        return self.public_url.rstrip("/") + BACK


class Unfit(Exception):
    """Nothing that we could work with; in `words` why."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.sentence)
        self.words = words


class Installing:
    """Two pages: one sends to Slack, the other takes what Slack brings back. The state between them is signed, bound
    to the browser by a cookie, and good for ten minutes.
    """

    def __init__(
        self, app: App, wire: Wire, workspaces: Workspaces, *, secret_key: str, now: Callable[[], datetime]
    ) -> None:
        self._app, self._wire, self._workspaces, self._now = app, wire, workspaces, now
        self._key = sha256(b"slack-install:" + secret_key.encode()).digest()

    def routes(self) -> list[Route]:
        return [Route(INSTALL, self._begin), Route(BACK, self._back)]

    async def _begin(self, _request: Request) -> Response:
        browser = secrets.token_urlsafe(32)
        until = int(self._now().timestamp()) + 60 * MINUTES
        nonce = secrets.token_urlsafe(24)
        state = f"{until}.{nonce}.{self._signed(until, nonce, browser)}"
        answer = RedirectResponse(self._at_slack(state), 302)
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=60 * MINUTES,
            path="/slack",
            secure=self._app.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _back(self, request: Request) -> Response:
        asked = request.query_params
        if not self._is_ours(asked, request.cookies.get(COOKIE, "")):
            return _said(request, _("This link is too old or not yours. Begin again at {page}.", page=INSTALL), 403)
        if asked.get("error"):
            return _said(request, _("Nothing was installed. To try again, open {page}.", page=INSTALL), 200)
        try:
            team = await self._granted(asked.get("code", ""))
        except Unfit as why:
            return _said(request, why.words, 400)
        except TROUBLE as no:
            _log.warning("an installation failed: %s", no)
            status = 400 if isinstance(no, Refusal) else 503  # whoever made the code up, it is not our error
            return _said(request, _("Slack did not let us in. Begin again at {page}.", page=INSTALL), status)
        words = _(
            "Conserje is installed in {workspace}. Invite it to your team's channel with /invite.", workspace=team
        )
        return _said(request, words, 200)

    async def _granted(self, code: str) -> str:
        """The name of the workspace whose token we have now. Raises `Unfit`."""
        app = self._app
        wanted = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code": code,
            "redirect_uri": app.back,
        }
        granted = await Line(self._wire, "").ask("oauth.v2.access", wanted, shapes.Granted)
        if granted.is_enterprise_install:
            raise Unfit(
                _("We work in single workspaces, not in a whole organisation. Choose one at {page}.", page=INSTALL)
            )
        if granted.expires_in:
            _log.error(
                "the app has token rotation, with which its tokens last 12 hours: make it anew, from our manifest"
            )
            raise Unfit(
                _(
                    "This app has token rotation, and we work with tokens that last. Nothing was installed: please ask whoever runs the desk to make the app anew, from our manifest."
                )
            )
        if granted.team is None or not granted.access_token:
            raise TimeoutError("Slack granted no token of a workspace")
        await self._workspaces.add(granted.team.id, granted.access_token)
        _log.info("installed in workspace %s", granted.team.id)
        return granted.team.name or granted.team.id

    def _at_slack(self, state: str) -> str:
        """`slack_sdk.oauth` would write the same, but cannot be imported where there is no home directory."""
        page = self._wire.url.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize"
        asked = {"client_id": self._app.client_id, "scope": ",".join(SCOPES), "redirect_uri": self._app.back}
        return f"{page}?{urlencode(asked | {'state': state})}"

    def _is_ours(self, asked: Mapping[str, str], browser: str) -> bool:
        state = _STATE.fullmatch(asked.get("state", ""))
        if state is None or not browser or int(state[1]) < self._now().timestamp():
            return False
        return hmac.compare_digest(self._signed(int(state[1]), state[2], browser), state[3])

    def _signed(self, until: int, nonce: str, browser: str) -> str:
        return hmac.new(self._key, f"{until}.{nonce}.{browser}".encode(), sha256).hexdigest()


def _said(request: Request, words: Text, status: int) -> Response:
    """In the language that the browser likes best; whoever asks for none of ours reads English."""
    language = chosen("", request.headers.get("accept-language", ""), languages()) or "en"
    headers = {"content-language": language, "vary": "accept-language, cookie"}
    answer = PlainTextResponse(typed(words, language), status, headers)
    answer.delete_cookie(COOKIE, path="/slack")
    return answer
