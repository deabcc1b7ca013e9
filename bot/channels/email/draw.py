"""A parcel as a mail: the first paragraph is its subject, the others stand in it twice, plain and as HTML. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from hashlib import sha256
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from msgspec import Struct

from bot.channels import Parcel
from bot.dialogue.markup import plain
from bot.web.prose import prose

MOST_SUBJECT = 150


class Whole(UnstructuredHeader):
    """A header that a program reads: the standard library encodes whatever does not fit into one short line, and then it
    is no address any more. Lines may be 998 long (RFC 5322).
    """

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "message-id", "in-reply-to", "references"):
    _HEADERS.map_to_type(_name, Whole)  # type: ignore[arg-type]  # it becomes the base of a class with `BaseHeader`
POLICY = policy.SMTP.clone(header_factory=_HEADERS)
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>\n'
    '<body style="margin:0;padding:24px;background:#f5f2ea;color:#1c2321;'
    'font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">\n'
    '<div style="max-width:34em;margin:0 auto;padding:8px 24px;background:#ffffff;border-radius:12px">\n'
    '<h1 style="font-size:20px;line-height:1.3">{subject}</h1>\n{body}\n</div>\n</body>\n</html>\n'
)
_PARAGRAPH = Markup('<p style="overflow-wrap:anywhere">{}</p>')


class Head(Struct, frozen=True):
    """Who writes."""

    sender: str
    names: Mapping[str, str]
    """The desk's, by language."""
    host: str
    """In what is unique in the whole world: ours."""

    @classmethod
    def of(cls, sender: str, names: Mapping[str, str], public_url: str) -> Head:
        """Without an address to write from it is one of our own host, at which nobody reads."""
        host = urlsplit(public_url).hostname or "localhost"
        return cls(sender if "@" in sender else f"no-reply@{host}", names, host)

    def name(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()), "")


def draw(to: str, parcel: Parcel, head: Head, at: datetime) -> EmailMessage:
    """The policy and its headers encode, fold, and refuse whatever would begin another header."""
    first, _, rest = parcel.text.partition("\n\n")
    subject = _line(plain(first))[:MOST_SUBJECT]
    mail = EmailMessage(POLICY)
    mail["From"] = Address(_line(head.name(parcel.language))[:MOST_SUBJECT], addr_spec=head.sender)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{_unique(to, parcel)}@{head.host}>"
    if parcel.about:
        thread = f"<ticket.{parcel.about}.{_short(to)}@{head.host}>"
        mail["In-Reply-To"] = mail["References"] = thread  # mails about one request stand together
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer to it
    mail["X-Auto-Response-Suppress"] = "All"
    if parcel.off:
        mail["List-Unsubscribe"] = f"<{parcel.off}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(plain(rest) + "\n")
    body = Markup("\n").join(map(_paragraph, rest.split("\n\n")))
    page = _PAGE.format(language=parcel.language or "en", subject=subject, body=body)
    mail.add_alternative(str(page), subtype="html")
    if parcel.language:
        mail["Content-Language"] = parcel.language  # last: what begins with "Content" goes into the first part
    return mail


def _paragraph(words: str) -> Markup:
    return _PARAGRAPH.format(
        Markup("<br>\n").join(prose("", line) if line else escape("") for line in words.split("\n"))
    )


def _line(text: str) -> str:
    """One line, whatever it was."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _unique(to: str, parcel: Parcel) -> str:
    """The same whenever this very letter is sent again, after an answer that never came: then it is the same mail."""
    return sha256(f"{parcel.letter}|{to}|{parcel.text}".encode()).hexdigest()[:40]


def _short(to: str) -> str:
    return sha256(to.encode()).hexdigest()[:12]
