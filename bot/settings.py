"""Every setting: its type, its default and one sentence; read from the environment and a `.env` file.

Read by hand rather than by a library: the messages are our own anyway, and the start is half a second shorter.
"""

# ruff: noqa: RUF009 - a setting is a field with a sentence; nothing in it can change

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Literal, TypeVar, get_args
from urllib.parse import unquote, urlsplit

from bot import shapes
from bot.shapes import Secret, Shape

T = TypeVar("T")

Mode = Literal["auto", "webhook", "polling"]
Format = Literal["text", "json"]

SHIPPED = Path(__file__).parent
OURS = frozenset({"localhost", "127.0.0.1", "::1"})
LEAST_PART = 8
"""Letters of a secret that stands beside another."""
TELEGRAM = "https://api.telegram.org"


class Unfit(Exception):
    """We cannot start, or do what was asked for; each line says what is wrong and how to mend it, and shows no secret."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def setting(about: str, shape: Shape[T], default: T) -> T:
    return field(default=default, metadata={"about": about, "shape": shape})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides. `repr` shows no secret. The variable is the field in capitals."""

    database_url: Secret = setting(
        "Where everything is kept: `sqlite:///path`, or `postgresql://user:password@host/name`.",
        shapes.DATABASE,
        Secret("sqlite:///data/conserje.db"),
    )
    media_url: str = setting(
        "Where files are kept: `file:path`, or `s3://bucket/prefix` with the AWS_* variables.",
        shapes.MEDIA,
        "file:data/media",
    )
    desk_file: str = setting(
        "The desk's configuration; without it `desk.toml` if there is one, else the shipped example.", shapes.WORD, ""
    )
    public_url: str = setting(
        "Our address as people and platforms reach it; https switches Telegram to webhooks.",
        shapes.ADDRESS,
        "http://localhost:8080",
    )
    host: str = setting("Where we listen; 0.0.0.0 for every interface.", shapes.WORD, "127.0.0.1")
    port: int = setting("The port we listen on.", shapes.PORT, 8080)
    secret_key: Secret = setting(
        "Signs and derives secrets; made in `data/` while PUBLIC_URL is this machine, else it has to be given. Two with a "
        "comma between during a rotation: the new one, the old one.",
        shapes.KEY,
        Secret(""),
    )
    telegram_bot_token: Secret = setting("Turns Telegram on; @BotFather hands it out.", shapes.BOT_TOKEN, Secret(""))
    telegram_api_url: str = setting("Base of the Bot API, for a server of your own.", shapes.ADDRESS, TELEGRAM)
    telegram_mode: Mode = setting(
        "How updates come: `webhook`, `polling`, or `auto` by PUBLIC_URL.", shapes.one_of(get_args(Mode)), "auto"
    )
    telegram_agents_chat: str = setting("Chat id of the agents' group.", shapes.GROUP, "")
    slack_bot_token: Secret = setting("Turns Slack on, with one of the next two.", shapes.token("xoxb-"), Secret(""))
    slack_signing_secret: Secret = setting(
        "Slack over HTTP: what its requests are signed with; two with a comma between during a rotation.",
        shapes.KEPT,
        Secret(""),
    )
    slack_app_token: Secret = setting("Slack over Socket Mode instead.", shapes.token("xapp-"), Secret(""))
    slack_api_url: str = setting("Base of Slack's Web API.", shapes.FOLDER_ADDRESS, "https://slack.com/api/")
    slack_client_id: str = setting(
        "For several workspaces, with the next: `/slack/install` puts the app into one.", shapes.WORD, ""
    )
    slack_client_secret: Secret = setting("What proves to Slack that it is our app.", shapes.KEPT, Secret(""))
    slack_agents_channel: str = setting("Channel id for alerts.", shapes.CHANNEL, "")
    smtp_url: Secret = setting(
        "Turns e-mail notices on: `smtp://user:password@host:port` (STARTTLS), or `smtps://…` for TLS from the start.",
        shapes.SMTP,
        Secret(""),
    )
    smtp_from: str = setting(
        "The address our mails come from; without it the user of SMTP_URL, if that is one.", shapes.MAILBOX, ""
    )
    api_token: Secret = setting(
        "Turns the API on (`/api`): what another system shows as `Authorization: Bearer …` to do what an agent would.",
        shapes.KEY,
        Secret(""),
    )
    hook_url: Secret = setting(
        "Where another system hears what happens to requests: each event is a signed POST.", shapes.HOOK, Secret("")
    )
    hook_secret: Secret = setting(
        "What those are signed with (Standard Webhooks): `whsec_` and 24 to 64 random bytes in base64.",
        shapes.HOOK_SECRET,
        Secret(""),
    )
    metrics_token: Secret = setting(
        "What a reader of /metrics has to show as `Authorization: Bearer …`; without it only this machine and private "
        "networks may read, and not through a proxy.",
        shapes.KEPT,
        Secret(""),
    )
    metrics_port: int = setting(
        "Where a `worker` answers /healthz, /readyz and /metrics; without it, nowhere.", shapes.PORT, 0
    )
    log_format: Format = setting("One line per event as `text` or `json`.", shapes.one_of(get_args(Format)), "text")
    log_level: str = setting("The least that is logged.", shapes.LEVEL, "INFO")

    @property
    def slack(self) -> bool:
        """Whether Slack is on: in the workspace of a token, or wherever the app is installed."""
        return bool(self.slack_bot_token or (self.slack_client_id and self.slack_client_secret))

    @property
    def public(self) -> bool:
        """Whether others than this machine reach us: the desk is in production."""
        return urlsplit(self.public_url).hostname not in OURS

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, and the passwords inside addresses: what no log may show."""
        kept = [v.reveal() for f in fields(self) if isinstance(v := getattr(self, f.name), Secret)]
        words = [urlsplit(v).password or "" for v in kept if "://" in v]
        plain = [part for v in kept if "://" not in v for part in _parts(v)]
        return tuple(dict.fromkeys(w for word in (*plain, *words) for w in (word, unquote(word)) if w))

    def desk_path(self, folder: Path = Path()) -> Path:
        own = folder / (self.desk_file or "desk.toml")
        shipped = SHIPPED / "desk.toml"  # in a wheel; in the repository it lies one folder up
        return own if self.desk_file or own.exists() else shipped if shipped.exists() else SHIPPED.parent / "desk.toml"


def load(environ: Mapping[str, str], folder: Path = Path(), *, apart: bool = False) -> Settings:
    """Reads and checks everything; `.env` and `data/` lie in `folder`. Raises `Unfit` with all that is wrong.

    `apart`: for `web` and `worker`, which may run on other machines than each other and so cannot make a key.
    """
    given = _given(environ, folder)
    values, lines = _values(given)
    settings = Settings(**values)  # type: ignore[arg-type]  # each shape made the type of its field
    if "port" in values and "public_url" not in values:
        settings = replace(settings, public_url=f"http://localhost:{settings.port}")
    lines += _together(settings, given, folder, apart=apart)
    if lines:
        raise Unfit(*lines)
    return settings if settings.secret_key else replace(settings, secret_key=_own_key(folder / "data" / "secret_key"))


def desk_path(environ: Mapping[str, str], folder: Path = Path()) -> Path:
    """Where `desk.toml` is, for who needs no other setting; nothing is made. Raises `Unfit` for an `.env` nobody can read."""
    return Settings(desk_file=_given(environ, folder).get("DESK_FILE", "")).desk_path(folder)


def _given(environ: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    return {**_dotenv(folder / ".env"), **{name: text for name, value in environ.items() if (text := value.strip())}}


def described() -> tuple[tuple[str, str, str], ...]:
    """Variable, sentence and default of every setting, as the README lists them."""
    return tuple((f.name.upper(), str(f.metadata["about"]), _default(f.default)) for f in fields(Settings))


def _parts(secret: str) -> tuple[str, ...]:
    """Two during a rotation; a comma beside a few letters belongs to them."""
    parts = tuple(secret.split(","))
    return parts if all(len(part) >= LEAST_PART for part in parts) else (secret,)


def _default(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def _values(given: Mapping[str, str]) -> tuple[dict[str, object], list[str]]:
    values: dict[str, object] = {}
    lines: list[str] = []
    for f in fields(Settings):
        variable, shape = f.name.upper(), f.metadata["shape"]
        text = given.get(variable, "")
        try:
            values |= {f.name: shape.read(text)} if text else {}
        except ValueError:
            shown = "" if isinstance(f.default, Secret) else f', not "{text[:80]}"'
            lines.append(f"{variable} should be {shape.like}{shown}")
    return values, lines


def _together(settings: Settings, given: Mapping[str, str], folder: Path, *, apart: bool) -> list[str]:
    """What each setting demands of the others."""
    official = settings.telegram_api_url == TELEGRAM
    bare = settings.telegram_mode == "webhook" and not settings.public_url.startswith("https://")
    slack = settings.slack_signing_secret or settings.slack_app_token
    tried = {variable for variable, text in given.items() if text}  # where it was wrong, that has been said already
    wrong = {
        f'DESK_FILE should be a file that is there, not "{settings.desk_file}"': not settings.desk_path(
            folder
        ).is_file(),
        "PUBLIC_URL should be an address without a user or a password: it stands in people's chats": (
            "@" in urlsplit(settings.public_url).netloc
        ),
        "PUBLIC_URL should be an https:// address, because TELEGRAM_MODE is webhook": bare and official,
        "SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN, for Socket Mode) is missing; SLACK_BOT_TOKEN needs it": (
            settings.slack_bot_token and not slack and not tried & {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"}
        ),
        "SLACK_BOT_TOKEN is missing; it should begin with xoxb-": (
            slack and not settings.slack and not tried & {"SLACK_BOT_TOKEN", "SLACK_CLIENT_ID"}
        ),
        "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: one of them is missing": (
            bool(settings.slack_client_id) != bool(settings.slack_client_secret)
            and not tried >= {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"}
        ),
        f"HOOK_SECRET is missing; it should be {shapes.HOOK_SECRET.like}": (
            settings.hook_url and not settings.hook_secret and "HOOK_SECRET" not in tried
        ),
        f"SECRET_KEY is missing; it should be {shapes.KEY.like}": (
            (settings.public or apart) and not settings.secret_key and "SECRET_KEY" not in tried
        ),
    }
    return [line for line, is_wrong in wrong.items() if is_wrong]


def _own_key(path: Path) -> Secret:
    """The key of this machine. Raises `Unfit`: without one, or with half of one, anybody could sign."""
    try:
        return shapes.KEY.read(_made_key(path))
    except OSError as trouble:
        raise Unfit(f"SECRET_KEY is missing, and none can be kept in {path} ({trouble.strerror})") from None
    except ValueError:
        raise Unfit(f"{path} should hold {shapes.KEY.like}: remove it, and a new one is made") from None


def _made_key(path: Path) -> str:
    """Made once, readable by its owner alone."""
    shapes.own_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), "ascii")
        try:
            path.hardlink_to(fresh)  # whole or not at all, and never over the one that another process made
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("ascii").strip()


def _dotenv(path: Path) -> dict[str, str]:
    pairs: dict[str, str] = {}
    try:
        if not path.is_file():
            return {}
        words = shapes.words_of(".env", path.read_bytes())
    except ValueError as no:
        raise Unfit(str(no)) from None
    except OSError as trouble:
        raise Unfit(f".env: cannot be read ({trouble.strerror})") from None
    for number, line in enumerate(words.splitlines(), start=1):
        match = shapes.LINE.fullmatch(line)
        if match is None:
            raise Unfit(f".env:{number}: should read NAME=value")
        if match["name"]:
            pairs[match["name"]] = next((match[q] for q in ("double", "single", "bare") if match[q] is not None), "")
    return pairs
