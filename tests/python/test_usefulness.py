"""Usefulness: literal cases where the answer is known."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.evaluating.backtest import backtest, evaluation_date, outcomes_after
from segmentation.evaluating.group_means import (
    customer_folds,
    expected_outcomes,
    explained_variance,
    quantile_groups,
    top_decile_lift,
)
from segmentation.evaluating.usefulness import (
    METHODS,
    USEFULNESS_SCHEMA,
    measure_usefulness,
    too_short,
)

AS_OF = datetime.date(2024, 3, 31)


def customers(spend) -> pd.DataFrame:
    spend = np.asarray(spend, dtype=float)
    return pd.DataFrame(
        {
            "customer_id": [f"c{row}" for row in range(len(spend))],
            "spend_90d": spend,
            "orders_90d": (spend > 0).astype(int),
            "is_silent_90d": (spend == 0).astype(int),
        }
    )


def measured(spend, **groupings) -> pd.DataFrame:
    groups = {name: np.zeros(len(spend)) for name in METHODS} | groupings
    table = measure_usefulness(
        customers=customers(spend), groupings=groups, as_of_date=AS_OF
    )
    return table.set_index(["method", "outcome"])


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


def test_folds_depend_on_the_key_alone():
    assert (
        customer_folds(["a", "b"]).tolist() == customer_folds(["b", "a"])[::-1].tolist()
    )


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2023-08-31", "2023-09-30", "2023-10-31", "2023-12-31"], "2023-09-30"),
        (["2023-09-30", "2023-12-30"], None),
        (["2023-11-30", "2024-02-29"], "2023-11-30"),
        (["2024-01-15"], None),
        ([], None),
    ],
)
def test_the_date_has_three_whole_months_after_it(dates, expected):
    found = evaluation_date([day(text) for text in dates])

    assert found == (day(expected) if expected else None)


def test_outcomes_count_the_three_months_and_no_other():
    months = pd.DataFrame(
        [
            ("a", day("2023-09-01"), 500.0, 5),
            ("a", day("2023-10-01"), 10.0, 1),
            ("a", day("2023-12-01"), 5.5, 2),
            ("a", day("2024-01-01"), 900.0, 9),
            ("b", day("2023-11-01"), -3.0, 0),
        ],
        columns=["customer_id", "month_start", "net_amount", "order_count"],
    )

    table = outcomes_after(
        customer_ids=pd.Series(["c", "b", "a"]),
        months=months,
        as_of_date=day("2023-09-30"),
    )

    assert table.to_dict("list") == {
        "customer_id": ["c", "b", "a"],
        "spend_90d": [0.0, -3.0, 15.5],
        "orders_90d": [0.0, 0.0, 3.0],
        "is_silent_90d": [1, 1, 0],
    }


def then_and_after(count: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two kinds of customers; the frequent ones keep ordering."""
    random = np.random.default_rng(0)
    is_frequent = np.arange(count) % 2 == 0
    orders = np.where(is_frequent, 40, 4) + random.integers(0, 3, count)
    then = pd.DataFrame(
        {
            "customer_id": [f"c{row:03d}" for row in range(count)],
            "recency_days": np.where(is_frequent, 5, 200)
            + random.integers(0, 9, count),
            "order_count": orders,
            "monetary_value": orders * 10.0,
            "tenure_days": 400,
            "r_score": np.where(is_frequent, 5, 1),
            "f_score": 3,
            "m_score": 3,
            "rfm_group": "Loyal",
        }
    )
    months = pd.DataFrame(
        {
            "customer_id": then["customer_id"][is_frequent],
            "month_start": day("2023-11-01"),
            "net_amount": 30.0,
            "order_count": 3,
        }
    )
    return then, months


def judged(then, months, as_of_date) -> pd.DataFrame:
    return backtest(
        customers=then,
        months=months,
        as_of_date=as_of_date,
        preprocessing={
            "segment_features": ["recency_days", "order_count", "monetary_value"]
        },
        algorithm="kmeans",
        segment_count=2,
    )


def test_segments_of_then_tell_what_came_next():
    table = judged(*then_and_after(), day("2023-09-30"))

    explained = table.set_index(["method", "outcome"])["explained_variance"]
    assert explained[("segments", "spend_90d")] > 0.95
    assert explained[("rfm_groups", "spend_90d")] == 0
    assert len(table) == 12


@pytest.mark.parametrize(
    ("count", "tenure_days", "as_of_date", "reason"),
    [
        (400, 400, None, "do not cover"),
        (20, 400, day("2023-09-30"), "only 20 customers"),
        (400, 40, day("2023-09-30"), "begin less than three months before"),
    ],
)
def test_a_history_that_is_too_short_says_so(count, tenure_days, as_of_date, reason):
    then, months = then_and_after(count)

    table = judged(then.assign(tenure_days=tenure_days), months, as_of_date)

    assert len(table) == 1
    assert reason in table["verdict"].iloc[0]
