"""What strangers write, and where it is shown."""

from __future__ import annotations

from tests.guards.check import Check

TELEGRAM = "bot/channels/telegram/"
SLACK = "bot/channels/slack/"
WORDS = (
    "tests/channels/test_markup.py",
    "tests/channels/slack/test_slack_text.py",
    "tests/channels/test_hostile_words.py",
)

CHECKS = (
    # -- what strangers write --------------------------------------------------------------------------
    Check(
        "what somebody writes carries no markup of ours",
        "bot/i18n.py",
        "        return _spoken(speech, language, self, markup.escape)",
        "        return _spoken(speech, language, self, str)",
        ("tests/channels/test_hostile_words.py",),
    ),
    Check(
        "NUL, overrides and heaps of marks are taken out",
        "bot/dialogue/markup.py",
        '    text = _SURROGATE.sub("\\ufffd", _UNSEEN.sub("", text))',
        "    text = text[:]",
        ("tests/channels", "tests/dialogue"),
    ),
    # -- Slack: what goes out --------------------------------------------------------------------------
    Check(
        "no word is a mention or a link to Slack",
        SLACK + "text.py",
        "return escape(text, quote=False)",
        "return text",
        WORDS,
    ),
    Check(
        "Slack makes nothing out of words by itself",
        SLACK + "draw.py",
        '{"parse": "none", "link_names": False}',
        "{}",
        ("tests/channels/slack/test_slack_draw.py",),
    ),
    Check(
        "Slack opens no link",
        SLACK + "draw.py",
        '{"unfurl_links": False, "unfurl_media": False}',
        "{}",
        ("tests/channels/slack/test_slack_draw.py",),
    ),
    Check(
        "Slack looks for nothing in words of ours",
        SLACK + "modal.py",
        '"text": words, "verbatim": True}',
        '"text": words}',
        (*WORDS, "tests/channels/slack/test_slack_draw.py"),
    ),
    Check(
        "people's signs style nothing",
        SLACK + "text.py",
        'return _SIGN.sub(rf"{_GAP}\\g<0>{_GAP}", safe(text))',
        "return safe(text)",
        WORDS,
    ),
    Check(
        "an address ends where it ends",
        SLACK + "text.py",
        'return safe(link).replace("|", "%7C")',
        "return link",
        WORDS,
    ),
    Check(
        "names of files are words too",
        SLACK + "modal.py",
        "safe(file.name or file.kind) for",
        "(file.name or file.kind) for",
        ("tests/channels/slack",),
    ),
    Check(
        "what is said beside files is words",
        SLACK + "draw.py",
        '{"initial_comment": safe(plain(parcel.caption))}',
        '{"initial_comment": plain(parcel.caption)}',
        ("tests/channels/slack",),
    ),
    Check(
        "the token goes to Slack alone",
        SLACK + "wire.py",
        '        if not self._may_know(url):\n            raise Lost("lost")\n',
        "",
        ("tests/channels/slack",),
    ),
    Check(
        "an answer goes to Slack alone",
        SLACK + "wire.py",
        '        if not self._may_know(url):\n            raise aiohttp.ClientError("no address of Slack\'s")\n',
        "",
        ("tests/channels/slack",),
    ),
    Check(
        "and only by TLS",
        SLACK + "wire.py",
        '            parts.scheme == "https"\n',
        "            True\n",
        ("tests/channels/slack",),
    ),
    Check(
        "a host that ends like Slack's is not Slack's",
        SLACK + "wire.py",
        'host.endswith(".slack.com")',
        'host.endswith("slack.com")',
        ("tests/channels/slack",),
    ),
    Check(
        "no redirect carries the token on",
        SLACK + "wire.py",
        "headers=bearer, proxy=self.proxy, allow_redirects=False)",
        "headers=bearer, proxy=self.proxy)",
        ("tests/channels/slack",),
    ),
    Check(
        "a file of Slack has an end",
        "bot/channels/pool.py",
        "        if len(found) > most:",
        "        if False:",
        ("tests/channels/slack",),
    ),
    Check(
        "a page to log in is no file",
        SLACK + "wire.py",
        "answer.status != 200 or _is_login(answer):",
        "answer.status != 200:",
        ("tests/channels/slack",),
    ),
    # -- Telegram: what goes out, and where to ---------------------------------------------------------
    Check(
        "no word is a tag to Telegram",
        "bot/channels/markup.py",
        "text = escape(span.text, quote=False)",
        "text = span.text",
        WORDS,
    ),
    Check(
        "nobody in a group is rung by a stranger's words",
        TELEGRAM + "draw.py",
        'return to.chat.startswith(("-", "@"))',
        "return False",
        WORDS,
    ),
    Check(
        "nor where the markup was refused",
        TELEGRAM + "draw.py",
        "return quiet(plain(text), tight=tight) if hushed else plain(text)",
        "return plain(text)",
        WORDS,
    ),
    Check(
        "Telegram opens no link",
        TELEGRAM + "draw.py",
        '{**words, "link_preview_options": {"is_disabled": True}}',
        "words",
        ("tests/channels/telegram",),
    ),
    Check(
        "a link leads to a page or a letter",
        "bot/dialogue/markup.py",
        "if _may_carry(pieces[first], carried):",
        "if carried:",
        WORDS,
    ),
    Check(
        "another address does not hide under an address",
        "bot/dialogue/writing.py",
        "    if not links_in(text) and _bare(text) != _bare(link):\n        return text, link",
        "    if _bare(text) != _bare(link):\n        return text, link",
        ("tests/channels", "tests/dialogue", "tests/handlers"),
    ),
    Check(
        "hidden addresses are pages",
        TELEGRAM + "content.py",
        'if u.startswith(("https://", "http://")) and u not in words)',
        "if u not in words)",
        ("tests/channels/telegram",),
    ),
    Check(
        "who presses in a group is asked after",
        TELEGRAM + "listen.py",
        "event = event if member else replace(event, who=replace(who, member=False))",
        "event = replace(event)",
        ("tests/channels/telegram",),
    ),
    Check(
        "whom a press in a group names is asked after, too",
        TELEGRAM + "listen.py",
        "event, absent=not named.isdecimal() or not await self._is_member(event.where.chat, named)",
        "event, absent=False",
        ("tests/channels/telegram/test_telegram_listen.py",),
    ),
    Check(
        "the token goes with no path of others",
        TELEGRAM + "send.py",
        'return bool(path) and not parts.scheme and not parts.netloc and path[0] not in "/\\\\" and ".." not in path.split("/")',
        "return bool(path)",
        ("tests/channels/telegram",),
    ),
    Check(
        "either key of a rotation is a whole one",
        "bot/channels/rotation.py",
        "return parts if all(len(part) >= LEAST for part in parts) else (secret_key,)",
        "return parts",
        ("tests/channels/test_rotation.py",),
    ),
    Check(
        "a proxy is not for this machine",
        "bot/channels/proxies.py",
        "if is_loopback(host) or proxy_bypass(host):",
        "if False:",
        ("tests/channels",),
    ),
)
