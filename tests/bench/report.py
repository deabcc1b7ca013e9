"""One plain table: what everybody did, and how the desk stands to its goals."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import slack_rounds
from tests.bench.rounds import DESK, ECHO, FLOOR, INTERVIEW, Speed
from tests.bench.runs import BOTH, CROWD, DELAY, MANY, Found

MANY_OPEN = 100_000


def report(found: Found) -> str:
    return "\n".join((*_head(found), "", *_contenders(found), "", *_goals(found), "", *_ledgers(found)))


def _head(found: Found) -> Iterator[str]:
    yield f"disk: {found.syncs:,.0f} fdatasync/s · raw SQLite (WAL, FULL): {found.commits:,.0f} commits/s"
    yield f"an intake of ten steps, {CROWD} customers without think time; load on one core, program on another"


def _contenders(found: Found) -> Iterator[str]:
    yield _row("", "", "steps/s", "p50 ms", "p99 ms", "CPU µs/step")
    for (who, mode), speed in found.races.items():
        yield _speed(who.name, mode, speed)
    for who, speed in found.slow.items():
        yield _speed(who.name, f"{MANY} customers, {DELAY * 1000:.0f} ms", speed)
    for who, speed in found.slack.races.items():
        yield _speed(who.name, "HTTP", speed)


def _speed(name: str, how: str, s: Speed) -> str:
    return _row(name, how, f"{s.rate:,.0f}", f"{s.p50 * 1000:,.1f}", f"{s.p99 * 1000:,.1f}", f"{s.cpu * 1e6:,.0f}")


def _row(name: str, how: str, *figures: str) -> str:
    return f"{name:26}{how:22}" + "".join(f"{figure:>13}" for figure in figures)


def _goals(found: Found) -> Iterator[str]:
    ours, echo = found.races[DESK, "webhook"], found.races[ECHO, "webhook"]
    polled, polling = found.races[DESK, "polling"], found.races[ECHO, "polling"]
    talk, floor = found.races[INTERVIEW, "webhook"], found.races[FLOOR, "webhook"]
    yield _goal("S1", "webhook: steps/s over the echo bot", 5, ours.rate / echo.rate)
    yield _goal("S2", "polling: steps/s over the echo bot", 4, polled.rate / polling.rate)
    yield _goal("S3", "webhook: steps/s over the ConversationHandler bot", 7, ours.rate / talk.rate)
    yield _goal("S4", "CPU of a step over ASGI with one commit", 5, ours.cpu / floor.cpu, most=True)
    yield _goal("S5", "p99 over the echo bot's p99", 0.25, ours.p99 / echo.p99, most=True)
    yield _goal("S5", "p99 over p50", 3, ours.p99 / ours.p50, most=True)
    slow = found.slow[DESK].rate / found.slow[INTERVIEW].rate
    yield _goal("S6", f"answers after {DELAY * 1000:.0f} ms: steps/s over ConversationHandler", 150, slow)
    if found.conversations:
        grown = found.growth * MANY_OPEN / 1e6
        yield _goal("S7", f"MB for 100,000 open conversations (from {found.conversations:,})", 10, grown, most=True)
    else:
        yield "S7  MB for 100,000 open conversations: only the long run can tell"
    for mode, call in (("webhook", "setWebhook"), ("polling", "getUpdates")):
        start, other = found.births[DESK, mode], found.births[ECHO, mode]
        what = f"start to {call} over the echo bot ({start:.2f} s over {other:.2f} s)"
        yield _goal("S9", what, 1.5, start / other, most=True)
        both = found.births[BOTH, mode]
        yield _goal("S9", f"the same with Slack ({both:.2f} s)", 2, both / other, most=True)
    for name, what, goal, value, most in slack_rounds.rows(found.slack):
        yield _goal(name, what, goal, value, most=most)


def _goal(name: str, what: str, goal: float, value: float, *, most: bool = False) -> str:
    met = value <= goal if most else value >= goal
    return f"{name:4}{what:72}{'≤' if most else '≥'}{goal:>6g}{value:>9.2f}   {'met' if met else 'short'}"


def _ledgers(found: Found) -> Iterator[str]:
    confirmed, kept = (sum(getattr(one, name) for one in found.ledgers) for name in ("confirmed", "kept"))
    verdict = "as it should be" if all(one.confirmed == one.kept for one in found.ledgers) else "WRONG"
    yield f"requests confirmed to customers: {confirmed:,} · tickets in the databases: {kept:,} · {verdict}"
