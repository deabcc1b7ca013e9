"""`python3 dev.py soak`: ten thousand conversations and fifty kills, and what was lost in them."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.faults.program import Mode
from tests.faults.storm import Figures, Plan, Storm, Where


def verdicts(figures: Figures) -> Iterator[tuple[str, int, str, bool]]:
    """Each figure with what it may be, and whether it is."""
    told = figures.balance
    nothing = (
        ("lost updates", told.lost_updates),
        ("lost tickets", told.lost_tickets),
        ("double tickets", told.double_tickets),
        ("tickets that hold anything else than was said", told.wrong_tickets),
        ("lost replies", told.lost_replies),
        ("conversations out of order", told.disorder),
        ("messages before their `retry_after`", figures.early),
        ("errors in the log", figures.errors),
    )
    yield from ((name, len(found), "0", not found) for name, found in nothing)
    yield "events set aside", figures.buried, "0", not figures.buried
    if figures.memory:
        first, last = figures.memory
        grown = 100 * last // first - 100
        yield f"memory grown since a tenth was done ({first:,} kB), in percent", grown, "below 10", grown < 10
    if figures.plan.where != "telegram":
        yield "messages twice in Slack", figures.in_slack, "0", not figures.in_slack
    if figures.plan.where == "slack":
        return
    most = figures.caught + figures.timeouts + figures.kills
    wire, late = f"on the wire at {figures.kills} kills {figures.caught}", "one a kill that came after we had looked"
    words = f"at most {most}: {wire}, {figures.timeouts} timeouts, {late}"
    well = figures.replies + figures.notices <= most
    yield "replies sent twice in Telegram by kills", figures.replies, words, well
    yield "notices to the team sent twice by kills", figures.notices, "(with those)", well
    yield "messages of one customer on the wire at one kill", figures.crowded, "at most 1", figures.crowded <= 1


def report(figures: Figures) -> str:
    plan = figures.plan
    rows = [f"| {name} | {found} | {most} | {'✓' if well else '✗'} |" for name, found, most, well in verdicts(figures)]
    thrown = ", ".join(f"{times} {name}" for name, times in sorted(figures.troubles.items()))
    return "\n".join(
        (
            f"{plan.conversations} conversations ({plan.where}, {plan.mode}) in {figures.seconds:.0f} s; seed {plan.seed}",
            f"thrown at it: {thrown}",
            f"messages whose line was cut after they were taken, and sent again as they must be: {figures.unsure}",
            f"clean stop at the end: {figures.stopped:.1f} s",
            "",
            "| figure | found | may be | |",
            "|---|---|---|---|",
            *rows,
        )
    )


def details(figures: Figures) -> str:
    """The first of whatever should not be there."""
    told = figures.balance
    parts = (told.lost_updates, told.lost_tickets, told.double_tickets, told.wrong_tickets, told.lost_replies)
    return "\n".join(line for part in (*parts, told.disorder, figures.early, figures.errors) for line in part[:5])


async def weather(plan: Plan) -> Figures:
    with TemporaryDirectory(prefix="conserje-soak-") as folder:
        return await Storm(plan, Path(folder)).run()


@click.command(help=__doc__)
@click.option("--conversations", default=10_000, show_default=True)
@click.option("--kills", default=50, show_default=True)
@click.option("--mode", type=click.Choice(["webhook", "polling"]), default="webhook", show_default=True)
@click.option("--where", type=click.Choice(["telegram", "slack", "both"]), default="telegram", show_default=True)
@click.option("--at-once", default=48, show_default=True, help="conversations under way at any moment")
@click.option("--seed", type=int, help="throws the same dice again")
def main(*, conversations: int, kills: int, mode: Mode, where: Where, at_once: int, seed: int | None) -> None:
    plan = Plan(conversations, kills, random.randrange(10**6) if seed is None else seed, mode, where, at_once=at_once)
    click.echo(f"seed {plan.seed}")
    figures = asyncio.run(weather(plan))
    click.echo(report(figures))
    if not all(well for *_, well in verdicts(figures)):
        click.echo(details(figures))
        sys.exit(1)


if __name__ == "__main__":
    main()
