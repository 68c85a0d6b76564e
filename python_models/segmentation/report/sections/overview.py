"""Without a forecast: head figures, and each segment's share of the customers."""

from __future__ import annotations

from segmentation.report.page import Page


def build_head(page: Page) -> list[dict]:
    """The head figures: customers, revenue where there is any, segments."""
    figures = []
    total = sum(face.row.get("customer_count") or 0 for face in page.faces)
    figures.append(
        {
            "value": page.figure(total, "count", "customers"),
            "label": "customers",
        }
    )
    if page.has_money:
        figures.append(
            {
                "value": page.figure(total_revenue(page), "money_short", "revenue"),
                "label": "revenue so far, net of refunds",
            }
        )
    is_explained = any(
        row.get("is_selected") for row in page.published.rows("segment_candidates")
    )
    count = len(page.clustered)
    figures.append(
        {
            "value": page.figure(count, "count"),
            "label": "segments",
            "href": "#why" if is_explained else None,
            "link": f"why {count}",
        }
    )
    return figures


def total_revenue(page: Page) -> object:
    """Revenue of all segments, exact where the table is exact."""
    values = [
        face.row["revenue"]
        for face in page.faces
        if face.row.get("revenue") is not None
    ]
    total = sum(values[1:], values[0])
    return round(total, 2)


def build_share(page: Page) -> dict | None:
    """Two bars over the same segments, customers and revenue; None with a forecast."""
    if page.outlook is not None and not page.outlook.people.empty:
        return None
    bars = [_bar(page, "Customers", "customer_share")]
    if page.has_money:
        bars.append(_bar(page, "Revenue", "revenue_share"))
    return {
        "title": "How large each segment is",
        "question": "How many of the customers is each segment, and how much have they "
        "spent?"
        if page.has_money
        else "How many of the customers is each segment?",
        "bars": bars,
    }


def _bar(page: Page, label: str, column: str) -> dict:
    parts = []
    for face in page.faces:
        share = face.row.get(column) or 0.0
        text = page.formats.share(share)
        if share > 0:
            parts.append(
                {
                    "face": face,
                    "grow": page.rules.grow(share),
                    "text": text,
                    "shows": "both"
                    if share >= 0.075
                    else "letter"
                    if share >= 0.02
                    else "",
                    "tight": share < 0.2,
                }
            )
    return {"label": label, "column": column, "parts": parts}
