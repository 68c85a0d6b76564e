"""Who moved: from which segment to which, how much revenue, and why."""

from __future__ import annotations

import pandas as pd

from segmentation.report.decisions import changes
from segmentation.report.page import Page
from segmentation.report.ribbons import draw_ribbons
from segmentation.report.tables import all_or_none, plain
from segmentation.wording.dates import day
from segmentation.wording.sentences import capitalised

# Cause as published -> what lay between the two days.
CAUSES = {
    "acted": "ordered or returned something since",
    "time": "no order or return since: only time passed",
    "settling": "newcomers whose first figures are still settling",
    "model": "the model has changed",
    "data": "late or corrected rows have changed the past",
}
TOP = 6  # movements told in words


def counted(page: Page) -> dict | None:
    """Customers who changed segment since the last month end, newcomers apart.

    Returns
    -------
    dict or None
        customer_count (settled customers who moved), settling, and since.
    """
    found = changes.moves(page)
    if found is None:
        return None
    return {
        "customer_count": changes.settled(found),
        "settling": found["settling"],
        "since": plain(found["since"]),
    }


def heading(page: Page, total: dict, known: int) -> str:
    """Which share changed segment, or that nobody did."""
    since = day(total["since"])
    if not total["customer_count"]:
        who = "Nobody but newcomers" if total["settling"] else "Nobody"
        return f"{who} changed segment since {since}"
    share = page.formats.share(total["customer_count"] / known)
    return f"{share} of customers changed segment since {since}"


def build(page: Page) -> dict | None:
    """The matrix from last month's segments to today's, and the reasons."""
    total = counted(page)
    if total is None:
        return None
    people = page.published.frame(
        "customer_segments", "segment_id", "previous_segment_id"
    )
    if people is None or people["previous_segment_id"].isna().all():
        return None
    matrix = people.groupby(["previous_segment_id", "segment_id"]).size().to_dict()
    before = people.groupby("previous_segment_id").size()
    faces = [
        face
        for face in page.faces
        if face.segment_id in before.index
        or (people["segment_id"] == face.segment_id).any()
    ]
    known = {face.segment_id for face in faces}
    # Segments that no longer exist have no row of their own: they are told in words.
    retired = int(sum(count for (old, _), count in matrix.items() if old not in known))
    rows = []
    for face in faces:
        counts = [
            int(matrix.get((face.segment_id, other.segment_id), 0)) for other in faces
        ]
        stayed = int(matrix.get((face.segment_id, face.segment_id), 0))
        total_before = sum(counts)
        rows.append(
            {
                "face": face,
                "counts": counts,
                "before": total_before,
                "stayed": stayed / total_before if total_before else None,
            }
        )
    flows = [
        (old.number, new.number, int(matrix[old.segment_id, new.segment_id]))
        for old in faces
        for new in faces
        if matrix.get((old.segment_id, new.segment_id))
    ]
    fresh = int(people["previous_segment_id"].isna().sum())
    return {
        "title": heading(page, total, int(people["previous_segment_id"].notna().sum())),
        "question": "From which segment to which, and what did they do in between?",
        "total": total,
        "faces": faces,
        "rows": rows,
        "fresh": fresh,
        "retired": retired,
        "causes": _causes(page),
        "top": _top(page, matrix, _spend(people)),
        "svg": draw_ribbons(
            flows=flows,
            letters={face.number: face.letter for face in faces},
            after={
                face.number: int((people["segment_id"] == face.segment_id).sum())
                for face in faces
            },
            name="chart-moves",
            count=page.formats.count,
            label="Customers by segment on the last month end and now; the table "
            "below has every number.",
        ),
    }


def _spend(people: pd.DataFrame) -> dict:
    """What the customers of each movement have spent, where money is known."""
    if "lifetime_revenue" not in people or people["lifetime_revenue"].isna().all():
        return {}
    spent = people["lifetime_revenue"].astype(float)
    keys = [people["previous_segment_id"], people["segment_id"]]
    return spent.groupby(keys).sum().round(2).to_dict()


def _top(page: Page, matrix: dict, spend: dict) -> list[dict]:
    """The largest movements between today's segments."""
    found = [
        {
            "old": page.face(old),
            "new": page.face(new),
            "customer_count": int(count),
            "spent": page.unless_few(spend.get((old, new)), count),
        }
        for (old, new), count in matrix.items()
        if old != new and page.face(old) and page.face(new)
    ]
    found.sort(
        key=lambda row: (-row["customer_count"], row["old"].number, row["new"].number)
    )
    return found[:TOP]


def _causes(page: Page) -> dict | None:
    """Customers and revenue that moved in the newest month, by cause."""
    frame = page.published.frame(
        "segment_movements",
        "month",
        "from_segment_id",
        "to_segment_id",
        "customer_count",
        "compared_with",
        "cause",
    )
    if frame is None:
        return None
    # As the table above: from the date before, not from the last publication.
    frame = frame[frame["compared_with"] == "last_date"]
    if frame.empty:
        return None
    # The newest date: there may be none who moved then.
    month = max(page.published.need("segment_monthly", "month")["month"])
    newest = frame[
        (frame["month"] == month) & (frame["from_segment_id"] != frame["to_segment_id"])
    ]
    total = int(newest["customer_count"].sum())
    if not total:
        return None
    rows = []
    for name, part in newest.groupby("cause", sort=False):
        revenue = all_or_none(part["revenue"]) if "revenue" in part else None
        count = int(part["customer_count"].sum())
        rows.append(
            {
                "name": name,
                "meaning": capitalised(CAUSES.get(name, name)),
                "customer_count": count,
                "revenue": revenue,
                "share": count / total,
                "width": page.rules.width(count / total),
            }
        )
    rows.sort(key=lambda row: (-row["customer_count"], str(row["name"])))
    return {"month": plain(month), "rows": rows, "total": total}
