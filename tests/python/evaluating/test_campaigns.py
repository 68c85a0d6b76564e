"""What a campaign brought: literal cases, and customers drawn at random."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import ttest_ind

from segmentation.evaluating.campaigns.arms import (
    Arm,
    buyer_difference,
    difference,
    holm,
    mismatch,
)
from segmentation.evaluating.campaigns.results import campaign_results

SETTINGS = {
    "campaign_arm_minimum": 100,
    "campaign_largest_share": 0.1,
    "campaign_mismatch_limit": 0.001,
    "campaign_uneven_arms": 9,
}
CAMPAIGN = {
    "campaign_id": "spring", "campaign_name": "Spring", "campaign_type": None,
    "starts_on": date(2024, 3, 1), "ends_on": date(2024, 3, 14), "outcome_days": 30,
    "audience": "all", "holdout_share": 0.5, "as_of_date": date(2024, 2, 29),
    "drawn_on": date(2024, 2, 29), "cost_per_contact": None, "is_stored": True,
    "stored_treated": 400, "stored_held_out": 400, "progress": "final",
}  # fmt: skip


def sums(spend, before, *, arm="treated", segment="all") -> dict:
    """The row of int_campaign_sums of one arm."""
    spend, before = np.asarray(spend, float), np.asarray(before, float)
    return {
        "campaign_id": "spring", "segment_id": segment, "segment_name": segment,
        "arm": arm, "assigned_count": len(spend), "customer_count": len(spend),
        "order_count": int((spend > 0).sum()), "buyer_count": int((spend > 0).sum()),
        "contacted_count": 0, "contact_count": 0, "redemption_count": 0,
        "redeeming_count": 0, "overlap_count": 0,
        "y": Decimal(str(round(spend.sum(), 2))), "x": before.sum(),
        "yy": (spend**2).sum(), "xx": (before**2).sum(), "xy": (spend * before).sum(),
        "largest_spend": spend.max(initial=0),
    }  # fmt: skip


def shop(seed=0, n=400, effect=0.0) -> tuple[dict, dict]:
    """Two arms of customers who spend about what they spent before."""
    draw = np.random.default_rng(seed)
    before = draw.lognormal(4, 0.7, 2 * n)
    spend = before * draw.lognormal(0, 0.4, 2 * n)
    spend[:n] *= 1 + effect
    return (
        sums(spend[:n], before[:n]),
        sums(spend[n:], before[n:], arm="held_out"),
    )


def judged(rows, *, published=(), settings=None, **changed) -> list[dict]:
    return campaign_results(
        campaigns=[CAMPAIGN | changed],
        sums=rows,
        published=published,
        settings=SETTINGS | (settings or {}),
    )


def test_without_spend_before_it_is_welchs_test():
    treated, held_out = [10, 20, 30, 60], [5, 15, 10, 30, 20]

    found = difference(Arm.of(sums(treated, [0] * 4)), Arm.of(sums(held_out, [0] * 5)))
    wanted = ttest_ind(treated, held_out, equal_var=False)

    assert found["lift"] == 14
    assert found["p_value"] == pytest.approx(wanted.pvalue)
    low, high = wanted.confidence_interval()
    assert (found["lift_low"], found["lift_high"]) == pytest.approx((low, high))
    assert found["variance_removed"] == 0


def test_spend_before_takes_the_spread_out_and_not_the_effect():
    treated, held_out = shop(effect=0.2)

    found = difference(Arm.of(treated), Arm.of(held_out))

    true = float(treated["y"]) / 400 / 6
    assert found["lift_low"] < true < found["lift_high"]
    assert 0.5 < found["variance_removed"] < 0.9
    assert found["lift_share"] == pytest.approx(0.2, abs=0.06)


def test_shares_who_ordered_have_newcombes_interval():
    """His example: 56 of 70 against 48 of 80 (1998, table II, a)."""
    found = buyer_difference(Arm(n=70, buyers=56), Arm(n=80, buyers=48))

    assert found["buyer_lift"] == pytest.approx(0.2)
    assert found["buyer_lift_low"] == pytest.approx(0.0524, abs=5e-5)
    assert found["buyer_lift_high"] == pytest.approx(0.3339, abs=5e-5)


def test_holm_adjusts_for_the_number_of_tests_in_their_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.5]) == [1.0, 1.0]
    assert holm([]) == []


def test_arms_of_other_sizes_than_drawn_are_unlikely():
    assert mismatch([400, 400], [400, 400]) == 1
    assert mismatch([400, 300], [400, 400]) < 0.001
    assert mismatch([10, 0], [10, 0]) is None


def test_customers_lost_from_one_arm_refuse_the_campaign():
    treated, held_out = shop(n=300)
    held_out["customer_count"] = 200

    (row,) = judged([treated, held_out], stored_treated=300, stored_held_out=300)

    assert row["status"] == "refused"
    assert row.get("lift") is None
    assert "of 300 held out 200" in row["note"]


@pytest.mark.parametrize("progress", ["running", "final"])
def test_a_campaign_that_had_begun_when_it_was_drawn_says_so(progress):
    """No list of ours could hold anybody out; somebody else's may have."""
    late = {"drawn_on": date(2024, 3, 2), "is_stored": False, "progress": progress}

    (row,) = judged(shop(effect=0.2), **late)
    (in_time,) = judged(shop(effect=0.2), **late | {"drawn_on": date(2024, 3, 1)})

    assert row["status"] == progress and row["lift"] == in_time["lift"] > 0
    assert (
        "Drawn on 2 Mar 2024, when it had begun: this is its effect only"
        in (row["note"])
    )
    assert "Drawn on" not in (in_time["note"] or "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holdout_share": 0.0, "audience": None}, "Nobody was held out"),
        ({"progress": "planned"}, "Starts on 1 Mar 2024."),
        ({"n": 99}, "99 treated and 99 held out: fewer than 100"),
        ({"spend": 0}, "None of them spent anything"),
        ({"largest": 1e6}, "the result would be about that customer"),
    ],
)
def test_where_nothing_can_be_told_a_sentence_says_why(change, words):
    change = dict(change)
    n = change.pop("n", 400)
    treated, held_out = shop(n=n)
    if change.pop("spend", 1) == 0:
        treated, held_out = (
            {**row, "y": 0, "yy": 0, "xy": 0, "largest_spend": 0}
            for row in (treated, held_out)
        )
    treated["largest_spend"] = change.pop("largest", treated["largest_spend"])

    (row,) = judged(
        [treated, held_out], **{"stored_treated": n, "stored_held_out": n, **change}
    )

    assert words in row["note"]
    assert row.get("lift") is None


