"""The doctor against stand-ins of the platforms: what is missing, and the step that mends it."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import psycopg
import pytest
from aiohttp import web
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels import Busy, Finding
from bot.channels.slack.acts import ON_MESSAGE, SHORTCUT
from bot.channels.slack.examine import Ways, knocked
from bot.channels.slack.install import SCOPES
from bot.channels.slack.listen import Ear
from bot.channels.slack.webhook import Endpoint
from bot.channels.slack.wire import Wire
from bot.desk.reading import read
from bot.doctor import examine, holidays
from bot.media.keep import Keep
from bot.sandbox.serve import serve
from bot.sandbox.telegram import Member, World
from bot.sandbox.telegram.room import MEMBERS_RIGHTS
from bot.settings import load
from tests.channels.email.postbox import postbox
from tests.channels.slack.stand_in import WebApi
from tests.elsewhere import elsewhere
from tests.store.laid import laid
from tests.store.postgres import fresh, model, postgres
from tests.web.door import served

__all__ = ["postgres"]

SHIPPED = Path(__file__).resolve().parents[1] / "desk.toml"


async def findings(folder: Path, **environ: object) -> list[Finding]:
    path = folder / "conserje.db"
    url = f"sqlite:///{path}" if path.exists() else laid(path)
    usual = {"DATABASE_URL": url, "MEDIA_URL": f"file:{folder}/media"}
    settings = load({**usual, **{name: str(value) for name, value in environ.items()}}, folder)
    return [finding async for finding in examine(settings)]


def mends(found: list[Finding]) -> list[str]:
    return [finding.what for finding in found if finding.mend]


async def test_all_is_well_in_a_forum_where_the_bot_may_open_topics(tmp_path: Path) -> None:
    world = World()
    group = world.forum("Team", [world.person("Bea")])
    async with serve(world) as url:
        found = await findings(
            tmp_path, TELEGRAM_BOT_TOKEN=world.token, TELEGRAM_API_URL=url, TELEGRAM_AGENTS_CHAT=group.id
        )
    assert mends(found) == []


async def test_a_forgotten_group_and_forgotten_rights_are_named(tmp_path: Path) -> None:
    world = World()
    group = world.forum("Team", [world.person("Bea")])
    async with serve(world) as url:
        common = {"TELEGRAM_BOT_TOKEN": world.token, "TELEGRAM_API_URL": url}
        assert mends(await findings(tmp_path, **common)) == ["there is no agents' group"]
        world.set_bot(group, next(iter(world.people.values())), Member(status="member"))
        found = await findings(tmp_path, **common, TELEGRAM_AGENTS_CHAT=group.id)
        assert "the bot may not open topics" in mends(found)


async def test_a_group_whose_members_may_send_no_files_is_named(tmp_path: Path) -> None:
    world = World()
    bea = world.person("Bea")
    group = world.group("Team", [bea])
    world.set_bot(group, bea, Member(status="restricted", rights={"can_send_messages": True}))
    async with serve(world) as url:
        common = {"TELEGRAM_BOT_TOKEN": world.token, "TELEGRAM_API_URL": url, "TELEGRAM_AGENTS_CHAT": group.id}
        assert "the bot may send no files there" in mends(await findings(tmp_path, **common))
        world.set_bot(group, bea, Member(status="restricted", rights=MEMBERS_RIGHTS))
        assert "the bot may send no files there" not in mends(await findings(tmp_path, **common))


async def test_an_address_below_a_path_is_named(tmp_path: Path) -> None:
    async with serve(World()) as url:
        common = {"TELEGRAM_BOT_TOKEN": World().token, "TELEGRAM_API_URL": url, "SECRET_KEY": "k" * 40}
        for address, named in (("https://example.com/desk", True), ("https://example.com/", False)):
            found = await findings(tmp_path, **common, PUBLIC_URL=address)
            assert ("PUBLIC_URL has a path, below which the pages are not found" in mends(found)) == named


async def test_a_group_that_became_a_supergroup_is_named_with_its_new_number(tmp_path: Path) -> None:
    world = World()
    bea = world.person("Bea")
    small = world.group("Team", [bea])
    new = world.migrate(small, bea)
    async with serve(world) as url:
        found = await findings(
            tmp_path, TELEGRAM_BOT_TOKEN=world.token, TELEGRAM_API_URL=url, TELEGRAM_AGENTS_CHAT=small.id
        )
    (said,) = [f for f in found if f.mend and "group" in f.what]
    assert (said.what, str(new.id) in said.mend) == (f"the agents' group {small.id} is a supergroup by now", True)
    assert "the agents' group is “Team”" in [f.what for f in found]


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(minutes=20, seconds=30), "this machine's clock is 20 min ahead"),
        (timedelta(hours=-30, seconds=-5), "this machine's clock is 1800 min behind"),
        (timedelta(seconds=30), ""),
    ],
)
async def test_a_clock_that_is_wrong_is_named(tmp_path: Path, off: timedelta, said: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=404, headers={"Date": format_datetime(datetime.now(UTC) - off, usegmt=True)})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        found = mends(await findings(tmp_path, TELEGRAM_BOT_TOKEN=World().token, TELEGRAM_API_URL=url))
    finally:
        await runner.cleanup()
    assert [what for what in found if "clock" in what] == ([said] if said else [])


@pytest.mark.parametrize("token", ["1:wrong"])
async def test_a_wrong_token_ends_the_visit(tmp_path: Path, token: str) -> None:
    async with serve(World()) as url:
        found = await findings(tmp_path, TELEGRAM_BOT_TOKEN=token, TELEGRAM_API_URL=url)
    assert [f.mend[:28] for f in found if f.mend] == ["copy the token again from @B"]
    assert mends(found) == ["Telegram does not let us in (it refuses the token)"]
    assert token not in str(found)


async def test_a_database_that_takes_nothing_is_named(tmp_path: Path, postgres: str) -> None:
    """Its disk is full, or another server has taken over: it can be opened, and read."""
    url = fresh(postgres, like=model(postgres))
    assert "database is up to date" in str(await findings(tmp_path, DATABASE_URL=url))
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(f"ALTER DATABASE {make_url(url).database} SET default_transaction_read_only = on")
    said = "the database takes nothing (cannot execute UPDATE in a read-only transaction)"
    assert said in mends(await findings(tmp_path, DATABASE_URL=url))
    with closing(sqlite3.connect(tmp_path / "conserje.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = await findings(tmp_path)
    assert "the database takes nothing (database is locked)" in mends(found)
    assert "another program holds it" in str(found)


@pytest.mark.parametrize("left", [4_000_000, 1_000])
async def test_a_full_disk_is_named_whether_its_last_words_still_fit_or_not(tmp_path: Path, left: int) -> None:
    await findings(tmp_path)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, most[1]))
    try:
        found = await findings(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert "the database has no room to grow (File too large)" in mends(found)
    assert "database is up to date" in str(await findings(tmp_path))


async def test_files_of_another_database_are_named_before_anybody_misses_one(tmp_path: Path) -> None:
    assert "files are kept" in str(await findings(tmp_path))
    await Keep.open(f"file:{tmp_path}/media").bury("desk-42")
    found = await findings(tmp_path)
    (finding,) = [f for f in found if "another database" in f.what]
    assert (f"file:{tmp_path}/media" in finding.what, "gone/desk-42" in finding.mend) == (True, True)
    away = await findings(tmp_path, DATABASE_URL="postgresql://desk@127.0.0.1:9/desk")
    assert "another database" not in str(away)


async def test_why_a_database_does_not_open_is_said(tmp_path: Path) -> None:
    found = await findings(tmp_path, DATABASE_URL="postgresql://desk:s3cret@127.0.0.1:9/desk")
    (said,) = [what for what in mends(found) if "database" in what]
    assert said.startswith("the database does not open (")
    assert "127.0.0.1" in said
    assert "s3cret" not in said


@pytest.fixture
async def slack_api() -> AsyncIterator[WebApi]:
    api = WebApi()
    app = web.Application()
    app.router.add_post("/api/{method}", api.called)
    async with elsewhere(app) as api.url:
        yield api


def at_slack(api: WebApi, **more: str) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{api.url}/api/", **more}


async def test_all_is_well_in_slack_over_socket_mode(tmp_path: Path, slack_api: WebApi) -> None:
    set_up = at_slack(slack_api, SLACK_APP_TOKEN="xapp-1", SLACK_AGENTS_CHANNEL="C0TEAM")
    found = await findings(tmp_path, **set_up)
    assert [f.what for f in found[3:]] == [
        "Slack: we are @conserje in Acme",
        "the team's channel is #support",
        "events come by Socket Mode",
    ]


@pytest.mark.parametrize(("door", "named"), [("slack:T1", 1), ("slack:T1:U7", 1), ("slack:U7", 0), ("slack:T2", 0)])
async def test_a_company_that_is_our_own_workspace_is_named(
    tmp_path: Path, slack_api: WebApi, door: str, named: int
) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text(f'{SHIPPED.read_text("utf-8")}\n[companies.acme]\ndoors = ["{door}"]\n', "utf-8")
    set_up = at_slack(slack_api, SLACK_APP_TOKEN="xapp-1", SLACK_AGENTS_CHANNEL="C0TEAM", DESK_FILE=str(desk))
    found = await findings(tmp_path, **set_up)
    assert mends(found) == ["a company is named by T1, our own workspace: its people share nothing"] * named


async def test_what_is_forgotten_in_slack_is_named(tmp_path: Path, slack_api: WebApi) -> None:
    slack_api.scopes = slack_api.scopes.replace(",files:write", "")
    slack_api.then("conversations.info", {"channel": {"id": "C0TEAM", "name": "support"}})
    slack_api.then("conversations.info", "channel_not_found")
    slack_api.then("auth.test", {})
    common = at_slack(slack_api, SLACK_SIGNING_SECRET="0123456789")
    alone = mends(await findings(tmp_path, **common))
    apart = mends(await findings(tmp_path, **common, SLACK_AGENTS_CHANNEL="C0TEAM"))
    hidden = mends(await findings(tmp_path, **common, SLACK_AGENTS_CHANNEL="C0TEAM"))
    unreached = "Slack cannot reach http://localhost:8080/slack/events"
    scope = "the bot may not do everything it has to: files:write missing"
    assert [alone, apart, hidden] == [
        ["there is no team's channel in Slack", unreached],
        [scope, "the bot is not in #support", unreached],
        [scope, "the team's channel C0TEAM cannot be seen (conversations.info: channel_not_found)", unreached],
    ]


@pytest.mark.parametrize(("private", "again"), [(True, ""), (False, ", write /invite @ and the bot's name there")])
async def test_who_opens_an_archived_channel_again_knows_what_else_it_takes(
    tmp_path: Path,
    slack_api: WebApi,
    private: bool,  # noqa: FBT001 - a case
    again: str,
) -> None:
    """Slack brings nobody back into a public one."""
    found = {"id": "C0TEAM", "name": "support", "is_archived": True, "is_private": private}
    slack_api.then("conversations.info", {"channel": found})
    told = await findings(tmp_path, **at_slack(slack_api, SLACK_APP_TOKEN="xapp-1", SLACK_AGENTS_CHANNEL="C0TEAM"))
    (mend,) = (finding.mend for finding in told if finding.mend)
    assert mend == f"unarchive it{again}; or choose another in SLACK_AGENTS_CHANNEL"


async def test_a_token_of_a_whole_organisation_is_named_before_all_that_follows_from_it(
    tmp_path: Path, slack_api: WebApi
) -> None:
    slack_api.then("auth.test", {"team_id": "E1", "enterprise_id": "E1", "is_enterprise_install": True})
    found = await findings(tmp_path, **at_slack(slack_api, SLACK_APP_TOKEN="xapp-1", SLACK_AGENTS_CHANNEL="C0TEAM"))
    assert mends(found) == ["SLACK_BOT_TOKEN is of a whole organisation, and we work in single workspaces"]


async def test_a_team_on_another_platform_is_no_forgotten_team(tmp_path: Path, slack_api: WebApi) -> None:
    set_up = at_slack(slack_api, SLACK_APP_TOKEN="xapp-1")
    world = World()
    group = world.forum("Team", [world.person("Bea")])
    async with serve(world) as url:
        at_telegram = {
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": url,
            "TELEGRAM_AGENTS_CHAT": str(group.id),
        }
        assert mends(await findings(tmp_path, **set_up, **at_telegram)) == []


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        (b"the-secret", "our desk answers at "),
        (b"another", " answers, but not as our desk does"),
        (b"", "nobody answers at "),
    ],
)
async def test_the_address_of_slacks_events_is_tried(secret: bytes, what: str) -> None:
    async def never() -> Ear:
        raise Busy

    door = Route("/slack/events", Endpoint(never, (b"the-secret",), lambda: datetime.now(UTC)), methods=["POST"])
    wire = Wire("http://127.0.0.1/api/")
    async with served(Starlette(routes=[door])) as base:
        address = "http://127.0.0.1:1/slack/events" if not secret else f"{base}/slack/events"
        found = await knocked(Ways(None, address, secret, wire))
    await wire.close()
    assert what in found.what
    assert bool(found.mend) == (secret != b"the-secret")


async def test_a_token_slack_does_not_know_ends_the_visit(tmp_path: Path, slack_api: WebApi) -> None:
    slack_api.then("auth.test", "invalid_auth")
    found = await findings(tmp_path, **at_slack(slack_api, SLACK_APP_TOKEN="xapp-1"))
    assert [f.mend[:33] for f in found if f.mend] == ["copy the Bot User OAuth Token aga"]
    assert mends(found) == ["Slack does not let us in (it refuses the token: invalid_auth)"]


def test_the_manifest_asks_for_what_the_channel_needs() -> None:
    written = (Path(__file__).resolve().parent.parent / "slack-manifest.yaml").read_text("utf-8")
    scopes = written.partition("    bot:\n")[2].partition("settings:")[0]
    assert tuple(line.strip().removeprefix("- ") for line in scopes.splitlines() if line.strip()) == SCOPES
    assert all(f"callback_id: {name}\n" in written for name in (SHORTCUT, ON_MESSAGE))


@pytest.mark.parametrize(("calendar", "found"), [("LK", 1), ("ES-MD", 0), ("UA", 0)])
def test_a_year_whose_holidays_nobody_knows_is_named(calendar: str, found: int) -> None:
    """Sri Lanka's are published year by year; Ukraine has none while it is at war."""
    shipped = (Path(__file__).parent.parent / "desk.toml").read_text("utf-8")
    desk = read(shipped.replace('["ES-MD"]', f'["{calendar}"]'))
    said = [finding.what for finding in holidays(desk, 2026)]
    assert said == ["the public holidays of LK in 2027 are not known"] * found


