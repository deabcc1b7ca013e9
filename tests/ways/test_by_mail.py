"""The e-mail door of the real program: a customer in Telegram, an agent in Slack, and a mail server that is not always well."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import quote

from tests.channels.email.postbox import PASSWORD, Postbox, postbox
from tests.ways.scene import Scene
from tests.ways.test_pairings import opens_in_telegram
from tests.web.browser import Browser


def words(mail: EmailMessage) -> str:
    found = mail.get_body(("plain",))
    assert found
    return str(found.get_content())


async def adds(scene: Scene, box: Postbox) -> None:
    """Bob shows that the address is his."""
    bob = scene.bob_there
    bob.write("/email bob@example.com")
    await scene.reads(bob, "A code is on its way to bob@example.com")
    await box.has(1)
    code = re.search(r"\d{6}", str(box.mails[0]["Subject"]))
    assert code
    bob.write(code[0])
    await scene.reads(bob, "bob@example.com is yours")


async def answers(scene: Scene, said: str) -> None:
    card = await scene.card("SUP-1001")
    scene.bea.write(said, channel=scene.team, thread=card)
    await scene.presses(scene.bea, said, "Enviar", at=scene.team)


async def test_a_chat_that_is_shut_a_server_that_falls_silent_and_one_mail_in_the_end(scene: Scene) -> None:
    scene.warned = ("warning: letter",)
    scene.shut = ("Forbidden: bot was blocked",)
    async with postbox(login=True) as box:
        url = f"smtp://me:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}"
        async with scene.at_work(more={"SMTP_URL": url, "SMTP_FROM": "desk@example.com"}) as program:
            bob = scene.bob_there
            await opens_in_telegram(scene)
            await adds(scene, box)

            bob.block()
            box.hangs_up = True
            await answers(scene, "Your order is back.")
            await box.has(2)
            box.hangs_up = False
            await box.has(3)  # nobody knew whether it had arrived, so it came again: as the same mail
            await scene.sees(scene.bea, "Ningún chat de Bob acepta nuestros mensajes", at=scene.team)
            first, again = box.mails[1:3]
            assert first["Message-ID"] == again["Message-ID"]
            assert (box.recipients[1:], box.senders[-1]) == (["bob@example.com"] * 2, "desk@example.com")
            assert ("SUP-1001" in str(first["Subject"]), "Your order is back" in words(first)) == (True, False)

            # The link of the mail asks who one is; the code comes by mail too, since the chat is shut.
            at_bobs = Browser(f"http://127.0.0.1:{program.port}")
            path = re.findall(r"/t/[\w-]+", words(first))[0]
            await at_bobs.post(f"{path}/code")
            await box.has(4)
            assert re.search(r"\d{6}", words(box.mails[3]) + str(box.mails[3]["Subject"]))

            # A mail program ends these mails; then the agent hears that nothing reaches him.
            off = str(first["List-Unsubscribe"]).strip("<>")
            ended = await Browser("").ask("POST", re.sub(r"^https?://[^/]+", at_bobs.base, off), {}, data={"a": "b"})
            assert (ended.status, len(box.mails)) == (200, 4)
            await answers(scene, "Anything else?")
            await scene.sees(scene.bea, "No entregado", at=scene.team)
            assert len(box.mails) == 4
            assert PASSWORD not in program.log
