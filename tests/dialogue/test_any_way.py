"""Whatever somebody says, presses, edits or fills in, in whatever order: it ends in a ticket with exactly what was said."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.dialogue.interview import CAST, MARK, NOT_TAKEN, Interview, Kept

EXAMPLES = int(os.environ.get("DIALOGUES", "8"))
"""Conversations on each platform; `DIALOGUES=2000` for a night."""
STEPS = 18
MEMORY = Path("/dev/shm")  # some thousand commits, and none of them has to last
ANSWERS = ("title", "details", "urls", "files", "extras", "category", "subcategory")
FIELDS = {"Title": "title", "Details": "details", "Links": "urls", "Category": "category", "Sub-category": "category"}
DELETES = "Ana deletes:"
LET_GO = ("Cancel", "Remove them", "Start over", "That solved it", "Write it again")
"""Buttons, and words, by which somebody takes back what they said."""

PHRASES = (
    "The printer {mark} does not print any more", "{mark} it broke again", "https://e.example/{mark}",
    "Look at https://e.example/{mark} and www.e.example/{mark} please", "{mark}", "Since *yesterday* {mark}\\nnothing `goes`",
    "{mark} ? ? ?", "/new {mark} is the number of it", "/nothing {mark} at all", "The same {mark} printer does not print",
    "{mark} 😀 <b>&amp;</b> _so_ it goes",
)  # fmt: skip
LABELS = (
    "done",
    "skip",
    "back",
    "Keep it",
    "send",
    "That is all",
    "Edit: Title",
    "An invoice",
    "no, a new one",
    "2026-11-24",
    "12,5",
)
COMMANDS = ("/start", "/new", "/help", "/tickets", "/language en", "/start new_push_setup", "/cancel")
FILES = ("(photo)", "(album of 3 photos)", "(2 files)", "(file a.pdf 30 MB)", "(file virus.exe)")
WAITS = ("1 minutes", "2 hours")


class Customer(RuleBasedStateMachine):
    """Ana and what she does; after each step what the desk had accepted is still there."""

    channel = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.exists() else None))
        self.ana = Interview(self.folder, self.channel)
        self.touched: set[str] = set()
        """Labels of the form that is open."""
        self.last = ""
        """What she has written last, whole."""
        self.loop = asyncio.new_event_loop()

    @initialize()
    def begins(self) -> None:
        self.loop.run_until_complete(self.ana.begin())

    @rule(phrase=st.sampled_from(PHRASES))
    def says(self, phrase: str) -> None:
        self._does(f"Ana: {phrase.format(mark=self.ana.mark())}")

    @rule()
    def says_far_too_much(self) -> None:
        self._does(f"Ana: {self.ana.mark()} " + "very much to say " * 300)

    @rule(words=st.sampled_from(LABELS))
    def types_a_label(self, words: str) -> None:
        self._does(f"Ana: {words}")

    @rule(command=st.sampled_from(COMMANDS))
    def commands(self, command: str) -> None:
        self._does(f"Ana: {command}", free=command == "/cancel")

    @rule(files=st.sampled_from(FILES), captioned=st.booleans())
    def sends(self, files: str, captioned: bool) -> None:  # noqa: FBT001 - it is drawn
        self._does(f"Ana: {files} {f'see here {self.ana.mark()} please' if captioned else ''}".rstrip())

    @precondition(lambda self: self.ana.buttons(old=False))
    @rule(data=st.data())
    def presses(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(self.ana.buttons(old=False)))
        self._does(f"Ana: [{label}]", free=label in LET_GO)

    @precondition(lambda self: self.ana.buttons(old=True))
    @rule(data=st.data())
    def presses_an_old_one(self, data: st.DataObject) -> None:
        label = data.draw(st.sampled_from(self.ana.buttons(old=True)))
        self._does(f"Ana: [{label}] old", free=label in LET_GO)

    @precondition(lambda self: self.ana.stage.players._wrote)
    @rule()
    def edits(self) -> None:
        self._does(f"Ana edits: it is {self.ana.mark()} that I meant", quiet=True, replaces=True)

    @precondition(lambda self: self.ana.stage.players._wrote)
    @rule()
    def deletes(self) -> None:
        self._does(f"Ana deletes: {self.last}".rstrip(), quiet=True)

    @rule(brought=st.sampled_from(["", "What I wrote {mark} elsewhere. It is long.", "(photo)"]))
    def opens_the_form(self, brought: str) -> None:
        if not self.ana.blanks():
            self.touched.clear()
        self._does(f"Ana opens: {brought.format(mark=self.ana.mark())}", quiet=True)

    @precondition(lambda self: self.ana.blanks())
    @rule(data=st.data())
    def fills(self, data: st.DataObject) -> None:
        label, kind, choices = data.draw(st.sampled_from(self.ana.blanks()))
        words = st.sampled_from(choices) if choices else st.sampled_from(["", *PHRASES[:4]])
        what = "(photo)" if kind == "files" else data.draw(words).format(mark=self.ana.mark())
        self.touched.add(label)
        self._does(f"Ana fills {label}: {what}", quiet=True)

    @precondition(lambda self: self.ana.blanks())
    @rule(sends=st.booleans())
    def lays_the_form_aside(self, sends: bool) -> None:  # noqa: FBT001 - it is drawn
        self._does(f"Ana {'sends' if sends else 'closes'}:", quiet=True)

    @rule(long=st.sampled_from(WAITS))
    def waits(self, long: str) -> None:
        self._does(f"later: {long}", quiet=True)

    def teardown(self) -> None:
        """Nobody is ever stuck, and what stood in the draft stands in the ticket."""
        try:
            before = self.loop.run_until_complete(self.ana.finish())
            self._opened(before, self.ana.kept())
        finally:
            self.loop.close()
            shutil.rmtree(self.folder)

    # -- what has to be so -----------------------------------------------------------------------------

    def _does(self, line: str, *, free: bool = False, quiet: bool = False, replaces: bool = False) -> None:
        """`free`: what stood may go. `quiet`: nobody need answer. `replaces`: an answer may take another's place."""
        if line.startswith(("Ana edits: ", "Ana: ")) and not line.startswith("Ana: ["):
            self.last = line.partition(": ")[2]
        before = self.ana.kept()
        heard = self.loop.run_until_complete(self.ana.speak(line))
        after, told = self.ana.kept(), self.ana.told
        assert after.broken == 0, told("a turn failed")
        assert quiet or "> Ana" in heard, told("nobody answered")
        for mark in MARK.findall(line) if not quiet else ():
            greeting = line == f"Ana: {mark}" and "What is it about?" in heard
            taken = mark in after.marks or greeting
            assert taken or any(words in heard for words in NOT_TAKEN), told(f"{mark} was lost: {heard}")
        gone = set(before.marks - after.marks)
        if gone and not free:
            gone -= _replaced(before, after, line) | (set(MARK.findall(line)) if line.startswith(DELETES) else set())
            gone -= self._written_over(before) if line.startswith(("Ana fills", "Ana sends", "Ana closes")) else set()
            assert replaces or not gone, told(f"{gone} went: {heard}\n{before.draft}\n{after.draft}")
        if not free and not line.startswith(("Ana: [Remove", DELETES)):
            assert before.files <= after.files, told("a file went")
        if len(after.tickets) > len(before.tickets) and not line.startswith(("Ana sends", "later")):
            self._opened(before, after)

    def _written_over(self, before: Kept) -> set[str]:
        """What stood in a field of the form that she has changed there; another category has other questions."""
        names = {FIELDS.get(label, "extras") for label in self.touched} | {"loose"}
        names |= {"extras"} if "Category" in self.touched else set()
        return {mark for name in names for mark in MARK.findall(str(before.draft.get(name, "")))}

    def _opened(self, before: Kept, after: Kept) -> None:
        """A ticket of exactly what stood; or, when it was said to belong there, everything in an entry of another."""
        if len(after.tickets) == len(before.tickets):
            assert before.marks <= after.marks, self.ana.told("not all of it was added")
            return
        draft, ticket = before.draft, after.tickets[-1]
        for file in (*ticket["files"], *draft["files"]):
            file.pop("number")  # it gets one as a part of a request
        assert {n: ticket[n] for n in ANSWERS} == {n: draft[n] for n in ANSWERS}, self.ana.told("it is another ticket")


