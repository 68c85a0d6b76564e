"""What campaigns brought, in words that the first screen and the section share."""

from __future__ import annotations

from segmentation.report.page import Page
from segmentation.wording.dates import as_date
from segmentation.wording.sentences import plural

COLUMNS = (
    "campaign_id", "segment_id", "status", "holdout_share", "lift", "lift_low",
    "lift_high", "treated_spend", "treated_customers", "note", "starts_on", "drawn_on",
)  # fmt: skip
ALL = "all"
SMALL = 0.1  # a gain below this share of spend is none that a shop would see
CHANCE = 0.05
# Readings that say something, and what such a campaign did.
CLEAR = {
    "Worked": "raised",
    "Cost sales": "lowered",
    "No large gain": "brought no large gain in",
}


def change(row: dict, column: str = "lift") -> float | None:
    """A lift as a share of what the treated would have spent without it."""
    if row["lift"] is None or not row["treated_spend"]:
        return None
    without = float(row["treated_spend"]) / row["treated_customers"] - row["lift"]
    return row[column] / without if without > 0 else None


def percent(page: Page, value: float | None) -> str:
    """A change in per cent, with its sign."""
    sign = "+" if value is not None and value > 0 else ""
    return sign + page.formats.share(value)


def interval(page: Page, row: dict) -> str:
    """'1.2% to 19.8%'."""
    ends = (page.formats.share(change(row, name)) for name in ("lift_low", "lift_high"))
    return " to ".join(ends)


def reading(row: dict) -> dict:
    """What a result says, in a word, and what to do."""
    if row["status"] == "refused":
        return {"css": "fail", "word": "Refused", "text": "Customers were lost."}
    if row["status"] == "running":
        return {"css": "info", "word": "Running", "text": "Wait for the end."}
    if change(row) is None:
        why = row["note"] or "Not shown: it would give away what a few customers spent."
        return {"css": "warn", "word": "Cannot tell", "text": str(why)}
    if is_late(row):
        text = "True only if those held out were left out all the same."
        return {"css": "warn", "word": "Drawn late", "text": text}
    adjusted = row.get("p_value_adjusted")
    if row["lift_low"] > 0 and (adjusted is None or adjusted < CHANCE):
        return {"css": "ok", "word": "Worked", "text": "Send again."}
    if row["lift_low"] > 0:
        text = "One of several segments may look like this by chance: test it again."
        return {"css": "warn", "word": "Perhaps", "text": text}
    if row["lift_high"] < 0:
        return {"css": "fail", "word": "Cost sales", "text": "Stop it."}
    if change(row, "lift_high") <= SMALL:
        return {"css": "info", "word": "No large gain", "text": "Pause it."}
    text = "No conclusion: repeat it with more customers, or hold out more."
    return {"css": "warn", "word": "Cannot tell", "text": text}


def is_late(row: dict) -> bool:
    """Whether a campaign had begun when it was drawn: no list of ours held out."""
    drawn_on, starts_on = as_date(row["drawn_on"]), as_date(row["starts_on"])
    return bool(drawn_on and starts_on and drawn_on > starts_on)


def finished(page: Page) -> list[dict]:
    """Campaigns that held out on time and are over, as a whole, the newest first."""
    rows = [
        row
        for row in page.published.rows("campaign_results", *COLUMNS)
        if row["segment_id"] == ALL
        and row["status"] == "final"
        and row["holdout_share"]
        and not is_late(row)
    ]
    return sorted(
        rows, key=lambda row: (row["starts_on"], str(row["campaign_id"])), reverse=True
    )


def finding(page: Page) -> str | None:
    """What the last campaign says that says anything; None where none held out."""
    rows = finished(page)
    if not rows:
        return None
    clear = [row for row in rows if reading(row)["word"] in CLEAR]
    row = (clear or rows)[0]
    name = row["campaign_name"]
    if change(row) is None:
        return f"{name}: too little to tell what it brought"
    size = f"{percent(page, change(row))}, {interval(page, row)}"
    if not clear:
        return f"{name}: the effect is too uncertain to tell ({size})"
    said = f"{name} {CLEAR[reading(row)['word']]} spend ({size})"
    if others := len(rows) - len(clear):
        said += f"; {others} {plural(others, 'other', 'others')}: too uncertain to tell"
    return said


def measured(page: Page) -> dict[str, str]:
    """What the last campaign to an action's list, or another audience, brought."""
    found: dict[str, str] = {}
    for row in finished(page):
        if change(row) is not None:
            found.setdefault(
                row["audience"],
                f"measured: {percent(page, change(row))} spend "
                f"({interval(page, row)}), {row['campaign_name']}",
            )
    return found
