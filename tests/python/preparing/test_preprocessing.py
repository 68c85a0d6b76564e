"""Columns become model dimensions by rows that SQL can apply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_builds import REPOSITORY
from project_settings import PREPROCESSING
from segmentation.preparing.preprocessing import (
    FEATURES_SCHEMA,
    event_steps,
    fit_preprocessing,
    transform,
)

ODD_NUMBERS = st.sampled_from([np.nan, np.inf, -np.inf])


def fit(frame, features=None, **settings):
    features = list(frame.columns) if features is None else features
    return fit_preprocessing(
        frame=frame, segment_features=features, **{**PREPROCESSING, **settings}
    )


def test_symmetric_number_is_standardised_as_it_is():
    frame = pd.DataFrame({"tenure_days": [10.0, 20.0, 30.0, 40.0, 50.0]})
    fitted = fit(frame, winsor_share=0.0)
    row = fitted.iloc[0]
    assert row["kind"] == "numeric" and np.isnan(row["log_offset"])
    assert (row["mean"], row["lower_bound"], row["upper_bound"]) == (30, 10, 50)
    matrix = transform(frame=frame, fitted=fitted)
    np.testing.assert_allclose(matrix[:, 0], np.array([-2, -1, 0, 1, 2]) / np.sqrt(2))


def test_skewed_number_is_read_as_logarithm_and_recency_with_an_offset():
    long_tail = [1.0, 1, 1, 2, 2, 3, 3, 4, 5, 500]
    frame = pd.DataFrame(
        dict.fromkeys(("order_count", "recency_days", "monetary_value"), long_tail)
    ).assign(monetary_value=7 * np.array(long_tail))
    assert fit(frame)["log_offset"].tolist() == [1, 30, 7]


def test_share_is_never_read_as_logarithm():
    frame = pd.DataFrame({"return_share": [0.0] * 9 + [1.0] + [0.5]})
    assert fit(frame)["log_offset"].isna().all()


def test_a_few_negative_values_do_not_forbid_a_logarithm():
    values = np.concatenate([[-50.0], np.exp(np.linspace(0, 9, 199))])
    frame = pd.DataFrame({"monetary_value": values})
    fitted = fit(frame)
    assert fitted["log_offset"].notna().all()
    assert np.isfinite(transform(frame=frame, fitted=fitted)).all()


def test_outliers_are_pulled_in():
    frame = pd.DataFrame({"x": np.append(np.arange(100.0), 150.0)})
    fitted = fit(frame)
    matrix = transform(
        frame=pd.DataFrame({"x": [1e9, fitted.upper_bound[0]]}), fitted=fitted
    )
    assert matrix[0, 0] == matrix[1, 0]


def test_missing_value_is_the_median():
    frame = pd.DataFrame({"x": [1.0, 2.0, 9.0, None]})
    fitted = fit(frame)
    assert fitted["fill_value"].iloc[0] == 2
    matrix = transform(frame=frame, fitted=fitted)
    assert matrix[3, 0] == matrix[1, 0]


def test_what_says_nothing_is_left_out_with_its_reason():
    frame = pd.DataFrame(
        {
            "channel_share": [None, None, None],
            "return_share": [0.25, 0.25, 0.25],
            "x": [1.0, 2.0, 4.0],
            "plan": ["A", "A", "A"],
        }
    )
    fitted = fit(frame)
    assert fitted["is_used"].tolist() == [False, False, True, False]
    assert fitted["position"].tolist() == [pd.NA, pd.NA, 1, pd.NA]
    assert fitted["reason"].tolist()[:2] == [
        "no customer has a value",
        "every customer has the value 0.25",
    ]
    assert fitted["reason"].iloc[3] == "every customer has the value A"


def test_what_nearly_all_share_is_left_out():
    """The few others would be far from everybody: a cluster too small to be any."""
    frame = pd.DataFrame({"items_per_order": [1.0] * 989 + [2.0] * 6})
    fitted = fit(frame)
    assert fitted["is_used"].tolist() == [False]
    assert fitted["reason"].tolist() == ["99.4% of customers have the value 1"]
    frame = pd.DataFrame({"items_per_order": [None] * 950 + [2.0] * 45 + [3.0] * 5})
    assert fit(frame)["reason"].tolist() == [
        "99.5% of customers have the value 2 or none"
    ]
    frame = pd.DataFrame({"items_per_order": [1.0] * 970 + [2.0] * 30})
    assert fit(frame)["is_used"].tolist() == [True]


def test_text_becomes_an_indicator_per_category_with_limited_variance():
    frame = pd.DataFrame({"plan": ["A", "A", "B", "B", "C", "C", None, "B"]})
    fitted = fit(frame, categorical_weight=0.5)
    assert fitted["category_value"].tolist() == ["A", "B", "C"]
    matrix = transform(frame=frame, fitted=fitted)
    np.testing.assert_array_equal(matrix[6], 0)
    known = matrix[[0, 1, 2, 3, 4, 5, 7]]
    assert known.var(axis=0).sum() == pytest.approx(0.5)


def test_rare_category_gets_no_dimension():
    frame = pd.DataFrame({"plan": ["A"] * 60 + ["B"] * 39 + ["C"]})
    assert fit(frame)["category_value"].tolist() == ["A", "B"]


def test_boolean_is_written_as_duckdb_writes_it():
    frame = pd.DataFrame({"is_member": [True, False, True]})
    assert fit(frame)["category_value"].tolist() == ["false", "true"]


def test_numbers_written_as_text_are_numbers():
    frame = pd.DataFrame({"age": ["31", "40", "55"]}, dtype="str")
    assert fit(frame)["kind"].tolist() == ["numeric"]


def test_unknown_feature_is_named():
    with pytest.raises(ValueError, match="segment_features: no column 'recncy_days'"):
        fit(pd.DataFrame({"recency_days": [1, 2]}), ["recncy_days"])


def test_columns_are_those_of_the_table():
    assert fit(pd.DataFrame({"x": [1.0, 2.0]})).columns.tolist() == (
        FEATURES_SCHEMA.names
    )


@given(
    st.lists(st.floats(0, 1e6), min_size=2, max_size=40),
    st.randoms(use_true_random=False),
)
def test_order_of_rows_decides_nothing(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(
        fit(pd.DataFrame({"x": values})), fit(pd.DataFrame({"x": shuffled}))
    )


@given(st.lists(st.floats(-10, 1e6), min_size=3, max_size=40), st.floats(0.01, 1000))
def test_the_unit_of_money_decides_nothing(values, unit):
    frame = pd.DataFrame({"monetary_value": np.round(values, 2)})
    scaled = frame * unit
    first, second = fit(frame), fit(scaled)
    np.testing.assert_allclose(
        transform(frame=frame, fitted=first),
        transform(frame=scaled, fitted=second),
        atol=1e-6,
    )


@given(st.lists(st.one_of(st.floats(-1e15, 1e15), ODD_NUMBERS), max_size=30))
def test_any_numbers_give_finite_dimensions(values):
    frame = pd.DataFrame({"x": np.array(values, float)})
    matrix = transform(frame=frame, fitted=fit(frame))
    assert np.isfinite(matrix).all()


LABELS = pd.DataFrame(
    [
        ("spend_per_month_recent", "count", "observed_days_recent", "spend", None, 0),
        ("average_order_value", "money", "window_order_count", "3", None, 0),
        ("weekend_share", "share", "window_order_count", "10", None, None),
        ("recency_days", "days", None, None, 20, 30),
        ("interpurchase_days_mean", "days", "gap_count", "interval", None, 0),
    ],
    columns=["feature", "unit", "evidence", "prior", "value_cap", "log_offset"],
).assign(weight=None)
BUYERS = pd.DataFrame(
    {
        "orders_per_month_recent": [3.0, 1.5, 6.0, 1.5],
        "observed_days_recent": [10, 20, 30, 40],
        "spend_per_month_recent": [30.0, 30.0, 240.0, 120.0],
        "average_order_value": [10.0, 20.0, 40.0, None],
        "weekend_share": [1.0, 0.0, 0.5, None],
        "window_order_count": [2, 2, 7, 0],
        "recency_days": [0, 10, 20, 900],
        "interpurchase_days_mean": [None, None, None, None],
        "gap_count": [0, 0, 0, 0],
    }
)


def read(*features, frame=BUYERS, labels=LABELS):
    """The fitted rows of some features, and each customer's coordinates."""
    fitted = fit(frame, list(features), labels=labels, winsor_share=0.0)
    return fitted.set_index("feature"), transform(frame=frame, fitted=fitted)


