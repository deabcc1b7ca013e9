"""The numbers of a running desk, for Prometheus: counted as plain integers, drawn only when somebody asks.

Labels are kinds and results; never a chat, a ticket or a person, whose number has no bound.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.store.backlog import Standing

if TYPE_CHECKING:
    from prometheus_client.core import Metric

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0)
"""Seconds. A turn takes a few thousandths; 2 s is what a platform was promised."""

TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Tally:
    """What this process has done since it began."""

    __slots__ = ("_seconds", "_slots", "sends", "turns")

    def __init__(self) -> None:
        self.turns: Counter[tuple[str, str]] = Counter()
        """By kind of event and result: `taken`, `repeat`, `busy`."""
        self.sends: Counter[tuple[str, str]] = Counter()
        """By platform and result: `sent`, `failed`, `dead`, `held`, `homeless`."""
        self._slots = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def turn(self, kind: str, result: str, seconds: float) -> None:
        self.turns[kind, result] += 1
        self._slots[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def send(self, platform: str, result: str) -> None:
        self.sends[platform, result] += 1

    def durations(self) -> tuple[list[tuple[str, float]], float]:
        """How many turns took no longer than each bound, and the seconds of all."""
        sums, so_far = [], 0
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), self._slots, strict=True):
            so_far += number
            sums.append((bound, float(so_far)))
        return sums, self._seconds


def drawn(
    tally: Tally, standing: Standing, tickets: Mapping[str, int], overdue: int, counted: Mapping[str, int]
) -> bytes:
    """As Prometheus reads it. What lies in the database is the same in every process; the rest is this one's own."""
    from prometheus_client import generate_latest
    from prometheus_client.registry import Collector

    class Once(Collector):
        def collect(self) -> Iterable[Metric]:
            yield from _of_process(tally)
            yield from _of_desk(standing, tickets, overdue)
            yield _of_manners(counted)

    return generate_latest(Once())


def _of_process(tally: Tally) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    turns = CounterMetricFamily("conserje_turns", "Events taken through the desk.", labels=("event", "result"))
    for labels, number in sorted(tally.turns.items()):
        turns.add_metric(labels, number)
    sends = CounterMetricFamily("conserje_sends", "Messages handed to a platform.", labels=("platform", "result"))
    for labels, number in sorted(tally.sends.items()):
        sends.add_metric(labels, number)
    buckets, seconds = tally.durations()
    yield turns
    yield sends
    yield HistogramMetricFamily("conserje_turn_seconds", "From an event to its commit.", buckets, seconds)


def _of_manners(counted: Mapping[str, int]) -> Metric:
    from prometheus_client.core import CounterMetricFamily

    remarks = CounterMetricFamily("conserje_manners", "Remarks, limits and blocks.", labels=("what", "outcome"))
    for name, number in sorted(counted.items()):
        what, _, outcome = name.partition(".")
        remarks.add_metric((what, outcome), number)
    return remarks


def _of_desk(standing: Standing, tickets: Mapping[str, int], overdue: int) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    open_ = GaugeMetricFamily("conserje_tickets_open", "Open tickets by whose turn it is.", labels=("state",))
    for state, number in sorted(tickets.items()):
        open_.add_metric((state,), number)
    yield open_
    yield GaugeMetricFamily("conserje_promises_overdue", "Open tickets whose date has passed.", overdue)
    yield GaugeMetricFamily("conserje_letters_waiting", "Messages that wait to be sent.", standing.waiting)
    yield GaugeMetricFamily("conserje_lanes_waiting", "Chats and rooms with something waiting.", standing.lanes)
    yield GaugeMetricFamily("conserje_oldest_letter_seconds", "How long the most overdue one waits.", standing.oldest)
    yield GaugeMetricFamily("conserje_letters_undelivered", "Messages that never left.", standing.undelivered)
    yield GaugeMetricFamily("conserje_events_set_aside", "Events whose turn failed five times.", standing.aside)
    yield GaugeMetricFamily("conserje_chores_waiting", "Files still to be fetched, and the like.", standing.chores)
