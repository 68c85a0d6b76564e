"""What followed for customers, by the category that they began with."""

from __future__ import annotations

from math import sqrt

from segmentation.report.page import Page

# Categories shown: those that most customers began with.
SHOWN = 8
# Standard errors that the two farthest apart of so many must differ by.
APART = 3
UNNAMED = "products without a category"


def build(page: Page) -> dict | None:
    """A row a category and a sentence; None where fewer than two are known."""
    found = page.published.rows(
        "first_product_effect", "first_category", "returned_share"
    )
    found.sort(key=lambda row: (-row["customer_count"], str(row["first_category"])))
    if len(found) < 2:
        return None
    rows = [{**row, "name": row["first_category"] or UNNAMED} for row in found[:SHOWN]]
    return {
        "rows": rows,
        "days": rows[0]["days_followed"],
        "more": len(found) - len(rows),
        "sentence": sentence(page, rows),
    }


def sentence(page: Page, rows: list[dict]) -> str:
    """Who came back most and least, of the categories shown."""
    most = max(rows, key=lambda row: row["returned_share"])
    least = min(rows, key=lambda row: row["returned_share"])
    days = rows[0]["days_followed"]
    share, count = page.formats.share, page.formats.count
    if share(most["returned_share"]) == share(least["returned_share"]):
        return (
            f"{share(most['returned_share'])} ordered again within {days} days, "
            "whatever they began with."
        )
    if not is_beyond_chance(most, least):
        return (
            f"{share(least['returned_share'])} to {share(most['returned_share'])} "
            f"ordered again within {days} days, by the category they began with: "
            "chance alone can make such a difference."
        )
    return (
        f"Of the {count(most['customer_count'])} who began with {most['name']}, "
        f"{share(most['returned_share'])} ordered again within {days} days; of the "
        f"{count(least['customer_count'])} who began with {least['name']}, "
        f"{share(least['returned_share'])}."
    )


def is_beyond_chance(one: dict, other: dict) -> bool:
    """Whether two categories differ in who came back by more than chance makes them."""
    counts = one["customer_count"], other["customer_count"]
    shares = one["returned_share"], other["returned_share"]
    pooled = sum(n * share for n, share in zip(counts, shares, strict=True))
    pooled /= sum(counts)
    error = sqrt(pooled * (1 - pooled) * (1 / counts[0] + 1 / counts[1]))
    return abs(shares[0] - shares[1]) > APART * error
