"""What changed: who moved between segments, and whether that is more than noise."""

from __future__ import annotations

from segmentation.report.page import Page
from segmentation.wording.dates import day
from segmentation.wording.sentences import plural

# Above this share of customers who buy the same and yet moved, movement is noise.
NOISE = 0.08
FEWEST = 30  # customers who buy the same below which nothing is said of noise


def moves(page: Page) -> dict | None:
    """Who moved since the last month end, from segment_movements.

    Returns
    -------
    dict or None
        since, acted, time, settling (customers by what lay in between), model and data
        (moved by a change of the model or of past rows); None without a date before.
    """
    frame = page.published.frame(
        "segment_movements", "month", "compared_with", "cause", "customer_count"
    )
    if frame is None:
        return None
    frame = frame[frame["compared_with"] == "last_date"]
    monthly = page.published.frame("segment_monthly", "month")
    if monthly is None or monthly["month"].nunique() < 2:
        return None
    dates = sorted(monthly["month"].unique())
    newest = frame[frame["month"] == dates[-1]]
    counts = newest.groupby("cause")["customer_count"].sum()
    return {
        "since": dates[-2],
        **{
            cause: int(counts.get(cause, 0))
            for cause in ("acted", "time", "settling", "model", "data")
        },
        "rows": newest,
    }


def settled(found: dict) -> int:
    """Customers who moved and are no newcomers."""
    return found["acted"] + found["time"]


def build(page: Page) -> dict | None:
    """The card: a heading, who went up and down, and the proof."""
    found = moves(page)
    if found is None:
        return None
    quality = steadiness(page)
    return {
        "title": heading(page, found),
        "directions": directions(page, found),
        "story": story(page, found),
        "proof": quality,
        "proof_title": proof_heading(quality) if quality else None,
        "proof_notes": proof_notes(page, quality) if quality else None,
        "since": found["since"],
    }


def heading(page: Page, found: dict) -> str:
    """How many settled customers moved, and since when."""
    count = settled(found)
    since = day(found["since"])
    if not count:
        return (
            f"Nobody but newcomers changed segment since {since}"
            if (found["settling"])
            else f"Nobody changed segment since {since}"
        )
    people = plural(count, "customer", "customers")
    return f"{page.formats.count(count)} {people} changed segment since {since}"


def directions(page: Page, found: dict) -> list[dict]:
    """Settled movers by whether their new segment is expected to spend more each."""
    outlook = page.outlook
    if outlook is None or outlook.people.empty or not settled(found):
        return []
    each = outlook.people.groupby("segment_id")["expected_spend"].mean().to_dict()
    counts = {"more": 0, "less": 0}
    for row in found["rows"].itertuples():
        old, new = each.get(row.from_segment_id), each.get(row.to_segment_id)
        if row.cause not in ("acted", "time") or old is None or new is None:
            continue
        if new != old:
            counts["more" if new > old else "less"] += int(row.customer_count)
    return [
        {
            "name": f"into segments with {name} expected spend per customer",
            "count": count,
        }
        for name, count in counts.items()
    ]


def story(page: Page, found: dict) -> list[str]:
    """Sentences: what lay in between, and who is apart."""
    said = []
    count = page.formats.count
    acted, passed = found["acted"], found["time"]
    if acted and passed:
        said.append(
            f"Of these, {count(acted)} {plural(acted, 'has', 'have')} ordered or "
            f"returned something since and {count(passed)} "
            f"{plural(passed, 'has', 'have')} not: for them only time passed."
        )
    elif acted:
        said.append("All of them have ordered or returned something since.")
    elif passed:
        said.append(
            "None of them has ordered or returned anything since: only time passed."
        )
    if found["settling"]:
        people = plural(found["settling"], "newcomer", "newcomers")
        said.append(
            f"Not counted: {count(found['settling'])} {people} still settling in."
        )
    if settled(found) and steadiness(page) is None:
        said.append(
            "Whether that is more than noise is not known yet: it takes a history in "
            "which customers known for nine months were buying half a year before."
        )
    return said


def steadiness(page: Page) -> dict | None:
    """How many who bought the same moved, and how many who changed much."""
    found = page.published.rows(
        "movement_quality",
        "from_date",
        "to_date",
        "steady_count",
        "steady_moved_count",
        "changed_count",
        "changed_moved_count",
    )
    found = [row for row in found if row["steady_count"]]
    if not found:
        return None
    row = max(found, key=lambda one: str(one["to_date"]))
    bars = []
    for kind, words in (
        ("steady", "Bought about the same"),
        ("changed", "Bought twice as much, or half"),
    ):
        known, went = row[f"{kind}_count"], row[f"{kind}_moved_count"]
        if known:
            bars.append(
                {
                    "kind": kind,
                    "words": words,
                    "count": known,
                    "moved": went,
                    "share": went / known,
                    "width": page.rules.width(went / known),
                }
            )
    return {"row": row, "bars": bars}


def is_noise(quality: dict) -> bool | None:
    """Whether those who buy the same move too often, or as often as the others.

    None where they are too few to tell.
    """
    shares = {bar["kind"]: bar["share"] for bar in quality["bars"]}
    steady = shares["steady"]
    if quality["row"]["steady_count"] < FEWEST:
        return None
    return steady > NOISE or 0 < steady >= shares.get("changed", 1.0)


def proof_heading(quality: dict) -> str:
    """Whether movement can be believed."""
    found = is_noise(quality)
    if found is None:
        return "Is it noise? Too few bought the same half a year apart to tell"
    if found:
        return "Part of this is noise: those who buy the same move as well"
    return "Is it noise? No: those who buy the same stay"


def proof_notes(page: Page, quality: dict) -> str:
    """What is compared."""
    row = quality["row"]
    return (
        f"Segments on {day(row['from_date'])} against {day(row['to_date'])}, by spend "
        "and order days of the three months up to each day."
    )
