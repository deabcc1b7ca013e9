"""Hands a mail to the server, and says what its answer means.

Mails that come back later, or answers to ours, are not read: a sender is easily forged, so e-mail is no way in.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPTimeoutError,
)

from bot.channels import Finding, Gone, Later, Refused
from bot.channels.pool import reached

SECONDS = 30.0
"""For each answer of the server."""
FAREWELL = 3.0
"""For its goodbye, which changes nothing any more."""
AGAIN = 300.0
"""Seconds after which a server that said "later" is asked again: what greylists lets in after some five minutes."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
"""RFC 3463."""
_NOBODY = frozenset({550, 551, 553})
_TLS = "write smtps:// in SMTP_URL for a server with TLS from the start (port 465), smtp:// for STARTTLS (port 587)"


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool
    """From the first byte (`smtps`); else STARTTLS, demanded wherever a password would go over a network in the clear."""
    context: ssl.SSLContext | None = None

    @classmethod
    def at(cls, url: str) -> Server:
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 587)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[SMTP]:
        """A connection that has let us in."""
        upgrade = False if self.tls else True if self.user and self.host not in HERE else None
        async with asyncio.timeout(SECONDS):
            there = await reached(self.host, self.port)
        smtp = SMTP(
            hostname=self.host,
            sock=there,
            username=self.user or None,
            password=self.password or None,
            timeout=SECONDS,
            use_tls=self.tls,
            start_tls=upgrade,
            tls_context=self.context,
        )
        await smtp.connect()
        try:
            yield smtp
        finally:
            with suppress(SMTPException, OSError):  # what was taken stays taken
                await smtp.quit(timeout=FAREWELL)
            smtp.close()


async def hand_over(server: Server, mail: EmailMessage, sender: str, to: str) -> None:
    """Raises `Gone`, `Refused`, `Later`; anything else means: try again, nobody knows what became of it."""
    try:
        async with server.opened() as smtp:
            await smtp.send_message(mail, sender=sender, recipients=[to])
    except SMTPRecipientsRefused as refused:
        raise _meant(refused.recipients[0]) from None
    except (SMTPRecipientRefused, SMTPDataError) as refused:
        raise _meant(refused) from None
    except SMTPResponseException as trouble:
        if 400 <= trouble.code < 500:
            raise Later(AGAIN) from None
        raise


def _meant(answer: SMTPResponseException) -> Exception:
    """4xx: later. 5xx about the person: nobody there. Any other 5xx: this mail is not wanted."""
    words = " ".join(answer.message.split())[:200]
    if answer.code < 500:
        return Later(AGAIN)
    status = _STATUS.search(words)
    about_them = status[2] == "1" if status else answer.code in _NOBODY
    return Gone() if about_them and isinstance(answer, SMTPRecipientRefused) else Refused(f"{answer.code} {words}")


async def examine(server: Server, sender: str) -> Finding:
    at = f"{server.host}:{server.port}"
    try:
        async with server.opened():
            return Finding(f"e-mail: {at} takes our mails, from {sender}")
    except SMTPAuthenticationError:
        return Finding(f"the mail server {at} does not let us in", "look at the user and password in SMTP_URL")
    except ssl.SSLError as trouble:
        return Finding(f"no safe connection to the mail server {at} ({trouble.reason})", _TLS)
    except (SMTPConnectError, SMTPTimeoutError, OSError) as trouble:
        return Finding(f"the mail server {at} does not answer ({type(trouble).__name__})", "look at SMTP_URL")
    except SMTPException as trouble:
        words = " ".join(str(trouble).split())[:200]
        return Finding(f"the mail server {at} does not take us ({words})", _TLS)
