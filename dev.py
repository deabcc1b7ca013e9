#!/usr/bin/env python3
"""Everything a developer does, on a fresh machine with nothing but Python 3.11 or newer.

python3 dev.py demo     the whole desk in a browser, with no tokens   (--port 8080, --no-browser)
python3 dev.py test     all tests but the storms; further words go to pytest, and then it is what they say
python3 dev.py storms   whole conversations by the hundred while everything goes wrong; further words go to pytest
python3 dev.py check    format, lint, types
python3 dev.py bench    the benchmark table
python3 dev.py soak     10,000 conversations and 50 kills (--conversations, --kills, --mode, --seed)
python3 dev.py guards   takes each security check away once and sees that the tests notice
python3 dev.py words    bring the catalogues up to date with the sentences in the code
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOOLS = HERE / ".tools"
UV = "0.13.8"  # also in pyproject.toml, group "tools": uv.lock then knows its wheels and their hashes
ROOM = 3 * 2**30
"""Bytes; a run of all tests writes a tenth of it."""
ADVICE = "conserje needs uv to set itself up: `sudo apt install python3-venv`, or install uv (docs.astral.sh/uv)."


def main(line: list[str]) -> int:
    tasks = {
        "demo": demo,
        "test": test,
        "storms": storms,
        "check": check,
        "bench": bench,
        "soak": soak,
        "guards": guards,
        "words": words,
    }
    if not line or line[0] not in tasks:
        print(__doc__)
        return 0 if line in (["-h"], ["--help"]) else 2
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this file may have any Python
        print(f"conserje needs Python 3.11 or newer; this is {platform.python_version()}.")
        return 1
    if os.name == "nt":
        print("conserje runs on Linux and macOS; on Windows in WSL (https://learn.microsoft.com/windows/wsl/install).")
        return 1
    os.chdir(HERE)
    return tasks[line[0]](line[1:])


def demo(words: list[str]) -> int:
    sync("--no-dev", "--inexact")  # whoever develops keeps their tools
    return run("python", "-m", "bot.sandbox", *words)


def test(words: list[str]) -> int:
    sync("--extra", "postgres", "--compile-bytecode")  # once, and not in each of the processes below
    several = str(3 * (os.cpu_count() or 2))  # most tests wait for a program, a clock or a browser
    if failed := style([]):
        return failed
    # Types take one processor a while: meanwhile the tests have the others.
    with subprocess.Popen(**started("mypy"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as types:
        if not words:  # all tests are rewritten and compiled here, and not in each of the processes below
            subprocess.run(**started("pytest", "--collect-only"), stdout=subprocess.DEVNULL, check=False)
        failed = run_in_memory("pytest", *(words or ["-m", "not storm", "-n", several, "--dist", "worksteal"]))
        found, _ = types.communicate()
    print(found.decode(errors="replace"), end="", flush=True)
    return failed or types.returncode


def storms(words: list[str]) -> int:
    """Apart from the others, which they would keep from the machine: each fills it for itself."""
    sync("--extra", "postgres")
    return run_in_memory("pytest", "-m", "storm", "tests/faults", *words)


def check(words: list[str]) -> int:
    """Whole project in order: the first that fails ends it. `--fix` mends what can be mended."""
    sync("--extra", "postgres")
    return style(words) or run("mypy")


def style(words: list[str]) -> int:
    fix = "--fix" in words
    return run("ruff", "format", *([] if fix else ["--check"]), ".") or run(
        "ruff", "check", *(["--fix"] if fix else []), "."
    )


def words(_words: list[str]) -> int:
    """After a sentence has changed: brings the catalogues up to date; what is new stands there empty."""
    sync("--extra", "postgres")
    extract = ("-F", "babel.cfg", "-k", "_ n_:1,2 p_:1c,2", "--no-wrap", "--omit-header", "--sort-by-file")
    update = ("--no-wrap", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
    return run("pybabel", "-q", "extract", *extract, "-o", "locales/conserje.pot", ".") or run(
        "pybabel", "-q", "update", *update, "-i", "locales/conserje.pot", "-d", "locales", "-D", "conserje"
    )


def bench(words: list[str]) -> int:
    sync("--extra", "postgres")
    return run("python", "-m", "tests.bench", *words)


def soak(words: list[str]) -> int:
    sync("--extra", "postgres")
    return run("python", "-m", "tests.faults.soak", *words)


def guards(words: list[str]) -> int:
    sync("--extra", "postgres")
    return run_in_memory("python", "-m", "tests.guards", *words)


def run_in_memory(program: str, *words: str) -> int:
    """What tests write is some hundred databases that nobody reads tomorrow: kept in memory, where there is room."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    if "TMPDIR" in os.environ or not memory.is_dir() or shutil.disk_usage(memory).free < ROOM:
        return run(program, *words)
    with tempfile.TemporaryDirectory(dir=memory, prefix="conserje-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL, which will not be root, has to find its own in there
        return run(program, *words, TMPDIR=folder)


def run(program: str, *words: str, **more: str) -> int:
    """Runs a program of the environment, in the foreground, and hands its exit code on. `more`: of its surroundings."""
    try:
        return subprocess.run(**started(program, *words, **more), check=False).returncode
    except KeyboardInterrupt:
        return 130


def started(program: str, *words: str, **more: str) -> dict[str, Any]:
    """How a program of the environment is started, in the words of `subprocess`."""
    path = HERE / ".venv" / "bin" / program
    # Images like to set this; but here several processes read the same modules, and twice as long without what is kept.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | more
    return {"args": [path, *words], "env": env}


def sync(*words: str) -> None:
    """Brings `.venv` to what `uv.lock` says, with this very Python."""
    settings = {
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(HERE / ".venv"),
    }
    done = subprocess.run([uv(), "sync", "--locked", "--quiet", *words], check=False, env={**os.environ, **settings})
    if done.returncode:
        sys.exit(done.returncode)


def uv() -> str:
    """The path of uv: $DEV_UV, ours in .tools, the machine's, or fetched now."""
    ours = TOOLS / "bin" / "uv"
    found = os.environ.get("DEV_UV") or (str(ours) if ours.exists() else shutil.which("uv"))
    if found:
        return found
    print("Setting up (once) …", flush=True)
    for way in (by_venv, by_wheel):
        if way(ours) and ours.exists():
            return str(ours)
    sys.exit(ADVICE)


def by_venv(ours: Path) -> bool:
    """A virtual environment of its own with pip, where Python brings both."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=False, **quiet).returncode:
        shutil.rmtree(TOOLS, ignore_errors=True)
        return False
    pip = [str(ours.with_name("python")), "-m", "pip", "install", "--quiet", f"uv=={UV}"]
    return not subprocess.run(pip, check=False, **quiet).returncode


def by_wheel(ours: Path) -> bool:
    """The one program out of uv's wheel, for machines without venv and pip. The hash is pinned in uv.lock."""
    address, digest = os.environ.get("DEV_UV_URL"), os.environ.get("DEV_UV_SHA256")
    if not address:
        address, digest = locked_wheel()
    if not address or not digest:
        return False
    print(f"  fetching {address.rsplit('/', 1)[-1]}", flush=True)
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - the address is pinned with its hash
            wheel = answer.read()
    except OSError as trouble:
        print(f"  {trouble}")
        return False
    if hashlib.sha256(wheel).hexdigest() != digest:
        sys.exit("checksum mismatch: what was fetched as uv is not what uv.lock names. Nothing was installed.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as files:
        name = next(n for n in files.namelist() if n.endswith("/uv"))
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.write_bytes(files.read(name))
    ours.chmod(0o755)
    return True


def locked_wheel() -> tuple[str | None, str | None]:
    """Address and SHA-256 of uv's wheel for this machine, from uv.lock."""
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        wanted = ("macosx", "arm64" if machine == "arm64" else "x86_64")
    else:
        libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
        wanted = (libc, "aarch64" if machine in ("aarch64", "arm64") else machine)
    lock = tomllib.loads((HERE / "uv.lock").read_text("utf-8"))
    wheels = [w for p in lock["package"] if p["name"] == "uv" for w in p["wheels"]]
    for wheel in wheels:
        name = wheel["url"].rsplit("/", 1)[-1]
        if all(part in name for part in wanted):
            return wheel["url"], wheel["hash"].removeprefix("sha256:")
    return None, None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
