"""The cards of the segments."""

from __future__ import annotations

import pytest

from report_pages import members, page_of, predictions
from segmentation.report.sections import cards
from segmentation.report.sections.cards import spans


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [6]),
        (2, [3, 3]),
        (3, [3, 3, 6]),
        (4, [3, 3, 3, 3]),
        (5, [3, 3, 3, 3, 6]),
    ],
)
def test_cards_fill_their_rows(count, expected):
    assert spans(count) == expected


def test_cards_tell_three_drivers_and_what_changed():
    medians = [1.0, 2.0, 3.0, 4.0, 5.0]
    page = page_of(
        {"revenue": [1.0] * 2, "customer_count": [4, 1], "customer_share": [0.8, 0.2]},
        segment_profiles={
            "segment_id": ["s01"] * 6,
            "feature": list("edcbaz"),
            "segment_median": [*medians, 9.0],
            "overall_median": [1.0, 1.0, 4.0, 1.0, 1.0, 1.0],
            "effect_size": [9.0, None, 1.0, 1.0, 1.0, 9.0],
            "driver_rank": [1, 2, 3, None, 5, 1],
        },
        segment_monthly={
            "month": ["2024-01-31", "2024-02-29", "2024-03-31", "2024-03-31"],
            "segment_id": ["s01", "s01", "s01", "s02"],
            "customer_count": [1, 5, 9, 4],
        },
        customer_segments={
            "segment_id": ["s01"] * 4 + ["s02"],
            "confidence": [0.59, 0.6, 0.1, None, 0.9],
            # Known of a quarter of the first segment: its median is not told.
            "z": [1.0, None, None, None, 2.0],
            "recommended_action": ["b", "a", "b", "a", None],
        },
    )
    first, second = cards.build(page)["cards"]
    drivers = [(one["feature"], one["is_higher"]) for one in first["drivers"]]
    assert drivers == [("c", False), ("a", True), ("b", True)]
    assert first["change"] == {"difference": 4, "since": "2024-02-29"}
    assert second["change"]["difference"] == 4
    assert (first["borderline"], second["borderline"]) == (2, 0)
    assert [first["span"], second["span"]] == [3, 3]


def test_a_share_of_one_order_is_no_habit():
    def told(orders: list[int]) -> bool:
        page = page_of(
            {"customer_count": [3]},
            model_features={
                "feature": ["weekend_share"],
                "evidence_column": ["window_order_count"],
            },
            customer_segments={
                "segment_id": ["s01"] * 3,
                "window_order_count": orders,
            },
        )
        return cards.is_habit(
            page, {"segment_id": "s01", "feature": "weekend_share", "unit": "share"}
        )

    assert told([1, 2, 3]) and not told([1, 1, 9])


@pytest.mark.parametrize(
    ("spends", "each"),
    [
        ([10.0, 0.0, 20.0, 0.0, 12.0], "8.40"),
        # A giant among them: no customer is like the mean.
        ([5000.0, 40.0, 40.0, 40.0, 40.0], None),
    ],
)
def test_what_is_expected_of_each_adds_up_and_is_no_giants(spends, each):
    """A median of 291 was expected of newcomers of whom half spent nothing."""
    page = page_of(
        {"revenue": [1.0], "customer_count": [len(spends)]},
        settings={"minimum_cell_size": 2},
        customer_segments=members(["s01"] * len(spends)),
        customer_predictions=predictions([{"expected_spend": one} for one in spends]),
    )
    numbers = {row["label"]: row["value"] for row in cards.numbers(page, page.faces[0])}
    found = numbers.get("expected spend each, 90 days")
    assert (found and str(found).split(">")[1].split("<")[0]) == each
