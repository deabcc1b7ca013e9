"""A database that tests are lent one after the other is as new each time."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import AdminShutdown

from bot.store.tables import META
from tests.store.postgres import fresh, model, sweep

LEFT = """
INSERT INTO dead_letter (key, body, error, at) VALUES ('k', 'b', 'e', 1);
UPDATE counter SET value = value + 1;
COMMIT;
UPDATE counter SET value = value + 1;
"""
"""Of which the last is not committed, and so locked."""


def holds(address: str) -> dict[str, object]:
    """Every row of every table, and the next number of whatever is numbered."""
    with psycopg.connect(address) as link:
        rows: dict[str, object] = {t.name: link.execute(f"TABLE {t.name}").fetchall() for t in META.sorted_tables}
        numbered = link.execute("SELECT relname FROM pg_class WHERE relkind = 'S'").fetchall()
        return rows | {name: link.execute("SELECT nextval(%s)", (name,)).fetchone() for (name,) in numbered}


def test_what_was_left_in_a_database_is_gone_and_so_is_who_left_it(postgres: str) -> None:
    new, used = (fresh(postgres, like=model(postgres)) for _ in range(2))
    left = psycopg.connect(used)
    left.execute(LEFT)
    sweep(used)
    with pytest.raises(AdminShutdown):
        left.execute("SELECT 1")
    assert holds(used) == holds(new)
