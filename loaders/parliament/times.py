"""Days as parliament means them: in the Netherlands, whatever offset a time is written with."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?")


def local_day(text: str) -> str:
    """``2013-11-01`` of ``2013-11-01T00:00:00+01:00`` and of ``2013-10-31T23:00:00Z``. Raises ``ValueError``."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text}` is no date or time")
    if not found[2] or not found[3]:
        return date.fromisoformat(found[1]).isoformat()
    moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].replace('Z', '+00:00')}").astimezone(UTC)
    summer = _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10)
    return (moment + timedelta(hours=2 if summer else 1)).date().isoformat()


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on the last Sunday of a month of 31 days: when the clocks of the European Union change."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
