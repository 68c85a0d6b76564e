"""What a refit did to each segment: on rows by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from published_models import (
    TRAINING,
    customers,
    published,
)
from segmentation.over_time.lineage import trace_segments


def trace(new_ids, old_ids, ids, frame=TRAINING):
    return (
        trace_segments(
            segments=pd.DataFrame(
                {"segment_id": ids, "segment_name": ids, "model_version": "v2"}
            ),
            customer_ids=frame["customer_id"],
            new_ids=new_ids,
            old_ids=old_ids,
            published=published(TRAINING),
            as_of_date=date(2024, 2, 29),
            limit=0.5,
        )
        .query("model_version == 'v2'")
        .set_index("segment_id")
    )


def test_a_split_names_its_origin():
    old = ["s01"] * 5 + ["s02"] * 5
    events = trace(["s01"] * 3 + ["s03"] * 2 + ["s02"] * 5, old, ["s01", "s02", "s03"])
    assert events["event"].to_dict() == {"s01": "kept", "s02": "kept", "s03": "split"}
    assert events.loc["s03", "related_segment_id"] == "s01"
    assert events.loc["s01", "overlap_share"] == 0.6


def test_most_of_a_segment_are_enough_for_its_origin():
    old = ["s01"] * 5 + ["s02"] * 5
    events = trace(["s01"] * 3 + ["s03"] * 3 + ["s02"] * 4, old, ["s01", "s02", "s03"])
    assert events.loc["s03", ["event", "related_segment_id"]].tolist() == [
        "split",
        "s01",
    ]
    assert events.loc["s03", "overlap_share"] == pytest.approx(2 / 3)


def test_a_refit_of_the_same_day_to_the_same_model_adds_nothing():
    old = ["s01"] * 5 + ["s02"] * 5
    options = {
        "segments": pd.DataFrame(
            {
                "segment_id": ["s01", "s02"],
                "segment_name": ["a", "b"],
                "model_version": "v2",
            }
        ),
        "customer_ids": TRAINING["customer_id"],
        "new_ids": old,
        "old_ids": old,
        "as_of_date": date(2024, 2, 29),
        "limit": 0.5,
    }
    model = published(TRAINING)
    once = trace_segments(**options, published=model)
    again = trace_segments(**options, published=replace(model, registry=once))
    pd.testing.assert_frame_equal(again, once)


def test_a_merger_names_its_heir():
    events = trace(["s02"] * 10, ["s01"] * 5 + ["s02"] * 5, ["s02"])
    assert events["event"].to_dict() == {"s02": "kept", "s01": "merged"}
    assert events.loc["s01", "related_segment_id"] == "s02"


def test_customers_who_became_like_others_are_merged_with_them():
    """The published model places everybody in s02 today, where ten were in two."""
    events = trace(["s02"] * 10, ["s02"] * 10, ["s02"])
    assert events["event"].to_dict() == {"s02": "kept", "s01": "merged"}
    assert events.loc["s01", "related_segment_id"] == "s02"
    assert events.loc["s01", "overlap_share"] == 1


def test_customers_who_parted_in_many_directions_are_split_from_where_they_were():
    old = ["s01", "s01", "s02", "s03", "s04"] + ["s02"] * 5
    events = trace(["s05"] * 5 + ["s02"] * 5, old, ["s02", "s05"])
    assert events.loc["s05", ["event", "related_segment_id"]].tolist() == [
        "split",
        "s01",
    ]
    assert events.loc["s05", "overlap_share"] == 1


def test_a_segment_of_newcomers_is_born():
    frame = pd.concat([TRAINING, customers([3.0] * 4).assign(customer_id=list("wxyz"))])
    old = ["s01"] * 5 + ["s02"] * 9
    new = ["s01"] * 5 + ["s02"] * 5 + ["s03"] * 4
    events = trace(new, old, ["s01", "s02", "s03"], frame=frame)
    assert events.loc["s03", "event"] == "born"
    # They were never published, so s02 kept all it had.
    assert events.loc["s02", "overlap_share"] == 1


def test_a_segment_whose_customers_are_gone_is_retired():
    events = trace(["s02"] * 5, ["s02"] * 5, ["s02"], frame=TRAINING.iloc[5:])
    assert events.loc["s01", "event"] == "retired"
    assert events.loc["s01", "overlap_share"] == 0
