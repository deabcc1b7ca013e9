"""What keeps strangers out of the ticket page."""

from __future__ import annotations

from tests.guards.check import Check

ACCESS = ("tests/web/test_access.py",)
LOGINS = ("tests/web/test_logins.py",)

PROOFS = ("tests/web/test_proofs.py",)
SLIP = ("tests/channels/telegram/test_telegram_miniapp.py",)

CHECKS = (
    Check(
        "a slip is Telegram's own",
        "bot/channels/telegram/miniapp.py",
        " or not hmac.compare_digest(right.encode(), said.encode())",
        "",
        SLIP,
    ),
    Check("a slip is fresh", "bot/channels/telegram/miniapp.py", " or not fresh", "", SLIP),
    Check(
        "no field of a slip stands there twice",
        "bot/channels/telegram/miniapp.py",
        "if len(pairs) != len(fields) + 1 or ",
        "if ",
        SLIP,
    ),
    Check(
        "a platform's word is good once",
        "bot/store/logins.py",
        'if row is None or not tx.do(ONCE, key=f"proof:{hashed(proof)}", at=tx.at):',
        "if row is None:",
        PROOFS,
    ),
    Check(
        "who comes back from a sign-in is who was sent there",
        "bot/web/entrance.py",
        "if state and hmac.compare_digest(state.encode(), said.encode()) and not",
        "if not",
        PROOFS,
    ),
    Check(
        "Slack's word is for us",
        "bot/channels/slack/signin.py",
        "        return right and claims.exp",
        "        return claims.exp",
        PROOFS,
    ),
    Check(
        "Slack's word is for this sign-in",
        "bot/channels/slack/signin.py",
        " and hmac.compare_digest(claims.nonce, nonce)",
        "",
        PROOFS,
    ),
    Check(
        "what is taken along holds no notes of the team",
        "bot/store/belongings.py",
        "tuple(filter(told, lines))",
        "tuple(lines)",
        ("tests/web/test_belongings.py",),
    ),
    Check(
        "what was set aside is erased too",
        "bot/store/belongings.py",
        "            tx.do(LET_GO, aside=number)\n",
        "",
        ("tests/web/test_belongings.py",),
    ),
    Check(
        "a word that joins is good once",
        "bot/store/joining.py",
        " or not tx.do(SPENT, hashed=_hashed(joined.word), now=tx.at):",
        ":",
        ("tests/handlers/test_doors.py",),
    ),
    Check(
        "only one's own doors are parted",
        "bot/store/joining.py",
        "row[0] != parted.person or ",
        "",
        ("tests/handlers/test_doors.py",),
    ),
    Check(
        "a page shows a ticket to those who may see it",
        "bot/store/pages.py",
        "    if not sees(viewer, ticket):",
        "    if False:",
        ACCESS,
    ),
    Check(
        "what is done at a page is done by those who may",
        "bot/store/look.py",
        "        return not sees(viewer(tx, event.person), ticket)",
        "        return False",
        ACCESS,
    ),
    Check(
        "notes stay in the team",
        "bot/desk/access.py",
        'return entry.kind in ("asked", "answer", "event")',
        "return True",
        ACCESS,
    ),
    Check(
        "a file is handed out through its own ticket, and not out of a note",
        "bot/web/customer.py",
        "if not isinstance(found, Talk) or wanted not in found.kept:",
        "if False:",
        ACCESS,
    ),
    Check(
        "a login ends",
        "bot/store/pages.py",
        '.where(_login.hash == bindparam("login"), _login.until > bindparam("now"))',
        '.where(_login.hash == bindparam("login"), _login.until > bindparam("now") - 10**9)',
        LOGINS,
    ),
    Check(
        "five tries and a code is void",
        "bot/store/logins.py",
        "_knock.tries < TRIES, ",
        "",
        LOGINS,
    ),
    Check(
        "a code is good for ten minutes",
        "bot/store/logins.py",
        '.where(_knock.hash == bindparam("knocked"), _knock.tries < TRIES, _knock.until > bindparam("now"))',
        '.where(_knock.hash == bindparam("knocked"), _knock.tries < TRIES, _knock.until > bindparam("now") - 10**9)',
        LOGINS,
    ),
    Check(
        "a code is good once",
        "bot/store/logins.py",
        "    tx.do(SPENT, knocked=knock)\n",
        "",
        LOGINS,
    ),
    Check(
        "nobody is flooded with codes",
        "handlers/page.py",
        "    if ticket is None or len(fresh) >= AT_ONCE or len(seen.admitted) >= A_DAY:",
        "    if ticket is None:",
        LOGINS,
    ),
    Check(
        "the time tells nobody whether there is such a ticket",
        "bot/web/entrance.py",
        "        await floor\n",
        "        floor.cancel()\n",
        LOGINS,
    ),
    Check(
        "another site cannot press our buttons",
        "bot/web/manners.py",
        "        if not same:",
        "        if False:",
        LOGINS,
    ),
    Check(
        "a form holds the fields we gave it",
        "bot/web/manners.py",
        "    if len(known) != len(given) or not known.keys() <= set(names):",
        "    if False:",
        LOGINS,
    ),
    Check(
        "who tries too often has to wait",
        "bot/web/manners.py",
        "        if until - now > self._burst:",
        "        if False:",
        LOGINS,
    ),
)