async def test_a_team_on_a_platform_that_is_not_set_up_and_a_place_for_files_that_takes_none_are_named(
    tmp_path: Path,
) -> None:
    world = World()
    group = world.forum("Team", [world.person("Bea")])
    shipped = (Path(__file__).parent.parent / "desk.toml").read_text("utf-8")
    (tmp_path / "desk.toml").write_text(shipped.replace("# agents = ", 'agents = "slack:C0123456789" # ', 1), "utf-8")
    (tmp_path / "taken").write_text("no folder")
    async with serve(world) as url:
        common = {"TELEGRAM_BOT_TOKEN": world.token, "TELEGRAM_API_URL": url, "TELEGRAM_AGENTS_CHAT": group.id}
        odd = {"DESK_FILE": tmp_path / "desk.toml", "MEDIA_URL": f"file:{tmp_path}/taken/media"}
        found = await findings(tmp_path, **common, **odd)
    assert mends(found) == [
        f"no file can be kept in file:{tmp_path}/taken/media (OSError)",
        "desk.toml: the team of category billing is on slack, which is not set up",
    ]


async def test_a_mail_server_that_is_away_is_named_and_one_that_takes_us_is_well(tmp_path: Path) -> None:
    world = World()
    group = world.forum("Team", [world.person("Bea")])
    async with serve(world) as url, postbox() as box:
        common = {"TELEGRAM_BOT_TOKEN": world.token, "TELEGRAM_API_URL": url, "TELEGRAM_AGENTS_CHAT": group.id}
        well = await findings(tmp_path, **common, SMTP_URL=f"smtp://127.0.0.1:{box.port}")
        away = await findings(tmp_path, **common, SMTP_URL="smtp://127.0.0.1:1")
    assert (mends(well), well[-1].what.startswith("e-mail: ")) == ([], True)
    assert mends(away) == ["the mail server 127.0.0.1:1 does not answer (ConnectionRefusedError)"]
