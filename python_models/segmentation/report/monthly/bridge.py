"""Why revenue rose or fell: from one whole month to the next, by what customers did."""

from __future__ import annotations

from datetime import timedelta

from segmentation.report.page import Page
from segmentation.wording.dates import as_date, month_name
from segmentation.wording.sentences import joined

REASONS = {
    "new": ("New", "first paid order in {month}"),
    "returning": ("Returning", "ordered before, but not in {previous}"),
    "spending_more": ("Spending more", "ordered in both months"),
    "spending_less": ("Spending less", "ordered in both months, as much or less"),
    "not_ordering": ("Not ordering", "ordered in {previous}, not in {month}"),
    "refunds_only": ("Refunds only", "no order in either month"),
    "other": ("", "together, as some of them are too few to show alone"),
}
# Of the width of a bar's drawing.
WIDTH = 1000
ALIKE = 0.01  # a smaller change is none


def build(page: Page) -> dict | None:
    """The last whole month beside the one before it, and a bar a reason."""
    found = [
        row
        for row in page.published.rows("revenue_bridge", "revenue", "is_complete")
        if row["is_complete"] is True
    ]
    if not found:
        return None
    month = max(row["month"] for row in found)
    rows = {row["reason"]: row for row in found if row["month"] == month}
    if any(row["is_withheld"] for row in rows.values()):
        return None
    before = round(sum(float(row["previous_revenue"]) for row in rows.values()), 2)
    after = round(sum(float(row["revenue"]) for row in rows.values()), 2)
    names = {"month": month_name(month), "previous": month_name(month, months_before=1)}
    bars, low, high, level = [], min(before, after), max(before, after), before
    for reason in (name for name in REASONS if name in rows):
        change = float(rows[reason]["revenue_change"])
        bars.append((reason, level, level + change))
        level = round(level + change, 2)
        low, high = min(low, level), max(high, level)
    scale = WIDTH / ((high - low) or 1)

    def place(value: float) -> float:
        return round((value - low) * scale, 1)

    return {
        "title": heading(page, before=before, after=after, names=names),
        "question": f"What moved revenue from {names['previous']} to "
        f"{names['month']}, the last month that is over?"
        + per_day(page, before=before, after=after, month=month, names=names),
        "names": names,
        "before": {"money": before, "x": place(before)},
        "after": {"money": after, "x": place(after)},
        "starts_at": None if low == 0 else low,
        "bars": [
            {
                "label": label(rows[reason]["reasons"].split(", ")),
                "meaning": REASONS[reason][1].format(**names),
                "row": rows[reason],
                "key": f"revenue_bridge/{month}:{reason}/",
                "x": place(min(start, end)),
                "width": max(place(max(start, end)) - place(min(start, end)), 2),
                "is_up": end >= start,
            }
            for reason, start, end in bars
        ],
    }


def per_day(
    page: Page, *, before: float, after: float, month: object, names: dict
) -> str:
    """The change per day, where the two months are not equally long; else ''."""
    end = as_date(month)
    days, days_before = end.day, (end.replace(day=1) - timedelta(days=1)).day
    if before <= 0 or days == days_before:
        return ""
    change = after / days / (before / days_before) - 1
    moved = f"{'rose' if change > 0 else 'fell'} by {page.formats.share(abs(change))}"
    return (
        f" Per day, revenue {'hardly changed' if abs(change) < ALIKE else moved}: "
        f"{names['month']} has {days} days, {names['previous']} {days_before}."
    )


def label(reasons: list[str]) -> str:
    """The words of one reason, or of several that are told together."""
    words = [REASONS[name][0] for name in REASONS if name in reasons]
    return joined(words).capitalize()


def heading(page: Page, *, before: float, after: float, names: dict) -> str:
    """How revenue changed, in words that the two amounts bear out."""
    change = page.formats.money_short(abs(after - before))
    if before <= 0:
        return f"Revenue of {names['month']} was {page.formats.money_short(after)}"
    share = abs(after - before) / before
    if share < ALIKE:
        return f"Revenue of {names['month']} was about that of {names['previous']}"
    moved = "rose" if after > before else "fell"
    return (
        f"Revenue {moved} by {page.formats.share(share)} in {names['month']}: "
        f"{change} {'more' if after > before else 'less'} than in {names['previous']}"
    )
