"""Public holidays of a country or one of its regions, with their names; from the `holidays` library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from types import MappingProxyType

FORM = r"[A-Z]{2}(-[A-Za-z0-9]{1,3})?"
"""`FR`, `ES-MD`: the codes of ISO 3166."""

AS_THE_COUNTRY = {"FR": frozenset({"20R", "COR", "2A", "2B"})}
"""Regions that have the holidays of their country (Corsica's are those of France)."""


class NotYet(Exception):
    """They are being loaded (`warm`). To wait for it in an event loop's thread would be to keep everybody waiting."""


class _State:
    loading = False


def days_off(calendar: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year. The first call takes most of a second (`warm`), any other year a millisecond.

    Raises `ValueError` for a country or region that nobody knows, and `NotYet`.
    """
    if _State.loading:
        raise NotYet
    return _asked(calendar, year)


@lru_cache(maxsize=256)
def _asked(calendar: str, year: int) -> Mapping[date, str]:
    from holidays import country_holidays

    if why := unknown(calendar):
        raise ValueError(why)
    country, region = _parts(calendar)
    found = country_holidays(country, subdiv=region, years=year, language="en_US")
    return MappingProxyType(dict(sorted(found.items())))


def unknown(calendar: str) -> str:
    """What is wrong with a calendar's name; empty: it is known."""
    from holidays import list_supported_countries

    supported = list_supported_countries(include_aliases=False)
    country, region = _parts(calendar)
    if country not in supported:
        return f'no holidays are known for a country "{country}"; write a code such as ES, ES-MD, FR, MX or US'
    regions = [name for name in supported[country] if len(name) <= 3]
    if region is None or region in regions:
        return ""
    near = difflib.get_close_matches(region, regions, 1, 0.4)
    hint = f"did you mean {country}-{near[0]}?" if near else f"it could be {', '.join(regions)}"
    return f'{country} has no region "{region}"; {hint}' if regions else f"{country} has no regions; write {country}"


@contextmanager
def loading() -> Iterator[None]:
    """Meanwhile whoever asks hears `NotYet`."""
    _State.loading = True
    try:
        yield
    finally:
        _State.loading = False


def warm(calendars: Iterable[str], years: Iterable[int]) -> None:
    """Loads what the next turns will ask for (`loading`). Raises `ValueError` as `days_off` does."""
    wanted = tuple(years)
    with loading():
        for calendar in calendars:
            for year in wanted:
                _asked(calendar, year)


def _parts(calendar: str) -> tuple[str, str | None]:
    country, _, region = calendar.partition("-")
    return country, None if region in AS_THE_COUNTRY.get(country, ()) else region or None
