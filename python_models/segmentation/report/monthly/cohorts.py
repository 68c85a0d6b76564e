"""Whether new customers come back: cohorts, second orders and what they brought."""

from __future__ import annotations

from segmentation.report.monthly import first_products
from segmentation.report.page import Page
from segmentation.wording.dates import as_date, month_name

# Who buys every few months looks new when the data begin: the first of their months
# hold old customers too.
TRUNCATED_MONTHS = 3
# With more customers than these in the first months, the rest says little.
OLD_SHARE = 0.5
COHORTS = 12
MONTHS = 12
SHADES = 8
LATER = {3: "third", 6: "sixth"}


def build(page: Page) -> dict | None:
    """A triangle of retention, second orders, and the share of the largest."""
    cohorts = page.published.rows("cohort_retention", "active_share")
    found = [
        row
        for row in cohorts
        if row["is_complete"] is True and row["customer_count"] > 0
    ]
    if not found:
        return None
    first = min(row["cohort_month"] for row in cohorts)
    sizes = {row["cohort_month"]: row["customer_count"] for row in found}
    old = [start for start in sizes if _months_between(first, start) < TRUNCATED_MONTHS]
    known = sorted(set(sizes) - set(old))[-COHORTS:]
    share_old = sum(sizes[start] for start in old) / sum(sizes.values())
    if share_old > OLD_SHARE or not known:
        share = page.formats.share(share_old)
        return {
            "title": "New customers: the history is too short to follow them",
            "question": f"{share} of all customers had ordered by the end of the third "
            "month of the data. Many of them may have ordered before it begins, so "
            "cohorts would say little.",
            "rows": [],
        }
    cells = {
        (row["cohort_month"], row["months_since"]): row
        for row in found
        if row["cohort_month"] in known and 1 <= row["months_since"] <= MONTHS
    }
    columns = sorted({since for _, since in cells})
    worth = {
        row["cohort_month"]: row
        for row in sorted(
            page.published.rows("cohort_revenue", "cumulative_revenue_per_customer"),
            key=lambda row: row["months_since"],
        )
        if row["is_complete"] is True
    }
    pooled = {since: _pooled(cells, since) for since in columns}
    highest = max((row["active_share"] for row in cells.values()), default=0) or 1
    return {
        "title": heading(page, pooled),
        "question": "Of those who ordered for the first time in a month, how many "
        "ordered again in the months after it?",
        "columns": columns,
        "truncated": month_name(first),
        "rows": [
            {
                "name": month_name(start),
                "size": sizes[start],
                "cells": [
                    _cell(page, cells.get((start, since)), highest) for since in columns
                ],
                "worth": worth.get(start, {}).get("cumulative_revenue_per_customer"),
                "key": f"{start}",
            }
            for start in known
        ],
        "all": [page.formats.share(pooled[since]) for since in columns],
        "all_size": sum(sizes[start] for start in known),
        "second": second_orders(page, known),
        "top": top_share(page),
        "began": first_products.build(page),
    }


def heading(page: Page, pooled: dict[int, float]) -> str:
    """What part of new customers ordered in the month after, and half a year on."""
    if not pooled:
        return "New customers: none has been seen for a whole month yet"
    first, *_ = pooled
    words = f"{page.formats.share(pooled[first])} of new customers ordered in the "
    words += "month after their first" if first == 1 else f"{first}th month after"
    later = max((since for since in pooled if since in LATER), default=None)
    if later is None:
        return words
    return f"{words}, {page.formats.share(pooled[later])} in the {LATER[later]}"


def second_orders(page: Page, known: list) -> list[dict]:
    """By days since the first order: customers seen for so long, and who came back."""
    found: dict[int, list[int]] = {}
    for row in page.published.rows("second_orders", "second_order_customers"):
        if row["cohort_month"] in known:
            sums = found.setdefault(row["days_since_first"], [0, 0])
            sums[0] += row["customer_count"]
            sums[1] += row["second_order_customers"]
    return [
        {"days": days, "customers": seen, "share": back / seen}
        for days, (seen, back) in sorted(found.items())
    ]


def top_share(page: Page) -> dict | None:
    """The tenth of customers who spent most in the last year, and their share."""
    for row in page.published.rows("revenue_concentration", "revenue_share"):
        if row["top_share"] == 0.1 and row["revenue_share"] is not None:
            return row
    return None


def _pooled(cells: dict, since: int) -> float:
    rows = [row for (_, months), row in cells.items() if months == since]
    active = sum(row["active_customers"] for row in rows)
    return active / sum(row["customer_count"] for row in rows)


def _cell(page: Page, row: dict | None, highest: float) -> dict | None:
    if row is None:
        return None
    return {
        "share": row["active_share"],
        "shade": max(1, round(SHADES * row["active_share"] / highest)),
        "key": f"{row['cohort_month']}:{row['months_since']}",
    }


def _months_between(earlier: object, later: object) -> int:
    one, two = as_date(earlier), as_date(later)
    return (two.year - one.year) * 12 + two.month - one.month
