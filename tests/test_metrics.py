"""What Prometheus reads."""

from __future__ import annotations

from bot.metrics import Tally, drawn
from bot.store.backlog import Standing


def lines(of: bytes) -> list[str]:
    return [line for line in of.decode().splitlines() if not line.startswith("#")]


def test_turns_and_sends_are_counted_and_the_rest_is_as_the_database_has_it() -> None:
    tally = Tally()
    tally.turn("Message", "taken", 0.002)
    tally.turn("Message", "taken", 0.3)
    tally.turn("Alarm", "busy", 3.0)
    tally.send("telegram", "sent")
    assert lines(
        drawn(
            tally, Standing(5, 12.5, 2, 1, 3, 4), {"ours": 7, "yours": 8}, 2, {"insult.kept": 3, "shouting.heeded": 9}
        )
    ) == [
        'conserje_turns_total{event="Alarm",result="busy"} 1.0',
        'conserje_turns_total{event="Message",result="taken"} 2.0',
        'conserje_sends_total{platform="telegram",result="sent"} 1.0',
        'conserje_turn_seconds_bucket{le="0.001"} 0.0',
        'conserje_turn_seconds_bucket{le="0.0025"} 1.0',
        'conserje_turn_seconds_bucket{le="0.005"} 1.0',
        'conserje_turn_seconds_bucket{le="0.01"} 1.0',
        'conserje_turn_seconds_bucket{le="0.025"} 1.0',
        'conserje_turn_seconds_bucket{le="0.1"} 1.0',
        'conserje_turn_seconds_bucket{le="0.5"} 2.0',
        'conserje_turn_seconds_bucket{le="2.0"} 2.0',
        'conserje_turn_seconds_bucket{le="+Inf"} 3.0',
        "conserje_turn_seconds_count 3.0",
        "conserje_turn_seconds_sum 3.302",
        'conserje_tickets_open{state="ours"} 7.0',
        'conserje_tickets_open{state="yours"} 8.0',
        "conserje_promises_overdue 2.0",
        "conserje_letters_waiting 5.0",
        "conserje_lanes_waiting 2.0",
        "conserje_oldest_letter_seconds 12.5",
        "conserje_letters_undelivered 1.0",
        "conserje_events_set_aside 3.0",
        "conserje_chores_waiting 4.0",
        'conserje_manners_total{outcome="kept",what="insult"} 3.0',
        'conserje_manners_total{outcome="heeded",what="shouting"} 9.0',
    ]
