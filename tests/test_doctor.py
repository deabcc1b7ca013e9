"""The doctor against a stand-in of Telegram: what is missing, and the step that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels import Finding
from bot.doctor import examine
from bot.sandbox.serve import serve
from bot.sandbox.telegram import Member, World
from bot.settings import load
from bot.store.schema import migrate


async def findings(folder: Path, **environ: object) -> list[Finding]:
    url = f"sqlite:///{folder / 'conserje.db'}"
    migrate(url)
    settings = load({"DATABASE_URL": url, **{name: str(value) for name, value in environ.items()}}, folder)
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


@pytest.mark.parametrize("token", ["1:wrong"])
async def test_a_wrong_token_ends_the_visit(tmp_path: Path, token: str) -> None:
    async with serve(World()) as url:
        found = await findings(tmp_path, TELEGRAM_BOT_TOKEN=token, TELEGRAM_API_URL=url)
    assert [f.mend[:28] for f in found if f.mend] == ["copy the token again from @B"]
    assert token not in str(found)
