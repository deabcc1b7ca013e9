"""What happened, and what shows it: details, links, screenshots."""

from __future__ import annotations

import re

from bot.desk.answers import lacks, passes, says_nothing
from bot.desk.config import Desk
from bot.dialogue.form import Field
from bot.dialogue.words import (
    Again,
    Answer,
    Choice,
    Chose,
    File,
    Heard,
    Next,
    Prompt,
    Quote,
    Said,
    Speech,
    Stay,
    _,
    lines,
    megabytes,
    n_,
)
from bot.links import links_in, without_links
from bot.values import replace
from handlers.asking import DONE, FEW_WORDS, DeskStep, joined, too_long, with_words
from handlers.draft import Draft, called, longer

ANEW = Choice("anew", _("Write it again"))
SHORT = _("Tell us in a few words, please. A screenshot alone doesn't say what you expected.")


class Details(DeskStep):
    """What happens, at length."""

    name = "details"

    def ask(self, draft: Draft) -> Prompt:
        if draft.details:
            kept = lines(_("You told me:"), Quote(_short(draft.details)), between="\n")
            return Prompt(lines(kept, _("Anything to add?")), (Choice("done", _("That is all")), ANEW))
        return Prompt(_("Tell us more: what you did, what you expected, what happened instead."))

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("done" | "skip") if draft.details:
                return Next(draft)
            case Chose("anew"):
                return Stay(self.empty(draft))
            case Said(text) if draft.details and passes(text):
                return Next(draft)
            case Said(text) if says_nothing(text) and not passes(text):
                return Again(_("Just write it here.") if draft.details else SHORT)
            case Said(text) as said if text.strip():
                kept = longer(draft, said)
                if len(kept.details) > self.desk.bounds.details_most:
                    return Again(too_long(self.desk))
                return Next(kept)
            case _:
                return Again(SHORT)

    def filled(self, draft: Draft) -> bool:
        return bool(draft.details)

    def settled(self, draft: Draft) -> bool:
        return draft.whole and bool(draft.details)

    def field(self, draft: Draft) -> Field:
        hint = _("What you did, what you expected, what happened instead.")
        most = self.desk.bounds.details_most
        return Field(self.name, called(self.desk, self.name), "text", hint, value=draft.details, most=most)

    def empty(self, draft: Draft) -> Draft:
        return replace(draft, details="", marked="")


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


