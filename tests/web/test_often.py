"""How often one address may ask for the same."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

import pytest
from starlette.requests import Request

from bot.web.manners import MINUTE, MOST_KEYS, Often

STARTS = (0, 1, MINUTE - 1, *(10**11 + n * 987_654_321 for n in range(100)))


def request(address: str = "192.0.2.1", *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", said.encode()) for said in forwarded]
    return Request({"type": "http", "headers": headers, "client": (address, 1)})


def took(often: Often, requests: Iterable[Request]) -> list[bool]:
    return [not often.too(one) for one in requests]


@pytest.mark.parametrize("most", [1, 3, 7, 30])
def test_so_many_are_taken_at_any_moment_and_no_more(most: int) -> None:
    for start in STARTS:
        often = Often(most, partial(int, start))
        assert took(often, [request()] * (most + 1)) == [True] * most + [False]


def test_who_waits_their_turn_is_taken_again_and_others_do_not_wait_for_them() -> None:
    now = [5]
    often = Often(2, lambda: now[0])
    assert took(often, [request()] * 3) == [True, True, False]
    now[0] += MINUTE // 2
    assert took(often, [request(), request(), request("192.0.2.2")]) == [True, False, True]


def test_a_network_of_ipv6_is_one_address() -> None:
    often = Often(1, lambda: 5)
    assert took(often, [request("2001:db8::1"), request("2001:db8::2"), request("2001:db8:0:1::1")]) == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("proxy", ["127.0.0.1", "10.1.2.3", "::1"])
def test_those_who_come_through_a_proxy_of_ours_do_not_wait_for_each_other(proxy: str) -> None:
    often = Often(1, lambda: 5)
    assert took(often, [request(proxy, "192.0.2.1"), request(proxy, "192.0.2.2"), request(proxy)]) == [True, True, True]


def test_of_ipv4_each_is_one_address_however_it_is_written() -> None:
    often, told = Often(1, lambda: 5), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1")
    assert took(often, [request("10.1.2.3", one) for one in told]) == [True, True, False]


@pytest.mark.parametrize("told", [("198.51.100.9, 192.0.2.1",), ("198.51.100.9", "192.0.2.1"), ("x, 192.0.2.1 ",)])
def test_of_what_a_caller_adds_themselves_nothing_counts(told: tuple[str, ...]) -> None:
    often = Often(1, lambda: 5)
    assert took(often, [request("10.1.2.3", "192.0.2.1"), request("10.1.2.3", *told)]) == [True, False]


@pytest.mark.parametrize("told", ["198.51.100.9", "10.1.2.4", "x"])
def test_what_whoever_is_no_proxy_of_ours_says_of_a_caller_is_not_believed(told: str) -> None:
    often = Often(1, lambda: 5)
    assert took(often, [request("8.8.8.8"), request("8.8.8.8", told)]) == [True, False]


def test_a_proxy_that_says_nothing_we_can_read_is_one_caller() -> None:
    often = Often(1, lambda: 5)
    assert took(often, [request("10.1.2.3"), request("10.1.2.3", "unknown")]) == [True, False]


def test_however_many_come_at_once_each_is_counted_as_quickly() -> None:
    """From networks of their own, none of which may be forgotten yet."""
    often, since = Often(2, lambda: 5), time.process_time()
    for n in range(3 * MOST_KEYS):
        often.too(request(f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1"))
    assert time.process_time() - since < 10
    assert took(often, [request("2001:db8::1")] * 2) == [True, False]
