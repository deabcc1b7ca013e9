"""The channel in the whole stand-in of the Bot API, which reads our HTML and complains of what Telegram would not take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image

from bot.channels import Attachment, Button, Gone, NoMessage, NoThread, Parcel
from bot.channels.telegram import Telegram
from bot.dialogue.words import Chose, Command, Said
from bot.events import Address, Message
from bot.sandbox.serve import serve
from bot.sandbox.telegram import Person, Room, World
from tests.channels.telegram.stand_in import Desk
from tests.meanwhile import meanwhile


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    assert world.complaints == []


@pytest.fixture
async def channel(world: World) -> AsyncIterator[Telegram]:
    async with serve(world) as url:
        channel = Telegram(world.token, secret_key="k", api_url=url, mode="polling")
        yield channel
        await channel.close()


@pytest.fixture
async def heard(channel: Telegram, desk: Desk) -> AsyncIterator[Desk]:
    async with meanwhile(channel.listen(desk.take)):
        yield desk


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("Ana", language="es")


@pytest.fixture
def bea(world: World) -> Person:
    return world.person("Bea", language="en")


@pytest.fixture
def team(world: World, bea: Person) -> Room:
    return world.forum("Soporte", [bea])


def png() -> bytes:
    made = BytesIO()
    Image.new("RGB", (400, 300), "green").save(made, "PNG")
    return made.getvalue()


def answers(desk: Desk) -> list[object]:
    return [event.answer for event in desk.events if isinstance(event, Message)]


async def test_what_a_customer_does_arrives_in_order(heard: Desk, ana: Person) -> None:
    ana.start("t_abc")
    ana.write("no va 🙂")
    ana.sticker("😡")
    ana.voice()
    ana.document(b"%PDF-1.7", "Factura ñ.pdf")
    await heard.until(5)
    match answers(heard):
        case [Command("start", "t_abc"), Said("no va 🙂"), Said("😡"), Said("", (voice,)), Said("", (document,))]:
            assert (voice.kind, document.kind, document.name) == ("voice", "document", "Factura ñ.pdf")
        case other:
            pytest.fail(f"heard {other}")


async def test_a_file_can_be_fetched_by_what_its_message_said(channel: Telegram, heard: Desk, ana: Person) -> None:
    ana.start()
    ana.photo(png())
    await heard.until(2)
    said = answers(heard)[1]
    assert isinstance(said, Said)
    assert Image.open(BytesIO(await channel.fetch(said.files[0].ref))).size == (400, 300)


async def test_a_question_is_asked_pressed_and_written_over(channel: Telegram, heard: Desk, ana: Person) -> None:
    ana.start()
    home = Address("telegram", str(ana.id))
    buttons = (Button("Sí", "intake.ok|yes"), Button("No", "intake.ok|no"))
    asked = Parcel(text="*SUP-7* <b> & `code`\n> quoted\n> lines", buttons=buttons)
    (message,) = await channel.deliver(home, asked, ())
    shown = ana.chat.messages[-1]
    assert shown.text == "SUP-7 <b> & code\nquoted\nlines"
    assert [e.type for e in shown.entities or []] == ["bold", "code", "blockquote"]
    ana.press("Sí")
    await heard.until(2)
    assert answers(heard)[1] == Chose("yes")
    pressed = heard.events[1]
    assert isinstance(pressed, Message)
    assert (pressed.asked, pressed.on) == ("intake.ok", message)
    assert await channel.deliver(home, Parcel(text="*Thanks*", over=message), ()) == (message,)
    assert await channel.deliver(home, Parcel(text="*Thanks*", over=message), ()) == (message,)
    assert (ana.chat.messages[-1].text, ana.chat.messages[-1].labels) == ("Thanks", [])


async def test_files_go_out_alone_and_in_albums(channel: Telegram, ana: Person) -> None:
    ana.start()
    home = Address("telegram", str(ana.id))
    photo = Attachment("foto.png", "photo", "image/png", png())
    pdf = Attachment("Factura ñ.pdf", "document", "application/pdf", b"%PDF-1.7")
    for files in ((photo,), (pdf,), (photo, photo), (photo, pdf)):
        assert len(await channel.deliver(home, Parcel(), files)) == len(files)
    sent = ana.chat.messages[-6:]
    assert [bool(m.photo) for m in sent] == [True, False, True, True, False, False]
    assert [m.document.file_name for m in sent if m.document] == ["Factura ñ.pdf", "foto.png", "Factura ñ.pdf"]


async def test_a_ticket_has_its_topic_until_somebody_deletes_it(
    channel: Telegram, heard: Desk, team: Room, bea: Person
) -> None:
    at = Address("telegram", str(team.id))
    topic = Address("telegram", str(team.id), await channel.open_thread(at, "SUP-7 La factura"))
    (card,) = await channel.deliver(topic, Parcel(text="card", buttons=(Button("Claim", "ticket.7|claim"),)), ())
    bea.press("Claim", chat=team, topic="SUP-7 La factura")
    bea.write("voy", chat=team, topic="SUP-7 La factura")
    await heard.until(2)
    events = [e for e in heard.events if isinstance(e, Message)]
    assert [(e.where, e.who.name, e.who.member, e.reply_to) for e in events] == [(topic, "Bea", True, "")] * 2
    await channel.deliver(topic, Parcel(over=card, unsay=True), ())
    with pytest.raises(NoMessage):
        await channel.deliver(topic, Parcel(text="x", over=card), ())
    team.delete_topic(team.topic("SUP-7 La factura"))
    with pytest.raises(NoThread):
        await channel.deliver(topic, Parcel(text="x"), ())


async def test_who_left_the_team_is_no_member_when_pressing(
    channel: Telegram, heard: Desk, team: Room, bea: Person
) -> None:
    at = Address("telegram", str(team.id))
    (card,) = await channel.deliver(at, Parcel(text="card", buttons=(Button("Claim", "ticket.7|claim"),)), ())
    bea.leave(team)
    bea.press_data(int(card), "ticket.7|claim", chat=team)
    assert sorted(await heard.until(2)) == ["claim", "left"]
    assert [e.who.member for e in heard.events if isinstance(e, Message)] == [False]


async def test_a_customer_who_blocked_us_is_gone(channel: Telegram, ana: Person) -> None:
    ana.start()
    ana.block()
    with pytest.raises(Gone):
        await channel.deliver(Address("telegram", str(ana.id)), Parcel(text="x"), ())


async def test_the_button_beside_the_field_opens_ones_requests(world: World, desk: Desk) -> None:
    async with serve(world) as url:
        ours = {"public_url": "https://desk.example/", "menu": lambda: "Mis solicitudes"}
        channel = Telegram(world.token, secret_key="k", api_url=url, mode="polling", **ours)  # type: ignore[arg-type]
        async with meanwhile(channel.listen(desk.take)):
            await world.until(lambda: world.called("setChatMenuButton"))
        await channel.close()
    (call,) = world.called("setChatMenuButton")
    opens = {"type": "web_app", "text": "Mis solicitudes", "web_app": {"url": "https://desk.example/mine?app=1"}}
    assert call.params["menu_button"] == opens


@pytest.mark.parametrize(
    ("address", "menu"), [("http://localhost:8080", "Mis solicitudes"), ("https://desk.example", "")]
)
def test_where_telegram_opens_no_page_there_is_no_button(address: str, menu: str) -> None:
    assert Telegram("42:TEST", secret_key="k", public_url=address, menu=lambda: menu)._menu() is None
