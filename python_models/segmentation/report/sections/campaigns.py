"""What campaigns brought, where somebody was held out; what they reached elsewhere."""

from __future__ import annotations

from segmentation.report.decisions.results import (
    ALL,
    COLUMNS,
    change,
    finding,
    interval,
    is_late,
    percent,
    reading,
)
from segmentation.report.page import Page
from segmentation.report.pictures import draw_interval, ticks
from segmentation.wording.dates import as_date, day
from segmentation.wording.sentences import joined, plural

SHOWN = 3  # campaigns that are drawn: the last to begin


def build(page: Page) -> dict | None:
    """The section; None where no campaign is known."""
    found = page.published.rows("campaign_results", *COLUMNS)
    if not found:
        return None
    wholes = sorted(
        (row for row in found if row["segment_id"] == ALL),
        key=lambda row: (row["starts_on"], str(row["campaign_id"])),
        reverse=True,
    )
    tests = [row for row in wholes if row["holdout_share"]]
    begun = [row for row in tests if row["status"] != "planned"]
    plain = [row for row in wholes if not row["holdout_share"]]
    others = [row for row in plain if row["status"] != "planned"]
    return {
        "title": title(page, begun, others, wholes),
        "question": "What ran, what did it bring, and what is still unknown?",
        "tests": [tested(page, row, found) for row in begun[:SHOWN]],
        "older": [
            f"{row['campaign_name']}: {in_words(page, row)}" for row in begun[SHOWN:]
        ],
        "plans": [planned(page, row) for row in tests if row["status"] == "planned"],
        "others": [reached(page, row) for row in others],
        "later": len(plain) - len(others),
        "segments": by_segment(page, found, others),
        "next": next_steps(page, begun, others),
    }


def tested(page: Page, whole: dict, found: list[dict]) -> dict:
    """One campaign with a holdout: a row a segment, drawn on one scale."""
    of_it = [row for row in found if row["campaign_id"] == whole["campaign_id"]]
    order = {face.segment_id: face.number for face in page.faces}
    parts = sorted(
        (row for row in of_it if row["segment_id"] != ALL),
        key=lambda row: (order.get(row["segment_id"], len(order)), row["segment_id"]),
    )
    rows = [*parts, whole] if len(parts) > 1 else [whole]
    ends = [
        value
        for row in rows
        for name in ("lift_low", "lift_high")
        if (value := change(row, name)) is not None
    ]
    # One segment that nothing is known of shall not press the others flat.
    marks = ticks(max(min([0, *ends]), -1.0), min(max([0.1, *ends]), 1.0))
    return {
        "name": whole["campaign_name"],
        "what": in_words(page, whole),
        "days": whole["outcome_days"],
        "rows": [compared(page, row, marks) for row in rows],
        "scale": [percent(page, marks[0]), percent(page, marks[-1])],
        "notes": notes(page, whole),
    }


def compared(page: Page, row: dict, marks: list[float]) -> dict:
    """What the arms of a segment spent, and the difference on the scale of `marks`."""
    said = reading(row)
    ends = [change(row, name) for name in ("lift_low", "lift", "lift_high")]
    is_known = ends[1] is not None
    css = "good" if said["word"] == "Worked" else "open"
    return {
        "face": page.face(row["segment_id"]),
        "name": row["segment_name"],
        "is_all": row["segment_id"] == ALL,
        "treated": row["treated_customers"],
        "held_out": row["held_out_customers"],
        "spend": each(row, "treated"),
        "other_spend": each(row, "held_out"),
        "change": percent(page, ends[1]),
        "interval": interval(page, row) if is_known else None,
        "svg": draw_interval(*ends, marks=marks, css=css) if is_known else None,
        "reading": said,
    }


def each(row: dict, arm: str) -> float | None:
    """What one customer of an arm spent."""
    spend, count = row[f"{arm}_spend"], row[f"{arm}_customers"]
    return float(spend) / count if spend is not None and count else None


def notes(page: Page, row: dict) -> list[str]:
    """What to know of a campaign's figures, a sentence each."""
    count, share = page.formats.count, page.formats.share
    said = [row["note"]] if row["note"] else []
    if row["lift_total"] is not None and row["status"] == "final" and not is_late(row):
        ends = (page.formats.money_short(row[f"lift_total_{end}"])
                for end in ("low", "high"))  # fmt: skip
        said.append(
            f"In all that is {page.formats.money_short(row['lift_total'])} of revenue "
            f"(95% interval {' to '.join(ends)})."
        )
    if row["cost"] is not None and row["lift_total"] is not None:
        said.append(
            f"It cost {page.formats.money_short(row['cost'])}; revenue is not margin."
        )
    if row["contact_count"]:
        said.append(
            f"{share(row['contacted_share'])} of those on its list were contacted; the "
            "others on it count too."
        )
    if row["held_out_contacted"]:
        said.append(
            f"{count(row['held_out_contacted'])} who were held out were contacted all "
            "the same: the true effect is further from zero than what is shown."
        )
    if row["overlap_customers"]:
        said.append(
            f"{count(row['overlap_customers'])} of its customers were also on the list "
            "of another campaign during these days."
        )
    if row["buyer_lift"] is not None:
        found, low, high = (
            page.formats.fixed(100 * row[name], 1)
            for name in ("buyer_lift", "buyer_lift_low", "buyer_lift_high")
        )
        said.append(
            f"The share who ordered differs by {found} percentage points (95% interval "
            f"{low} to {high})."
        )
    if row["variance_removed"] is not None:
        said.append(
            f"What customers spent in the {row['outcome_days']} days before explains "
            f"{share(max(row['variance_removed'], 0))} of the spread between them; "
            "that part is taken out."
        )
    return said


