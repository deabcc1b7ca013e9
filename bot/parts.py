"""What the settings say becomes parts: the desk, the database, the platforms. Nothing is begun here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from obstore.exceptions import BaseError
from sqlalchemy.exc import DatabaseError, OperationalError

import handlers
from bot.channels import Busy, Channel
from bot.channels.telegram import Commands, Menu, Telegram
from bot.clock import now
from bot.desk import calendars
from bot.desk.config import Desk
from bot.desk.fields import dotted
from bot.desk.places import Path as Place
from bot.desk.places import line_of, places
from bot.desk.reading import Wrong, read
from bot.dialogue.engine import WAYS
from bot.dialogue.words import Spoken, _
from bot.events import Address
from bot.i18n import Words, languages, typed
from bot.media.keep import Keep
from bot.settings import Settings, Unfit
from bot.shapes import words_of
from bot.store.engines import NO_RIGHT, Misplaced, held, missing, no_database, no_room, refusal
from bot.store.schema import Newer, migrate, schema_is_current
from bot.store.store import Store
from bot.web.server import listen

if TYPE_CHECKING:
    from bot.channels.email import Email
    from bot.channels.hook import Hook
    from bot.channels.slack import Slack


def socket_at(host: str, port: int, named: str) -> socket:
    """Where we listen; `named`: the setting that names the port. Raises `Unfit`."""
    try:
        return listen(host, port)
    except OSError as trouble:
        raise Unfit(f"{named} {port} cannot be had on HOST {host}: {trouble.strerror or trouble}") from None


def read_desk(path: Path) -> Desk:
    """Raises `Unfit` with everything that is wrong in the file, by line."""
    try:
        text = words_of(path.name, path.read_bytes())
        desk = read(text, languages())
    except Wrong as wrong:
        raise Unfit(*wrong.lines(path.name)) from None
    except OSError as trouble:
        raise Unfit(f"{path}: cannot be read ({trouble.strerror})") from None
    except ValueError as strange:
        raise Unfit(str(strange)) from None
    if alike := [*_like_ours(desk)]:
        lines = places(text)
        raise Unfit(*(f"{path.name}:{line_of(where, lines)}: {dotted(where)}: {why}" for where, why in alike))
    return desk


def _like_ours(desk: Desk) -> Iterator[tuple[Place, str]]:
    """Choices that read like a button of ours under the same question: nobody could tell which of the two is which."""
    ours = {code: {typed(way.label, code).casefold() for way in WAYS} for code in languages()}
    for path, label in _choices(desk):
        for code, words in label.words.items():
            if words.casefold() in ours.get(code, ()):
                yield (*path, code), f'"{words}" is a button of ours under the same question; say more'


def _choices(desk: Desk) -> Iterator[tuple[Place, Spoken]]:
    for category in desk.categories:
        at = ("categories", category.name)
        yield (*at, "label"), category.label
        yield from (((*at, "subcategories", sub.name, "label"), sub.label) for sub in category.subcategories)
        for question in category.questions:
            options = (*at, "questions", question.name, "options")
            yield from (((*options, option.name), option.label) for option in question.options)


def load_holidays(desk: Desk, path: Path, year: int) -> None:
    """Those of this year and the next, so that no turn has to. Raises `Unfit` when nobody knows such a calendar."""
    try:
        calendars.warm(desk.hours.holidays, (year, year + 1))
    except ValueError as unknown:
        line = line_of(("hours", "holidays"), places(path.read_text("utf-8-sig")))
        raise Unfit(f"{path.name}:{line}: hours.holidays: {unknown}") from None


@contextmanager
def plainly(url: str) -> Iterator[None]:
    """A database that cannot be opened, or refuses, is what an operator can mend. Raises `Unfit`."""
    try:
        yield
    except (Newer, Misplaced) as why:
        raise Unfit(str(why)) from None
    except OSError as trouble:
        raise Unfit(f"DATABASE_URL: the database cannot be opened: {trouble.strerror}") from None
    except DatabaseError as trouble:
        what = _trouble(trouble)
        if not what:
            raise  # a fault of ours
        if full := no_room(url):
            raise Unfit(f"DATABASE_URL: the database has no room to grow: {full}") from None
        raise Unfit(f"DATABASE_URL: {what}: {first_line(trouble.orig)}") from None


def first_line(error: object) -> str:
    """What follows is for programmers: the statement, or whether the server is running."""
    return str(error).strip().partition("\n")[0]


def _trouble(error: DatabaseError) -> str:
    match refusal(error.orig):
        case "" if error.statement is None or type(error) in (DatabaseError, OperationalError):
            return "the database cannot be opened"
        case "":
            return ""
        case state:
            return "its user lacks a right in the database" if state == NO_RIGHT else "the database only reads"


@contextmanager
def at_work(settings: Settings, *, alone: bool) -> Iterator[None]:
    """Holds an embedded database: a `run` has it `alone`, since it takes what is in hand there for its own. Raises `Unfit`."""
    url = settings.database_url.reveal()
    with ExitStack() as stack:
        with plainly(url):
            free = stack.enter_context(held(url, together=not alone))
        if not free:
            others = "another `run`, `web` or `worker` is" if alone else "`conserje run` does all there is to do and is"
            raise Unfit(f"DATABASE_URL: {others} at work on this database: stop it first")
        yield


def open_keep(url: str) -> Keep:
    """Where files are kept. Raises `Unfit`."""
    try:
        return Keep.open(url)
    except (BaseError, OSError, ValueError) as trouble:
        raise Unfit(f"MEDIA_URL: no files can be kept in {url}: {trouble}") from None


def open_store(settings: Settings, desk: Desk, channels: dict[str, Channel], *, alone: bool) -> Store:
    """`run` brings an embedded database up to date by itself; everybody else starts on the schema they know."""
    url = settings.database_url.reveal()
    with plainly(url):
        if alone and url.startswith("sqlite"):
            migrate(url)
        elif path := missing(url):
            raise Unfit(f"DATABASE_URL: {no_database(path)}: name that of your desk, or make one by `conserje migrate`")
        elif not schema_is_current(url):
            raise Unfit("the database has another schema than this release: run `conserje migrate`")
    return Store.open(
        url,
        desk,
        Words(settings.public_url, ZoneInfo(desk.hours.zone), now=now),
        now=now,
        limits={name: channel.limits for name, channel in channels.items()},
        drafts=handlers.DRAFTS,
        agents=_teams(settings, channels),
        languages=languages(),
    )


async def learn(store: Store) -> None:
    """What a fresh process has to know before its first turn. Raises `Unfit`."""
    try:
        await store.learn()
    except Busy as why:
        raise Unfit(f"DATABASE_URL: the database takes nothing: {first_line(why)}") from None


TEAMS = {"telegram": "telegram_agents_chat", "slack": "slack_agents_channel"}
"""The setting that names the team's chat on each platform."""


