"""Reads `desk.toml`: a desk, or everything that is wrong with it, by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import get_args

from bot.desk.config import (
    PRIORITIES,
    Answers,
    Article,
    Bounds,
    Category,
    Company,
    Desk,
    Life,
    Manners,
    Option,
    Promises,
    Question,
    QuestionKind,
    Rule,
    SubCategory,
)
from bot.desk.fields import LABEL, Problem, Table, Wrong, dotted, words
from bot.desk.opening_hours import read_hours, term
from bot.desk.places import Path, line_of, places
from bot.desk.working import read_canned, read_team
from bot.dialogue.words import Spoken

__all__ = ["Problem", "Wrong", "read"]

SENTENCE = 300
NOTE = 600
CHOICES = 90
"""Telegram refuses a message with more than a hundred buttons, our ways out of a question among them."""
QUESTIONS = 40
"""A form in Slack holds a hundred blocks: each question has two when its answer will not do, and the usual ones need theirs."""
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
ANSWERS: tuple[Answers, ...] = get_args(Answers)
AGENTS = r"telegram:-[0-9]{1,20}|slack:[CG][A-Z0-9]{5,20}"
SEASON = 3
"""Months in which requests are looked at for numbers, and may still be opened again."""


def read(text: str, languages: tuple[str, ...] = ("es", "en")) -> Desk:
    """The desk a file describes, each of its texts in all the languages. Raises `Wrong` with all its problems."""
    wrong: list[tuple[Path, str]] = []

    def report(path: Path, message: str) -> None:
        wrong.append((path, message))

    top = Table(_parsed(text), (), report, languages)
    desk = _desk(top)
    top.close()
    if wrong:
        lines = places(text)
        raise Wrong(tuple(sorted({Problem(line_of(path, lines), dotted(path), message) for path, message in wrong})))
    return desk


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        at = int(line[1]) if line else text.count("\n") + 1
        raise Wrong((Problem(at, "", f"this is not TOML: {what}"),)) from None


def _desk(table: Table) -> Desk:
    return Desk(
        name=table.spoken("name", LABEL),
        language=table.one_of("language", table.languages, None),
        agents_language=table.one_of("agents_language", table.languages, None),
        categories=_categories(table),
        rules=_rules(table),
        hours=read_hours(table),
        promises=_promises(table.section("promises")),
        life=_life(table.section("life")),
        manners=_manners(table.section("manners")),
        prefix=table.text("prefix", "[A-Z][A-Z0-9]{0,7}", "1 to 8 capital letters or digits, such as SUP", "SUP"),
        answers=table.one_of("answers", ANSWERS, "preview"),
        bounds=_bounds(table.section("bounds")),
        draft_days=table.number("draft_days", 7, 1, 365),
        companies=_companies(table),
        canned=read_canned(table),
        team=read_team(table.section("team")),
    )


_WORD = re.compile(r"(?=.{2,40}\Z)\w+(?:[.'-]\w+)*")
_DOOR = re.compile(r"telegram:[1-9][0-9]{0,18}|slack:(?:T[A-Z0-9]{1,31}|(?:T[A-Z0-9]{1,31}:)?[UW][A-Z0-9]{1,31})")
"""A person's number, not their name, nor a group's; in Slack a person, or everybody of a workspace."""


def _companies(table: Table) -> tuple[Company, ...]:
    return tuple(_company(name, below) for name, below in table.named("companies"))


def _company(name: str, table: Table) -> Company:
    doors = table.items("doors")
    for number, door in enumerate(doors):
        if not isinstance(door, str) or not _DOOR.fullmatch(door):
            table.wrong('should be a door such as "telegram:77", "slack:T0ACME:U7" or "slack:T0ACME"', "doors", number)
    return Company(name, tuple(door for door in doors if isinstance(door, str)))


def _rules(table: Table) -> tuple[Rule, ...]:
    return tuple(_rule(table, rule, n) for n, rule in enumerate(table.items("rules")))


def _rule(table: Table, value: object, number: int) -> Rule:
    """Its words stand beside the promise they speak of."""
    if not isinstance(value, dict):
        return Rule(words(table, value, NOTE, "rules", number))
    below = Table(value, (*table.path, "rules", number), table.report, table.languages)
    promise = term(below, "promise")
    said = {language: text for language, text in value.items() if language != "promise"}
    return Rule(words(table, said, NOTE, "rules", number), promise)


def _promises(table: Table) -> Promises:
    usual = Promises()
    promises = Promises(
        answer=term(table, "answer") or usual.answer,
        further=term(table, "further"),
        urgent=term(table, "urgent"),
        low=term(table, "low"),
    )
    table.close()
    return promises


def _life(table: Table) -> Life:
    usual = Life()
    life = Life(
        reopen=table.number("reopen", usual.reopen, 1, 60),
        remind=table.number("remind", usual.remind, 1, 60),
        close=table.number("close", usual.close, 1, 60),
        rating=table.flag("rating", usual=usual.rating),
        keep=table.number("keep", usual.keep, 0, 240),
    )
    if 0 < life.keep < SEASON:
        table.wrong(
            f"should be {SEASON} or more, since the numbers look back as far; or 0, to keep them for good", "keep"
        )
    table.close()
    return life


def _manners(table: Table) -> Manners:
    usual = Manners()
    manners = Manners(
        shouting=table.flag("shouting", usual=usual.shouting),
        insults=table.flag("insults", usual=usual.insults),
        subjects=table.flag("subjects", usual=usual.subjects),
        code=table.maybe_spoken("code", NOTE),
        open=table.number("open", usual.open, 1, 50),
        daily=table.number("daily", usual.daily, 1, 1000),
        rude=_list(table, "rude"),
        fine=_list(table, "fine"),
        names=_list(table, "names"),
    )
    table.close()
    return manners


def _list(table: Table, key: str) -> tuple[str, ...]:
    """Words, each by itself."""
    found = table.items(key)
    for number, word in enumerate(found):
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            table.wrong("should be one word, of 40 letters at most", key, number)
    return tuple(word for word in found if isinstance(word, str))


def _bounds(table: Table) -> Bounds:
    usual = Bounds()
    bounds = Bounds(
        title_least=table.number("title_least", usual.title_least, 1, 60),
        title_most=table.number("title_most", usual.title_most, 20, 200),
        details_most=table.number("details_most", usual.details_most, 100, 20_000),
        urls=table.number("urls", usual.urls, 0, 50),
        files=table.number("files", usual.files, 0, 50),
        file_bytes=table.number("file_bytes", usual.file_bytes, 1, 20_000_000),
        files_daily=table.number("files_daily", usual.files_daily, 1, 10_000),
        at_once=table.number("at_once", usual.at_once, 5, 90),
    )
    if bounds.title_least > bounds.title_most:
        table.wrong(f"should not be above title_most ({bounds.title_most})", "title_least")
    table.close()
    return bounds


# -- categories ----------------------------------------------------------------------------------


def _categories(table: Table) -> tuple[Category, ...]:
    found = tuple(_category(name, below) for name, below in table.named("categories"))
    _distinct(table, "categories", [(c.name, c.label) for c in found])
    _one_question_a_name(table, found)
    if not found and not table.values.get("categories"):
        table.wrong("there should be at least one category: [categories.billing]", "categories")
    return found


def _one_question_a_name(table: Table, categories: Sequence[Category]) -> None:
    """A conversation remembers an answer by the question's name; the same question may stand in several categories."""
    first: dict[str, tuple[str, Question]] = {}
    for category in categories:
        for question in category.questions:
            owner, known = first.setdefault(question.name, (category.name, question))
            if known != question:
                taken = f"categories.{owner}.questions.{question.name} is another question; choose another name"
                table.wrong(taken, "categories", category.name, "questions", question.name)


