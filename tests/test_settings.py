"""What operators write, what comes of it, and what they are told."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.settings import Settings, Unfit, described, load
from bot.shapes import Secret

KEY, API_TOKEN = "k" * 40, "a" * 40
TOKEN = "123456789:AAFdemo-token_x"
HOOK_SECRET = "whsec_" + "b" * 40
LIKE_A_HOOK_SECRET = "whsec_ and 24 to 64 random bytes in base64: `echo whsec_$(openssl rand -base64 32)` makes one"


def refused(environ: dict[str, str], folder: Path, *, apart: bool = False) -> tuple[str, ...]:
    with pytest.raises(Unfit) as raised:
        load(environ, folder, apart=apart)
    return raised.value.lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_without_settings_everything_has_its_default(folder: Path) -> None:
    settings = load({"PATH": "/bin", "TELEGRAM_BOT_TOKEN": "", "PORT": " "}, folder)
    assert settings == Settings(secret_key=settings.secret_key)
    assert (settings.port, settings.public_url) == (8080, "http://localhost:8080")


def test_everything_may_be_set(folder: Path) -> None:
    (folder / "my.toml").touch()
    given = {
        "DATABASE_URL": "postgres://u:p%40ss@db:5432/desk?sslmode=require",
        "MEDIA_URL": "s3://bucket/prefix",
        "DESK_FILE": "my.toml",
        "PUBLIC_URL": "https://desk.example.com/",
        "HOST": "0.0.0.0",
        "PORT": "9000",
        "SECRET_KEY": KEY,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
        "TELEGRAM_MODE": "Polling",
        "TELEGRAM_AGENTS_CHAT": "-1001234567890",
        "SLACK_BOT_TOKEN": "xoxb-1-2-3",
        "SLACK_SIGNING_SECRET": "0123456789abcdef,fedcba98",
        "SLACK_APP_TOKEN": "xapp-1-2-3",
        "SLACK_API_URL": "http://127.0.0.1:8082/api",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "of-the-app",
        "SLACK_AGENTS_CHANNEL": "C0123456789",
        "SMTP_URL": "smtp://me:mailpass@mail.example.com:587",
        "SMTP_FROM": "desk@example.com",
        "METRICS_TOKEN": "a-token-for-numbers",
        "METRICS_PORT": "9100",
        "API_TOKEN": API_TOKEN,
        "HOOK_URL": "https://crm.example.com/in?from=desk&key=n",
        "HOOK_SECRET": HOOK_SECRET,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "debug",
    }
    settings = load(given, folder)
    assert settings == Settings(
        database_url=Secret("postgresql://u:p%40ss@db:5432/desk?sslmode=require"),
        media_url="s3://bucket/prefix",
        desk_file="my.toml",
        public_url="https://desk.example.com",
        host="0.0.0.0",
        port=9000,
        secret_key=Secret(KEY),
        telegram_bot_token=Secret(TOKEN),
        telegram_api_url="http://127.0.0.1:8081",
        telegram_mode="polling",
        telegram_agents_chat="-1001234567890",
        slack_bot_token=Secret("xoxb-1-2-3"),
        slack_signing_secret=Secret("0123456789abcdef,fedcba98"),
        slack_app_token=Secret("xapp-1-2-3"),
        slack_api_url="http://127.0.0.1:8082/api/",
        slack_client_id="1.2",
        slack_client_secret=Secret("of-the-app"),
        slack_agents_channel="C0123456789",
        smtp_url=Secret("smtp://me:mailpass@mail.example.com:587"),
        smtp_from="desk@example.com",
        metrics_token=Secret("a-token-for-numbers"),
        metrics_port=9100,
        api_token=Secret(API_TOKEN),
        hook_url=Secret("https://crm.example.com/in?from=desk&key=n"),
        hook_secret=Secret(HOOK_SECRET),
        log_format="json",
        log_level="DEBUG",
    )
    assert set(given) == {variable for variable, _about, _default in described()}
    assert settings.secrets == (
        KEY, TOKEN, "xoxb-1-2-3", "0123456789abcdef", "fedcba98", "xapp-1-2-3", "of-the-app", API_TOKEN, HOOK_SECRET,
        "a-token-for-numbers", "p%40ss", "p@ss", "mailpass",
    )  # fmt: skip


def test_no_secret_shows_itself(folder: Path) -> None:
    given = {"SECRET_KEY": KEY, "TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "postgres://u:hidden@db/x"}
    settings = load(given, folder)
    for shown in (repr(settings), str(settings.secret_key), f"{settings.telegram_bot_token}"):
        assert not any(secret in shown for secret in settings.secrets)


@pytest.mark.parametrize(
    "url", ["sqlite:///data/x.db", "sqlite:////var/x.db", "postgresql:///desk?host=/run/postgresql"]
)
def test_addresses_of_databases_are_taken_as_they_are(url: str, folder: Path) -> None:
    assert load({"DATABASE_URL": url}, folder).database_url == Secret(url)


def test_a_password_may_hold_the_sign_that_ends_it(folder: Path) -> None:
    """Else a part of it is taken for the server's name, and shown as such when nobody is called so."""
    settings = load({"DATABASE_URL": "postgresql://u:p@ss@word@db:5432/x?sslmode=require"}, folder)
    read = make_url(settings.database_url.reveal())
    assert (read.username, read.password, read.host, read.port) == ("u", "p@ss@word", "db", 5432)
    assert "p@ss@word" in settings.secrets


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("TELEGRAM_AGENTS_CHAT", "agents", 'TELEGRAM_AGENTS_CHAT should be a group\'s id such as -1001234567890, not "agents"'),
        ("TELEGRAM_AGENTS_CHAT", "123456789", 'TELEGRAM_AGENTS_CHAT should be a group\'s id such as -1001234567890, not "123456789"'),
        ("TELEGRAM_BOT_TOKEN", "hush-hush", "TELEGRAM_BOT_TOKEN should be a token such as 123456789:AAF…"),
        ("TELEGRAM_MODE", "push", 'TELEGRAM_MODE should be auto or webhook or polling, not "push"'),
        ("TELEGRAM_API_URL", "api.telegram.org", 'TELEGRAM_API_URL should be an address such as https://desk.example.com, not "api.telegram.org"'),
        ("PUBLIC_URL", "https://", 'PUBLIC_URL should be an address such as https://desk.example.com, not "https://"'),
        ("PUBLIC_URL", "http://[x", 'PUBLIC_URL should be an address such as https://desk.example.com, not "http://[x"'),
        ("PUBLIC_URL", "http://localhost:port", 'PUBLIC_URL should be an address such as https://desk.example.com, not "http://localhost:port"'),
        ("PUBLIC_URL", "https://desk example.com", 'PUBLIC_URL should be an address such as https://desk.example.com, not "https://desk example.com"'),
        ("PUBLIC_URL", "https://desk.example.com\\x", 'PUBLIC_URL should be an address such as https://desk.example.com, not "https://desk.example.com\\x"'),
        ("PUBLIC_URL", "http://u:hush@localhost", "PUBLIC_URL should be an address without a user or a password: it stands in people's chats"),
        ("PORT", "70000", 'PORT should be a port between 1 and 65535, not "70000"'),
        ("PORT", "http", 'PORT should be a port between 1 and 65535, not "http"'),
        ("SECRET_KEY", "short-hush", "SECRET_KEY should be 32 or more random characters"),
        ("DATABASE_URL", "mysql://u:hush@db/x", "DATABASE_URL should be sqlite:///data/conserje.db or postgresql://user:password@host/name; a / # or ? in the password is written %2F %23 or %3F"),
        ("DATABASE_URL", "postgresql://u:hu/sh@db/x", "DATABASE_URL should be sqlite:///data/conserje.db or postgresql://user:password@host/name; a / # or ? in the password is written %2F %23 or %3F"),
        ("DATABASE_URL", "sqlite://x.db", "DATABASE_URL should be sqlite:///data/conserje.db or postgresql://user:password@host/name; a / # or ? in the password is written %2F %23 or %3F"),
        ("MEDIA_URL", "/var/media", 'MEDIA_URL should be file:data/media or s3://bucket/prefix, not "/var/media"'),
        ("SLACK_BOT_TOKEN", "xapp-hush", "SLACK_BOT_TOKEN should be a token that begins with xoxb-"),
        ("SLACK_AGENTS_CHANNEL", "#help", 'SLACK_AGENTS_CHANNEL should be a channel id such as C0123456789, not "#help"'),
        ("SMTP_URL", "https://u:hush@mail", "SMTP_URL should be smtp://user:password@host:port; a / # or ? in the password is written %2F %23 or %3F"),
        ("API_TOKEN", "short-hush", "API_TOKEN should be 32 or more random characters"),
        ("HOOK_URL", "crm.example.com", "HOOK_URL should be an address such as https://crm.example.com/conserje"),
        ("HOOK_URL", "https://crm.example.com/ hush", "HOOK_URL should be an address such as https://crm.example.com/conserje"),
        ("HOOK_SECRET", "whsec_hush", f"HOOK_SECRET should be {LIKE_A_HOOK_SECRET}"),
        ("HOOK_SECRET", "b" * 40, f"HOOK_SECRET should be {LIKE_A_HOOK_SECRET}"),
        ("LOG_FORMAT", "xml", 'LOG_FORMAT should be text or json, not "xml"'),
        ("LOG_LEVEL", "loud", 'LOG_LEVEL should be DEBUG, INFO, WARNING or ERROR, not "loud"'),
        ("DESK_FILE", "gone.toml", 'DESK_FILE should be a file that is there, not "gone.toml"'),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_line_that_says_how_it_should_be(
    variable: str, value: str, line: str, folder: Path
) -> None:
    assert refused({variable: value}, folder) == (line,)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN, for Socket Mode) is missing; SLACK_BOT_TOKEN needs it"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing; it should begin with xoxb-"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: one of them is missing"),
        ({"TELEGRAM_MODE": "webhook"}, "PUBLIC_URL should be an https:// address, because TELEGRAM_MODE is webhook"),
        ({"HOOK_URL": "https://crm.example.com"}, f"HOOK_SECRET is missing; it should be {LIKE_A_HOOK_SECRET}"),
        ({"PUBLIC_URL": "https://desk.example.com"}, "SECRET_KEY is missing; it should be 32 or more random characters"),
    ],
)  # fmt: skip
def test_settings_that_need_each_other_say_so(given: dict[str, str], line: str, folder: Path) -> None:
    assert refused(given, folder) == (line,)


