"""Customers on one platform, agents on the other: what is said arrives as it was meant, in the language of each."""

from __future__ import annotations

from bot.sandbox.slack import Message
from bot.sandbox.slack.shapes import things, word
from bot.sandbox.telegram import Message as Letter
from bot.sandbox.telegram.shapes import Entity
from tests.faults.test_whole_way import link
from tests.ways.scene import Scene, words_of

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WORDS = "👀 Ya está: mira esto, pulsa Ctrl+R <!here> @channel <@U0SAND00001>\ncita\ncódigo & más"
UNESCAPED = "<\u2060!here> @channel <\u2060@U0SAND00001>"
STYLES = [
    Entity(type="bold", offset=3, length=7),
    Entity(type="text_link", offset=17, length=4, url="https://a.example/?a=1&b=2"),
    Entity(type="code", offset=29, length=6),
    Entity(type="blockquote", offset=68, length=4),
    Entity(type="pre", offset=73, length=12),
]


def styles(letter: Letter) -> list[tuple[str, str]]:
    """Of letters of the basic plane, where a character is a unit."""
    return [(e.type, letter.words[e.offset : e.offset + e.length]) for e in letter.entities or []]


def styled(message: Message) -> set[tuple[str, str]]:
    """What stands in a style in Slack, and in which; addresses under their own words are none."""
    found = set()
    for part in things([part for block in things(message.blocks) for part in things(block.get("elements"))]):
        for one in things(part.get("elements")):
            words = word(one, "text")
            style = one.get("style")
            kinds = [str(kind) for kind, on in style.items() if on] if isinstance(style, dict) else []
            kinds += ["link"] if words and one["type"] == "link" else []
            kinds += ["pre"] if part["type"] == "rich_text_preformatted" else []
            found |= {(words, kind) for kind in kinds}
    return found


async def opens_in_telegram(scene: Scene) -> None:
    bob = scene.bob_there
    bob.start()
    for words, label in (("What is it about?", "Online shop"), ("what exactly?", "Orders")):
        await scene.reads(bob, words, button=label)
        bob.press(label)
    await scene.reads(bob, "Give it a title")
    bob.write("An order is missing from my list")
    await scene.reads(bob, "Tell us more")
    bob.document(PDF, "order 77.pdf", "Order 77 is not there <!here> @channel <@U0SAND00003>, see the file.")
    await scene.reads(bob, "Which order is it about?")
    for question in ("Any link", "One file so far"):
        bob.write("skip")
        await scene.reads(bob, question)
    bob.press("Done")
    await scene.reads(bob, "Is everything right?", button="Send")
    bob.press("Send")
    await scene.reads(bob, "SUP-1001 is open")


async def opens_in_slack(scene: Scene, code: str = "SUP-1001") -> None:
    ana = scene.ana
    ana.write("hola")
    await scene.presses(ana, "¿De qué se trata?", "Tienda online")
    await scene.presses(ana, "¿qué exactamente?", "Pedidos")
    await scene.sees(ana, "Ponle un título")
    ana.write("Falta un pedido en mi lista")
    await scene.sees(ana, "Cuéntanos más")
    ana.upload([("pedido 77.pdf", PDF)], "*No está* el `77`, @here mirad el archivo")
    await scene.sees(ana, "¿De qué pedido")
    for question in ("¿Algún enlace", "Llevas un archivo"):
        ana.write("omitir")
        await scene.sees(ana, question)
    await scene.presses(ana, "Llevas un archivo", "Listo")
    await scene.presses(ana, "¿Está todo bien?", "Enviar")
    await scene.sees(ana, f"{code} está abierta")


