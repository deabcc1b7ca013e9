"""`python -m tests.manners`: the table of what is taken for an insult, and every phrase it is wrong about."""

from __future__ import annotations

from tests.manners.measure import measured

rows = tuple(measured())
print("| language | insults recognised | false alarms |\n|---|---|---|")
for row in rows:
    print(row)
for row in rows:
    for text in row.missed:
        print(f"missed ({row.language}): {text}")
    for text in row.false:
        print(f"false alarm ({row.language}): {text}")
