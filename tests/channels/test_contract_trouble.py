"""The same contract where things go wrong: what each trouble of a platform means to the desk."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest
from telegram.error import TelegramError

from bot.channels import Attachment, Gone, Later, Parcel
from bot.dialogue.words import File
from tests.channels.ground import Call, Ground, Shown

PDF = b"%PDF-1.7 of Ana"
PASSING = (OSError, aiohttp.ClientError, TelegramError)
"""None of the contract's own exceptions: the desk will try again."""
OF_FILES = Parcel(files=(File("x", "document"),), letter=7)
ONE_FILE = (Attachment("a.pdf", "document", "application/pdf", PDF),)


async def test_who_can_no_longer_be_written_to_is_gone(ground: Ground) -> None:
    ground.shuts()
    with pytest.raises(Gone):
        await ground.channel.deliver(ground.at("customer"), Parcel(text="hola"), ())


@pytest.mark.parametrize("call", ["say", "edit", "unsay", "file"])
async def test_too_fast_means_later_for_that_chat_by_the_seconds_that_were_named(ground: Ground, call: Call) -> None:
    at = ground.at("customer")
    (on,) = await ground.channel.deliver(at, Parcel(text="uno"), ())
    ground.fails(call, 429, seconds=7)
    with pytest.raises(Later) as later:
        await _does(ground, call, on)
    assert (later.value.seconds, later.value.everywhere) == (7, False)


async def _does(ground: Ground, call: Call, on: str) -> tuple[str, ...]:
    at = ground.at("customer")
    match call:
        case "say":
            return await ground.channel.deliver(at, Parcel(text="dos"), ())
        case "edit":
            return await ground.channel.deliver(at, Parcel(text="dos", over=on), ())
        case "unsay":
            return await ground.channel.deliver(at, Parcel(over=on, unsay=True), ())
        case "file":
            return await ground.channel.deliver(at, OF_FILES, ONE_FILE)


@pytest.mark.parametrize("how", [500, 503, "html", "garbage", "before"])
@pytest.mark.parametrize("call", ["say", "edit", "unsay", "file"])
async def test_what_may_pass_is_tried_again_and_then_done_once(ground: Ground, call: Call, how: int | str) -> None:
    (on,) = await ground.channel.deliver(ground.at("customer"), Parcel(text="uno"), ())
    ground.fails(call, how)
    with pytest.raises(PASSING):
        await _does(ground, call, on)
    assert ground.seen("customer") == [Shown("uno")]
    await _does(ground, call, on)
    assert (
        ground.seen("customer")
        == {
            "say": [Shown("uno"), Shown("dos")],
            "edit": [Shown("dos")],
            "unsay": [],
            "file": [Shown("uno"), Shown(files=(("a.pdf", PDF),))],
        }[call]
    )


@pytest.mark.parametrize("call", ["say", "file"])
async def test_what_arrived_although_the_line_was_cut_is_not_sent_again_where_one_can_look(
    ground: Ground, call: Call
) -> None:
    at, parcel, files = ground.at("customer"), Parcel(text="dos", letter=7), ()
    ground.fails(call, "after")
    sent = (OF_FILES, ONE_FILE) if call == "file" else (parcel, files)
    with pytest.raises(PASSING):
        await ground.channel.deliver(at, *sent)
    again = Parcel(text=sent[0].text, files=sent[0].files, letter=7, again=True)
    (on,) = await ground.channel.deliver(at, again, sent[1])
    assert len(ground.seen("customer")) == (1 if ground.findable else 2)
    await ground.channel.deliver(at, Parcel(over=on, unsay=True), ())
    assert len(ground.seen("customer")) == (0 if ground.findable else 1)


async def test_what_was_never_sent_is_sent_although_it_may_have_arrived(ground: Ground) -> None:
    at = ground.at("customer")
    await ground.channel.deliver(at, Parcel(text="uno", letter=6), ())
    await ground.channel.deliver(at, Parcel(text="dos", letter=7, again=True), ())
    assert ground.seen("customer") == [Shown("uno"), Shown("dos")]


async def test_a_token_that_opens_nothing_makes_everything_wait_and_is_said_once_without_the_token(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    await ground.channel.deliver(ground.at("customer"), Parcel(text="uno"), ())
    ground.expires()
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            with pytest.raises(Later) as later:
                await ground.channel.deliver(ground.at("team"), Parcel(text="dos"), ())
            assert later.value.everywhere
            assert 59 < later.value.seconds <= 60
    said = [record for record in caplog.records if record.levelno >= logging.WARNING and record.name.startswith("bot.")]
    assert [record.levelname for record in said] == ["ERROR"]
    assert ground.secret not in caplog.text
    assert ground.made("say") == 2


async def test_calls_under_way_when_a_token_is_refused_say_so_once(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    ground.expires()
    several = (ground.channel.deliver(ground.at(who), Parcel(text="uno"), ()) for who in ("customer", "team"))
    assert [type(one) for one in await asyncio.gather(*several, return_exceptions=True)] == [Later, Later]
    assert [record.levelname for record in caplog.records if record.levelno >= logging.ERROR] == ["ERROR"]
