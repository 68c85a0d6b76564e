"""What the mean of a group lets one expect."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.evaluating.group_means import (
    customer_folds,
    expected_outcomes,
    explained_variance,
    quantile_groups,
    top_decile_lift,
)
from usefulness_fixtures import measured


def test_predictions_never_see_the_customers_own_fold():
    outcome = np.array([1.0, 2.0, 3.0, 4.0])
    folds = np.array([0, 0, 1, 1])

    predicted, overall = expected_outcomes(
        groups=np.array(["a", "b", "a", "b"]), outcome=outcome, folds=folds
    )

    # For fold 0: mean 3.5; group a has 3, pulled by ten customers of 3.5.
    assert overall.tolist() == [3.5, 3.5, 1.5, 1.5]
    assert predicted[0] == pytest.approx((3 + 10 * 3.5) / 11)
    assert predicted[1] == pytest.approx((4 + 10 * 3.5) / 11)


def test_explained_variance_of_a_worse_guess_is_negative():
    outcome = np.array([0.0, 2.0])
    overall = np.array([1.0, 1.0])

    def share(predicted):
        return explained_variance(
            outcome=outcome, predicted=np.array(predicted), overall=overall
        )

    assert share([0.0, 2.0]) == 1.0
    assert share([1.0, 1.0]) == 0.0
    assert share([2.0, 0.0]) == -3.0


def test_nothing_is_explained_where_all_are_alike():
    table = measured(np.full(100, 5.0))

    assert table["explained_variance"].isna().all()
    assert table["verdict"].str.startswith("All customers are alike").all()


def test_ties_at_the_border_of_the_tenth_count_in_part():
    # Two customers of ten are tied at the top: half of each makes the tenth.
    lift = top_decile_lift(
        outcome=np.array([10.0, 0.0, *[1.25] * 8]),
        predicted=np.array([9.0, 9.0, *[1.0] * 8]),
        folds=np.zeros(10, dtype=int),
    )

    assert lift == pytest.approx(5.0 / 2.0)


def test_equal_values_are_never_cut_apart():
    groups = quantile_groups(np.array([1.0] * 60 + [2.0] * 20 + [3.0] * 20), 10)

    assert len(set(groups[:60])) == 1
    assert len(set(groups.tolist())) == 3


def test_folds_depend_on_the_key_alone():
    assert (
        customer_folds(["a", "b"]).tolist() == customer_folds(["b", "a"])[::-1].tolist()
    )


def test_equal_values_are_in_one_group():
    assert quantile_groups(np.array([1.0, 2.0, 2.0, 9.0]), 4).tolist() == [0, 1, 1, 3]
