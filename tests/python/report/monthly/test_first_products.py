"""What followed by the first category: a sentence on rows written here."""

from __future__ import annotations

from report_pages import page_of
from segmentation.report.monthly import first_products


def built(categories: list, returned: list[float], customers: list[int]):
    return first_products.build(
        page_of(
            {"revenue": [1.0]},
            first_product_effect={
                "first_category": categories,
                "days_followed": [180] * len(categories),
                "customer_count": customers,
                "returned_share": returned,
                "later_revenue_per_customer": [10.0] * len(categories),
            },
        )
    )


def test_the_sentence_names_who_came_back_most_and_least():
    found = built(["tea", "gifts", None], [0.5, 0.8, 0.2], [40, 20, 1200])
    assert [row["name"] for row in found["rows"]] == [
        "products without a category",
        "tea",
        "gifts",
    ]
    assert found["sentence"] == (
        "Of the 20 who began with gifts, 80% ordered again within 180 days; "
        "of the 1,200 who began with products without a category, 20%."
    )


def test_shares_that_read_alike_are_no_difference():
    found = built(["tea", "gifts"], [0.501, 0.499], [40, 20])
    assert found["sentence"] == (
        "50% ordered again within 180 days, whatever they began with."
    )


def test_what_chance_can_make_is_no_finding():
    found = built(["equipment", "tea", "gifts"], [1.0, 0.9, 0.83], [16, 30, 41])
    assert found["sentence"] == (
        "83% to 100% ordered again within 180 days, by the category they began with: "
        "chance alone can make such a difference."
    )


def test_of_many_categories_the_largest_are_shown_and_one_alone_says_nothing():
    names = [f"c{number:02}" for number in range(11)]
    found = built(names, [0.5] * 11, list(range(11, 0, -1)))
    assert [row["name"] for row in found["rows"]] == names[:8]
    assert found["more"] == 3
    assert built(["tea"], [0.5], [40]) is None
