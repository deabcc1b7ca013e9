"""Takes each check away once, in a copy, and sees that the tests notice: `python3 dev.py guards`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import shuffle
from time import monotonic

from tests.guards.checks import CHECKS, Check

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
A_CHANGE = 150.0
"""Seconds for the checks in files that have changed (`--of`): so many as begin in that time, others each time."""
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "data", "node_modules")


def noticed(check: Check) -> bool:
    """Whether a test fails without it. The tests run in the copy; nothing of the original is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "desk"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        file = copy / check.file
        code = file.read_text("utf-8")
        assert code.count(check.there) == 1, f"{check.file}: not there, or more than once: {check.there}"
        file.write_text(code.replace(check.there, check.gone), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *check.tests]
        run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"{check.keeps}: the tests could not be run\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return run.returncode == 1


def chosen_by(words: list[str]) -> list[Check]:
    """All; those that a word is about; or with `--of` those in files that have changed."""
    match words:
        case []:
            return list(CHECKS)
        case ["--of", *files]:
            return [check for check in CHECKS if check.file in files]
        case _:
            return [check for check in CHECKS if any(word in check.keeps or word in check.file for word in words)]


def main(words: list[str]) -> int:
    chosen, of_change = chosen_by(words), words[:1] == ["--of"]
    if of_change:
        shuffle(chosen)
    begun, found = monotonic(), []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for check, well in zip(chosen, pool.map(noticed, chosen), strict=True):
            found.append(well)
            print(f"{'noticed' if well else 'NOBODY NOTICED'}: {check.keeps}  ({check.file})", flush=True)
            if of_change and monotonic() - begun > A_CHANGE:
                pool.shutdown(cancel_futures=True)
                break
    missed, left = found.count(False), len(chosen) - len(found)
    print(f"{len(found)} checks taken away one at a time, {missed} not noticed, {monotonic() - begun:.0f} s")
    if left:
        print(f"{left} more not asked this time: `python3 dev.py guards` asks all")
    return 1 if missed or not (found or of_change) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
