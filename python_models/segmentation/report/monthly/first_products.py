"""What followed for customers, by the category that they began with."""

from __future__ import annotations

from segmentation.report.page import Page

# Categories shown: those that most customers began with.
SHOWN = 8
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
    return (
        f"Of the {count(most['customer_count'])} who began with {most['name']}, "
        f"{share(most['returned_share'])} ordered again within {days} days; of the "
        f"{count(least['customer_count'])} who began with {least['name']}, "
        f"{share(least['returned_share'])}."
    )