def standardised(values):
    values = np.array(values)
    return (values - values.mean()) / values.std()


def test_a_feature_is_capped_and_logged_as_its_label_says():
    """Two of four are at the cap: what tells the others apart weighs by their share."""
    rows, matrix = read("recency_days")
    row = rows.loc["recency_days"]
    assert (row["value_cap"], row["log_offset"]) == (20, 30)
    assert row["evidence_column"] is None
    assert row["scale_weight"] == pytest.approx(np.sqrt(0.5))
    expected = np.sqrt(0.5) * standardised(np.log([30, 40, 50, 50]))
    assert matrix[:, 0] == pytest.approx(expected)


def test_where_all_are_at_the_cap_they_are_said_to_be_there_or_beyond():
    """'Every customer has the value 120' stood by 189 to 272 days."""
    old = pd.DataFrame({"recency_days": [25, 90, 400]})
    fitted = fit(old, ["recency_days"], labels=LABELS)
    assert fitted["reason"].tolist() == ["every customer has the value 20 or more"]
    assert fitted["is_used"].tolist() == [False]


def test_a_few_newcomers_are_no_group():
    """Whoever is older than the cap is alike: three in a hundred are not far away."""
    days = np.where(np.arange(400) < 12, np.arange(400) % 5, 20.0)
    _, matrix = read("recency_days", frame=pd.DataFrame({"recency_days": days}))
    assert np.ptp(matrix) < 1.5


