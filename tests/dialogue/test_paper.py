"""A flow as a form: what stands in it, what comes of the answers, and what is said of those that will not do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec import structs

from bot.dialogue import paper
from bot.dialogue.flow import NEEDED, Flow, Step
from bot.dialogue.form import Field
from bot.dialogue.words import Again, Answer, Choice, Chose, Heard, Next, Prompt, Said, Text


@dataclass(frozen=True, slots=True)
class Order:
    kind: str = ""
    drink: str = ""
    milk: str = ""


KINDS = (Choice("hot", Text("Hot")), Choice("cold", Text("Cold")))
TOO_SHORT = Text("Too short")


class Kind(Step[Order]):
    name = "kind"

    def ask(self, _draft: Order) -> Prompt:
        return Prompt(Text("What kind?"), KINDS)

    def hear(self, draft: Order, answer: Answer) -> Heard[Order]:
        return Next(replace(draft, kind=answer.choice)) if isinstance(answer, Chose) else Again(Text("Press one"))

    def filled(self, draft: Order) -> bool:
        return bool(draft.kind)

    def field(self, draft: Order) -> Field:
        return Field(self.name, Text("Kind"), "choice", choices=KINDS, value=draft.kind, turns=True)


class Words(Step[Order]):
    def __init__(self, name: str, *, optional: bool = False) -> None:
        self.name, self.optional = name, optional

    def ask(self, _draft: Order) -> Prompt:
        return Prompt(Text(self.name))

    def hear(self, draft: Order, answer: Answer) -> Heard[Order]:
        match answer:
            case Said(text) if len(text) > 2:
                return Next(replace(draft, **{self.name: text}))
        return Again(TOO_SHORT)

    def needed(self, draft: Order) -> bool:
        return self.name != "milk" or draft.kind == "hot"

    def filled(self, draft: Order) -> bool:
        return bool(getattr(draft, self.name))

    def empty(self, draft: Order) -> Order:
        return replace(draft, **{self.name: ""})


FLOW = Flow("order", (Kind(), Words("drink"), Words("milk", optional=True)))
KIND = Kind().field(Order())
DRINK = Field("drink", Text("drink"), "line")
MILK = Field("milk", Text("milk"), "line", optional=True)


def test_the_question_that_turns_the_others_stands_alone_until_it_is_answered() -> None:
    assert paper.fields(FLOW, Order()) == (KIND,)
    assert paper.fields(FLOW, Order("hot")) == (structs.replace(KIND, value="hot"), DRINK, MILK)
    assert paper.fields(FLOW, Order("cold")) == (structs.replace(KIND, value="cold"), DRINK)


def test_everything_that_is_wrong_is_said_at_once_and_leaves_its_place_empty() -> None:
    heard = paper.fill(FLOW, Order("hot", "tea", "oat"), {"drink": Said("ab"), "milk": Said("x")}, ("kind", "drink"))
    assert heard == paper.Filled(Order("hot"), {"kind": NEEDED, "drink": TOO_SHORT, "milk": TOO_SHORT})


def test_a_field_that_was_shown_and_left_empty_empties_the_answer_if_it_may() -> None:
    draft = Order("hot", "tea", "oat")
    assert paper.fill(FLOW, draft, {}, ("milk",)) == paper.Filled(Order("hot", "tea"), {})
    assert paper.fill(FLOW, draft, {}, ()) == paper.Filled(draft, {})
    assert paper.fill(FLOW, draft, {}, ("drink",)) == paper.Filled(Order("hot", "", "oat"), {"drink": NEEDED})


def test_an_answer_is_heard_only_where_it_makes_sense() -> None:
    heard = paper.fill(FLOW, Order(), {"kind": Chose("cold"), "milk": Said("oat"), "gone": Said("old")}, ())
    assert heard == paper.Filled(Order("cold"), {})


def test_a_form_is_complete_when_all_that_is_not_optional_is_there() -> None:
    states = [paper.complete(FLOW, draft) for draft in (Order(), Order("hot"), Order("hot", "tea"))]
    assert states == [False, False, True]


def test_what_will_not_do_stays_before_the_eyes_of_whoever_wrote_it() -> None:
    found = paper.marked((DRINK, MILK), {"drink": TOO_SHORT}, {"drink": "ab"})
    assert found == (structs.replace(DRINK, trouble=TOO_SHORT, value="ab"), MILK)
