"""`python -m tests.manners`: what is taken for an insult, a second subject and a language, and every phrase we are wrong about."""

from __future__ import annotations

from tests.manners.measure import insults, languages, second_subjects

told, split, spoken = tuple(insults()), tuple(second_subjects()), tuple(languages())
print("| phrases | language | insults recognised | false alarms |\n|---|---|---|---|")
print(*told, sep="\n")
print("\n| messages | language | two subjects seen | false alarms |\n|---|---|---|---|")
print(*split, sep="\n")
print("\n| phrases | written in | language recognised |\n|---|---|---|")
print(*spoken, sep="\n")
for row in (*told, *split, *spoken):
    for text in row.missed:
        print(f"missed ({row.name}, {row.language}): {text}")
    for text in row.false:
        print(f"false alarm ({row.name}, {row.language}): {text}")
