"""Files on their way between the platforms: bytes, names, captions and order arrive; what cannot cross is said."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageStat

from bot.sandbox.slack import Message, World
from bot.sandbox.telegram import Message as Letter
from bot.sandbox.telegram import Room
from bot.sandbox.telegram import World as Telegram
from bot.sandbox.telegram.shapes import plain
from tests.faults.scene import COLOURS, PATIENCE
from tests.ways.scene import Scene, words_of
from tests.ways.test_pairings import PDF, opens_in_slack, opens_in_telegram

SIZE = (321, 123)
LOSS = 4.0
"""What a picture made anew may differ in from the one that was sent: of 255, on average."""
JOINER = "\u2060"
"""What keeps a mention from ringing anybody, and nobody sees."""
TEXT = "Ñandú, 10 €\n".encode()
TOO_MUCH = bytes(21 * 2**20)


def picture(colour: str) -> bytes:
    """No two halves of it are the same, so that one upside down is another."""
    out, image = io.BytesIO(), Image.new("RGB", SIZE, colour)
    image.paste("white", (0, 0, 60, 40))
    image.save(out, "PNG")
    return out.getvalue()


PICTURES = [picture(colour) for colour in COLOURS]


def alike(one: bytes, other: bytes) -> bool:
    with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
        if a.size != b.size:
            return False
        difference = ImageStat.Stat(ImageChops.difference(a.convert("RGB"), b.convert("RGB"))).mean
    return max(difference) < LOSS


def in_slack(world: World, messages: list[Message]) -> list[tuple[str, bytes]]:
    """Name and content of all files of ours, in order."""
    ids = [str(file["id"]) for message in messages if message.by_bot for file in message.files or ()]
    return [(world.files.stored[one].name, world.files.stored[one].data) for one in ids]


def in_telegram(world: Telegram, letters: list[Letter]) -> list[tuple[str, bytes]]:
    """The same; photos have no name there."""
    kept = [(letter, letter.file_id) for letter in letters if letter.by_bot and letter.file_id]
    return [(one.document.file_name or "" if one.document else "", world.files.stored[at].data) for one, at in kept]


def same(found: list[tuple[str, bytes]], sent: list[tuple[str, bytes]]) -> bool:
    """In order; documents by their bytes, pictures by what is to be seen on them; names where both sides have any."""
    return len(found) == len(sent) and all(
        (alike(got, data) if data.startswith(b"\x89PNG") else got == data) and (named == name or not (named and name))
        for (name, got), (named, data) in zip(found, sent, strict=True)
    )


def topic(group: Room) -> list[Letter]:
    return group.in_topic(next(iter(group.topics.values())))


async def test_from_telegram_to_slack_and_back(scene: Scene) -> None:
    bob, bea, team = scene.bob_there, scene.bea, scene.team
    async with scene.at_work():
        await opens_in_telegram(scene)
        card = await scene.card("SUP-1001")
        bob.album(PICTURES, "This is <!here> how *it* looks")
        await scene.slack.until(lambda: len(in_slack(scene.slack, team.replies(card))) == 1 + len(PICTURES), PATIENCE)
        bob.document(TEXT, "año 2026 ñandú.txt", "And the log")
        sent = [("order 77.pdf", PDF), *(("photo.jpg", one) for one in PICTURES), ("año 2026 ñandú.txt", TEXT)]
        await scene.slack.until(lambda: len(in_slack(scene.slack, team.replies(card))) == len(sent), PATIENCE)
        assert same(in_slack(scene.slack, team.replies(card)), sent)
        assert [len(m.files or ()) for m in team.replies(card) if m.files] == [1, 3, 1]
        said = "\n".join(scene.thread(card)).replace(JOINER, "")
        assert "This is <!here> how *it* looks" in said
        assert "And the log" in said

        before = len(in_telegram(scene.telegram, bob.chat.messages))
        back = [("uno.png", PICTURES[2]), ("dos.png", PICTURES[0]), ("nota.pdf", PDF)]
        bea.upload(back, "Look at *this*", channel=team, thread=card)
        await scene.presses(bea, "Bob va a leer", "Enviar", at=team)
        await scene.reads(bob, "Look at this")
        await scene.telegram.until(lambda: len(in_telegram(scene.telegram, bob.chat.messages)) == before + 3, PATIENCE)
        assert same(in_telegram(scene.telegram, bob.chat.messages)[before:], back)
        assert scene.rung() == []


async def test_from_slack_to_telegram_and_back(scene: Scene) -> None:
    ana, bea, group = scene.ana, scene.bea_there, scene.group
    async with scene.at_work(team=False, in_telegram=True):
        await opens_in_slack(scene)
        await scene.telegram.until(lambda: group.topics)
        sent = [("a.png", PICTURES[1]), ("año 2026 ñandú.txt", TEXT), ("b.png", PICTURES[0])]
        ana.upload(sent, "Así *se ve* <b>hoy</b>")
        await scene.telegram.until(lambda: len(in_telegram(scene.telegram, topic(group))) == 1 + len(sent), PATIENCE)
        first, *rest = in_telegram(scene.telegram, topic(group))
        assert first == ("pedido 77.pdf", PDF)
        assert same(rest, sent)
        assert any("Así se ve <b>hoy</b>" in letter.words for letter in topic(group))

        thread = next(iter(group.topics.values()))
        bea.album(PICTURES, "Mira", chat=group, topic=thread)
        await scene.telegram.until(lambda: any("Ana va a leer" in m.words for m in topic(group)), PATIENCE)
        bea.press("Enviar", chat=group, topic=thread)
        await scene.sees(ana, "Mira", button="Está resuelto")
        await scene.slack.until(lambda: len(in_slack(scene.slack, ana.visible())) == len(PICTURES), PATIENCE)
        assert same(in_slack(scene.slack, ana.visible()), [("", one) for one in PICTURES])


async def test_a_story_is_called_one_and_asked_for_in_another_way(scene: Scene) -> None:
    """What Telegram shows to people alone: a bot gets its number."""
    bob, bea, team = scene.bob_there, scene.bea, scene.team
    async with scene.at_work() as program:
        await opens_in_telegram(scene)
        told = {"I can't see stories": {"story": {"chat": {"id": 1, "type": "private"}, "id": 8}},
                "I can't see what is paid for": {"paid_media": {"star_count": 5, "paid_media": []}}}  # fmt: skip
        for words, body in told.items():
            number = scene.telegram.next_message_id()
            start = {
                "message_id": number,
                "date": scene.telegram.now,
                "chat": plain(bob.chat.chat),
                "from": plain(bob.user),
            }
            scene.telegram.inject({"message": start | body}, f"chat {bob.id}")
            await scene.reads(bob, words)
        for words in ("Una historia: no puedo verla.", "Algo de pago: no puedo verlo."):
            await scene.sees(bea, words, at=team)
        assert program.tickets() == [("SUP-1001", "ours")]


async def test_what_cannot_cross_is_said_to_whoever_sent_it(scene: Scene) -> None:
    ana, bob, bea, team = scene.ana, scene.bob_there, scene.bea, scene.team
    async with scene.at_work():
        await opens_in_telegram(scene)
        card = await scene.card("SUP-1001")
        bob.document(b"MZ\x90\x00" + bytes(99), "setup.exe")
        await scene.reads(bob, "I can't take setup.exe")
        bob.document(TOO_MUCH, "film.zip")
        await scene.reads(bob, "film.zip: it is larger than 20 MB")
        bea.upload([("virus.exe", b"MZ\x90\x00" + bytes(99))], "Prueba esto", channel=team, thread=card)
        await scene.sees(bea, "No puedo aceptar virus.exe", at=team)
        bea.upload([("película.zip", TOO_MUCH)], channel=team, thread=card)
        await scene.sees(bea, "película.zip: pasa de 20 MB", at=team)
        ana.upload([("virus.exe", b"MZ\x90\x00" + bytes(99))])
        await scene.sees(ana, "No puedo aceptar virus.exe")
        ana.upload([("foto.png", b"\x89PNG\r\n\x1a\n" + bytes(99))])
        await scene.sees(ana, "No consigo abrir foto.png")
        assert not any(name.endswith((".exe", ".zip")) for name, _ in in_telegram(scene.telegram, bob.chat.messages))
        assert not any(words_of(m) and m.files for m in bea.visible(team) if m.by_bot and "exe" in str(m.files))
