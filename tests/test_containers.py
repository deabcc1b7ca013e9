"""The files for containers say nothing that the program does not know. Docker itself is not run here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bot.cli import main
from bot.settings import described

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
OURS = ("web", "worker", "migrate")


def test_every_setting_in_it_is_one_of_ours_or_of_the_storage() -> None:
    known = {variable for variable, _about, _default in described()}
    given = {name for role in OURS for name in COMPOSE["services"][role]["environment"]}
    assert {name for name in given if not name.startswith("AWS_")} <= known
    assert given >= {"DATABASE_URL", "MEDIA_URL", "PUBLIC_URL", "SECRET_KEY"}


def test_its_roles_are_those_of_the_procfile() -> None:
    rows = (line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    roles = {("migrate" if name == "release" else name): command for name, command in rows}
    assert {role: COMPOSE["services"][role]["command"] for role in OURS} == roles
    assert all(command.split()[1] in main.commands for command in roles.values())


def test_whoever_works_waits_for_the_schema_and_the_schema_for_the_database() -> None:
    services = COMPOSE["services"]
    for role in ("web", "worker"):
        assert services[role]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert all(name in services for service in services.values() for name in service.get("depends_on", ()))


def test_every_volume_and_every_secret_is_asked_for() -> None:
    mounted = {v.split(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", ())}
    assert mounted == set(COMPOSE["volumes"])
    text = (ROOT / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    assert asked == set(re.findall(r"\$\{(\w+):\?", text))  # none has a default that somebody forgets to change
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {name for name in asked if f"`{name}`" not in readme} == set()


def test_the_image_is_built_from_what_is_here() -> None:
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    ]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert copied
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name}" not in ignored] == []


def test_the_image_and_the_lock_speak_of_the_same_uv() -> None:
    locked = re.search(r'"uv==([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    built = re.search(r"/uv:([\d.]+) ", DOCKERFILE)
    assert locked
    assert built
    assert built[1] == locked[1]
