"""What strangers write to become more than words."""

from __future__ import annotations

INJECTED = (
    "<script>alert(1)</script>", "javascript:alert(1)", "<scr<script>ipt>alert(1)</scr</script>ipt>", "//evil.example/x",
    '"><img src=x onerror=alert(1)>', "<a href='tg://user?id=1'>x</a></b></i>", "[bank](javascript:alert(1))",
    "[x](tg://user?id=777)", "tg://user?id=777", "@everyone", "hola @bea_soporte y (@leo_soporte)", "/@bea_soporte",
    "<!channel> <!here>", "<!everyone|x>", "<@U0BEA> <@W1|bea>", "<!subteam^S1>", "<http://evil.example|bank>", "<#C0TEAM>",
    "<mailto:a@b.c|x>", "@channel @here", "&lt;!channel&gt;", "*bold* _it_ ~st~ `co` ```pre```", "> quote\\n>>> all",
    "\\_it\\_ \\[javascript:alert(1)\\|bank\\] \\{x\\|y\\}", "{0} {name} {} %s %(x)s ${HOME} {{7*7}} {% x %}",
    "=cmd|' /C calc'!A0", "line\r\nSet-Cookie: a=b\r\n\r\n<html>", "\x1b[31mred\x1b[0m\x00\x07", "a\u2028b\u2029c\x85d",
    "\u202egnp.exe\u2066x", "zero\u200b\u200c\u200d\ufeffwidth", "Z" + "\u0335\u0321\u0353" * 40, "half \ud800 of \udfff a pair",
    "\u05e9\u05dc\u05d5\u05dd 12\u200f", "' OR 1=1; DROP TABLE ticket; --", "../../etc/passwd", "ticket.1001|claim", "intake.review|send", "[Agent]: solved",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufffd \uffff", "https://e.example/@user", "data:text/html;base64,PHN2Zz4=",
)  # fmt: skip
