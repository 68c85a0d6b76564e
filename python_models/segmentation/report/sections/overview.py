"""Head figures, and the share of customers against the share of revenue."""

from __future__ import annotations

from segmentation.report.page import Page


def build_head(page: Page) -> list[dict]:
    """The head figures: at most five, fewer where the data has no money or time."""
    people = page.published.frame("customer_segments", "customer_id")
    publication = page.publication
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
                "label": "revenue, net of refunds",
            }
        )
    if people is not None and "btyd_frequency" in people:
        days = people["btyd_frequency"].dropna()
        if len(days):
            share = float((days >= 1).sum() / len(people))
            figures.append(
                {
                    "value": page.figure(share, "share"),
                    "label": "bought on more than one day",
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
    if publication.get("rejected_rows") is not None:
        figures.append(
            {
                "value": page.figure(
                    publication["rejected_rows"], "count", "publications//rejected_rows"
                ),
                "label": "source rows left out",
                "link": "which",
                "href": "#quality"
                if publication["rejected_rows"] and page.published.rows("data_quality")
                else None,
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
    """Two bars over the same segments: customers, and revenue where there is any."""
    bars = [_bar(page, "Customers", "customer_share")]
    if page.has_money:
        bars.append(_bar(page, "Revenue", "revenue_share"))
    title, question = (
        (
            "Few customers, most of the money"
            if _is_concentrated(page)
            else "Customers and the revenue they bring",
            "How much of the base is each segment, and how much of the revenue does it "
            "bring?",
        )
        if page.has_money
        else ("How large each segment is", "How much of the base is each segment?")
    )
    return {"title": title, "question": question, "bars": bars}


def _is_concentrated(page: Page) -> bool:
    """Whether a fifth of the customers or fewer bring half of the revenue."""
    ranked = sorted(page.faces, key=lambda face: -(face.row.get("revenue_share") or 0))
    people = money = 0.0
    for face in ranked:
        people += face.row.get("customer_share") or 0
        money += face.row.get("revenue_share") or 0
        if money >= 0.5:
            return people <= 0.3
    return False


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
