"""`desk.toml` as typed values: categories, routes, hours, limits. What is wrong in it is said by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Literal, get_args

from msgspec import Struct, field

from bot.dialogue.words import Spoken
from bot.events import Address

QuestionKind = Literal["text", "number", "choice", "link", "date"]

Priority = Literal["urgent", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

Answers = Literal["preview", "at-once", "note"]
"""What becomes of what agents write."""

Deed = str
"""What a canned answer may do beside being sent: one of `canned.DEEDS`, or to give the request a tag such as `#bank`."""

Frames = tuple[tuple[time, time], ...]
"""Opening frames of one day, in order; one that ends at 0:00 ends with the day."""


class Option(Struct, frozen=True):
    """One answer of a question that offers several."""

    name: str
    label: Spoken


class Question(Struct, frozen=True, kw_only=True):
    """An extra question of one category."""

    name: str
    label: Spoken
    kind: QuestionKind
    short: Spoken | None = None
    """What the answer is called in the review and on the card; without it the question itself."""
    options: tuple[Option, ...] = ()
    optional: bool = False


class Article(Struct, frozen=True):
    """A help page that may spare somebody a ticket."""

    label: Spoken
    url: Spoken


class SubCategory(Struct, frozen=True, kw_only=True):
    name: str
    label: Spoken
    note: Spoken | None = None
    articles: tuple[Article, ...] = ()


class Life(Struct, frozen=True, kw_only=True):
    """What becomes of a request by itself; in business days, where nothing else is said."""

    reopen: int = 5
    """So long a solved one is opened again by whatever its customer writes."""
    remind: int = 3
    """So long we wait for the customer without a word, then remind them …"""
    close: int = 3
    """… and so much longer, then it is closed."""
    rating: bool = True
    """Whether we ask once, after solving, how it was."""
    keep: int = 0
    """So many months after its last word a solved one is erased; 0: never."""


class Manners(Struct, frozen=True, kw_only=True):
    """What is remarked on before sending, and how much one person may open."""

    shouting: bool = True
    insults: bool = True
    subjects: bool = True
    code: Spoken | None = None
    """The policy about code that is not ours; None: nothing is said of it."""
    open: int = 5
    """Open requests of one person before we ask whether it is about one of them."""
    daily: int = 20
    """Requests one person may open in a day."""
    rude: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    """Words that always count as an insult, and such that never do."""
    names: tuple[str, ...] = ()
    """Names as they are written, in capitals too."""


class Term(Struct, frozen=True):
    """How long something may take: business days, or minutes of opening hours."""

    days: int = 0
    minutes: int = 0


class Promises(Struct, frozen=True, kw_only=True):
    """By when we answer."""

    answer: Term = Term(days=1)
    """The first answer, and the next ones if `further` says nothing else."""
    further: Term | None = None
    """Each answer after the first, from what the customer wrote on."""
    urgent: Term | None = None
    low: Term | None = None
    """For requests of that priority, the first answer and the next ones."""


class Canned(Struct, frozen=True, kw_only=True):
    """An answer that is written once and given often."""

    name: str
    label: Spoken
    words: Spoken
    """With places such as `{name}`, which are filled in when it is picked (`canned.py`)."""
    does: tuple[Deed, ...] = ()


class Team(Struct, frozen=True, kw_only=True):
    """How the team works together."""

    baton: Term | None = Term(minutes=480)
    """A claim is over after so much silence of its holder while it is our turn; None: never."""
    digest: time | Literal["opening", "off"] = "opening"
    """When the morning's digest comes, on business days."""


class Category(Struct, frozen=True, kw_only=True):
    name: str
    label: Spoken
    subcategories: tuple[SubCategory, ...]
    note: Spoken | None = None
    """Said when the category was chosen ("we do not debug external code")."""
    agents: str = ""
    """`telegram:-100123`: the chat of the team that has it; empty: the desk's own."""
    questions: tuple[Question, ...] = ()
    promise: Term | None = None
    """Where it differs from the desk's."""
    priority: Priority = "normal"
    """What its requests begin with."""

    @property
    def team(self) -> Address | None:
        """The chat in `agents`."""
        channel, colon, chat = self.agents.partition(":")
        return Address(channel, chat) if colon else None


class Hours(Struct, frozen=True, kw_only=True):
    """When the desk is open."""

    zone: str
    frames: tuple[Frames, ...]
    """For each day of the week, Monday first."""
    closed: frozenset[date] = frozenset()
    special: Mapping[date, Frames] = field(default_factory=dict)
    """Days that are unlike the others: half days, a holiday at work."""
    holidays: tuple[str, ...] = ()
    """Whose public holidays are kept: `ES-MD`."""


class Rule(Struct, frozen=True):
    """One of the house's own, in its words."""

    words: Spoken
    promise: Term | None = None
    """What it says of our promise: it is left out where we take longer."""


class Company(Struct, frozen=True):
    """Customers who see each other's requests on the page."""

    name: str
    doors: tuple[str, ...]
    """`telegram:77`, `slack:T0ACME:U7`; `slack:T0ACME` is everybody of that workspace."""


class Bounds(Struct, frozen=True, kw_only=True):
    """What an answer may measure."""

    title_least: int = 8
    title_most: int = 120
    details_most: int = 12_000
    urls: int = 10
    files: int = 10
    file_bytes: int = 20_000_000
    files_daily: int = 200
    """Of one person."""
    at_once: int = 60
    """Messages that are added to a request with less than a minute between them, before the next ones have to wait."""


class Desk(Struct, frozen=True, kw_only=True):
    """One team: what it takes care of, when, and how it speaks."""

    name: Spoken
    language: str
    """The language of whoever told us none."""
    agents_language: str
    categories: tuple[Category, ...]
    rules: tuple[Rule, ...]
    """Read once before sending."""
    hours: Hours
    promises: Promises = Promises()
    life: Life = Life()
    manners: Manners = Manners()
    prefix: str = "SUP"
    answers: Answers = "preview"
    """What becomes of an agent's words in a ticket's thread: shown back first; sent at once; or a note unless
    they answer a message of the customer."""
    bounds: Bounds = Bounds()
    draft_days: int = 7
    """A draft nobody goes on with is forgotten after so many days."""
    companies: tuple[Company, ...] = ()
    """Whose people share; by default nobody does."""
    canned: tuple[Canned, ...] = ()
    team: Team = Team()

    def category(self, name: str) -> Category | None:
        return next((c for c in self.categories if c.name == name), None)

    def named(self, category: str, subcategory: str) -> tuple[Spoken, ...]:
        """What it is about, as people read it; empty: there is no such category."""
        found, part = self.category(category), self.subcategory(category, subcategory)
        return tuple(kind.label for kind in (found, part) if kind)

    def subcategory(self, category: str, name: str) -> SubCategory | None:
        found = self.category(category)
        return next((s for s in found.subcategories if s.name == name), None) if found else None
