"""One contract for every channel, kept on each platform's stand-in over HTTP: what it hears, and what it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from bot.channels import Attachment, Button, Lost, NoMessage, NoThread, Parcel
from bot.dialogue.markup import plain
from bot.dialogue.words import Chose, File, Said
from bot.events import Edited, Event, Message
from bot.outbox.packing import pack
from tests.channels.ground import AT, Ground, Shown

PDF = b"%PDF-1.7 of Ana"
STYLED = "Hola *Ana*, `x_1` \\_sí\\_ \\~no\\~ \\[https://a.example/b\\|aquí\\] <b>&amp; @here 5*3 _a_ 🙂"
LONG = "\n\n".join(f"*{n}.* {'Un párrafo <de> muchas palabras & signos_raros. ' * 12}".rstrip() for n in range(40))


def file(name: str = "a.pdf", data: bytes = PDF) -> Attachment:
    return Attachment(name, "document", "application/pdf", data)


# -- what is heard ---------------------------------------------------------------------------------


async def test_what_a_customer_writes_is_heard_with_its_styles_and_links(ground: Ground) -> None:
    ref = ground.writes("customer", "No va 🙂 https://a.example/b_c & <b>")
    (heard,) = await ground.desk.heard()
    said = Said("No va 🙂 https://a.example/b_c & <b>")
    where, who = ground.at("customer"), ground.caller("customer")
    assert heard == Message(id="", at=AT, where=where, who=who, answer=said, ref=ref)


async def test_what_is_changed_is_heard_as_a_change_of_the_same_message(ground: Ground) -> None:
    ref = ground.writes("customer", "no va")
    await ground.desk.heard()
    ground.edits("customer", ref, "no va nada")
    (heard,) = await ground.desk.heard()
    where, who = ground.at("customer"), ground.caller("customer")
    assert isinstance(heard, Edited)
    assert structs.replace(heard, whole=None) == Edited(id="", at=AT, where=where, who=who, ref=ref, text="no va nada")
    if whole := heard.whole:  # a platform that promises no order tells all of it
        assert (whole.ref, whole.who, whole.answer) == (ref, who, Said("no va nada"))


async def test_the_last_of_thirty_buttons_can_be_pressed_by_a_customer_and_by_the_team(ground: Ground) -> None:
    buttons = tuple(Button(f"Opción {n}", f"intake.category|c{n}", "ab"[n > 20]) for n in range(30))
    for place in ("customer", "team"):
        (on,) = await ground.channel.deliver(ground.at(place), Parcel(text="¿Qué?", buttons=buttons), ())
        assert ground.seen(place) == [Shown("¿Qué?", labels=tuple(b.label for b in buttons))]
        ground.presses(place, "Opción 29")
        (heard,) = await ground.desk.heard()
        assert heard == Message(
            id="", at=AT, where=ground.at(place), who=ground.caller(place), answer=Chose("c29"),
            asked="intake.category", on=on, private=place == "customer",
        )  # fmt: skip


async def test_a_file_is_heard_with_its_caption_and_can_be_fetched(ground: Ground) -> None:
    ref = ground.attaches("Factura ñ.pdf", PDF, "mira esto")
    (heard,) = await ground.desk.heard()
    (sent,) = _files(heard)
    where, who = ground.at("customer"), ground.caller("customer")
    known = File(sent.id, "document", "Factura ñ.pdf", "application/pdf", len(PDF), sent.ref)
    assert heard == Message(id="", at=AT, where=where, who=who, answer=Said("mira esto", (known,)), ref=ref)
    assert await ground.channel.fetch(sent.ref) == PDF


def _files(event: Event) -> tuple[File, ...]:
    assert isinstance(event, Message)
    assert isinstance(event.answer, Said)
    return event.answer.files


async def test_a_file_that_is_gone_or_too_large_is_lost_and_one_that_cannot_be_had_now_is_not(ground: Ground) -> None:
    ground.attaches("kurz.pdf", PDF, "")
    ground.attaches("lang.pdf", bytes(20 * 2**20 + 1), "")
    small, large = (one.ref for event in await ground.desk.heard(2) for one in _files(event))
    ground.breaks_files()
    with pytest.raises(Exception, match=r"500|Internal") as passing:
        await ground.channel.fetch(small)
    assert not isinstance(passing.value, Lost)
    with pytest.raises(Lost) as too_large:
        await ground.channel.fetch(large)
    with pytest.raises(Lost) as gone:
        await ground.channel.fetch(small.replace("kurz", "nie").replace("F0SAND00001", "F0SAND99999")[:-1] + "_")
    assert (too_large.value.args, gone.value.args) == (("size",), ("lost",))


async def test_an_event_that_finds_the_desk_busy_comes_again_under_the_same_name(ground: Ground) -> None:
    ground.desk.busy = 1
    ground.writes("customer", "hola")
    await ground.desk.rung.wait()
    assert ground.desk.refused == [event.id for event in ground.desk.events]


# -- what is shown ---------------------------------------------------------------------------------


async def test_words_are_shown_as_they_were_meant(ground: Ground) -> None:
    await ground.channel.deliver(ground.at("customer"), Parcel(text=STYLED), ())
    styles = (("bold", "Ana"), ("code", "x_1"), ("italic", "sí"), ("strike", "no"), ("link", "aquí"))
    assert ground.seen("customer") == [Shown(plain(STYLED).replace(" (https://a.example/b)", ""), styles)]


async def test_a_long_text_is_shown_whole_in_pieces_that_each_platform_takes(ground: Ground) -> None:
    parcels = pack(Parcel(text=LONG, buttons=(Button("Enviar", "a|b"),)), ground.channel.limits)
    refs = [await ground.channel.deliver(ground.at("customer"), parcel, ()) for parcel in parcels]
    seen = ground.seen("customer")
    assert " ".join(" ".join(one.words for one in seen).split()) == " ".join(plain(LONG).split())
    assert [one.labels for one in seen] == [()] * (len(parcels) - 1) + [("Enviar",)]
    assert len(set(refs)) == len(seen) == len(parcels) > 1


async def test_a_message_can_be_written_over_also_with_the_same_words(ground: Ground) -> None:
    at = ground.at("customer")
    on = await ground.channel.deliver(at, Parcel(text="uno", buttons=(Button("A", "x|a"),)), ())
    new = Parcel(text="dos", over=on[0])
    assert [await ground.channel.deliver(at, new, ()) for _ in range(2)] == [on, on]
    assert ground.seen("customer") == [Shown("dos")]


async def test_a_message_can_be_taken_back_once(ground: Ground) -> None:
    at = ground.at("customer")
    on = await ground.channel.deliver(at, Parcel(text="uno"), ())
    assert await ground.channel.deliver(at, Parcel(over=on[0], unsay=True), ()) == ()
    assert ground.seen("customer") == []
    for late in (Parcel(over=on[0], unsay=True), Parcel(text="dos", over=on[0])):
        with pytest.raises(NoMessage):
            await ground.channel.deliver(at, late, ())


async def test_a_whisper_is_for_whoever_pressed(ground: Ground) -> None:
    await ground.channel.deliver(ground.at("team"), Parcel(text="SUP-1", buttons=(Button("Mío", "t|m"),)), ())
    ground.presses("team", "Mío")
    await ground.desk.rung.wait()
    press = ground.desk.events[0]
    assert await ground.channel.deliver(ground.at("team"), Parcel(text="Ya es *tuyo*.", whisper=press.id), ()) == ()
    assert (ground.whispers(), len(ground.seen("team"))) == (["Ya es tuyo."], 1)


async def test_files_are_shown_together_with_what_is_said_of_them_and_can_be_taken_back(ground: Ground) -> None:
    at, several = ground.at("customer"), (file("a.pdf"), file("ñ.pdf", b"%PDF-2"))
    said = Parcel(text="De *Bea* & <co>", files=(File("x", "document"),))
    on = await ground.channel.deliver(at, said, several[:1])
    album = await ground.channel.deliver(at, structs.replace(said, text=""), several)
    assert [replace(one, styles=()) for one in ground.seen("customer")] == [
        Shown("De Bea & <co>", files=(("a.pdf", PDF),)),
        Shown("", files=(("a.pdf", PDF), ("ñ.pdf", b"%PDF-2"))),
    ]
    for refs in (on, album):
        await ground.channel.deliver(at, Parcel(over=" ".join(refs), unsay=True), ())
    assert ground.seen("customer") == []


async def test_a_room_holds_its_letters_and_is_missed_when_it_is_gone(ground: Ground) -> None:
    at = ground.at("team")
    thread = await ground.channel.open_thread(at, "SUP-1 · No va")
    assert bool(thread) is ground.topical
    room = structs.replace(at, thread=thread)
    (card,) = await ground.channel.deliver(room, Parcel(text="la tarjeta"), ())
    under = thread or card
    hung = Parcel(text="más", reply_to=card)
    await ground.channel.deliver(room, hung, ())
    await ground.channel.deliver(room, structs.replace(hung, text="", files=(File("x", "document"),)), (file(),))
    card_shown = Shown("la tarjeta", under=thread)
    shown = [card_shown, Shown("más", under=under), Shown(files=(("a.pdf", PDF),), under=under)]
    assert ground.seen("team") == shown
    ground.writes("team", "la miro", under=under)
    (heard,) = await ground.desk.heard()
    assert isinstance(heard, Message)
    assert (heard.where, heard.reply_to, heard.private) == (room, "" if ground.topical else card, False)
    ground.loses_room(under)
    before = ground.seen("team")
    for parcel, files in ((hung, ()), (structs.replace(hung, text="", files=(File("x", "document"),)), (file(),))):
        with pytest.raises(NoThread):
            await ground.channel.deliver(room, parcel, files)
    assert ground.seen("team") == before
