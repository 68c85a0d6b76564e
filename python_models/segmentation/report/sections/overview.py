"""Head figures, share of customers against revenue, and the segment cards."""

from __future__ import annotations

from segmentation.report.formats import is_missing, sentence
from segmentation.report.page import Face, Page
from segmentation.report.tables import plain

DRIVERS = 3  # on a card


def build_head(page: Page) -> list[dict]:
    """The head figures: at most five, fewer where the data has no money or time."""
    people = page.published.frame("customer_segments", "customer_id")
    publication = page.publication
    figures = []
    total = sum(face.row.get("customer_count") or 0 for face in page.faces)
    figures.append({
        "value": page.figure(total, "count", "customers"), "label": "customers",
    })
    if page.has_money:
        figures.append({
            "value": page.figure(total_revenue(page), "money_short", "revenue"),
            "label": "revenue, net of refunds",
        })
    if people is not None and "order_count" in people:
        orders = people["order_count"].dropna()
        if len(orders):
            share = float((orders >= 2).sum() / len(people))
            figures.append({
                "value": page.figure(share, "share"), "label": "bought more than once",
            })
    is_explained = any(row.get("is_selected")
                       for row in page.published.rows("segment_candidates"))
    count = len(page.clustered)
    figures.append({
        "value": page.figure(count, "count"), "label": "segments",
        "href": "#why" if is_explained else None, "link": f"why {count}",
    })
    if publication.get("rejected_rows") is not None:
        figures.append({
            "value": page.figure(publication["rejected_rows"], "count",
                                 "publications//rejected_rows"),
            "label": "source rows left out", "link": "which",
            "href": "#quality" if page.published.rows("data_quality") else None,
        })
    return figures


def total_revenue(page: Page) -> object:
    """Revenue of all segments, exact where the table is exact."""
    values = [face.row["revenue"] for face in page.faces
              if face.row.get("revenue") is not None]
    total = sum(values[1:], values[0])
    return round(total, 2)


def build_share(page: Page) -> dict | None:
    """Two bars over the same segments: customers, and revenue where there is any."""
    bars = [_bar(page, "Customers", "customer_share")]
    if page.has_money:
        bars.append(_bar(page, "Revenue", "revenue_share"))
    title, question = (
        ("Few customers, most of the money" if _is_concentrated(page)
         else "Customers and the revenue they bring",
         "How much of the base is each segment, and how much of the revenue does it "
         "bring?")
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
            parts.append({
                "face": face, "grow": page.rules.grow(share), "text": text,
                "shows": "both" if share >= 0.075 else
                "letter" if share >= 0.02 else "",
                "tight": share < 0.2,
            })
    return {"label": label, "column": column, "parts": parts}


def build_cards(page: Page) -> dict | None:
    """One card a segment: size, drivers, rule, confidence, action, list."""
    drivers = _drivers(page)
    files = {entry.get("segment_id"): entry for entry in page.settings["audiences"]
             if entry.get("segment_id")}
    changes = _changes(page)
    certain = _borderline(page)
    cards = [
        {
            "face": face, "row": face.row, "drivers": drivers.get(face.segment_id, []),
            "change": changes.get(face.segment_id), "file": files.get(face.segment_id),
            "borderline": certain.get(face.segment_id),
        }
        for face in page.faces
    ]
    for card, span in zip(cards, spans(len(cards)), strict=True):
        card["span"] = span
    return {
        "title": "The segments",
        "question": "Who is in each group, what sets it apart from all customers, and "
        "what to do about it?",
        "cards": cards, "folder": page.settings["audiences_folder"],
    }


def spans(count: int) -> list[int]:
    """Sixths of the row each card takes: rows of three, the last ones of two."""
    halves = {0: 0, 1: 4, 2: 2}[count % 3]
    if count == 1:
        return [6]
    return [2] * (count - halves) + [3] * halves


def _drivers(page: Page) -> dict[str, list[dict]]:
    """The strongest drivers of each segment whose two medians read differently."""
    found: dict[str, list[dict]] = {}
    ranked = sorted(
        page.published.rows("segment_profiles", "segment_id", "feature",
                            "segment_median", "overall_median", "effect_size"),
        key=lambda row: (row.get("driver_rank") or 999, row["feature"]),
    )
    for row in ranked:
        unit = row.get("unit")
        own = page.formats.unit(row["segment_median"], unit)
        everyone = page.formats.unit(row["overall_median"], unit)
        mine = found.setdefault(row["segment_id"], [])
        if own != everyone and len(mine) < DRIVERS and not is_missing(
            row["effect_size"]
        ):
            mine.append({
                **row,
                "label": sentence(row.get("feature_label") or row["feature"]),
                "is_higher": row["segment_median"] > row["overall_median"],
                "key": f"segment_profiles/{row['segment_id']}:{row['feature']}",
            })
    return found


def _changes(page: Page) -> dict[str, dict]:
    """Customers now against the last month before, by segment."""
    frame = page.published.frame("segment_monthly", "month", "segment_id",
                                 "customer_count")
    if frame is None:
        return {}
    months = sorted(frame["month"].unique())
    if len(months) < 2:
        return {}
    before = frame[frame["month"] == months[-2]].set_index("segment_id")
    now = frame[frame["month"] == months[-1]].set_index("segment_id")
    return {
        key: {"difference": int(now["customer_count"].get(key, 0))
              - int(before["customer_count"].get(key, 0)),
              "since": plain(months[-2])}
        for key in now.index
    }


def _borderline(page: Page) -> dict[str, int]:
    """Customers of each segment whose placement is unsure."""
    frame = page.published.frame("customer_segments", "segment_id", "confidence")
    if frame is None:
        return {}
    unsure = frame["confidence"].astype(float) < page.settings["border_confidence"]
    return unsure.groupby(frame["segment_id"]).sum().astype(int).to_dict()


def revenue_at_risk(page: Page) -> list[Face]:
    """Clustered segments, the most revenue at risk first; those without left out."""
    risky = [face for face in page.clustered if face.row.get("revenue_at_risk")]
    return sorted(risky, key=lambda face: (-float(face.row["revenue_at_risk"]),
                                           face.number))
