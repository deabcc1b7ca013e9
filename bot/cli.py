"""What an operator types. Heavy parts are imported by the command that needs them, so that help comes at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.settings import Settings

NUMBER = click.IntRange(1, 2**63 - 1)
"""Of a letter or an event; databases know none above."""
CAST = "Ana in es, Bob in en, Bea at desk, Leo at desk"


class Paper(click.Path):
    """A file that will be written: whether it can be is looked at first, not when all the work is done."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not os.access(path.parent, os.W_OK):
            self.fail(f"{path} cannot be written: there is no such folder, or it is not ours.", param, ctx)
        return path


PAPER = Paper(dir_okay=False, writable=True)


class Plain(click.Group):
    """What an operator can mend is said in a line each, without a traceback; the program ends with 1."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except OSError as trouble:
            from bot.store.engines import FULL

            if trouble.errno not in FULL:
                raise
            click.echo(f"What was asked for cannot be written: {trouble.strerror}", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes the rest at its end
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        from bot.channels import Busy
        from bot.settings import Unfit

        lines: tuple[str, ...]
        try:
            return super().invoke(ctx)
        except Unfit as trouble:
            lines = trouble.lines
        except Busy as busy:
            from bot.parts import first_line

            lines = (f"the database cannot be reached just now: {first_line(busy)}",)
        for line in lines:
            click.echo(line, err=True)
        sys.exit(1)


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="conserje")
def main() -> None:
    """Conserje: the front door for support requests."""


@main.command()
def run() -> None:
    """Everything in one process: web, updates, delivery, alarms. Brings an embedded database up to date."""
    _serve(web=True, work=True)


@main.command()
def web() -> None:
    """Webhooks and pages only; any number of these beside any number of workers."""
    _serve(web=True, work=False)


@main.command()
def worker() -> None:
    """Delivery, files, alarms, and polling where there is no webhook; any number of these."""
    _serve(web=False, work=True)


@main.command()
@click.option("--restored", is_flag=True, help="A copy was put back: give no number again that was given since.")
@click.option("--from", "source", metavar="URL", help="Bring over all that this other database keeps.")
def migrate(*, restored: bool, source: str | None) -> None:
    """Bring the database to the schema of this release, creating it if need be.

    With `--from`, a new one gets all that another keeps: from SQLite to PostgreSQL, or back. Stop the desk first.
    """
    from bot.parts import plainly
    from bot.store.schema import migrate as bring
    from bot.store.schema import skip_numbers

    url = _settings().database_url.reveal()
    with plainly(url):
        bring(url)
    click.echo("The database is up to date.")
    if source is not None:
        from bot.store.copying import copy

        with plainly(url):
            rows = copy(source, url)
        click.echo(f"It has everything now. Requests: {rows['ticket']:,}; rows in all: {sum(rows.values()):,}.")
    if restored:
        with plainly(url):
            number = skip_numbers(url)
        click.echo(f"The next request has the number {number}.")


@main.command()
def doctor() -> None:
    """Look at everything a desk needs, and say how to mend what is missing."""
    import asyncio

    from bot import logs
    from bot.doctor import examine

    settings = _settings()
    logs.prepare(settings.log_format, "CRITICAL", settings.secrets)

    async def look() -> bool:
        well = True
        async for finding in examine(settings):
            click.echo(f"✗ {finding.what}\n  → {finding.mend}" if finding.mend else f"✓ {finding.what}")
            well = well and not finding.mend
        return well

    sys.exit(0 if asyncio.run(look()) else 1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Read desk.toml and say, by line, what is wrong with it."""
    from bot.almanac import almanac, size
    from bot.clock import now
    from bot.parts import load_holidays, read_desk
    from bot.settings import desk_path

    path = file or desk_path(os.environ)
    desk = read_desk(path)
    load_holidays(desk, path, now().year)
    click.echo(f"{path}: well. {size(desk)}")
    for line in almanac(desk, now()):
        click.echo(line)


@main.command()
@click.option("--cast", default=CAST, show_default=True, help="Who plays, where, and in which language.")
@click.option("--record", type=PAPER, help="Write the conversation to this .chat file.")
def simulate(cast: str, record: Path | None) -> None:
    """Play your desk.toml in this terminal: no tokens, nothing is kept.

    \b
    hello                      the first of the cast says it
    Bea in SUP-1001: on it     an agent writes in a ticket's topic
    [Send]                     presses a button; Bea: [Claim] SUP-1001
    (photo) (album of 3 photos) (file invoice.pdf)
    later: 2 days              moves the clock
    """  # noqa: D301 - click wants the sign itself: it keeps the lines below as they are
    from bot.parts import read_desk
    from bot.rehearsal import rehearse
    from bot.settings import desk_path

    rehearse(read_desk(desk_path(os.environ)), cast, record)


