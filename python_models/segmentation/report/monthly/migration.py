"""How customers moved between RFM groups, from the last month end to today."""

from __future__ import annotations

from segmentation.report.page import Page
from segmentation.wording.dates import day, short_day
from segmentation.wording.sentences import plural


def build(page: Page) -> dict | None:
    """A row a group before: who stayed, and the largest move out of it."""
    found = page.published.rows(
        "rfm_migration", "month", "from_group", "to_group", "customer_count"
    )
    if not found:
        return None
    newest = max(row["month"] for row in found)
    steps: dict[str, dict[str, int]] = {}
    for row in found:
        if row["month"] == newest:
            steps.setdefault(row["from_group"], {})[row["to_group"]] = row[
                "customer_count"
            ]
    start = next(row["from_date"] for row in found if row["month"] == newest)
    rows = []
    for group, others in steps.items():
        moves = {name: count for name, count in others.items() if name != group}
        to_group = min(moves, key=lambda name: (-moves[name], name), default=None)
        rows.append(
            {
                "group": group,
                "customers": sum(others.values()),
                "stayed": others.get(group, 0),
                "to_group": to_group,
                "moved": moves.get(to_group, 0),
                "back": steps.get(to_group, {}).get(group, 0),
            }
        )
    rows.sort(key=lambda row: (-row["customers"], row["group"]))
    return {
        "from_date": start,
        "rows": rows,
        "sentence": sentence(page, rows, start=start, end=newest),
    }


def sentence(page: Page, rows: list[dict], *, start: object, end: object) -> str:
    """What part stayed, and the largest move with the one the other way."""
    everybody = sum(row["customers"] for row in rows)
    share = page.formats.share(sum(row["stayed"] for row in rows) / everybody)
    words = f"From {short_day(start)} to {day(end)}, {share} stayed in their group"
    largest = max(rows, key=lambda row: row["moved"])
    if not largest["moved"]:
        return f"{words}."
    return (
        f"{words}; the largest move was from {largest['group']} to "
        f"{largest['to_group']}: {page.formats.count(largest['moved'])} "
        f"{plural(largest['moved'], 'customer', 'customers')}, against "
        f"{page.formats.count(largest['back'])} the other way."
    )
