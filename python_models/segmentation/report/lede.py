"""What matters now, in words: the sentences at the head of the report."""

from __future__ import annotations

from markupsafe import Markup

from segmentation.report.page import Face, Page
from segmentation.wording.dates import day


def write_lede(page: Page, *, moved: dict | None = None) -> list[Markup]:
    """At most four sentences, the news first.

    Parameters
    ----------
    moved : dict, optional
        customer_count and since, of the customers who changed segment.
    """
    if not page.faces:
        return [Markup("There are no segments in this publication.")]
    first = _richest(page) if page.has_money else _largest(page)
    sentences = [_sentence(page, first, is_first=True)]
    second = _largest(page)
    if second is first:
        second = _poorest(page)
    if page.has_money and second is not first:
        sentences.append(_sentence(page, second, is_first=False))
    if moved and moved["customer_count"]:
        since = f" since {day(moved['since'])}" if moved.get("since") else ""
        people = "customer has" if moved["customer_count"] == 1 else "customers have"
        sentences.append(
            Markup("{} {} changed segment{}.").format(
                page.figure(moved["customer_count"], "count", "moved"), people, since
            )
        )
    return [sentence for sentence in sentences if sentence]


def _richest(page: Page) -> Face:
    return max(page.faces, key=lambda f: (f.row.get("revenue_share") or 0, -f.number))


def _largest(page: Page) -> Face:
    return max(page.faces, key=lambda f: (f.row.get("customer_count") or 0, -f.number))


def _poorest(page: Page) -> Face:
    """The segment that brings least for its size."""
    return min(
        page.faces,
        key=lambda f: (
            (f.row.get("revenue_share") or 0) - (f.row.get("customer_share") or 0),
            f.number,
        ),
    )


def _sentence(page: Page, face: Face, *, is_first: bool) -> Markup:
    """One segment's share of customers, and of revenue where there is money."""
    key = f"segments/{face.segment_id}"
    is_plural = face.name.rstrip().lower().endswith("s")
    share = page.figure(
        face.row.get("customer_share"), "share", f"{key}/customer_share"
    )
    count = page.figure(
        face.row.get("customer_count"), "count", f"{key}/customer_count"
    )
    revenue = page.figure(
        face.row.get("revenue_share"), "share", f"{key}/revenue_share"
    )
    if not page.has_money:
        return Markup(
            "The largest group, <b>{}</b>, has {} customers, {} of all."
        ).format(face.name, count, share)
    if is_first:
        words = ("are", "bring") if is_plural else ("is", "brings")
        return Markup(
            "<b>{}</b> {} {} of customers and {} <b>{} of revenue</b>."
        ).format(face.name, words[0], share, words[1], revenue)
    if face is _largest(page):
        return Markup(
            "The largest group, <b>{}</b>, has {} customers and brings {} of revenue."
        ).format(face.name, count, revenue)
    return Markup("<b>{}</b>, {} of customers, {} {}.").format(
        face.name, share, "bring" if is_plural else "brings", revenue
    )
