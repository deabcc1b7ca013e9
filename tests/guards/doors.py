"""Who is let in, and what is taken only once."""

from __future__ import annotations

from tests.guards.check import Check

TELEGRAM = "bot/channels/telegram/"
SLACK = "bot/channels/slack/"
DOOR = tuple(f"tests/channels/slack/test_slack_{part}.py" for part in ("webhook", "doors", "install"))
API, HOOK = "bot/web/api.py", "bot/channels/hook/"
CALLED, HEARS = ("tests/web/test_api.py",), ("tests/channels/hook/test_hook.py",)
READ = ("tests/channels/slack/test_slack_read.py",)

CHECKS = (
    # -- who is let in ---------------------------------------------------------------------------------
    Check(
        "updates come from Telegram",
        TELEGRAM + "webhook.py",
        'if not self._admits(headers.get(HEADER, b"")):',
        "if False:",
        ("tests/channels/telegram/test_telegram_webhook.py",),
    ),
    Check("the API asks for its token", API, "if not bears(request, self._site.api_token):", "if False:", CALLED),
    Check("who guesses it has to wait", API, "late = self._misses.too(request)", "late = False", CALLED),
    Check(
        "files are had through their own request", "bot/store/api.py", 't.file.c.ticket == bindparam("of"),', "", CALLED
    ),
    Check("what is merged takes nothing", API, 'if ticket.state == "merged":', "if False:", CALLED),
    Check(
        "the same key does nothing twice",
        API,
        "_digest(request.method, request.url.path, key)",
        "secrets.token_hex()",
        CALLED,
    ),
    Check("a key is good for one thing", "bot/web/api.py", "        if done - {event}:", "        if False:", CALLED),
    Check("words from a program are tame", API, "tame(text).strip()", "text.strip()", CALLED),
    Check("the name of whom a program speaks for is tame", API, "tame(by).strip()", "by.strip()", CALLED),
    Check(
        "an event is signed with its moment",
        HOOK + "draw.py",
        "(unique.encode(), moment.encode(), body)",
        "(unique.encode(), body)",
        HEARS,
    ),
    Check(
        "an event goes to its address alone",
        HOOK + "__init__.py",
        "allow_redirects=False",
        "allow_redirects=True",
        HEARS,
    ),
    Check(
        "of who is erased no event is kept",
        "bot/store/erasing.py",
        "_letters(tx, ticket.id, HOOK, str(ticket.id))",
        '_letters(tx, ticket.id, "", "")',
        ("tests/store/test_hooks.py",),
    ),
    Check(
        "a body of a platform has an end",
        "bot/channels/door.py",
        "        if len(body) > most:",
        "        if False:",
        ("tests/channels/telegram/test_telegram_webhook.py", *DOOR),
    ),
    Check(
        "only members of the group press",
        "handlers/agents.py",
        "    if not event.who.member:",
        "    if False:",
        ("tests/handlers", "tests/transcripts"),
    ),
    Check(
        "nobody is handed a request who does not belong to the chat any more",
        "handlers/assigning.py",
        "    elif event.absent:",
        "    elif False:",
        ("tests/handlers/test_working.py",),
    ),
    Check(
        "buttons of the team that had a request before do nothing",
        "handlers/agents.py",
        "    elif cards.was_here(ticket, event.where) and choice",
        "    elif False and choice",
        ("tests/handlers/test_working.py",),
    ),
    Check(
        "only members of the group say what is fixed",
        "handlers/known.py",
        "    if not event.who.member:",
        "    if False:",
        ("tests/handlers/test_known.py",),
    ),
    Check(
        "only members of the group give the team's commands",
        "handlers/team.py",
        "    elif name in TEAMS and event.who.member:",
        "    elif name in TEAMS:",
        ("tests/handlers/test_known.py", "tests/handlers/test_team.py", "tests/handlers/test_working.py"),
    ),
    Check(
        "words of somebody who is no member go to nobody",
        "handlers/team.py",
        "case Said() if not event.who.member:",
        "case Said() if False:",
        ("tests/handlers", "tests/transcripts"),
    ),
    Check(
        "nobody touches the ticket of another",
        "bot/store/look.py",
        "return not sees(Viewer(writer.id) if writer else None, ticket)",
        "return False",
        ("tests/store", "tests/handlers", "tests/transcripts"),
    ),
    Check(
        "nobody touches a ticket from a strange group",
        "bot/store/look.py",
        "return not at_desk and not (isinstance(event, Message) and left(ticket, event.where))",
        "return False",
        ("tests/store", "tests/handlers", "tests/transcripts"),
    ),
    Check(
        "a strange group finds no ticket, and one that was the team's does nothing to it",
        "bot/store/look.py",
        "return not at_desk and not (isinstance(event, Message) and left(ticket, event.where))",
        "return False",
        ("tests/store/test_teams.py", "tests/store/test_working.py"),
    ),
    Check(
        "the numbers are not for strangers",
        "bot/web/app.py",
        "        if not _may_count(request, site.metrics_token):",
        "        if False:",
        ("tests/web/test_metrics_page.py",),
    ),
    # -- twice, or crosswise ---------------------------------------------------------------------------
    Check(
        "an event is taken once",
        "bot/store/accept.py",
        "fresh = tx.do(TAKE, key=_known_by(event), at=tx.at) == 1",
        "fresh = tx.do(TAKE, key=_known_by(event), at=tx.at) < 2",
        ("tests/store/test_turn.py",),
    ),
    Check(
        "two who change one ticket do not overwrite each other",
        "bot/store/ledger.py",
        "elif not tx.do(TICKET_NEXT, ticket=ticket.id, read=read, **values):",
        "elif tx.do(TICKET_NEXT, ticket=ticket.id, read=read, **values) > 1:",
        ("tests/store/test_turn.py",),
    ),
    # -- Slack: who is let in --------------------------------------------------------------------------
    Check(
        "requests come from Slack",
        SLACK + "webhook.py",
        "        if not guard.admits(headers, body, self._secrets, self._now().timestamp()):",
        "        if False:",
        DOOR,
    ),
    Check(
        "a signature is compared as a whole",
        SLACK + "guard.py",
        "hmac.compare_digest(signed(secret, stamp, body), signature)",
        "signed(secret, stamp, body)[:9] == signature[:9]",
        DOOR,
    ),
    Check(
        "the body is part of what is signed",
        SLACK + "guard.py",
        'b"v0:" + stamp + b":" + body',
        'b"v0:" + stamp + b":"',
        DOOR,
    ),
    Check(
        "a request of yesterday is not taken",
        SLACK + "guard.py",
        " or abs(now - int(stamp)) > WINDOW:",
        " or now + WINDOW < int(stamp):",
        DOOR,
    ),
    Check(
        "a request of tomorrow is not taken",
        SLACK + "guard.py",
        "abs(now - int(stamp)) > WINDOW",
        "now - int(stamp) > WINDOW",
        DOOR,
    ),
    Check(
        "a time that is no number lets nobody in",
        SLACK + "guard.py",
        "if not (stamp.isdigit() and len(stamp) <= 12) or",
        "if not stamp.strip() or",
        DOOR,
    ),
    Check(
        "without a secret nobody is let in",
        SLACK + "__init__.py",
        "return door if secrets else []",
        "return door",
        ("tests/channels/slack",),
    ),
    Check(
        "a body that says it is too large is refused",
        "bot/channels/door.py",
        "    if not declared.isdigit() or int(declared[:12]) > most:",
        "    if False:",
        DOOR,
    ),
    Check(
        "a door does not wait for a body for ever",
        "bot/web/server.py",
        "self.loop.call_later(self.body_seconds, self._too_slow, self.visit)",
        "self.loop.call_later(3600, self._too_slow, self.visit)",
        ("tests/web/test_doors.py",),
    ),
    Check(
        "our own words and other bots' are no customer's",
        SLACK + "read.py",
        "    return bool(bot) or posting.user == SLACKBOT or not is_id(posting.user)",
        "    return not is_id(posting.user)",
        READ,
    ),
    Check("Slackbot is nobody's customer", SLACK + "read.py", " or posting.user == SLACKBOT", "", READ),
    Check(
        "a guest of another company is no member",
        SLACK + "read.py",
        "who=who if private else of(who, way.team, event.user_team or event.source_team, grid=grid),",
        "who=who,",
        READ,
    ),
    Check(
        "nor is one who presses",
        SLACK + "way.py",
        "return of(who, way.team, act.user.team_id, grid=act.enterprise is not None)",
        "return who",
        ("tests/channels/slack",),
    ),
    Check(
        "nor, in an organisation, is one of whom the directory has not said it yet",
        SLACK + "way.py",
        'return replace(who, unsure="yet") if grid else replace(who, member=False)',
        "return who if grid else replace(who, member=False)",
        ("tests/channels/slack",),
    ),
    Check(
        "nor is one whose workspace only the directory knows",
        SLACK + "people.py",
        "return is_foreign(home, known.team_id) and not (organisation and employer == organisation)",
        "return False",
        ("tests/channels/slack/test_slack_doors.py",),
    ),
    Check(
        "and where it says nothing, nobody is",
        SLACK + "belonging.py",
        "if guest is None and (event.who.unsure or not _says_whose(event)):",
        "if False:",
        ("tests/channels/slack/test_slack_doors.py",),
    ),
    Check(
        "who presses is asked after at the press",
        SLACK + "belonging.py",
        'event = replace(event, who=replace(who, member=member, unsure="", organisation=""))',
        'event = replace(event, who=replace(who, unsure="", organisation=""))',
        DOOR,
    ),
    Check(
        "whom a press names is asked after, too",
        SLACK + "belonging.py",
        "return not await self._people.belongs(event.where.chat, choice.removeprefix(COLLEAGUE))",
        "return False",
        DOOR,
    ),
    Check(
        "nobody from outside is offered as a colleague",
        SLACK + "people.py",
        "if who.name and not self._is_other(who.id, home, organisation))",
        "if who.name)",
        ("tests/channels/slack/test_slack_webhook.py",),
    ),
    Check(
        "a desk's page is for its team",
        SLACK + "belonging.py",
        "agent = agent and not self._is_guest(event, organisation)",
        "agent = True",
        DOOR,
    ),
    Check(
        "only those of the same workspace are its team",
        SLACK + "belonging.py",
        "if apart(chat)[0] == mine]",
        "]",
        ("tests/channels/slack",),
    ),
    Check(
        "a doubt about who belongs is no yes",
        SLACK + "people.py",
        """            raise Busy(str(no)) from None
        except TROUBLE as no:
            raise Busy(f"cannot ask who belongs to channel {chat}: {no!r}") from None""",
        """            return True
        except TROUBLE:
            return True""",
        DOOR,
    ),
    Check(
        "ids are ids",
        SLACK + "places.py",
        "word is not None and _ID.fullmatch(word) is not None",
        "bool(word)",
        ("tests/channels/slack",),
    ),
    Check(
        "forms of others are not ours",
        SLACK + "modal.py",
        "    return given.callback_id == CALLBACK",
        "    return True",
        ("tests/channels/slack",),
    ),
    # -- Slack: installing -----------------------------------------------------------------------------
    Check(
        "an installation is that of this browser",
        SLACK + "install.py",
        '        if not self._is_ours(asked, request.cookies.get(COOKIE, "")):',
        "        if False:",
        DOOR,
    ),
    Check(
        "it belongs to the browser that began it",
        SLACK + "install.py",
        'f"{until}.{nonce}.{browser}".encode()',
        'f"{until}.{nonce}".encode()',
        DOOR,
    ),
    Check("it has ten minutes", SLACK + "install.py", " or int(state[1]) < self._now().timestamp():", ":", DOOR),
    Check(
        "tokens are kept sealed",
        SLACK + "workspaces.py",
        "await self.installed.keep(team, self._safe.seal(token))",
        "await self.installed.keep(team, token)",
        DOOR,
    ),
)