def test_a_share_is_pulled_by_its_events_and_weighs_by_them():
    """Everybody's is (2 + 0 + 3.5) / 11 = .5, for ten orders of it."""
    rows, matrix = read("weekend_share")
    row = rows.loc["weekend_share"]
    assert row["evidence_column"] == "window_order_count"
    assert (row["prior_value"], row["prior_events"]) == (0.5, 10)
    assert row["scale_weight"] == pytest.approx(np.sqrt((2 / 12 + 2 / 12 + 7 / 17) / 4))
    pulled = [7 / 12, 5 / 12, 8.5 / 17, 0.5]
    assert matrix[:, 0] == pytest.approx(row["scale_weight"] * standardised(pulled))


@pytest.mark.parametrize("feature", ["recency_days", "weekend_share"])
def test_a_feature_counts_as_far_as_its_label_says(feature):
    """Times the weight that it has by its events, or by the customers below its cap."""
    _, plain = read(feature)
    _, light = read(feature, labels=LABELS.assign(weight=0.75))
    assert np.ptp(plain) > 0
    assert light == pytest.approx(0.75 * plain)


@pytest.mark.parametrize("is_turned", [False, True])
def test_spend_is_pulled_to_a_rate_of_the_customers_own_orders(is_turned):
    """An order of each is worth (value x orders + 20 x 3) / (orders + 3)."""
    names = ["spend_per_month_recent", "average_order_value"]
    rows, matrix = read(*names[:: -1 if is_turned else 1])
    row = rows.loc["spend_per_month_recent"]
    assert row["prior_feature"] == "average_order_value"
    assert row["prior_value"] == pytest.approx(3)
    worth = np.array([16, 20, 34, 20])
    days, alpha = BUYERS["observed_days_recent"].to_numpy(), row["prior_events"]
    total = BUYERS["spend_per_month_recent"].to_numpy() * days + 3 * worth * alpha
    expected = standardised(np.log(total / (days + alpha)))
    assert matrix[:, int(is_turned)] == pytest.approx(expected)


def test_without_order_values_beside_it_spend_is_pulled_to_the_middle_one():
    """Worth 16, 20, 34 and 20, so 20 an order, three times a month."""
    rows, matrix = read("spend_per_month_recent")
    row = rows.loc["spend_per_month_recent"]
    assert row["prior_feature"] is None
    assert row["prior_value"] == pytest.approx(60)
    assert np.isfinite(matrix).all()