@main.command()
@click.option("--weeks", type=click.IntRange(3, 520), default=13, show_default=True, help="So many, up to this one.")
@click.option("--csv", "table", type=PAPER, help="Write every request of that time to this file.")
@click.option("--picture", type=PAPER, help="Draw the last whole week into this PNG.")
def numbers(weeks: int, table: Path | None, picture: Path | None) -> None:
    """How the desk did: requests, first answers, kept promises, ratings; by week, category and language."""
    from bot.report import report

    report(_settings(), weeks, table, picture)


@main.group(invoke_without_command=True)
@click.option("--waiting", is_flag=True, help="List what waits instead of what never left.")
@click.pass_context
def outbox(context: click.Context, *, waiting: bool) -> None:
    """Messages on their way: what waits, what never left and why; and sending it again."""
    if context.invoked_subcommand is None:
        from bot.backlog import report

        report(_settings(), waiting=waiting)


@outbox.command("show")
@click.argument("letter", type=NUMBER)
def outbox_show(letter: int) -> None:
    """What one letter says, why it did not leave, and what to do about it."""
    from bot.backlog import show

    show(_settings(), letter)


@outbox.command("retry")
@click.argument("letters", type=NUMBER, nargs=-1)
def outbox_retry(letters: tuple[int, ...]) -> None:
    """Send letters again that never left; all of them when none is named."""
    from bot.backlog import retry

    retry(_settings(), letters)


@outbox.command("drop")
@click.argument("letters", type=NUMBER, nargs=-1, required=True)
def outbox_drop(letters: tuple[int, ...]) -> None:
    """Forget letters that never left."""
    from bot.backlog import drop

    drop(_settings(), letters)


@outbox.command("rerun")
@click.argument("events", type=NUMBER, nargs=-1)
def outbox_rerun(events: tuple[int, ...]) -> None:
    """Take events once more that were set aside because they kept failing; all of them when none is named."""
    from bot.backlog import rerun

    rerun(_settings(), events)


@main.command()
@click.option("--send", is_flag=True, help="Send it to the team's chat now, instead of printing it.")
def digest(*, send: bool) -> None:
    """What waits in each team's chat, by promise: overdue, due today, nobody's, waiting longest."""
    from bot.briefing import digest as brief

    brief(_settings(), send=send)


@main.command()
@click.argument("person")
@click.option("--to", type=PAPER, help="The zip; named after the person without it.")
def export(person: str, to: Path | None) -> None:
    """Hand out all that is somebody's, as a zip. PERSON: a door (telegram:77) or one of their requests (SUP-1001)."""
    from bot.persons import export as handed_out

    handed_out(_settings(), person, to)


@main.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(person: str, *, yes: bool) -> None:
    """Erase all we keep of somebody. PERSON: a door (telegram:77) or one of their requests (SUP-1001)."""
    from bot.persons import erase as erased

    erased(_settings(), person, sure=yes)


@main.command()
@click.argument("named", default="")
@click.option(
    "--most", type=click.IntRange(1, 10_000), default=200, show_default=True, help="So many lines, the latest."
)
def trail(named: str, most: int) -> None:
    """Who did what and when. NAMED: a request (SUP-1001), or a door (telegram:77) and all of theirs; without it, what no
    request tells of: exports, erasures, known issues, canned answers, chats joined.
    """
    from bot.trail import trail as printed

    printed(_settings(), named, most)


def _serve(*, web: bool, work: bool) -> None:
    import gc

    gc.disable()  # what is imported stays: to look through it for garbage again and again is a seventh of the start
    import asyncio

    import uvloop

    from bot import logs
    from bot.app import Roles, serve
    from bot.parts import at_work

    settings = _settings(apart=not (web and work))
    logs.prepare(settings.log_format, settings.log_level, settings.secrets)
    gc.freeze()  # nor need the collector look at it later
    gc.set_threshold(10_000, 50)  # values never refer in circles: nearly all goes as soon as nobody has it
    gc.enable()
    roles = Roles(web, work)
    with (
        at_work(settings, alone=roles.alone),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(serve(settings, roles))


def _settings(*, apart: bool = False) -> Settings:
    from bot.settings import load

    return load(os.environ, apart=apart)