def test_everything_wrong_is_said_at_once(folder: Path) -> None:
    assert len(refused({"PORT": "0", "LOG_LEVEL": "?", "SLACK_BOT_TOKEN": "xoxb-1", "SECRET_KEY": "x"}, folder)) == 4


def test_our_address_follows_the_port_unless_it_is_given(folder: Path) -> None:
    assert load({"PORT": "9000"}, folder).public_url == "http://localhost:9000"
    assert load({"PORT": "9000", "PUBLIC_URL": "http://127.0.0.1:1"}, folder).public_url == "http://127.0.0.1:1"


def test_on_this_machine_a_key_is_made_once_and_kept(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load({}, folder).secret_key.reveal(), range(32)))
    file = folder / "data" / "secret_key"
    assert keys == {file.read_text()}
    assert len(file.read_text()) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["secret_key"]


def test_in_production_no_key_is_made(folder: Path) -> None:
    missing = ("SECRET_KEY is missing; it should be 32 or more random characters",)
    assert refused({"PUBLIC_URL": "http://desk.example.com"}, folder) == missing
    assert refused({"SECRET_KEY": " "}, folder, apart=True) == missing
    assert not (folder / "data").exists()


DOTENV = """\
# our desk

PORT=9001
export HOST = "0.0.0.0"   # everywhere
LOG_LEVEL='debug'
SECRET_KEY=kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk#kkkkkkkkk # a hash inside, a comment behind
TELEGRAM_AGENTS_CHAT=
SMTP_URL="smtp://me:a%20b%23c@mail"
"""


