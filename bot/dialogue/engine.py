"""Begins a conversation, asks, and moves on: back, skip and cancel, once for every step of every flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Generic

from msgspec import Struct

from bot.dialogue.flow import Dialogue, Flow, Step
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    D,
    Go,
    Leave,
    Next,
    Prompt,
    Said,
    Speech,
    Stay,
    _,
    lines,
)
from bot.values import replace

BACK = Choice("back", _("Back"), "ways")
SKIP = Choice("skip", _("Skip"), "ways")
CANCEL = Choice("cancel", _("Cancel"), "ways")
KEEP = Choice("keep", _("Keep it"), "ways")
WAYS = (BACK, SKIP, CANCEL, KEEP)
"""Understood at every question when somebody writes them, offered or not."""


class Turn(Struct, Generic[D], frozen=True):
    """Where an answer has led."""

    dialogue: Dialogue[D] | None = None
    """None: the conversation is over."""
    done: D | None = None
    """The finished draft, if this was the last answer."""
    say: Speech | None = None
    """Words that take the question's place this once."""


def begin(flow: Flow[D], draft: D) -> Dialogue[D]:
    """Stands before the first question the draft does not answer already; back from there lie those that it does."""
    asked = [s for s in flow.steps if s.needed(draft)]
    known = [s.name for s in takewhile(lambda s: s.filled(draft) and not s.optional, asked)]
    return Dialogue(flow.name, asked[len(known)].name, draft, trail=tuple(known))


def ask(flow: Flow[D], now: Dialogue[D], instead: Speech | None = None) -> Prompt:
    """The question, a view of where the dialogue stands, with the ways out of it."""
    step = standing(flow, now)
    prompt = step.ask(now.draft)
    ways = [CANCEL]
    if now.trail or now.returns:
        ways.insert(0, BACK)
    if step.optional and not step.filled(now.draft):
        ways.insert(0, SKIP)
    if step.filled(now.draft) and not prompt.choices:
        ways.insert(0, KEEP)
    return Prompt(instead or prompt.text, (*prompt.choices, *ways), asks(flow, now))


def asks(flow: Flow[D], now: Dialogue[D]) -> str:
    """What the buttons under the question are about (`Prompt.asks`)."""
    return f"{flow.name}.{standing(flow, now).name}"


def advance(flow: Flow[D], now: Dialogue[D], answer: Answer) -> Turn[D]:
    """Hears one answer. Nothing is lost of it: what does not fit the question goes where it belongs."""
    step = standing(flow, now)
    now = now if now.step == step.name else replace(now, step=step.name)
    match answer:
        case Chose("cancel"):
            return Turn(say=_("Cancelled. Nothing was sent."))
        case Chose("back"):
            return Turn(_back(now))
        case Chose("skip") if step.optional:
            return _onward(flow, step, now)
        case Chose("keep") if step.filled(now.draft):
            return _onward(flow, step, now)
        case Said():
            gathered = flow.gather(now.draft, answer, step.name)
            now = _holding(now, gathered.draft)
            if gathered.rest is None:
                return Turn(now, say=lines(gathered.word, step.ask(now.draft).text) if gathered.word else None)
            turn = _heard(flow, step, now, gathered.rest)
            return _with(gathered.word, flow, turn)
    return _heard(flow, step, now, answer)


def place(flow: Flow[D], now: Dialogue[D]) -> tuple[int, int]:
    """The number of this question and how many there are for this draft: "4 of 7"."""
    asked = [s.name for s in flow.steps if (s.needed(now.draft) and not s.settled(now.draft)) or s.name == now.step]
    return asked.index(standing(flow, now).name) + 1, len(asked)


def standing(flow: Flow[D], now: Dialogue[D]) -> Step[D]:
    """The step we stand on; when a release removed it, or it makes no sense any more, the next one."""
    found = flow.step(now.step)
    if found and found.needed(now.draft):
        return found
    behind = [i for i, s in enumerate(flow.steps) if s.name in now.trail or s is found]
    return _first(flow.steps[behind[-1] + 1 if behind else 0 :], now.draft) or flow.steps[-1]


def _heard(flow: Flow[D], step: Step[D], now: Dialogue[D], answer: Answer) -> Turn[D]:
    match step.hear(now.draft, answer):
        case Next(draft):
            return _onward(flow, step, _holding(now, draft))
        case Stay(draft, word):
            return _with(word, flow, Turn(_holding(now, draft)))
        case Go(draft, name):
            trail = (*now.trail, step.name)
            return Turn(replace(now, draft=draft, step=name, returns=step.name, trail=trail))
        case Again(why):
            return Turn(now, say=why)
        case Leave(say):
            return Turn(say=say)


def _holding(now: Dialogue[D], draft: D) -> Dialogue[D]:
    return now if draft is now.draft else replace(now, draft=draft)


def _onward(flow: Flow[D], step: Step[D], now: Dialogue[D]) -> Turn[D]:
    ahead = flow.after(step)
    if now.returns:
        return Turn(_returning(ahead, now))
    following = next((s for s in ahead if s.needed(now.draft) and not s.settled(now.draft)), None)
    going = replace(now, step=following.name, trail=(*now.trail, step.name)) if following else now
    if following and following is not flow.steps[-1]:
        return Turn(going)
    back = _back_to(flow, following or step, going)
    return Turn(back or going) if back or following else Turn(done=now.draft)


def taken_up(flow: Flow[D], now: Dialogue[D]) -> Dialogue[D]:
    """Where somebody goes on who had left it alone."""
    step = standing(flow, now)
    now = replace(now, step=step.name)
    return now if now.returns else _back_to(flow, step, now) or now


def _back_to(flow: Flow[D], step: Step[D], now: Dialogue[D]) -> Dialogue[D] | None:
    """What a release has left open before that step in the meantime; from there they come back to where they stand."""
    passed = (s for s in takewhile(lambda s: s is not step, flow.steps) if not s.passing)
    opened = _left_open(passed, now.draft)
    return replace(now, step=opened.name, returns=now.step, trail=(*now.trail, now.step)) if opened else None


def _returning(ahead: Sequence[Step[D]], now: Dialogue[D]) -> Dialogue[D]:
    """After a correction: what it left open comes first (another category has other sub-categories)."""
    between = takewhile(lambda step: step.name != now.returns, ahead)
    if opened := _left_open(between, now.draft):
        return replace(now, step=opened.name)
    return replace(now, step=now.returns, returns="", trail=now.trail[:-1])


def _left_open(steps: Iterable[Step[D]], draft: D) -> Step[D] | None:
    return next((s for s in steps if s.needed(draft) and not s.filled(draft) and not s.optional), None)


def _back(now: Dialogue[D]) -> Dialogue[D]:
    if now.returns:
        return replace(now, step=now.returns, returns="", trail=now.trail[:-1])
    if now.trail:
        return replace(now, step=now.trail[-1], trail=now.trail[:-1])
    return now


def _first(steps: Sequence[Step[D]], draft: D) -> Step[D] | None:
    return next((s for s in steps if s.needed(draft)), None)


def _with(word: Speech | None, flow: Flow[D], turn: Turn[D]) -> Turn[D]:
    """Puts the word about what came along before whatever is said next."""
    if word is None or turn.dialogue is None:
        return turn
    return replace(turn, say=lines(word, turn.say or standing(flow, turn.dialogue).ask(turn.dialogue.draft).text))