def in_words(page: Page, row: dict) -> str:
    """When it ran, for whom, and how many were held out."""
    share = page.formats.share(row["holdout_share"])
    last = "" if row["ends_on"] == row["starts_on"] else f" to {day(row['ends_on'])}"
    how = "drawn at random to be held out" if is_late(row) else "held out at random"
    said = (
        f"{day(row['starts_on'])}{last}, for {whom(page, row['audience'])}; {share} "
        f"{how}"
    )
    found = change(row)
    if found is None or row["status"] != "final" or is_late(row):
        return f"{said}."
    return f"{said}. Spend changed by {percent(page, found)} ({interval(page, row)})."


def whom(page: Page, audience: object) -> str:
    """An audience in words: all, a segment, an action's list, or a condition."""
    text = str(audience)
    steps = {
        str(row["action_id"]): row["recommended_action"]
        for row in page.published.rows("segment_actions", "action_id")
    }
    if text == ALL:
        return "all customers"
    if text in steps:
        return f"the list “{steps[text]}”"
    if face := page.face(text):
        return face.name
    is_condition = any(mark in text for mark in "<>=(")
    return f"customers with {text}" if is_condition else text


def planned(page: Page, row: dict) -> dict:
    """A campaign that has not begun, with its list."""
    files = {
        entry["campaign_id"]: entry["file"]
        for entry in page.settings["audiences"]
        if entry.get("campaign_id") and not entry.get("list_format")
    }
    return {
        "name": row["campaign_name"],
        "what": in_words(page, row),
        "treated": row["assigned_treated"],
        "held_out": row["assigned_held_out"],
        "file": files.get(row["campaign_id"]),
    }


def reached(page: Page, row: dict) -> dict:
    """A campaign without a holdout: how many, and how many responded."""
    return {
        "name": row["campaign_name"],
        "type": row["campaign_type"],
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "is_running": bool(
            page.as_of and as_date(row["ends_on"]) > as_date(page.as_of)
        ),
        "reached": row["contacted_customers"],
        "redeeming": row["redeeming_customers"],
        "redemptions": row["redemption_count"],
        "share": share_of(row["redeeming_customers"], row["contacted_customers"]),
    }


def share_of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def by_segment(page: Page, found: list[dict], others: list[dict]) -> list[dict]:
    """Who redeemed, by segment and by type, over all campaigns without a holdout."""
    names = {row["campaign_id"] for row in others}
    types = sorted(
        {str(row["campaign_type"]) for row in others if row["campaign_type"]}
    )
    rows = []
    parts = [row for row in found if row["campaign_id"] in names]
    if not any(row["redemption_count"] for row in parts):
        return []
    for face in [*page.clustered, None]:
        own = [
            row
            for row in parts
            if row["segment_id"] == (face.segment_id if face else ALL)
        ]
        total = sum(row["contacted_customers"] for row in own)
        if not total:
            continue
        shares = []
        for kind in types:
            of_kind = [row for row in own if row["campaign_type"] == kind]
            count = sum(row["contacted_customers"] for row in of_kind)
            redeeming = sum(row["redeeming_customers"] for row in of_kind)
            shares.append(page.unless_few(share_of(redeeming, count), count))
        rows.append(
            {
                "face": face,
                "contacts": total,
                "redeeming": sum(row["redeeming_customers"] for row in own),
                "redemptions": sum(row["redemption_count"] for row in own),
                "shares": shares,
            }
        )
    return [{"types": types, "rows": rows}] if rows else []


def title(page: Page, begun: list[dict], others: list[dict], wholes: list[dict]) -> str:
    """The finding: what the last finished campaign with a holdout says."""
    if said := finding(page):
        return said
    count = len(begun or others or wholes)
    campaigns = plural(count, "campaign", "campaigns")
    if begun:
        has = plural(count, "has", "have")
        return f"{page.formats.count(count)} {campaigns} {has} no result to go by"
    if others:
        contacts = page.formats.count(sum(row["contact_count"] for row in others))
        return (
            f"{page.formats.count(count)} {campaigns}, {contacts} contacts: what they "
            "brought is not known"
        )
    return f"{page.formats.count(count)} {campaigns} planned"


def next_steps(page: Page, begun: list[dict], others: list[dict]) -> list[str]:
    """What to try next."""
    said = []
    final = [row for row in begun if row["status"] == "final"]
    words = {"Worked": [], "Cost sales": [], "No large gain": [], "Cannot tell": []}
    for row in final:
        words.setdefault(reading(row)["word"], []).append(str(row["campaign_name"]))
    if words["Worked"]:
        said.append(f"Send {joined(words['Worked'])} again, and hold out again.")
    if words["Cost sales"]:
        said.append(f"Stop {joined(words['Cost sales'])}.")
    if words["No large gain"]:
        said.append(f"Pause {joined(words['No large gain'])}: try another offer.")
    if words["Cannot tell"]:
        said.append(
            f"No conclusion from {joined(words['Cannot tell'])}: repeat with more "
            "customers, or hold out more."
        )
    if "Drawn late" in words:
        said.append("Put a campaign in the table before it begins.")
    if others and not begun:
        said.append("Next time, hold out some customers at random.")
    if page.published.rows("campaign_plans", "smallest_change"):
        said.append(
            "The card “Did it work” above says how small a change a test could show, "
            "by segment, list and share held out."
        )
    return said
