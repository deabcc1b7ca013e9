"""`python3 dev.py bench`: how fast the desk is, beside the bare libraries, in one run. `--quick` takes 30 seconds."""

from __future__ import annotations

import sys
import tempfile

import click
import uvloop

from tests.bench.program import pin
from tests.bench.report import report
from tests.bench.runs import Length, runs

LONG = Length(rounds=3, seconds=4.0, conversations=10_000, births=5)
QUICK = Length(rounds=1, seconds=1.5, conversations=0, births=2)


def main(words: list[str]) -> int:
    if words not in ([], ["--quick"]):
        click.echo(__doc__)
        return 2
    pin(0)
    with tempfile.TemporaryDirectory() as folder:
        # Each round has a folder of its own, and all go at the end: for minutes after files were deleted, ext4 lets those
        # who make new ones look at each of them.
        tempfile.tempdir = folder
        click.echo(report(uvloop.run(runs(QUICK if words else LONG, folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