def test_a_running_campaign_is_provisional_and_has_no_p_value():
    (row,) = judged(shop(), progress="running")

    assert row["status"] == "running"
    assert "until then every figure is provisional" in row["note"]
    assert row["lift"] is not None
    assert row["p_value"] is None


def test_an_arm_nine_times_the_other_says_that_its_interval_covers_less():
    draw = np.random.default_rng(3)
    spend = draw.lognormal(3, 1.2, 1100)
    rows = [
        sums(spend[:1000], [0] * 1000),
        sums(spend[1000:], [0] * 100, arm="held_out"),
    ]

    (row,) = judged(rows, stored_treated=1000, stored_held_out=100, holdout_share=0.1)

    assert "the interval of 95% covers about 90%" in row["note"]
    assert row["lift"] is not None


def test_what_was_final_keeps_its_sums_under_its_new_name():
    (first,) = judged(shop())
    rows = shop(n=399)

    (kept,) = judged(rows, published=[first], campaign_name="Easter")
    (anew,) = judged(rows, published=[first], outcome_days=20)

    assert kept == first | {"campaign_name": "Easter"}
    assert anew["treated_customers"] == 399


def test_segments_are_adjusted_for_each_other_and_all_of_them_is_not():
    rows = [
        row | {"segment_id": segment}
        for number, segment in enumerate(["all", "s01", "s02"])
        for row in shop(seed=number, effect=0.1)
    ]

    found = {row["segment_id"]: row for row in judged(rows)}

    assert list(found) == ["all", "s01", "s02"]
    assert found["all"].get("p_value_adjusted") is None
    adjusted = [found[name]["p_value_adjusted"] for name in ("s01", "s02")]
    assert adjusted == holm([found[name]["p_value"] for name in ("s01", "s02")])


@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_intervals_cover_what_is_true(effect):
    """About 190 of 200 are."""
    hits = 0
    for seed in range(200):
        treated, held_out = shop(seed=seed, n=150, effect=effect)
        found = difference(Arm.of(treated), Arm.of(held_out))
        true = float(treated["y"]) / 150 * effect / (1 + effect)
        hits += found["lift_low"] <= true <= found["lift_high"]
    assert 180 <= hits <= 197