class Urls(DeskStep):
    """Links that help us see the problem: several, checked."""

    name = "links"
    optional = True

    def ask(self, draft: Draft) -> Prompt:
        if not draft.urls:
            return Prompt(
                n_(
                    "A link that helps us see it? One, please.",
                    "Any link that helps us see it? Up to {n}.",
                    self.desk.bounds.urls,
                )
            )
        ways = (DONE, Choice("clear", _("Remove them")))
        if len(draft.urls) >= self.desk.bounds.urls:
            return Prompt(
                n_("One link: that is all that fits.", "{n} links: that is as many as fit.", len(draft.urls)), ways
            )
        return Prompt(n_("One link so far. Another?", "{n} links so far. Another?", len(draft.urls)), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        most = self.desk.bounds.urls
        match answer:
            case Chose("done") if draft.urls:
                return Next(draft)
            case Chose("clear"):
                return Stay(replace(draft, urls=()))
            case Said(text) as said if found := links_in(text):
                urls = tuple(dict.fromkeys(draft.urls + found))
                if len(urls) > most:
                    return Again(fewer_links(most))
                return self._with(replace(draft, urls=urls), said)
            case Said(text) if passes(text) or lacks(text):
                return Next(draft)
            case _:
                return Again(_("I see no link there. It should look like https://example.com/page"))

    def _with(self, draft: Draft, said: Said) -> Heard[Draft]:
        """What stands around a link joins the details as it was written, if it is more than "here it is"."""
        if len(re.findall(r"\w+", without_links(said.text))) < FEW_WORDS or said.text.strip() in draft.details:
            return Stay(draft)
        return joined(self.desk, draft, said)

    def needed(self, _draft: Draft) -> bool:
        return self.desk.bounds.urls > 0

    def filled(self, draft: Draft) -> bool:
        return bool(draft.urls)

    def settled(self, draft: Draft) -> bool:
        return draft.whole and bool(draft.urls)

    def field(self, draft: Draft) -> Field | None:
        if not self.needed(draft):
            return None
        hint = n_("One, please.", "One per line, up to {n}.", self.desk.bounds.urls)
        label, value = called(self.desk, self.name), "\n".join(draft.urls)
        return Field(self.name, label, "links", hint, value=value, optional=True)

    def empty(self, draft: Draft) -> Draft:
        return replace(draft, urls=())


class Screenshots(DeskStep):
    """Pictures and files: they are gathered whenever they come, and asked for here."""

    name = "screenshots"
    optional = True

    def ask(self, draft: Draft) -> Prompt:
        if not draft.files:
            return Prompt(
                n_(
                    "A screenshot? A picture often says it all. One, please.",
                    "Screenshots? A picture often says it all. Up to {n}.",
                    self.desk.bounds.files,
                )
            )
        ways = (DONE, Choice("clear", _("Remove them")))
        if len(draft.files) >= self.desk.bounds.files:
            return Prompt(
                n_("One file: that is all that fits.", "{n} files: that is as many as fit.", len(draft.files)), ways
            )
        return Prompt(n_("One file so far. Another?", "{n} files so far. Another?", len(draft.files)), ways)

    def hear(self, draft: Draft, answer: Answer) -> Heard[Draft]:
        match answer:
            case Chose("done") if draft.files:
                return Next(draft)
            case Chose("clear"):
                return Stay(replace(draft, files=()))
            case Said(text) if passes(text) or lacks(text):
                return Next(draft)
            case _:
                return with_words(self.desk, draft, answer, _("Send a picture or a file here, or go on without."))

    def needed(self, _draft: Draft) -> bool:
        return self.desk.bounds.files > 0

    def filled(self, draft: Draft) -> bool:
        return bool(draft.files)

    def settled(self, draft: Draft) -> bool:
        return draft.whole and bool(draft.files)

    def field(self, draft: Draft) -> Field | None:
        if not self.needed(draft):
            return None
        most = self.desk.bounds.files
        hint = n_("A picture often says it all. One, please.", "A picture often says it all. Up to {n}.", most)
        label = called(self.desk, self.name)
        return Field(self.name, label, "files", hint, files=draft.files, most=most, optional=True)

    def fill(self, draft: Draft, answer: Answer | None) -> Draft | Again:
        """A form only adds, and what is too big or too many is said before anything of it is kept."""
        files = answer.files if isinstance(answer, Said) else ()
        fuller, word = take_files(self.desk, draft, files, quiet=True)
        return Again(word) if word else fuller


def take_files(
    desk: Desk, draft: Draft, files: tuple[File, ...], *, quiet: bool = False
) -> tuple[Draft, Speech | None]:
    """Puts files in their slot; the word says what was kept and what was not, and why."""
    if not files:
        return draft, None
    if not desk.bounds.files:
        return draft, _("I can't take files here. Tell us in words what we would see, please.")
    fitting = tuple(f for f in files if f.size <= desk.bounds.file_bytes)
    known = {f.id for f in draft.files}
    fresh = tuple(f for f in fitting if f.id not in known)
    kept = (draft.files + fresh)[: desk.bounds.files]
    words: list[Speech] = []
    if len(fitting) < len(files):
        words.append(too_big(desk))
    if len(draft.files) + len(fresh) > desk.bounds.files:
        words.append(
            n_(
                "Only one file fits in a request; I keep the first.",
                "Only {n} files fit in a request; I keep the first ones.",
                desk.bounds.files,
            )
        )
    if not quiet and len(kept) > len(draft.files):
        words.append(got(len(kept)))
    return replace(draft, files=kept), lines(*words, between="\n") if words else None


def got(files: int) -> Speech:
    return n_("Got your file.", "Got your {n} files.", files)


def too_big(desk: Desk) -> Speech:
    return _("That file is larger than {most} MB, so I can't take it.", most=megabytes(desk.bounds.file_bytes))


def fewer_links(most: int) -> Speech:
    return n_("Keep the most useful link, please.", "Keep the {n} most useful links, please.", most)
