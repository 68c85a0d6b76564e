"""Usefulness: literal cases where the answer is known."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.evaluating.usefulness import (
    METHODS,
    USEFULNESS_SCHEMA,
    measure_usefulness,
    too_short,
)
from usefulness_fixtures import AS_OF, customers, measured


def test_groups_that_tell_everything_explain_nearly_all():
    spend = np.repeat([0.0, 100.0], 500)

    table = measured(spend, segments=spend > 0)

    assert table.loc[("segments", "spend_90d"), "explained_variance"] > 0.99
    assert table.loc[("segments", "spend_90d"), "top_decile_lift"] == 2.0
    assert table.loc[("segments", "is_silent_90d"), "top_decile_lift"] == 2.0


def test_one_group_for_all_explains_nothing():
    table = measured(np.repeat([0.0, 100.0], 500))

    assert table["explained_variance"].eq(0).all()
    assert (table["top_decile_lift"] - 1).abs().max() < 0.03


def test_a_group_for_each_customer_explains_nothing_out_of_sample():
    spend = np.random.default_rng(0).uniform(0, 100, 200)

    table = measured(spend, segments=np.arange(200))

    assert table.loc[("segments", "spend_90d"), "explained_variance"] == 0


def test_the_sentence_says_who_does_better():
    spend = np.repeat([0.0, 100.0], 500)

    table = measured(spend, spend_deciles=spend > 0, rfm_groups=spend > 0)

    assert table.loc[("segments", "spend_90d"), "verdict"] == (
        "1 segment fixed three months earlier explains 0.0% of the differences in the "
        "spend of the following three months: as much as the cells of R, F and M "
        "quintiles (0.0%), less than the groups of the RFM grid (100.0%) and deciles "
        "of past spend (100.0%)."
    )


def test_too_short_a_history_is_one_row_that_says_so():
    table = too_short(as_of_date=AS_OF, reason="there are two months of orders.")

    assert list(table.columns) == USEFULNESS_SCHEMA.names
    assert table["verdict"].tolist() == [
        "Not measured: there are two months of orders."
    ]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_row_order_does_not_matter(seed):
    random = np.random.default_rng(seed)
    table = customers(random.gamma(1, 50, 60).round(2))
    groups = {name: random.integers(0, 4, 60) for name in METHODS}
    rows = random.permutation(60)

    one = measure_usefulness(customers=table, groupings=groups, as_of_date=AS_OF)
    other = measure_usefulness(
        customers=table.iloc[rows],
        groupings={name: values[rows] for name, values in groups.items()},
        as_of_date=AS_OF,
    )

    pd.testing.assert_frame_equal(one, other, check_exact=True)
