"""Where to act first: what to do about the customers who have gone quiet."""

from __future__ import annotations

from segmentation.report.page import Face, Page

MOST = 3  # steps shown
TOLD = 0.15  # share of a step's customers from which a segment is named


def build(page: Page) -> dict | None:
    """The steps with the most revenue at stake, and all revenue at risk.

    Customers at risk are those whose recency score is at most the setting
    `at_risk_r_score`. Where customers have no action of their own, each segment's
    headline stands for it. Revenue is weighted by `action_priority` where published:
    a large sum that little can be done about does not come first.
    """
    steps = _by_action(page) or _by_segment(page)
    if not steps:
        return None
    values = [face.row.get("revenue_at_risk") for face in page.faces]
    known = [value for value in values if value is not None]
    return {
        "steps": steps[:MOST],
        "total": round(sum(known), 2) if known else None,
        # Of a few customers it is withheld.
        "is_more": len(known) < len(values),
    }


def _by_action(page: Page) -> list[dict]:
    """One step an action, over all segments."""
    people = page.published.frame(
        "customer_segments",
        "segment_id",
        "recommended_action",
        "r_score",
        "monetary_value",
    )
    if people is None:
        return []
    is_at_risk = people["r_score"] <= page.settings["at_risk_r_score"]
    has_action = people["recommended_action"].notna()
    money = "lifetime_revenue" if "lifetime_revenue" in people else "monetary_value"
    columns = ["segment_id", "recommended_action", money, "action_priority"]
    people = people.loc[
        is_at_risk & has_action, [name for name in columns if name in people]
    ]
    spent = people[money].astype(float)
    weight = (
        people["action_priority"].astype(float)
        if ("action_priority" in people)
        else 1.0
    )
    found = people.assign(_spent=spent, _stake=spent * weight)
    steps = []
    for action, part in found.groupby("recommended_action"):
        sizes = part.groupby("segment_id").size()
        named = [
            face
            for face in page.faces
            if sizes.get(face.segment_id, 0) >= TOLD * len(part)
        ]
        named.sort(key=lambda face: (-sizes[face.segment_id], face.number))
        revenue = round(float(part["_spent"].sum()), 2)
        if revenue > 0 and named:
            steps.append(
                {
                    "action": action,
                    "faces": named,
                    "customer_count": len(part),
                    "revenue": page.unless_few(revenue, len(part)),
                    "rank": round(float(part["_stake"].sum()), 2),
                }
            )
    return sorted(steps, key=lambda step: (-step["rank"], str(step["action"])))


def _by_segment(page: Page) -> list[dict]:
    """One step a segment: its headline action."""
    risky: list[Face] = [
        face
        for face in page.clustered
        if face.row.get("revenue_at_risk") and face.row.get("recommended_action")
    ]
    risky.sort(key=lambda face: (-float(face.row["revenue_at_risk"]), face.number))
    return [
        {
            "action": face.row["recommended_action"],
            "faces": [face],
            "customer_count": face.row.get("customer_count"),
            "revenue": face.row["revenue_at_risk"],
        }
        for face in risky
    ]