def _replaced(before: Kept, after: Kept, line: str) -> set[str]:
    """A title or an extra answer that was written anew; extras of another category; links past the most."""
    names = [name for name in ("title",) if before.draft.get(name) != after.draft.get(name) and "Ana: " in line]
    gone: set[str] = set()
    for name in names:
        gone |= set(MARK.findall(str(before.draft.get(name))))
    was: Mapping[str, Any] = before.draft.get("extras", {})
    now: Mapping[str, Any] = after.draft.get("extras", {})
    gone |= {mark for name, value in was.items() if now.get(name) != value for mark in MARK.findall(value)}
    return gone


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.timeout(0 if "DIALOGUES" in os.environ else 60)
def test_any_way_ends_in_a_ticket_of_what_was_said(channel: str) -> None:
    machine = type("Customer", (Customer,), {"channel": channel})
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        database=None,
        print_blob=False,
        phases=(Phase.generate,) if EXAMPLES < 50 else tuple(Phase),  # a transcript is short enough to read
        derandomize="DIALOGUES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounds)


BEGUN = ("Ana: /new", "Ana: [Design and templates]", "Ana: [Change my template]")
TOLD = ("Ana: A title for it", "Ana: It broke when I pressed it.", "Ana: https://e.example/1")
"""Said in the chat while a form is open that was handed out before."""
LONG = "Ana: " + "far too much to say " * 700


@pytest.mark.parametrize(
    ("lines", "heard"),
    [
        (("Ana: /new", "Ana: [Account and access]", "Ana: [I can't sign in]", LONG), "Only 12000 letters fit"),
        ((*BEGUN, "Ana opens:", *TOLD, "Ana fills Links:", "Ana sends:"), "SUP-1001 is open"),
        ((*BEGUN, "Ana opens:", *TOLD, "Ana closes:", "Ana: [Go on]"), "One link so far"),
    ],
)
def test_what_was_once_lost_is_not_lost_again(lines: tuple[str, ...], heard: str, tmp_path: Path) -> None:
    """Found by the machine above: words that went without anybody being told."""
    ana = Interview(tmp_path, "telegram")

    async def play() -> str:
        return [await ana.speak(line) for line in (CAST, *lines)][-1]

    assert heard in asyncio.run(play())