def _teams(settings: Settings, channels: Collection[str]) -> tuple[Address, ...]:
    """The teams' chats when a category names none, on the platforms that are set up."""
    named = ((channel, str(getattr(settings, TEAMS[channel]))) for channel in channels if channel in TEAMS)
    return tuple(Address(channel, chat) for channel, chat in named if chat)


def named_teams(settings: Settings, desk: Desk) -> tuple[Address, ...]:
    """All teams' chats: those of the settings, and those of categories."""
    of_categories = (category.team for category in desk.categories if category.team)
    return tuple(dict.fromkeys((*_teams(settings, TEAMS), *of_categories)))


def below_a_path(settings: Settings) -> str:
    """Our pages lead to each other from the root of a name."""
    path = urlsplit(settings.public_url).path.strip("/")
    return "PUBLIC_URL has a path, below which the pages are not found" if path else ""


def unreachable(settings: Settings, desk: Desk) -> list[str]:
    """Categories whose team sits where nobody can reach it."""
    set_up = {"telegram": bool(settings.telegram_bot_token), "slack": settings.slack}
    routes = ((category.name, category.team.channel) for category in desk.categories if category.team)
    return [
        f"{settings.desk_path().name}: the team of category {name} is on {channel}, which is not set up"
        for name, channel in routes
        if not set_up.get(channel)
    ]


def telegram(settings: Settings, desk: Desk) -> Telegram:
    def commands() -> Commands:
        useless = () if settings.smtp_url else handlers.BY_MAIL
        return {
            "" if code == desk.language else code: [
                (n, typed(words, code)) for n, words in menu.items() if n not in useless
            ]
            for code, menu in handlers.COMMANDS.items()
        }

    def team_menu() -> Menu:
        code = desk.agents_language
        menu = handlers.TEAM_MENU.get(code, handlers.TEAM_MENU["en"])
        return [(name, typed(words, code)) for name, words in menu.items()]

    return Telegram(
        settings.telegram_bot_token.reveal(),
        secret_key=settings.secret_key.reveal(),
        api_url=settings.telegram_api_url,
        public_url=settings.public_url,
        mode=settings.telegram_mode,
        commands=commands,
        team_menu=team_menu,
        teams=tuple(team.chat for team in named_teams(settings, desk) if team.channel == Telegram.name),
        menu=lambda: typed(_("My requests"), desk.language),
        now=now,
    )


def slack(settings: Settings, desk: Desk) -> Slack:
    """Imported here: where Slack is off, its libraries would be a third of the start."""
    from bot.channels.slack import Keys, Slack

    def group(locale: str) -> str:
        code = locale[:2]
        return typed(_("@group"), code if code in languages() else desk.language).removeprefix("@")

    doors = [door for company in desk.companies for door in company.doors]
    return Slack(
        Keys(
            token=settings.slack_bot_token.reveal(),
            signing_secret=settings.slack_signing_secret.reveal(),
            app_token=settings.slack_app_token.reveal(),
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.reveal(),
            secret_key=settings.secret_key.reveal(),
        ),
        api_url=settings.slack_api_url,
        public_url=settings.public_url,
        commands=handlers.EVERYWHERE,
        team_commands=handlers.TEAM_COMMANDS,
        room_commands=handlers.ROOM_COMMANDS,
        teams=tuple(team.chat for team in named_teams(settings, desk) if team.channel == Slack.name),
        group=group,
        shared=tuple(door.split(":")[1] for door in doors if door.startswith(f"{Slack.name}:T")),
        now=now,
    )


def email(settings: Settings, desk: Desk) -> Email:
    """Imported here: where no mail is sent, its library would be a part of the start."""
    from bot.channels.email import Email

    return Email(
        settings.smtp_url.reveal(),
        sender=settings.smtp_from,
        names={code: typed(desk.name, code) for code in languages()},
        public_url=settings.public_url,
        now=now,
    )


def hook(settings: Settings) -> Hook:
    """Imported here: where no events are sent, its library would be a part of the start."""
    from bot.channels.hook import Hook

    return Hook(settings.hook_url.reveal(), secret=settings.hook_secret.reveal(), now=now)