def test_a_dotenv_file_is_read_and_the_environment_wins(folder: Path) -> None:
    (folder / ".env").write_text(DOTENV)
    assert load({"PORT": "9002"}, folder) == Settings(
        port=9002,
        host="0.0.0.0",
        log_level="DEBUG",
        secret_key=Secret("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk#kkkkkkkkk"),
        smtp_url=Secret("smtp://me:a%20b%23c@mail"),
        public_url="http://localhost:9002",
    )


def test_a_broken_dotenv_line_is_named_without_its_value(folder: Path) -> None:
    (folder / ".env").write_text("PORT=1\nSECRET hush\n")
    assert refused({}, folder) == (".env:2: should read NAME=value",)
    (folder / ".env").write_bytes("PORT=1\nSMTP_FROM=ñ@example.es\n".encode("latin-1"))
    assert refused({}, folder) == (".env:2: this is not UTF-8: save the file anew in that encoding",)


def test_a_dotenv_file_that_cannot_be_read_is_said(folder: Path) -> None:
    """As when it is another user's; the tests may be run by one who may read everything."""
    (folder / ".env").symlink_to("/proc/self/mem")
    assert refused({}, folder) == (".env: cannot be read (Input/output error)",)


def test_the_desk_file_is_the_given_one_or_the_one_that_is_there_or_the_shipped_one(folder: Path) -> None:
    assert Settings().desk_path(folder).read_text("utf-8").startswith("# The desk")
    (folder / "desk.toml").write_text("x = 1")
    assert Settings().desk_path(folder) == folder / "desk.toml"
    assert Settings(desk_file="other.toml").desk_path(folder) == folder / "other.toml"


def test_every_setting_is_described_in_a_sentence() -> None:
    assert all(about.endswith(".") for _variable, about, _default in described())
    assert ("PORT", "The port we listen on.", "8080") in described()


def test_a_secret_equals_its_like_alone() -> None:
    assert (Secret("a") == Secret("a"), Secret("a") == "a", bool(Secret("")), len({Secret("a"), Secret("a")})) == (
        True, False, False, 1,
    )  # fmt: skip