def test_a_first_event_moves_the_middle_customer_so_far():
    """Observed for 25 days and with 2 orders: 1.2 a month of 20 each, and a half.

    It ends a wait of 15 days, and says nothing of what an order is worth.
    """
    names = ["spend_per_month_recent", "weekend_share", "recency_days"]
    names.append("average_order_value")
    frame = BUYERS.assign(spend_per_month_recent=[30.0, 30, 240, 0])
    fitted = fit(frame, names, labels=LABELS, winsor_share=0.0)
    steps = event_steps(frame=frame, fitted=fitted, labels=LABELS)
    pair = pd.concat([frame.median().to_frame().T] * 2)
    pair = pair.assign(spend_per_month_recent=[0, 1.2 * 20], weekend_share=[0, 0.5])
    pair = pair.assign(recency_days=[15, 0])
    expected = np.abs(np.diff(transform(frame=pair, fitted=fitted), axis=0)[0])
    assert steps == pytest.approx(expected, abs=1e-9)
    assert min(steps[:3]) > 0 and steps[3] == 0


def test_a_feature_nobody_has_the_events_of_is_left_out_with_its_reason():
    silent = BUYERS.assign(orders_per_month_recent=0.0, weekend_share=None)
    names = ("interpurchase_days_mean", "weekend_share", "recency_days")
    rows, matrix = read(*names, frame=silent)
    assert rows["is_used"].tolist() == [False, False, True]
    assert rows["reason"].tolist()[:2] == ["no customer has a value"] * 2
    assert matrix.shape == (4, 1)


def test_a_column_of_the_users_own_is_read_as_it_is():
    frame = BUYERS.assign(visits=[1, 2, 3, 4])
    fitted = fit(frame, ["visits"], labels=LABELS)
    assert fitted["evidence_column"].tolist() == [None]
    assert fitted[["prior_value", "value_cap", "log_offset"]].isna().all(axis=None)


def test_coordinates_are_those_that_sql_computes():
    """The numbers of the dbt unit test a_ratio_of_few_events_is_everybodys."""
    read_as = {
        "kind": "numeric", "fill_value": 0.0, "lower_bound": -9.0, "upper_bound": 9.0,
        "mean": 0.0, "standard_deviation": 1.0, "scale_weight": 1.0, "is_used": True,
    }  # fmt: skip
    share = {
        "position": 1, "feature": "weekend_share",
        "evidence_column": "window_order_count",
        "prior_value": 0.25, "prior_events": 10,
    }  # fmt: skip
    silence = {
        "position": 2, "feature": "recency_days", "value_cap": 730, "log_offset": 30
    }  # fmt: skip
    fitted = pd.DataFrame([read_as | share, read_as | silence]).reindex(
        columns=FEATURES_SCHEMA.names
    )
    frame = pd.DataFrame(
        {
            "weekend_share": [1.0, None],
            "window_order_count": [2, 5],
            "recency_days": [9, 900],
        }
    )
    np.testing.assert_allclose(
        transform(frame=frame, fitted=fitted),
        [[(2 + 2.5) / 12, np.log(39)], [0.25, np.log(760)]],
    )


def test_the_weekday_of_a_single_order_tells_nobody_apart():
    """Of one order it is chance; who has ordered often has a habit."""
    labels = pd.read_csv(REPOSITORY / "seeds" / "feature_labels.csv")
    single, often = 40, 20
    frame = pd.DataFrame(
        {
            "weekend_share": [0.0, 1.0] * (single // 2) + [0.0, 1.0] * (often // 2),
            "window_order_count": [1] * single + [12] * often,
            "gap_count": [0] * single + [11] * often,
        }
    )
    fitted = fit_preprocessing(
        frame=frame,
        segment_features=["weekend_share"],
        skew_limit=1.0,
        winsor_share=0.01,
        smallest_category_share=0.02,
        categorical_weight=0.5,
        labels=labels,
    )
    place = transform(frame=frame, fitted=fitted)[:, 0]
    assert np.ptp(place[:single]) == pytest.approx(0)
    assert np.ptp(place[single:]) > 1
