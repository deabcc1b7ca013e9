"""PostgreSQL's own way of making a copy, as the README tells it, and the desk that opens on it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from bot.effects import Save
from bot.store import Store, migrate, schema_is_current
from tests.store.desk import Hand, does, message, opened, sees, ticket
from tests.store.postgres import fresh, programs

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def told(program: str, url: str, folder: Path) -> None:
    """Runs the README's command."""
    found = re.search(rf"{program} --[^`\n#]*", README)
    assert found
    words = shlex.split(found[0].replace('"$DATABASE_URL"', shlex.quote(url)))
    home = programs()
    subprocess.run([str(home / program) if home else program, *words[1:]], check=True, cwd=folder)


async def tickets(store: Store) -> list[str]:
    return [t.code for t in (await sees(store, message("look"))).open_tickets]


async def test_a_desk_opens_on_its_restored_copy(postgres: str, hand: Hand, tmp_path: Path) -> None:
    lost, copy = fresh(postgres), fresh(postgres)
    migrate(lost)
    store = opened(lost, hand)
    person = (await sees(store, message("1"))).person
    await does(store, message("2"), Save(ticket(1, person)))
    store.close()

    told("pg_dump", lost, tmp_path)
    told("pg_restore", copy, tmp_path)
    assert schema_is_current(copy)
    restored = opened(copy, hand)
    assert await tickets(restored) == ["SUP-1"]
    restored.close()
