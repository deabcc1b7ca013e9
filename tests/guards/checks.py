"""Every check that keeps somebody out or something harmless, and what the code would be without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check: taking it away makes at least one of these tests fail, or nobody would notice that it is gone."""

    keeps: str
    """What it is there for, in a few words."""
    file: str
    there: str
    """The code as it is; it stands in the file exactly once."""
    gone: str
    tests: tuple[str, ...]


TELEGRAM = "bot/channels/telegram/"

CHECKS = (
    # -- who is let in -----------------------------------------------------------------------------
    Check(
        "updates come from Telegram",
        TELEGRAM + "webhook.py",
        'if not self._admits(headers.get(HEADER, b"")):',
        "if False:",
        ("tests/channels/telegram/test_telegram_webhook.py",),
    ),
    Check(
        "an update is not larger than Telegram's",
        TELEGRAM + "webhook.py",
        "        if len(body) > MOST_BODY:",
        "        if False:",
        ("tests/channels/telegram/test_telegram_webhook.py",),
    ),
    Check(
        "only members of the group press",
        "handlers/agents.py",
        "    if not event.who.member:",
        "    if False:",
        ("tests/handlers", "tests/transcripts"),
    ),
    Check(
        "words of somebody who is no member go to nobody",
        "handlers/talk.py",
        "case Said() if not event.who.member:",
        "case Said() if False:",
        ("tests/handlers", "tests/transcripts"),
    ),
    Check(
        "nobody touches the ticket of another",
        "bot/store/look.py",
        "return writer is None or writer.id != ticket.person if event.private else not at_desk",
        "return False",
        ("tests/store", "tests/handlers", "tests/transcripts"),
    ),
    Check(
        "the numbers are not for strangers",
        "bot/web/app.py",
        "        if not _may_count(request, site.metrics_token):",
        "        if False:",
        ("tests/web/test_metrics_page.py",),
    ),
    # -- twice, or crosswise -----------------------------------------------------------------------
    Check(
        "an event is taken once",
        "bot/store/accept.py",
        "fresh = tx.do(TAKE, key=event.id, at=tx.at) == 1",
        "fresh = tx.do(TAKE, key=event.id, at=tx.at) < 2",
        ("tests/store/test_turn.py",),
    ),
    Check(
        "two who change one ticket do not overwrite each other",
        "bot/store/ledger.py",
        "elif not tx.do(TICKET_NEXT, ticket=ticket.id, read=read, **values):",
        "elif tx.do(TICKET_NEXT, ticket=ticket.id, read=read, **values) > 1:",
        ("tests/store/test_turn.py",),
    ),
    # -- what strangers write ----------------------------------------------------------------------
    Check(
        "what somebody writes carries no markup of ours",
        "bot/i18n.py",
        "        return _spoken(speech, language, self, markup.escape)",
        "        return _spoken(speech, language, self, str)",
        ("tests/transcripts", "tests/handlers", "tests/dialogue", "tests/test_locales.py"),
    ),
    Check(
        "NUL, overrides and heaps of marks are taken out",
        "bot/dialogue/markup.py",
        '    text = _SURROGATE.sub("\\ufffd", _UNSEEN.sub("", text))',
        "    text = text[:]",
        ("tests/channels", "tests/dialogue"),
    ),
    # -- files -------------------------------------------------------------------------------------
    Check(
        "a file is not larger than the desk takes",
        "bot/media/clean.py",
        "    if len(data) > bounds.file_bytes:",
        "    if False:",
        ("tests/media",),
    ),
    Check(
        "a picture is measured before it is decoded",
        "bot/media/pictures.py",
        "    _measure(picture.size, frames)\n",
        "",
        ("tests/media",),
    ),
    Check(
        "a picture is read as what it is and nothing else",
        "bot/media/clean.py",
        "return Cleaned(anew(data, form), _named",
        "return Cleaned(data, _named",
        ("tests/media",),
    ),
    Check(
        "what is no harmless kind is not kept",
        "bot/media/clean.py",
        "    if found is None:\n",
        '    found = found or ("", mime)\n    if found is None:\n',
        ("tests/media",),
    ),
    Check(
        "a file's name is no path",
        "bot/media/names.py",
        'last = re.split(r"[/\\\\]", tame(name))[-1]',
        "last = tame(name)",
        ("tests/media", "tests/channels"),
    ),
    Check(
        "nothing but our own ids is a key",
        "bot/media/keep.py",
        "    if not _ID.fullmatch(file_id):",
        "    if False:",
        ("tests/media/test_keep.py",),
    ),
    # -- requests ----------------------------------------------------------------------------------
    Check(
        "a body that is too large is not read",
        "bot/web/guard.py",
        "            if len(body) > self.most:",
        "            if False:",
        ("tests/web",),
    ),
    Check(
        "a body that says it is too large is not read",
        "bot/web/guard.py",
        "if not length.isdigit() or int(length) > self.most:",
        "if False:",
        ("tests/web",),
    ),
    Check(
        "a slow body is not waited for",
        "bot/web/guard.py",
        "async with asyncio.timeout(self.seconds):",
        "async with asyncio.timeout(None):",
        ("tests/web",),
    ),
    Check(
        "slow headers are not waited for",
        "bot/web/server.py",
        "self.alarm = self.loop.call_later(self.seconds, self.transport.close)",
        "self.alarm = self.loop.call_later(3600, self.transport.close)",
        ("tests/web/test_server.py",),
    ),
    Check(
        "headers have an end",
        "bot/web/server.py",
        "        if self.read > self.most:",
        "        if False:",
        ("tests/web/test_server.py",),
    ),
    Check(
        "every response carries its seal",
        "bot/web/seal.py",
        'message["headers"] = [*own, *(header for header in self.headers if header[0] not in said)]',
        'message["headers"] = [*own]',
        ("tests/web/test_app.py",),
    ),
    Check(
        "only what looks like an id is looked up",
        "bot/web/app.py",
        "await site.ticket(public) if PUBLIC.fullmatch(public) else None",
        "await site.ticket(public)",
        ("tests/web/test_app.py",),
    ),
    # -- secrets -----------------------------------------------------------------------------------
    Check(
        "secrets are taken out of the log",
        "bot/logs.py",
        "        return {key: hidden(value) for key, value in entry.items()}",
        "        return dict(entry)",
        ("tests/test_logs.py",),
    ),
    Check(
        "addresses with tokens are not logged",
        "bot/logs.py",
        "logging.getLogger(name).setLevel(max(least, logging.WARNING))",
        "logging.getLogger(name).setLevel(least)",
        ("tests/test_logs.py",),
    ),
    Check(
        "one line of the log is one line",
        "bot/logs.py",
        'return _UNSEEN.sub(lambda m: f"\\\\u{ord(m[0]):04x}", str(line))',
        "return str(line)",
        ("tests/test_logs.py",),
    ),
    Check(
        "a secret setting does not show itself",
        "bot/shapes.py",
        'return "Secret(…)" if self._value else "Secret()"',
        "return repr(self._value)",
        ("tests/test_settings.py",),
    ),
)