def _category(name: str, table: Table) -> Category:
    category = Category(
        name=name,
        label=table.spoken("label", LABEL),
        note=table.maybe_spoken("note", NOTE),
        agents=table.text("agents", AGENTS, "like telegram:-1001234567890 or slack:C0123456789", ""),
        subcategories=tuple(_subcategory(sub, below) for sub, below in table.named("subcategories")),
        questions=tuple(_question(word, below) for word, below in table.named("questions")),
        promise=term(table, "promise"),
        priority=table.one_of("priority", PRIORITIES, "normal"),
    )
    for question in category.questions[QUESTIONS:][:1]:
        table.wrong(f"is one too many: a category asks at most {QUESTIONS} questions", "questions", question.name)
    _distinct(table, "subcategories", [(s.name, s.label) for s in category.subcategories])
    if not category.subcategories:
        table.wrong(f"needs at least one sub-category: [{dotted(table.path)}.subcategories.general]")
    return category


def _subcategory(name: str, table: Table) -> SubCategory:
    return SubCategory(
        name=name,
        label=table.spoken("label", LABEL),
        note=table.maybe_spoken("note", NOTE),
        articles=tuple(Article(a.spoken("label", LABEL), a.address("url")) for a in table.listed("articles")),
    )


def _question(name: str, table: Table) -> Question:
    kind = table.one_of("kind", KINDS, None)
    options = _options(table)
    if table.values.get("kind") != kind:
        pass  # has been complained of; its options may well be right
    elif kind == "choice" and len(options) < 2:
        table.wrong("a choice needs at least two options", "options")
    elif kind != "choice" and options:
        table.wrong(f'options go with kind = "choice", not with "{kind}"', "options")
    return Question(
        name=name,
        label=table.spoken("label", SENTENCE),
        kind=kind,
        short=table.maybe_spoken("short", LABEL),
        options=options,
        optional=table.flag("optional"),
    )


def _options(table: Table) -> tuple[Option, ...]:
    inner = table.section("options")
    for name in inner.values:
        inner.check_name(name)
    found = tuple(Option(name, inner.spoken(name, LABEL)) for name in inner.values)
    _distinct(table, "options", [(o.name, o.label) for o in found])
    return found


def _distinct(table: Table, key: str, labels: Sequence[tuple[str, Spoken]]) -> None:
    """They are the choices of one question. Typing a label is the same as pressing it, so no two may read the same."""
    for name, _label in labels[CHOICES:][:1]:
        table.wrong(f"is one too many: a question shows at most {CHOICES}", key, name)
    seen: dict[tuple[str, str], str] = {}
    for name, label in labels:
        for language, text in label.words.items():
            first = seen.setdefault((language, text.casefold()), name)
            if first != name:
                table.wrong(f"reads the same as {key}.{first} ({language})", key, name)
