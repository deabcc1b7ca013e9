"""Requests, files, secrets and settings."""

from __future__ import annotations

from tests.guards.check import Check

EDGE = ("tests/web/test_hostile_requests.py", "tests/web/test_server.py")

CHECKS = (
    # -- files -----------------------------------------------------------------------------------------
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
    # -- requests --------------------------------------------------------------------------------------
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
        'message["headers"] = [*own, *(header for header in ours if header[0] not in said)]',
        'message["headers"] = [*own]',
        ("tests/web/test_app.py",),
    ),
    Check(
        "only what looks like an id is looked up",
        "bot/web/customer.py",
        "        if not PUBLIC.fullmatch(public):",
        "        if False:",
        ("tests/web/test_page.py",),
    ),
    # -- secrets ---------------------------------------------------------------------------------------
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
    # -- the web edge ----------------------------------------------------------------------------------
    Check(
        "a coding we do not read is refused",
        "bot/web/server.py",
        '        if name.lower() == b"transfer-encoding" and value.strip().lower() != b"chunked":',
        "        if False:",
        EDGE,
    ),
    Check(
        "what proxies say of the caller is not believed",
        "bot/web/server.py",
        "proxy_headers=False",
        'proxy_headers=True, forwarded_allow_ips="*"',
        EDGE,
    ),
    Check(
        "through a proxy the numbers are for nobody",
        "bot/web/app.py",
        ' or any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via"))',
        "",
        ("tests/web/test_metrics_page.py",),
    ),
    Check(
        "a token of the numbers is compared as a whole",
        "bot/web/app.py",
        'hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())',
        'request.headers.get("authorization", "").startswith("Bearer")',
        ("tests/web/test_metrics_page.py",),
    ),
    Check(
        "a page's words are words",
        "bot/web/pages.py",
        "autoescape=True",
        "autoescape=False",
        ("tests/web/test_app.py", "tests/channels/test_hostile_words.py"),
    ),
    Check(
        "the site does not show its token",
        "bot/web/site.py",
        'field(default="", repr=False)',
        '""',
        ("tests/faults/test_discretion.py",),
    ),
    # -- settings, store, desk -------------------------------------------------------------------------
    Check(
        "a wrong secret is not shown",
        "bot/settings.py",
        """shown = "" if isinstance(f.default, Secret) else f', not "{text[:80]}"'""",
        """shown = f', not "{text[:80]}"'""",
        ("tests/test_settings.py",),
    ),
    Check(
        "in production a key has to be given",
        "bot/settings.py",
        "(settings.public or apart) and not settings.secret_key",
        "False",
        ("tests/test_settings.py",),
    ),
    Check(
        "the key of this machine is its owner's",
        "bot/settings.py",
        "fresh.touch(mode=0o600)",
        "fresh.touch()",
        ("tests/test_settings.py",),
    ),
    Check(
        "a key is long",
        "bot/shapes.py",
        '_matching(r".{32,}", text)',
        '_matching(r".+", text)',
        ("tests/test_settings.py",),
    ),
    Check(
        "a label holds nothing that turns it round",
        "bot/desk/fields.py",
        r"\u2028-\u202e\u2066-\u2069]",
        r"\u2028\u2029]",
        ("tests/desk",),
    ),
    Check(
        "a poisoned event is set aside and kept",
        "bot/store/failures.py",
        "    tx.do(BURY, key=key, body=body, error=error[:2000], at=tx.at)\n",
        "",
        ("tests/store",),
    ),
    Check(
        "an animation has an end",
        "bot/media/pictures.py",
        "    if frames > MOST_FRAMES:",
        "    if False:",
        ("tests/media",),
    ),
    Check(
        "an answer that no step takes moves nobody on",
        "handlers/asking/topic.py",
        "return Stay(replace(kept.draft, read=True), kept.say) if isinstance(kept, Stay) else kept",
        "return Stay(replace(kept.draft, read=True), kept.say) if isinstance(kept, Stay) else Next(draft)",
        ("tests/dialogue/test_any_way.py",),
    ),
)
