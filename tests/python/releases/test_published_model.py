"""The published model, where there is a release and where there is none."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from segmentation.releases.published_model import (
    PREPARATION,
    PUBLISHED_DATE_SCHEMA,
    read_published,
    read_published_date,
)

TABLES = {
    "model_features": """
        select
            'weekend_share' as feature, 1 as position, true as is_used,
            'window_order_count' as evidence_column,
            cast(null as varchar) as prior_feature, 0.25 as prior_value,
            10.0 as prior_events, cast(null as double) as value_cap,
            cast(null as double) as log_offset
    """,
    "model_candidates": "select true as is_selected",
    "model_segments": "select 's01' as segment_id, 'v1' as model_version",
    "model_reference": "select 'settings' as item, '{}' as item_value",
    "segment_registry": "select 's01' as segment_id",
    "customer_segments": """
        select
            'c1' as customer_id, date '2024-02-29' as as_of_date, 's01' as segment_id,
            null as previous_segment_id
    """,
    "segment_history": """
        select
            customer_id, date '2024-01-31' + to_months(month) as as_of_date,
            's0' || (1 + month) as segment_id,
            cast(10.5 + month as decimal(18, 2)) as lifetime_revenue
        from (values ('c2'), ('c1')) as people (customer_id),
            range(0, 3) as months (month)
    """,
    # As the mart of that name is made from four cut points: recency counts down.
    "rfm_cut_points": """
        select
            date '2024-02-29' as as_of_date, measure, 'quintiles' as method,
            case when measure = 'recency' then 6 - place else place end as score,
            case when place > 1 then first + place - 2 end as above_value,
            case when place < 5 then first + place - 1 end as up_to_value
        from (values ('recency', 10), ('monetary', 50)) as measures (measure, first),
            range(1, 6) as places (place)
    """,
}
OLDER = {
    "model_features": """
        select
            feature, 1 as position, true as is_used, transform
        from (values ('order_count', 'log1p'), ('weekend_share', 'identity'))
            as features (feature, transform)
    """,
    "segment_history": """
        select 'c1' as customer_id, date '2024-01-31' as as_of_date, 's01' as segment_id
    """,
}


@pytest.fixture
def release(tmp_path):
    """Write a release of these tables; return its home."""

    def write(**tables):
        (tmp_path / "published").mkdir()
        path = tmp_path / "published" / "segments.duckdb"
        with duckdb.connect(str(path)) as connection:
            for name, query in {**TABLES, **tables}.items():
                connection.execute(f"create table {name} as {query}")
        return tmp_path

    return write


def test_no_release_is_no_model(tmp_path):
    assert read_published(tmp_path) is None
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "segments.duckdb").write_text("not a database")
    assert read_published(tmp_path) is None


def test_cut_points_are_read_back_from_the_ranges_of_scores(release):
    found = read_published(release()).rfm_cut_points.sort_values("measure")
    assert found[["measure", "method"]].to_numpy().tolist() == [
        ["monetary", "quintiles"], ["recency", "quintiles"]
    ]  # fmt: skip
    cuts = found[["cut_1", "cut_2", "cut_3", "cut_4"]].to_numpy().tolist()
    assert cuts == [[50, 51, 52, 53], [10, 11, 12, 13]]


def test_features_are_read_back_with_how_they_are_prepared(release):
    features = read_published(release()).features
    assert features[list(PREPARATION)].iloc[0].dropna().to_dict() == {
        "evidence_column": "window_order_count", "prior_value": 0.25, "prior_events": 10
    }  # fmt: skip


def test_an_older_release_prepared_its_features_before(release):
    features = read_published(release(**OLDER)).features
    assert features["log_offset"].fillna(0).tolist() == [1, 0]
    assert features[list(PREPARATION)].isna().all(axis=None)


def test_the_newest_date_that_both_know_is_read(release):
    dates = [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]
    found = read_published_date(dates, release())
    assert found.columns.tolist() == PUBLISHED_DATE_SCHEMA.names
    assert found["as_of_date"].dt.date.unique().tolist() == [date(2024, 2, 29)]
    assert found.drop(columns="as_of_date").to_numpy().tolist() == [
        ["c1", "s02", 11.5], ["c2", "s02", 11.5]
    ]  # fmt: skip


def test_no_date_that_both_know_is_nobody(release):
    assert read_published_date([date(2020, 1, 31)], release()).empty


def test_an_older_release_does_not_say_what_customers_had_spent(release):
    found = read_published_date([date(2024, 1, 31)], release(**OLDER))
    assert found["published_segment_id"].tolist() == ["s01"]
    assert found["published_lifetime_revenue"].isna().all()
