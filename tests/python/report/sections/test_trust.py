"""How far to trust this: who guessed best is told as it is."""

from __future__ import annotations

import pytest

from report_pages import members, page_of, predictions
from segmentation.report.sections import trust


def page(errors, ranks=None, ratio=0.97):
    rows = [
        {
            "cut_off_date": "2023-12-31",
            "measure": "spend",
            "method": method,
            "customer_count": 100,
            "mean_absolute_error": error,
            "total_ratio": ratio,
            "silence_auc": None,
            "coverage": 0.8 if method == "ours" else None,
        }
        for method, error in errors.items()
    ]
    rows += [
        {**rows[0], "measure": "silence", "method": method, "silence_auc": rank}
        for method, rank in (ranks or {}).items()
    ]
    return page_of(
        {"customer_count": [1]},
        customer_segments=members(["s01"]),
        customer_predictions=predictions([{}]),
        prediction_quality={name: [row[name] for row in rows] for name in rows[0]},
    )


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"ours": 97.0, "last_quarter": 100.0}, "better than any simple guess"),
        ({"ours": 99.0, "last_quarter": 100.0}, "no better than a simple guess"),
        ({"ours": 101.0, "last_quarter": 100.0}, "no better than a simple guess"),
        ({"ours": 103.0, "last_quarter": 100.0}, "a simple guess did better"),
        # Our own model is no rival; the best of the others is.
        ({"ours": 95.0, "model_alone": 50.0, "rfm_cells": 120.0, "last_quarter": 90.0},
         "a simple guess did better"),
    ],
)  # fmt: skip
def test_the_heading_says_who_guessed_best(errors, words):
    found = trust.build(page(errors))
    assert found["rivals_title"] == f"One customer's spend: {words}"
    assert [row["method"] for row in found["rivals"]][0] == "ours"


@pytest.mark.parametrize(
    ("ranks", "words"),
    [
        ({"ours": 0.88, "rfm_cells": 0.84}, "better than RFM cells"),
        ({"ours": 0.84, "rfm_cells": 0.84}, "no better than RFM cells"),
        ({"ours": 0.80, "rfm_cells": 0.84}, "RFM cells did better"),
    ],
)
def test_ranking_the_silent_is_told_as_well(ranks, words):
    found = trust.build(page({"ours": 97.0, "rfm_cells": 130.0}, ranks))
    assert found["rivals_title"].endswith(f"; who stays silent: {words}")


def test_the_total_and_one_customer_are_told_apart():
    found = trust.build(page({"ours": 97.0}))
    assert found["title"] == (
        "The latest tested forecast missed the total by 3.0%, and a single customer by "
        "97.00 on average"
    )
    assert found["wrong"] == [] and "80% spent an amount within it" in found["coverage"]
    low = trust.build(page({"ours": 97.0}, ratio=0.8))
    assert low["wrong"] == [
        {
            "head": "All together spent more than expected.",
            "text": "The forecast of 31 Dec 2023 was 20% too low.",
        }
    ]


def test_without_an_earlier_forecast_only_money_is_asked_for():
    assert trust.question([]) == "What was read as money?"
    assert "earlier forecasts" in trust.question(trust.rivals(page({"ours": 1.0})))


def test_of_lines_that_are_not_there_nothing_is_said():
    """'Lines that give money back, USD 0.00 in all: taken off the sales.'"""
    checks = {
        "check_name": ["money", "returns", "free_lines"],
        "detail": [
            "money is the amount",
            "lines that give back",
            "lines that are free",
        ],
        "rows_checked": [9, 9, 9],
        "rows_failed": [0, 0, 2],
    }
    found = trust.money_words(page_of({"customer_count": [1]}, data_quality=checks))
    assert found == ["Money is the amount.", "Lines that are free."]
