"""Moving through a flow: onward, back, skip, cancel, corrections; and what a release does to somebody in the middle."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.dialogue import engine
from bot.dialogue.engine import BACK, CANCEL, KEEP, SKIP, Turn
from bot.dialogue.flow import Dialogue, Flow, Gathered, Step
from bot.dialogue.words import Again, Answer, Chose, Go, Heard, Leave, Next, Prompt, Said, Stay, Text, _, lines


@dataclass(frozen=True, slots=True)
class Order:
    """A cup of something."""

    drink: str = ""
    milk: str = ""
    name: str = ""


class Ask(Step[Order]):
    """Asks for one field; `more` stays, `leave` ends, anything shorter than three letters is not understood."""

    def __init__(self, name: str, *, optional: bool = False) -> None:
        self.name, self.optional = name, optional

    def ask(self, _draft: Order) -> Prompt:
        return Prompt(Text(self.name))

    def hear(self, draft: Order, answer: Answer) -> Heard[Order]:
        match answer:
            case Said("more"):
                return Stay(draft, _("More?"))
            case Said("leave"):
                return Leave(_("Bye."))
            case Said(text) if len(text) > 2:
                return Next(replace(draft, **{self.name: text}))
            case Chose("edit"):
                return Go(draft, "drink")
            case _:
                return Again(_("Too short."))

    def needed(self, draft: Order) -> bool:
        return self.name != "milk" or draft.drink == "coffee"

    def filled(self, draft: Order) -> bool:
        return bool(getattr(draft, self.name))


FLOW = Flow("order", (Ask("drink"), Ask("milk", optional=True), Ask("name")))


def at(step: str, draft: Order | None = None, trail: tuple[str, ...] = (), returns: str = "") -> Dialogue[Order]:
    return Dialogue("order", step, draft or Order(), trail, returns)


COFFEE, TEA = Order(drink="coffee"), Order(drink="tea")

MOVES = [
    ("an answer leads on", at("drink"), Said("coffee"), Turn(at("milk", COFFEE, ("drink",)))),
    ("a question that makes no sense is passed over", at("drink"), Said("tea"), Turn(at("name", TEA, ("drink",)))),
    ("trouble asks again and says why", at("drink"), Said("x"), Turn(at("drink"), say=_("Too short."))),
    ("the last answer ends it", at("name", TEA), Said("Ana"), Turn(done=replace(TEA, name="Ana"))),
    ("staying says its word before the question", at("drink"), Said("more"), Turn(at("drink"), say=lines(_("More?"), Text("drink")))),
    ("leaving ends it without a draft", at("drink"), Said("leave"), Turn(say=_("Bye."))),
    ("cancelling says that nothing was sent", at("name", TEA), Chose("cancel"), Turn(say=_("Cancelled. Nothing was sent."))),
    ("back walks the trail", at("name", TEA, ("drink",)), Chose("back"), Turn(at("drink", TEA))),
    ("back at the first question stays there", at("drink"), Chose("back"), Turn(at("drink"))),
    ("skipping leaves an optional one empty", at("milk", COFFEE, ("drink",)), Chose("skip"), Turn(at("name", COFFEE, ("drink", "milk")))),
    ("keeping what is there goes on", at("drink", TEA), Chose("keep"), Turn(at("name", TEA, ("drink",)))),
    ("what is not there cannot be kept", at("drink"), Chose("keep"), Turn(at("drink"), say=_("Too short."))),
    ("skipping what is needed is not understood", at("drink"), Chose("skip"), Turn(at("drink"), say=_("Too short."))),
    ("a correction goes there", at("name", TEA, ("drink",)), Chose("edit"), Turn(at("drink", TEA, ("drink", "name"), "name"))),
    ("and comes back", at("drink", TEA, ("drink", "name"), "name"), Said("water"), Turn(at("name", Order(drink="water"), ("drink",)))),
    ("back from a correction changes nothing", at("drink", TEA, ("drink", "name"), "name"), Chose("back"), Turn(at("name", TEA, ("drink",)))),
]  # fmt: skip


@pytest.mark.parametrize(("_why", "now", "answer", "turn"), MOVES, ids=[m[0] for m in MOVES])
def test_moving(_why: str, now: Dialogue[Order], answer: Answer, turn: Turn[Order]) -> None:
    assert engine.advance(FLOW, now, answer) == turn


def test_the_ways_out_fit_the_question() -> None:
    assert engine.ask(FLOW, at("drink")) == Prompt(Text("drink"), (CANCEL,), "order.drink")
    assert engine.ask(FLOW, at("milk", COFFEE, ("drink",))) == Prompt(Text("milk"), (SKIP, BACK, CANCEL), "order.milk")
    filled = replace(COFFEE, milk="oat")
    assert engine.ask(FLOW, at("milk", filled, ("drink",))).choices == (KEEP, BACK, CANCEL)


def test_a_conversation_begins_at_the_first_question_the_draft_does_not_answer() -> None:
    assert engine.begin(FLOW, Order()) == at("drink")
    assert engine.begin(FLOW, TEA) == at("name", TEA, trail=("drink",))


def test_where_one_stands_is_counted_by_what_will_be_asked() -> None:
    assert engine.place(FLOW, at("name", TEA)) == (2, 2)
    assert engine.place(FLOW, at("name", COFFEE)) == (3, 3)


def test_a_step_that_a_release_removed_becomes_the_next_after_the_last_still_there() -> None:
    assert engine.standing(FLOW, at("sugar", COFFEE, ("drink",))).name == "milk"
    assert engine.standing(FLOW, at("sugar", TEA, ("drink",))).name == "name"
    assert engine.standing(FLOW, at("sugar")).name == "drink"


def test_what_a_release_has_left_open_is_asked_before_the_end_and_only_that() -> None:
    asked = engine.advance(FLOW, at("name", Order(), ("drink",)), Said("Ann"))
    assert asked == Turn(at("drink", Order(name="Ann"), ("drink", "name"), returns="name"))
    assert asked.dialogue
    back = engine.advance(FLOW, asked.dialogue, Said("coffee"))
    assert back == Turn(at("name", Order("coffee", name="Ann"), ("drink",)))
    taken_up = engine.taken_up(FLOW, at("sugar", Order(), ("milk",)))
    assert taken_up == at("drink", trail=("milk", "name"), returns="name")
    assert engine.taken_up(FLOW, at("name", TEA)) == at("name", TEA)


def test_nobody_is_called_back_at_the_end_to_a_remark_that_was_passed_by() -> None:
    remark = Ask("milk")
    remark.passing = True
    flow = replace(FLOW, steps=(Ask("drink"), remark, Ask("name")))
    assert engine.advance(flow, at("name", COFFEE), Said("Ann")) == Turn(done=replace(COFFEE, name="Ann"))


def test_what_came_along_is_kept_and_told_before_the_next_question() -> None:
    def gather(draft: Order, said: Said, _step: str) -> Gathered[Order]:
        if "oat" not in said.text:
            return Gathered(draft, said)
        rest = said.text.replace("oat", "").strip()
        return Gathered(replace(draft, milk="oat"), Said(rest) if rest else None, _("Oat."))

    flow = replace(FLOW, gather=gather)
    oat = Order(milk="oat")
    alone = engine.advance(flow, at("drink"), Said("oat"))
    assert alone == Turn(at("drink", oat), say=lines(_("Oat."), Text("drink")))
    both = engine.advance(flow, at("drink"), Said("oat coffee"))
    drunk = replace(oat, drink="coffee")
    assert both == Turn(at("milk", drunk, ("drink",)), say=lines(_("Oat."), Text("milk")))
