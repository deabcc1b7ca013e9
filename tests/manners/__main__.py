"""`python -m tests.manners`: what is taken for an insult and for a language, and every phrase we are wrong about."""

from __future__ import annotations

from tests.manners.measure import insults, languages

told, spoken = tuple(insults()), tuple(languages())
print("| phrases | language | insults recognised | false alarms |\n|---|---|---|---|")
print(*told, sep="\n")
print("\n| phrases | written in | language recognised |\n|---|---|---|")
print(*spoken, sep="\n")
for row in (*told, *spoken):
    for text in row.missed:
        print(f"missed ({row.name}, {row.language}): {text}")
    for text in row.false:
        print(f"false alarm ({row.name}, {row.language}): {text}")
