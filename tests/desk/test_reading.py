"""Broken files, and what is said of them; and the file that ships."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from bot.desk.access import company
from bot.desk.config import Article, Bounds, Category, Company, Desk, Hours, Option, Question, Rule, SubCategory, Term
from bot.desk.reading import Wrong, read
from bot.dialogue.words import Spoken

SHIPPED = Path(__file__).parents[2] / "desk.toml"

SMALL = """\
name = { es = "Mesa", en = "Desk" }
language = "es"
agents_language = "en"
rules = [
  { es = "Uno", en = "One", promise = "2 days" },
]

[hours]
zone = "Europe/Madrid"
monday = ["9:00-14:00", "15:00-24:00"]
closed = [2026-12-25]

[bounds]
urls = 3

[categories.billing]
label = { es = "Facturas", en = "Billing" }
agents = "telegram:-100123"

[categories.billing.subcategories]
invoice.label = { es = "Una factura", en = "An invoice" }

[[categories.billing.subcategories.invoice.articles]]
label = { es = "Ayuda", en = "Help" }
url = "https://example.com/help"

[categories.billing.questions.store]
kind = "choice"
label = { es = "¿Cuál?", en = "Which?" }
options.apple = { es = "Apple", en = "Apple" }
options.google = { es = "Google", en = "Google" }
"""


def both(es: str, en: str) -> Spoken:
    return Spoken({"es": es, "en": en})


def test_a_small_file_becomes_a_desk() -> None:
    url = both("https://example.com/help", "https://example.com/help")
    invoice = SubCategory(
        name="invoice", label=both("Una factura", "An invoice"), articles=(Article(both("Ayuda", "Help"), url),)
    )
    options = (Option("apple", both("Apple", "Apple")), Option("google", both("Google", "Google")))
    store = Question(name="store", label=both("¿Cuál?", "Which?"), kind="choice", options=options)
    billing = Category(
        name="billing",
        label=both("Facturas", "Billing"),
        subcategories=(invoice,),
        agents="telegram:-100123",
        questions=(store,),
    )
    monday = ((time(9), time(14)), (time(15), time(0)))
    assert read(SMALL) == Desk(
        name=both("Mesa", "Desk"),
        language="es",
        agents_language="en",
        categories=(billing,),
        rules=(Rule(both("Uno", "One"), Term(days=2)),),
        hours=Hours(
            zone="Europe/Madrid", frames=(monday, (), (), (), (), (), ()), closed=frozenset({date(2026, 12, 25)})
        ),
        bounds=Bounds(urls=3),
    )


BROKEN = [
    # what is written instead of what → what is said
    ('es = "Facturas", en', "en", 'desk.toml:17: categories.billing.label: the Spanish words are missing (es = "…")'),
    (', en = "Which?"', "", 'desk.toml:29: categories.billing.questions.store.label: the English words are missing (en = "…")'),
    ('{ es = "Mesa", en = "Desk" }', '"Mesa"', 'desk.toml:1: name: should have its words in every language: { es = "…", en = "…" }'),
    ('{ es = "Mesa", en = "Desk" }', '{ es = "Mesa", en = 5 }', "desk.toml:1: name.en: should be words in quotes, not a number"),
    ('"Desk" }', '"Desk", fr = "Bureau" }', "desk.toml:1: name.fr: is no language of this desk; it could be es, en"),
    ('"Desk"', '"a\\u0000b"', "desk.toml:1: name.en: the English words are blank or hold characters that cannot be seen"),
    ('"Desk"', '"a\\u202eb"', "desk.toml:1: name.en: the English words are blank or hold characters that cannot be seen"),
    ('"Desk"', '"Our\\ndesk"', "desk.toml:1: name.en: the English words stand on a button or in a line: write them without a break"),
    ('"Desk"', '"' + "x" * 41 + '"', "desk.toml:1: name.en: the English words have 41 characters; at most 40 fit"),
    ("2 days", "soon", 'desk.toml:5: rules[1].promise: should be like "1 day", "4 hours" or "90 minutes", not "soon"'),
    ('  { es = "Uno", en = "One", promise = "2 days" },', '  { es = "Uno" },', 'desk.toml:5: rules[1]: the English words are missing (en = "…")'),
    ("rules = [\n", "rules = [ 1,\n", 'desk.toml:4: rules[1]: should have its words in every language: { es = "…", en = "…" }'),
    ('language = "es"', 'language = "de"', 'desk.toml:2: language: should be one of es, en, not "de"'),
    ('language = "es"\n', "", "desk.toml:1: language: is missing; it should be one of es, en"),
    ("rules = [", 'prefix = "sup"\nrules = [', 'desk.toml:4: prefix: should be 1 to 8 capital letters or digits, such as SUP, not "sup"'),
    ("rules = [", "life.reopen = 0\nrules = [", "desk.toml:4: life.reopen: should be between 1 and 60, not 0"),
    ("rules = [", 'answers = "later"\nrules = [', 'desk.toml:4: answers: should be one of preview, at-once, note, not "later"'),
    ("rules = [", "draft_days = 0\nrules = [", "desk.toml:4: draft_days: should be between 1 and 365, not 0"),
    ("rules = [", "draft_days = true\nrules = [", "desk.toml:4: draft_days: should be a whole number, not true or false"),
    ("rules = [", "draft_day = 3\nrules = [", 'desk.toml:4: draft_day: is not known here; did you mean "draft_days"?'),
    ("Europe/Madrid", "Europe/Madird", 'desk.toml:9: hours.zone: no time zone is called "Europe/Madird"; did you mean "Europe/Madrid"?'),
    ("Europe/Madrid", "Europe", 'desk.toml:9: hours.zone: no time zone is called "Europe"; it is written like Europe/Madrid'),
    ('zone = "Europe/Madrid"\n', "", "desk.toml:8: hours.zone: is missing; it should be a time zone such as Europe/Madrid"),
    ("9:00-14:00", "9-14", 'desk.toml:10: hours.monday[1]: a frame is written "9:00-14:00"'),
    ("15:00-24:00", "13:59-18:00", 'desk.toml:10: hours.monday[2]: "13:59-18:00": it begins before the one in front of it ends'),
    ("15:00-24:00", "18:00-15:00", 'desk.toml:10: hours.monday[2]: "18:00-15:00": it ends before it begins; one past midnight is two: "22:00-24:00", and "0:00-6:00" on the next day'),
    ("15:00-24:00", "15:00-25:00", 'desk.toml:10: hours.monday[2]: a frame is written "9:00-14:00"'),
    ('["9:00-14:00", "15:00-24:00"]', "[]", 'desk.toml:8: hours: the desk is never open; write for instance monday = ["9:00-18:00"]'),
    ("monday", 'tuesday = ["9:00-10:00"]\nmondey', 'desk.toml:11: hours.mondey: is not known here; did you mean "monday"?'),
    ("[2026-12-25]", '["2026-12-25"]', "desk.toml:11: hours.closed[1]: a closing day is written 2026-12-25, without quotes"),
    ("[2026-12-25]", "2026-12-25", "desk.toml:11: hours.closed: should be a list [ … ], not a date or a time"),
    ("closed = ", 'holidays = ["Spain"]\nclosed = ', 'desk.toml:11: hours.holidays[1]: a calendar is a country or a region of one, such as "ES-MD", "FR", "MX" or "US"'),
    ("[bounds]", '[hours.special]\n2026-12-24 = ["9-14"]\n[bounds]', 'desk.toml:14: hours.special.2026-12-24[1]: a frame is written "9:00-14:00"'),
    ("[bounds]", '[hours.special]\nxmas = ["9:00-14:00"]\n[bounds]', 'desk.toml:14: hours.special.xmas: a special day is written 2026-12-24 = ["9:00-14:00"]'),
    ("[bounds]", '[promises]\nanswer = "soon"\n[bounds]', 'desk.toml:14: promises.answer: should be like "1 day", "4 hours" or "90 minutes", not "soon"'),
    ("[bounds]", '[promises]\nlow = "99 days"\n[bounds]', "desk.toml:14: promises.low: should be at most 60 days, not 99"),
    ("[bounds]", '[promises]\nanwser = "1 day"\n[bounds]', 'desk.toml:14: promises.anwser: is not known here; did you mean "answer"?'),
    ("[bounds]", "[life]\nrating = 1\n[bounds]", "desk.toml:14: life.rating: should be true or false, not a number"),
    ("[bounds]", "[life]\nclose = 0\n[bounds]", "desk.toml:14: life.close: should be between 1 and 60, not 0"),
    ("[bounds]", '[manners]\nrude = ["two words"]\n[bounds]', "desk.toml:14: manners.rude[1]: should be one word, of 40 letters at most"),
    ("[bounds]", "[life]\nkeep = 2\n[bounds]", "desk.toml:14: life.keep: should be 3 or more, since the numbers look back as far; or 0, to keep them for good"),
    ('agents = "telegram:-100123"', 'priority = "high"', 'desk.toml:18: categories.billing.priority: should be one of urgent, normal, low, not "high"'),
    ('agents = "telegram:-100123"', 'promise = "0 days"', 'desk.toml:18: categories.billing.promise: should be like "1 day", "4 hours" or "90 minutes", not "0 days"'),
    ("2026-12-25", "2026-02-30", "desk.toml:11: this is not TOML: Invalid date or datetime"),
    ("urls = 3", 'urls = "3"', "desk.toml:14: bounds.urls: should be a whole number, not a text"),
    ("urls = 3", "title_least = 50\ntitle_most = 20", "desk.toml:14: bounds.title_least: should not be above title_most (20)"),
    ("telegram:-100123", "telegram:agents", 'desk.toml:18: categories.billing.agents: should be like telegram:-1001234567890 or slack:C0123456789, not "telegram:agents"'),
    ("telegram:-100123", "telegram:123", 'desk.toml:18: categories.billing.agents: should be like telegram:-1001234567890 or slack:C0123456789, not "telegram:123"'),
    ('label = { es = "Facturas", en = "Billing" }\n', "", 'desk.toml:16: categories.billing.label: is missing; write label = { es = "…", en = "…" }'),
    ("questions.store]", "questions.Store]", "desk.toml:27: categories.billing.questions.Store: a name has 1 to 20 characters of a-z, 0-9 and hyphen"),
    ("options.google", "options.skip", "desk.toml:31: categories.billing.questions.store.options.skip: this name is taken by a button of ours; choose another"),
    ('{ es = "Google", en = "Google" }', '{ es = "APPLE", en = "Google" }', "desk.toml:31: categories.billing.questions.store.options.google: reads the same as options.apple (es)"),
    ('options.google = { es = "Google", en = "Google" }\n', "", "desk.toml:30: categories.billing.questions.store.options: a choice needs at least two options"),
    ('kind = "choice"', 'kind = "date"', 'desk.toml:30: categories.billing.questions.store.options: options go with kind = "choice", not with "date"'),
    ('kind = "choice"', 'kind = "choise"', 'desk.toml:28: categories.billing.questions.store.kind: should be one of text, number, choice, link, date, not "choise"'),
    ('kind = "choice"', 'kind = "choice"\noptional = "yes"', "desk.toml:29: categories.billing.questions.store.optional: should be true or false, not a text"),
    ('"https://example.com/help"', '"example.com/help"', 'desk.toml:25: categories.billing.subcategories.invoice.articles[1].url: should be like https://example.com/help, not "example.com/help"'),
    ('"https://example.com/help"', '{ es = "https://a.es", en = "http://[x" }', 'desk.toml:25: categories.billing.subcategories.invoice.articles[1].url.en: should be like https://example.com/help, not "http://[x"'),
    ('url = "https://example.com/help"\n', "", "desk.toml:23: categories.billing.subcategories.invoice.articles[1].url: is missing; it should be like https://example.com/help"),
    ('kind = "choice"', "kind = ", "desk.toml:28: this is not TOML: Invalid value"),
    ('{ es = "Google", en = "Google" }\n', '{ es = "Google"', "desk.toml:31: this is not TOML: Unclosed inline table"),
    ("[bounds]", "[hours]", "desk.toml:13: this is not TOML: Cannot declare ('hours',) twice"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "instead", "said"), BROKEN, ids=[said for _was, _instead, said in BROKEN])
def test_one_mistake_is_said_in_one_line(was: str, instead: str, said: str) -> None:
    assert was in SMALL
    assert complaints(SMALL.replace(was, instead, 1)) == (said,)


def test_all_mistakes_are_said_at_once_and_in_order() -> None:
    text = SMALL.replace("zone", "zona").replace("{ es", "{ sp").replace("15:00", "15.00")
    assert [line.split(": ", 2)[:2] for line in complaints(text)] == [
        ["desk.toml:1", "name"],
        ["desk.toml:1", "name.sp"],
        ["desk.toml:5", "rules[1]"],
        ["desk.toml:5", "rules[1].sp"],
        ["desk.toml:8", "hours.zone"],
        ["desk.toml:9", "hours.zona"],
        ["desk.toml:10", "hours.monday[2]"],
        ["desk.toml:17", "categories.billing.label"],
        ["desk.toml:17", "categories.billing.label.sp"],
        ["desk.toml:21", "categories.billing.subcategories.invoice.label"],
        ["desk.toml:21", "categories.billing.subcategories.invoice.label.sp"],
        ["desk.toml:24", "categories.billing.subcategories.invoice.articles[1].label"],
        ["desk.toml:24", "categories.billing.subcategories.invoice.articles[1].label.sp"],
        ["desk.toml:29", "categories.billing.questions.store.label"],
        ["desk.toml:29", "categories.billing.questions.store.label.sp"],
        ["desk.toml:30", "categories.billing.questions.store.options.apple"],
        ["desk.toml:30", "categories.billing.questions.store.options.apple.sp"],
        ["desk.toml:31", "categories.billing.questions.store.options.google"],
        ["desk.toml:31", "categories.billing.questions.store.options.google.sp"],
    ]


def test_an_empty_file_says_what_belongs_there() -> None:
    assert complaints("") == (
        "desk.toml:1: agents_language: is missing; it should be one of es, en",
        "desk.toml:1: categories: there should be at least one category: [categories.billing]",
        'desk.toml:1: hours: is missing; write [hours] with zone = "Europe/Madrid" and monday = ["9:00-18:00"]',
        "desk.toml:1: language: is missing; it should be one of es, en",
        'desk.toml:1: name: is missing; write name = { es = "…", en = "…" }',
    )


def test_a_category_needs_a_subcategory() -> None:
    text = SMALL.partition("[categories.billing.subcategories]")[0]
    assert complaints(text) == (
        "desk.toml:16: categories.billing: needs at least one sub-category: [categories.billing.subcategories.general]",
    )


WORTHLESS = ["0", "true", '"x"', "[]", "[1]", "{}", "2026-12-25", "1.5", "[{}]", "{ es = {} }"]
KEYS = [
    "name",
    "language",
    "rules",
    "prefix",
    "answers",
    "hours",
    "promises",
    "life",
    "manners",
    "bounds",
    "draft_days",
    "categories",
]


@pytest.mark.parametrize("value", WORTHLESS)
@pytest.mark.parametrize("key", KEYS)
def test_nothing_odd_is_taken_for_a_desk(key: str, value: str) -> None:
    assert complaints(f"{key} = {value}")


HARMLESS = {("questions", "{}"), ("questions.x.options", "{}"), ("subcategories.x.articles", "[]")}


@pytest.mark.parametrize("value", WORTHLESS)
@pytest.mark.parametrize("key", ["label", "note", "agents", "subcategories", "questions", "subcategories.x", "subcategories.x.articles", "questions.x", "questions.x.options"])  # fmt: skip
def test_nothing_odd_is_taken_for_a_category(key: str, value: str) -> None:
    if (key, value) not in HARMLESS:
        text = SMALL.partition("[categories.billing]")[0]
        assert any(f"categories.x.{key}" in line for line in complaints(f"{text}\n[categories.x]\n{key} = {value}"))


def complaints(text: str) -> tuple[str, ...]:
    with pytest.raises(Wrong) as raised:
        read(text)
    return raised.value.lines("desk.toml")


def test_the_shipped_desk_reads_clean() -> None:
    desk = read(SHIPPED.read_text("utf-8"))
    subcategories = {c.name: len(c.subcategories) for c in desk.categories}
    assert subcategories == {
        "account": 5, "billing": 5, "design": 4, "content": 5, "publishing": 5, "push": 4, "shop": 5,
    }  # fmt: skip
    assert {q.kind for c in desk.categories for q in c.questions} == {"text", "number", "choice", "link", "date"}


def test_the_shipped_labels_fit_a_button_of_a_phone() -> None:
    desk = read(SHIPPED.read_text("utf-8"))
    labels = [c.label for c in desk.categories]
    labels += [s.label for c in desk.categories for s in c.subcategories]
    labels += [o.label for c in desk.categories for q in c.questions for o in q.options]
    labels += [a.label for c in desk.categories for s in c.subcategories for a in s.articles]
    assert [text for label in labels for text in label.words.values() if len(text) > 28] == []


def test_no_question_has_more_choices_than_a_platform_shows() -> None:
    """Telegram takes a hundred buttons, our ways out among them, and refuses the message that has more."""

    def rows(head: str, number: int) -> str:
        return head + "".join(f'x{n}@ = {{ es = "E{n}", en = "N{n}" }}\n' for n in range(number))

    sub = rows("[categories.big.subcategories]\n", 91).replace("@", ".label")
    option = rows("[categories.big.questions.which.options]\n", 91).replace("@", "")
    which = '[categories.big.questions.which]\nkind = "choice"\nlabel = { es = "¿Cuál?", en = "Which?" }\n'
    big = '\n[categories.big]\nlabel = { es = "G", en = "B" }\n'
    many = "".join(BARE.replace("#", str(n)) for n in range(90))
    assert [line.split(": ", 1)[1] for line in complaints(SMALL + big + sub + which + option)] == [
        "categories.big.subcategories.x90: is one too many: a question shows at most 90",
        "categories.big.questions.which.options.x90: is one too many: a question shows at most 90",
    ]
    assert complaints(SMALL + "\n" + many)[0].endswith("categories.c89: is one too many: a question shows at most 90")


BARE = """[categories.c#]
label = { es = "E#", en = "N#" }
subcategories.one.label = { es = "Uno", en = "One" }
"""


def test_a_desk_of_another_language_needs_its_words() -> None:
    with pytest.raises(Wrong) as raised:
        read(SMALL, ("es", "en", "fr"))
    assert raised.value.problems[0].message == 'the fr words are missing (fr = "…")'


OTHER = """
[categories.shop]
label = { es = "Tienda", en = "Shop" }
subcategories.orders.label = { es = "Pedidos", en = "Orders" }

[categories.shop.questions.store]
kind = "text"
label = { es = "¿Qué tienda?", en = "Which shop?" }
"""


def test_two_questions_may_not_share_a_name_but_one_may_stand_in_two_categories() -> None:
    taken = "categories.billing.questions.store is another question; choose another name"
    assert complaints(SMALL + OTHER) == (f"desk.toml:37: categories.shop.questions.store: {taken}",)
    store = SMALL.partition("[categories.billing.questions.store]")[2]
    same = OTHER.partition("kind")[0] + store.strip() + "\n"
    assert read(SMALL + same).category("shop") is not None


def test_companies_share_by_their_doors() -> None:
    desk = read(SMALL + '\n[companies.acme]\ndoors = ["telegram:77", "slack:T0ACME"]\n')
    assert desk.companies == (Company("acme", ("telegram:77", "slack:T0ACME")),)
    found = [company(desk, channel, user) for channel, user in (("slack", "T0ACME:U7"), ("slack", "T0ACMEX:U7"))]
    assert found == [desk.companies[0], None]


@pytest.mark.parametrize(
    "door",
    ["ana@example.com", "telegram:ana_p", "telegram:-1001234567890", "telegram:77:8", "slack:acme", "slack:C0123456", "whatsapp:1"],
)  # fmt: skip
def test_a_door_that_nobody_can_come_through_is_said(door: str) -> None:
    """Else nothing is shared, and nobody knows why."""
    with pytest.raises(Wrong, match=r'should be a door such as "telegram:77"'):
        read(f'{SMALL}\n[companies.acme]\ndoors = ["{door}"]\n')
