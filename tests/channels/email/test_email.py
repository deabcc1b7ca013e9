"""Mails of ours through a real mail server: what arrives there, and what its answers mean."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtplib import SMTPAuthenticationError, SMTPException
from msgspec import structs

from bot.channels import Attachment, Gone, Later, NoMessage, Parcel, Refused
from bot.channels.email import Email
from bot.channels.email.draw import Head, draw
from bot.channels.email.send import Server, examine
from bot.desk.people import address_in, address_said
from bot.dialogue.markup import escape
from bot.events import Address
from tests.channels.deaf import NAME, deaf
from tests.channels.email.postbox import PASSWORD, Papers, Postbox, papers, postbox

ANA = Address("email", "ana@example.es")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = {"es": "Soporte de Tu App", "en": "Your App support"}
LINK = "https://desk.example/t/abcdefghij-ours_"
OFF = "https://desk.of-a-company-with-a-long-name.example/mail/0123456789abcdef0123456789abcdef"
NOTICE = Parcel(
    text=f"SUP\\-7: te hemos respondido 🙂\n\nHola, *Ñandú* & <b>:\n\nAquí está:\n\n{LINK}\n\nNo más: {OFF}".replace(
        "\\-", "-"
    ),
    about=7,
    letter=41,
    language="es",
    off=OFF,
)


def email(box: Postbox, **more: Any) -> Email:
    return Email(f"smtp://127.0.0.1:{box.port}", names=NAMES, public_url="https://desk.example", now=lambda: AT, **more)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found
    return str(found.get_content()).replace("\r\n", "\n")


async def test_a_notice_arrives_as_a_mail_that_says_what_it_is() -> None:
    async with postbox() as box:
        (receipt,) = await email(box, sender="desk@example.com").deliver(ANA, NOTICE, ())
    (mail,) = box.mails
    heads = {name: str(mail[name]) for name in ("From", "To", "Subject", "Auto-Submitted", "Content-Language")}
    assert heads == {
        "From": "Soporte de Tu App <desk@example.com>",
        "To": "ana@example.es",
        "Subject": "SUP-7: te hemos respondido 🙂",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "es",
    }
    assert (str(mail["List-Unsubscribe"]), str(mail["List-Unsubscribe-Post"])) == (
        f"<{OFF}>",
        "List-Unsubscribe=One-Click",
    )
    assert b"\r\nList-Unsubscribe: <" + OFF.encode() + b">\r\n" in box.raw[0]
    assert (mail["Message-ID"], parsedate_to_datetime(mail["Date"])) == (receipt, AT)
    assert (box.recipients, box.senders) == (["ana@example.es"], ["desk@example.com"])
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "plain") == f"Hola, Ñandú & <b>:\n\nAquí está:\n\n{LINK}\n\nNo más: {OFF}\n"
    html = part(mail, "html")
    assert '<html lang="es">' in html
    assert "<b>Ñandú</b> &amp; &lt;b&gt;:" in html
    assert f'<a href="{LINK}"' in html


async def test_what_is_no_notice_is_on_no_list() -> None:
    async with postbox() as box:
        await email(box).deliver(ANA, Parcel(text="Your code: 123456\n\nWrite it.", letter=1, language="en"), ())
    (mail,) = box.mails
    assert (mail["List-Unsubscribe"], mail["References"], mail["From"].addresses[0].addr_spec) == (
        None, None, "no-reply@desk.example",
    )  # fmt: skip


async def test_a_letter_sent_again_is_the_same_mail_and_another_letter_is_another() -> None:
    async with postbox() as box:
        box.hangs_up = True
        with pytest.raises(SMTPException):
            await email(box).deliver(ANA, NOTICE, ())
        box.hangs_up = False
        await email(box).deliver(ANA, structs.replace(NOTICE, again=True), ())
        await email(box).deliver(ANA, structs.replace(NOTICE, letter=42), ())
        await email(box).deliver(Address("email", "eva@example.es"), NOTICE, ())
    one, again, other, of_eva = (str(mail["Message-ID"]) for mail in box.mails)
    assert one == again
    assert len({one, other, of_eva}) == 3
    assert len({str(mail["References"]) for mail in box.mails[:3]}) == 1


@pytest.mark.parametrize(
    ("recipient", "data", "meaning"),
    [
        ("550 5.1.1 no such user here", "", Gone),
        ("550 nobody", "", Gone),
        ("553 5.1.3 bad address", "", Gone),
        ("550 5.7.1 we relay nothing for you", "", Refused),
        ("552 5.2.2 mailbox full", "", Refused),
        ("450 4.2.0 greylisted, come back", "", Later),
        ("451 later", "", Later),
        ("421 4.7.0 too many", "", Later),
        ("", "554 5.7.1 looks like spam", Refused),
        ("", "550 no", Refused),
        ("", "451 4.3.0 later", Later),
    ],
)
async def test_what_a_servers_answer_means(recipient: str, data: str, meaning: type[Exception]) -> None:
    async with postbox() as box:
        box.recipient, box.data = recipient, data
        with pytest.raises(meaning) as said:
            await email(box).deliver(ANA, NOTICE, ())
    assert type(said.value) is meaning
    assert meaning is not Refused or str(said.value) == (recipient or data)


async def test_a_mail_is_not_taken_back_and_carries_no_files() -> None:
    async with postbox() as box:
        with pytest.raises(NoMessage):
            await email(box).deliver(ANA, Parcel(unsay=True, over="<1@desk.example>"), ())
        with pytest.raises(Refused):
            await email(box).deliver(ANA, NOTICE, (Attachment("a.pdf", "document", "application/pdf", b"%PDF"),))
    assert box.mails == []


async def test_nobody_at_the_port_is_a_passing_trouble() -> None:
    async with postbox() as box:
        gone = email(box)
    with pytest.raises((SMTPException, OSError)):
        await gone.deliver(ANA, NOTICE, ())


# -- safe connections ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"))


async def sent(url: str, trust: Papers | None) -> None:
    channel = Email(url, names=NAMES, public_url="https://desk.example", now=lambda: AT)
    if trust:
        channel._server = replace(channel._server, context=trust.client)
    await channel.deliver(ANA, NOTICE, ())


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_tls_is_spoken_with_a_server_that_wants_it(scheme: str, trust: Papers) -> None:
    ways: dict[str, Any] = {"starttls": trust.server} if scheme == "smtp" else {"tls": trust.server}
    async with postbox(login=True, **ways) as box:
        await sent(f"{scheme}://desk%40example.com:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}", trust)
    assert (box.safe, box.senders) == ([True], ["desk@example.com"])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_not_believed(scheme: str, trust: Papers) -> None:
    ways: dict[str, Any] = {"starttls": trust.server} if scheme == "smtp" else {"tls": trust.server}
    async with postbox(**ways) as box:
        with pytest.raises((SMTPException, OSError)):
            await sent(f"{scheme}://127.0.0.1:{box.port}", None)
    assert box.mails == []


async def test_a_password_goes_over_no_network_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.email.send.HERE", frozenset())
    async with postbox(login=True) as box:
        with pytest.raises(SMTPException, match="STARTTLS"):
            await sent(f"smtp://me:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}", None)


async def test_a_wrong_password_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with postbox(login=True) as box:
        url = f"smtp://me:wr0ng-secret@127.0.0.1:{box.port}"
        with pytest.raises(SMTPAuthenticationError) as refused:
            await sent(url, None)
        found = await examine(Server.at(url), "desk@example.com")
    shown = f"{refused.value!r} {refused.value} {Server.at(url)!r} {caplog.text} {found}"
    assert ("does not let us in" in found.what, "SMTP_URL" in found.mend, "wr0ng" in shown) == (True, True, False)


async def test_the_doctor_sees_a_server_that_takes_us_and_one_that_is_away() -> None:
    async with postbox() as box:
        channel = email(box, sender="desk@example.com")
        well = [finding async for finding in channel.examine((), elsewhere=False)]
    away = [finding async for finding in channel.examine((), elsewhere=False)]
    at = f"127.0.0.1:{box.port}"
    assert [(f.what, f.mend) for f in well] == [(f"e-mail: {at} takes our mails, from desk@example.com", "")]
    assert [f.mend for f in away] == ["look at SMTP_URL"]
    assert f"the mail server {at} does not answer" in away[0].what


async def test_an_address_of_the_server_that_swallows_everything_is_passed_by_for_the_next() -> None:
    async with postbox() as box:
        with deaf("127.0.0.2", box.port):
            async with asyncio.timeout(5):
                await sent(f"smtp://{NAME}:{box.port}", None)
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h", Server("h", 587, "", "", tls=False)),
        ("smtps://h", Server("h", 465, "", "", tls=True)),
        ("smtp://a%40b.es:p%2Fw@h:25", Server("h", 25, "a@b.es", "p/w", tls=False)),
    ],
)
def test_an_address_says_how_a_server_is_reached(url: str, server: Server) -> None:
    assert Server.at(url) == server


# -- hostile words -------------------------------------------------------------------------------------

HOSTILE = (
    "x\r\nBcc: eva@evil.example\r\n\r\nhola",
    "x\nSubject: otra",
    "x\u2028Bcc: eva@evil.example",
    "x\x00\x1b[31m",
    "=?utf-8?q?Bcc=3A_eva=40evil.example?=\r\n",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a" * 5000,
    "ñ🙂" * 900,
    ".\r\n.\r\nMAIL FROM:<eva@evil.example>",
)


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_of_others_begin_no_header_no_mail_and_no_tag(words: str) -> None:
    text = f"{escape(words)}\n\n{escape(words)}"
    async with postbox() as box:
        channel = Email(
            f"smtp://127.0.0.1:{box.port}", names={"es": words}, public_url="https://desk.example", now=lambda: AT
        )
        await channel.deliver(ANA, structs.replace(NOTICE, text=text), ())
    (mail,) = box.mails
    assert (box.recipients, mail["Bcc"], len(mail.get_all("Subject", []))) == (["ana@example.es"], None, 1)
    assert sorted(mail.keys()) == sorted(draw("a@b.es", NOTICE, Head("a@b.es", NAMES, "h"), AT).keys())
    html = part(mail, "html")
    assert ("<script" in html, "<img" in html) == (False, False)
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 998
    assert b"\n" not in box.raw[0].replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ana@example.es", "ana@example.es"),
        ("  Ana.Ruiz+x@Example.ES ", "Ana.Ruiz+x@example.es"),
        ("<mailto:ana@example.es|ana@example.es>", "ana@example.es"),
        ("mailto:ana@example.es", "ana@example.es"),
        ("ana@ñandú.es", "ana@xn--and-6ma2c.es"),
        ("a@b.c>\r\nRCPT TO:<eva@evil.example>", ""),
        ("ana@example.es\r\nBcc: eva@evil.example", ""),
        ("ana@example.es, eva@evil.example", ""),
        ("ana@example.es eva@evil.example", ""),
        ("Ana <ana@example.es>", ""),
        ('"a b"@example.es', ""),
        ("ana@[127.0.0.1]", ""),
        ("ana@127.0.0.1", ""),
        ("ana@localhost", ""),
        ("ana@-x.es", ""),
        ("ana@x..es", ""),
        (".ana@x.es", ""),
        ("ana..b@x.es", ""),
        ("-oQ/tmp@x.es", "-oQ/tmp@x.es"),
        ("ñ@x.es", ""),
        ("a" * 65 + "@x.es", ""),
        ("ana@" + "a" * 250 + ".es", ""),
        ("ana", ""),
        ("", ""),
        ("@", ""),
    ],
)
def test_addresses_that_every_mail_server_knows(written: str, address: str) -> None:
    assert address_in(written) == address


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("ana@example.es", "ana@example.es"),
        ("Es ana@example.es.", "ana@example.es"),
        ("mi correo es ana@example.es", "ana@example.es"),
        ("<mailto:ana@example.es|ana@example.es>", "ana@example.es"),
        ("ana@example.es o ana@example.com", ""),
        ("@ana no recibe nada", ""),
        ("a ana@example.es no le llega la factura", ""),
        ("ana arroba example.es", ""),
        ("", ""),
    ],
)
def test_an_address_is_said_in_a_few_words(said: str, address: str) -> None:
    assert address_said(said) == address
