"""The table of segments: same bytes for same data, lasting ids, honest rules."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas import persona_module
from segment_fixtures import (
    COLUMNS,
    LABELS,
    candidate,
    fitted,
    fitted_features,
    standardised,
    three_kinds,
)
from segmentation.assigning.model_rows import assign
from segmentation.explaining.published_names import rule_measures
from segmentation.explaining.segment_ids import match_segment_ids
from segmentation.explaining.segments import SEGMENTS_SCHEMA, fit_segments


def test_one_row_per_segment_with_everything_in_it():
    features, kinds = three_kinds()

    segments = fitted(features, kinds)

    table = pa.Table.from_pandas(segments, schema=SEGMENTS_SCHEMA, preserve_index=False)
    assert table.num_rows == 3
    assert segments["segment_id"].tolist() == ["s01", "s02", "s03"]
    assert segments["stability"].tolist() == [0.9, 0.9, 0.9]
    assert segments["surrogate_fidelity"].tolist() == [1.0, 1.0, 1.0]
    assert segments["drivers"].map(len).tolist() == [4, 4, 4]
    assert segments["model_version"].nunique() == 1


def test_row_order_does_not_matter():
    features, kinds = three_kinds()
    shuffled = np.random.default_rng(1).permutation(len(features))
    steps = fitted_features(features, COLUMNS)
    vectors = standardised(features, steps)
    model = candidate(vectors, kinds)

    one, other = (
        fit_segments(
            candidate=model,
            fitted_features=steps,
            features=features.iloc[rows],
            vectors=vectors[rows],
            feature_labels=LABELS,
        )
        for rows in (np.arange(len(features)), shuffled)
    )

    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_input_is_left_as_it_is():
    features, kinds = three_kinds()
    before = features.copy()

    fitted(features, kinds)

    pd.testing.assert_frame_equal(features, before)


def test_noise_is_a_segment_of_its_own_without_a_rule():
    features, kinds = three_kinds()
    vectors = standardised(features, fitted_features(features, COLUMNS))
    model = candidate(vectors, kinds)
    model["prototype_segments"] = [0, 1, -1]
    model["centroids"], model["jaccards"] = model["centroids"][:2], [0.9, np.nan]

    segments = fitted(features, kinds, model=model).set_index("segment_id")

    assert segments.index.tolist() == ["s01", "s02", "unassigned"]
    assert pd.isna(segments.loc["unassigned", "rule_sql"])
    assert pd.isna(segments.loc["s02", "stability"])


def test_a_segment_without_customers_keeps_its_row():
    features, kinds = three_kinds()
    vectors = standardised(features, fitted_features(features, COLUMNS))
    model = candidate(vectors, kinds)
    model["prototype_segments"] = [0, 1, 2, 3]
    model["prototype_weights"] = [*model["prototype_weights"], [0.0] * 4]
    model["prototype_offsets"] = [*model["prototype_offsets"], -1e9]
    model["centroids"] = [*model["centroids"], [0.0] * 4]

    segments = fitted(features, kinds, model=model)

    assert len(segments) == 4
    assert segments["rule_sql"].isna().tolist() == [False, False, False, True]


def test_ids_follow_the_customers_on_a_refit():
    ids = match_segment_ids(
        labels=np.array([0, 0, 1, 1, 1, 2]),
        numbers=[0, 1, 2],
        previous_ids=np.array(["s05", "s05", "s02", "s02", None, "no_orders"], object),
    )

    assert ids == {0: "s05", 1: "s02", 2: "s06"}


@given(st.integers(2, 8), st.integers(0, 1000), st.floats(0.1, 3.0))
def test_rules_are_measured_as_duckdb_runs_them(count, seed, noise):
    random = np.random.default_rng(seed)
    kinds = np.sort(random.integers(0, count, 300))
    kinds = np.unique(kinds, return_inverse=True)[1]
    values = random.normal(0, 1, (count, 4))[kinds] + random.normal(0, noise, (300, 4))
    features = pd.DataFrame(np.exp(values), columns=COLUMNS)
    features["recency_days"] = features["recency_days"].round()
    features["spend_per_month_recent"] = features["spend_per_month_recent"].round(2)
    features.insert(0, "customer_id", [f"c{row}" for row in range(300)])
    steps = fitted_features(features, COLUMNS)
    vectors = standardised(features, steps)
    model = candidate(vectors, kinds)

    segments = fitted(features, kinds, model=model)

    labels = assign(vectors=vectors, candidate=model)
    customers = features.assign(segment_number=labels)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("customers", customers)
        connection.execute(
            "create table typed as select * replace (cast(spend_per_month_recent as "
            "decimal(18, 2)) as spend_per_month_recent) from customers"
        )
        for row in segments.dropna(subset="rule_sql").itertuples():
            [(precision, coverage)] = connection.execute(
                f"""
                select
                    avg((segment_number = {row.segment_number})::int)
                        filter (where {row.rule_sql}),
                    avg(({row.rule_sql})::int)
                        filter (where segment_number = {row.segment_number})
                from typed
                """
            ).fetchall()
            measured = rule_measures(
                customers=features,
                members=labels == row.segment_number,
                rule_sql=row.rule_sql,
            )
            assert measured == pytest.approx((precision, coverage), abs=1e-12)


@pytest.mark.parametrize(
    "setting", ["easy", "medium", "hard", "balanced", "skewed", "heavytail"]
)
def test_planted_personas_are_told_by_short_rules(setting):
    generate = persona_module("generate")
    reference_features = persona_module("features")
    transactions, truth, _ = generate.make(setting, 3, 800)
    features = reference_features.extract(transactions, threads=1).rename(
        columns={
            "n_orders": "order_count",
            "monetary": "monetary_value",
            "aov": "average_order_value",
        }
    )
    columns = [
        "recency_days", "order_count", "monetary_value", "discount_share",
        "average_order_value", "tenure_days", "weekend_share",
    ]  # fmt: skip
    features = features[["customer_id", *columns]].merge(truth, on="customer_id")
    features = features[features["is_noise"] == 0].reset_index(drop=True)
    kinds = pd.factorize(features["persona"], sort=True)[0]
    steps = fitted_features(features, columns)
    vectors = standardised(features, steps)

    model = candidate(vectors, kinds)
    labels = assign(vectors=vectors, candidate=model)

    segments = fit_segments(
        candidate=model,
        fitted_features=steps,
        features=features,
        vectors=vectors,
        feature_labels=LABELS,
    )

    measured = [
        rule_measures(
            customers=features,
            members=labels == row.segment_number,
            rule_sql=row.rule_sql,
        )
        for row in segments.itertuples()
    ]
    assert np.mean([precision for precision, _ in measured]) >= 0.8
    assert segments["surrogate_fidelity"].iloc[0] >= 0.8
