"""In which time zone days are cut, seen from the offsets that times carry."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..evidence.facts import Evidence
from ..evidence.table import Column

# Large places first: the zone named is the first whose clocks show these offsets.
ZONES = tuple(
    """
    America/New_York America/Chicago America/Denver America/Los_Angeles
    America/Phoenix America/Toronto America/Sao_Paulo America/Bogota
    America/Mexico_City America/Santiago America/Argentina/Buenos_Aires
    Europe/London Europe/Berlin Europe/Helsinki Europe/Istanbul Europe/Moscow
    Africa/Johannesburg Africa/Lagos Asia/Dubai Asia/Kolkata Asia/Singapore
    Asia/Shanghai Asia/Tokyo Asia/Seoul Asia/Bangkok Australia/Sydney
    Australia/Brisbane Australia/Perth Australia/Adelaide Pacific/Auckland
    """.split()
)
OFFSET = r"([+-])([0-9]{2}):?([0-9]{2})$"


def zone_of(evidence: Evidence, day: Column) -> str | None:
    """Return the time zone whose clocks show the offsets of a column, if any.

    None without offsets, or where all of them are zero.
    """
    rows = evidence.table.ask(
        f"select distinct on (cast({day.day} as date), sign) {day.day}, "
        f"regexp_extract({day.text}, '{OFFSET}', 1) as sign, "
        f"regexp_extract({day.text}, '{OFFSET}', 2), "
        f"regexp_extract({day.text}, '{OFFSET}', 3) from sampled where "
        f"regexp_matches({day.text}, ':[0-9]{{2}}[^:]*{OFFSET}') limit 400"
    )
    seen = [
        (moment, timedelta(hours=int(sign + hours), minutes=int(sign + minutes)))
        for moment, sign, hours, minutes in rows
        if isinstance(moment, datetime)
    ]
    if not seen or not any(offset for _moment, offset in seen):
        return None
    for name in ZONES:
        try:
            zone = ZoneInfo(name)
        except ZoneInfoNotFoundError:
            continue
        if all(moment.replace(tzinfo=zone).utcoffset() == off for moment, off in seen):
            return name
    return None
