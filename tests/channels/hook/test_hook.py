"""Events to another system: signed, tried again, and ended where it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Later, Parcel, Refused
from bot.channels.hook import Hook
from bot.events import Address
from tests.channels.hook.receiver import SECRET, Receiver, receiver

AT = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TO = Address("hook", "7")
PARCEL = Parcel(text='{"type":"ticket.changed","data":{"ñ":"🙂"}}', letter=12)


async def delivers(there: Receiver, *parcels: Parcel, secret: str = SECRET, late: float = 0.0) -> None:
    hook = Hook(there.url, secret=secret, now=lambda: AT + timedelta(seconds=late))
    there.now = AT.timestamp()
    try:
        for parcel in parcels:
            assert await hook.deliver(TO, parcel, ()) == ()
    finally:
        await hook.close()


async def test_what_is_sent_is_signed_and_the_same_letter_has_the_same_id() -> None:
    async with receiver() as there:
        await delivers(there, PARCEL, PARCEL, Parcel(text="{}", letter=13))
    assert there.heard == [{"type": "ticket.changed", "data": {"ñ": "🙂"}}] * 2 + [{}]
    assert (there.ids[0] == there.ids[1], there.ids[1] == there.ids[2], there.forged) == (True, False, [])


@pytest.mark.parametrize(
    ("secret", "late", "trouble"), [("whsec_" + "b" * 32, 0.0, "signature"), (SECRET, 301.0, "timestamp")]
)
async def test_the_receiver_would_see_another_key_or_an_old_call(secret: str, late: float, trouble: str) -> None:
    async with receiver() as there:
        with pytest.raises(OSError, match="it answered 401"):
            await delivers(there, PARCEL, secret=secret, late=late)
    assert there.forged == [trouble]


@pytest.mark.parametrize("status", [301, 400, 404, 500, 502])
async def test_what_is_refused_is_tried_again_and_no_redirect_is_followed(status: int) -> None:
    async with receiver() as there:
        there.answers, there.more = [status], {"location": there.url}
        with pytest.raises(OSError, match=f"it answered {status}"):
            await delivers(there, PARCEL)
    assert (len(there.ids), there.heard) == (1, [])


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0", 1.0), ("99999", 3600.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 60.0), ("-1", 60.0), ("", 60.0)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_is_busy_says_for_how_long(status: int, said: str, seconds: float) -> None:
    async with receiver() as there:
        there.answers, there.more = [status], {"retry-after": said} if said else {}
        with pytest.raises(Later) as later:
            await delivers(there, PARCEL)
    assert (later.value.seconds, later.value.everywhere) == (seconds, True)


async def test_who_wants_no_more_says_so_and_an_operator_reads_it() -> None:
    async with receiver() as there:
        there.answers = [410]
        with pytest.raises(Refused, match="it wants no more events"):
            await delivers(there, PARCEL)


async def test_the_doctor_sends_one_that_tells_of_nothing() -> None:
    async with receiver() as there:
        found = [await examined(there.url), await examined(there.url, secret="whsec_" + "b" * 32)]
        assert there.heard == [{"type": "ping", "data": {}}]
    found.append(await examined(there.url))
    host = there.url.split("/")[2]
    assert [words for words, _mend in found] == [
        f"events: {host} takes them", f"{host} answers 401 to events", f"{host} takes no events (ClientConnectorError)",
    ]  # fmt: skip
    assert ["HOOK_SECRET" in mend or "HOOK_URL" in mend for _words, mend in found] == [False, True, True]


async def examined(url: str, secret: str = SECRET) -> tuple[str, str]:
    hook = Hook(url, secret=secret, now=lambda: AT)
    (finding,) = [finding async for finding in hook.examine((), elsewhere=False)]
    await hook.close()
    return finding.what, finding.mend