async def test_a_customer_in_telegram_and_agents_in_slack(scene: Scene) -> None:
    bob, bea, team = scene.bob_there, scene.bea, scene.team
    async with scene.at_work() as program:
        await opens_in_telegram(scene)
        card = await scene.card("SUP-1001")
        await scene.presses(bea, "SUP-1001", "Me la quedo", at=team)
        await scene.reads(bob, "Bea is looking at SUP-1001")
        await scene.slack.until(lambda: any(m.files for m in team.replies(card)))
        said = bea.upload(
            [("respuesta.pdf", PDF)], "It is *back*:\n> as it was\n• one\n• two\n`npm run`", channel=team, thread=card
        )
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        answer = await scene.reads(bob, "It is back", button="It is solved")
        await scene.telegram.until(lambda: any(m.document for m in bob.chat.messages if m.by_bot))
        assert answer.words.splitlines()[:7] == [
            "SUP-1001 · Bea answers:",
            "It is back:",
            "> as it was",
            "• one",
            "• two",
            "npm run",
            "With one file.",
        ]
        assert styles(answer) == [
            ("bold", "SUP-1001"),
            ("blockquote", "It is back:\n> as it was\n• one\n• two\nnpm run"),
            ("bold", "back"),
            ("code", "npm run"),
            ("url", link(answer.words)),
        ]
        await scene.sees(bea, "Entregado a Bob por Telegram", at=team)
        bea.edit(said, "It is back again", channel=team)
        await scene.reads(bob, "It is back again")
        bob.write("Thanks, I see it now")
        await scene.sees(bea, "Thanks, I see it now", at=team)
        bea.write("Good!", channel=team, thread=card)
        await scene.presses(bea, "Good!", "Enviar y resolver", at=team)
        await scene.reads(bob, "With this we call it solved", button="Reopen")
        await scene.sees(bea, "Resuelta.", at=team, button="Reabrir")
        assert program.tickets() == [("SUP-1001", "solved")]
        assert scene.rung() == []
        assert {m.thread_ts for m in team.messages if m.by_bot and m is not card} == {card.ts}


async def test_a_customer_in_slack_and_agents_in_telegram(scene: Scene) -> None:
    ana, bea, group = scene.ana, scene.bea_there, scene.group
    async with scene.at_work(team=False, in_telegram=True) as program:
        await opens_in_slack(scene)
        await scene.telegram.until(lambda: group.topics)
        topic = next(iter(group.topics.values()))
        await scene.telegram.until(lambda: any(m.document for m in group.in_topic(topic)))
        bea.write(WORDS, chat=group, topic=topic, entities=STYLES)
        await scene.telegram.until(lambda: any("Ana va a leer" in m.words for m in group.in_topic(topic)))
        bea.press("Enviar y esperar al cliente", chat=group, topic=topic)
        await scene.sees(ana, "Ya está", button="Está resuelto")
        said = await scene.sees(ana, "Ya está")
        assert words_of(said).split("\n")[:2] == [
            "SUP-1001 · responde Bea:",
            f"> 👀 Ya está: mira esto (https://a.example/?a=1&b=2), pulsa Ctrl+R {UNESCAPED}",
        ]
        assert styled(said) == {
            ("SUP-1001", "bold"), ("Ya está", "bold"), ("esto", "link"), ("Ctrl+R", "code"), ("código & más", "pre"),
        }  # fmt: skip
        assert program.tickets() == [("SUP-1001", "yours")]
        assert scene.rung() == []


async def test_where_both_have_agents_each_customer_stays_on_their_platform(scene: Scene) -> None:
    async with scene.at_work(in_telegram=True) as program:
        await opens_in_telegram(scene)
        scene.ana.write("hola")
        await scene.presses(scene.ana, "¿De qué se trata?", "Tienda online")
        await scene.presses(scene.ana, "¿qué exactamente?", "Pedidos")
        await scene.sees(scene.ana, "Ponle un título")
        scene.ana.write("Falta un pedido en mi lista")
        await scene.sees(scene.ana, "Cuéntanos más")
        scene.ana.write("SUP-1001 es de otra persona, yo no veo el mío")
        for question in ("¿De qué pedido", "¿Algún enlace", "¿Capturas?"):
            await scene.sees(scene.ana, question)
            scene.ana.write("omitir")
        await scene.presses(scene.ana, "¿Está todo bien?", "Enviar")
        await scene.sees(scene.ana, "SUP-1002 está abierta")
        await scene.card("SUP-1002")
        await scene.telegram.until(lambda: scene.group.topics)
        assert [topic.name for topic in scene.group.topics.values()] == ["SUP-1001 · An order is missing from my list"]
        assert ["SUP-1002" in words_of(root) for root in scene.team.roots] == [True]
        assert program.tickets() == [("SUP-1001", "ours"), ("SUP-1002", "ours")]
