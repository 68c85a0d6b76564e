"""What matters now, in words: the sentences at the head of the report."""

from __future__ import annotations

from markupsafe import Markup

from segmentation.report.formats import day
from segmentation.report.page import Page
from segmentation.report.sections.overview import revenue_at_risk


def write_lede(page: Page, *, moved: dict | None = None) -> list[Markup]:
    """At most four sentences, the news first.

    Parameters
    ----------
    moved : dict, optional
        customer_count and since, of the customers who changed segment.
    """
    if not page.faces:
        return [Markup("There are no segments in this publication.")]
    sentences = [_richest(page) if page.has_money else _largest(page)]
    if page.has_money:
        sentences.append(_largest(page))
    if moved and moved["customer_count"]:
        since = f" since {day(moved['since'])}" if moved.get("since") else ""
        people = "customer has" if moved["customer_count"] == 1 else "customers have"
        sentences.append(
            Markup("{} {} changed segment{}.").format(
                page.figure(moved["customer_count"], "count", "moved"), people, since
            )
        )
    return [sentence for sentence in sentences if sentence]


def _verb(name: str, plural: str, singular: str) -> str:
    """The verb that fits a segment's name: names ending in s are read as plural."""
    return plural if name.rstrip().lower().endswith("s") else singular


def _richest(page: Page) -> Markup:
    face = max(page.faces, key=lambda f: (f.row.get("revenue_share") or 0, -f.number))
    are, bring = ("are", "bring") if _verb(face.name, "s", "") else ("is", "brings")
    return Markup("<b>{}</b> {} {} of customers and {} <b>{} of revenue</b>.").format(
        face.name,
        are,
        page.figure(
            face.row.get("customer_share"),
            "share",
            f"segments/{face.segment_id}/customer_share",
        ),
        bring,
        page.figure(
            face.row.get("revenue_share"),
            "share",
            f"segments/{face.segment_id}/revenue_share",
        ),
    )


def _largest(page: Page) -> Markup:
    face = max(page.faces, key=lambda f: (f.row.get("customer_count") or 0, -f.number))
    text = Markup("The largest group, <b>{}</b>, has {} customers").format(
        face.name,
        page.figure(
            face.row.get("customer_count"),
            "count",
            f"segments/{face.segment_id}/customer_count",
        ),
    )
    if page.has_money:
        text += Markup(" and brings {} of revenue").format(
            page.figure(
                face.row.get("revenue_share"),
                "share",
                f"segments/{face.segment_id}/revenue_share",
            )
        )
    else:
        text += Markup(", {} of all").format(
            page.figure(
                face.row.get("customer_share"),
                "share",
                f"segments/{face.segment_id}/customer_share",
            )
        )
    return text + "."


def first_steps(page: Page, *, most: int = 3) -> list:
    """The segments to act on first: those with the most revenue at risk."""
    return [
        face for face in revenue_at_risk(page) if face.row.get("recommended_action")
    ][:most]
