"""Keep or refit, what became of a segment, and who is held: on rows by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from segmentation.explaining.segment_ids import match_segment_ids
from segmentation.over_time.drift import (
    bin_edges,
    bin_shares,
    drift_share,
    nearest_distances,
    quality_loss,
    stability_index,
)
from segmentation.over_time.fit_figures import Figures, fit_facts
from segmentation.over_time.fresh_look import Look
from segmentation.over_time.lineage import trace_segments
from segmentation.over_time.movement import steadied
from segmentation.over_time.refit_decision import decide
from segmentation.over_time.refit_reasons import Limits, misfits
from segmentation.releases.published_model import PublishedModel, read_published

LIMITS = Limits(
    drift_share_maximum=0.05,
    stability_index_maximum=0.25,
    quality_loss_maximum=0.10,
    group_gain_minimum=0.08,
    same_customers_minimum=0.05,
)
SETTINGS = {"segment_features": ["spend"], "algorithm": "kmeans"}


def customers(spend) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(len(spend))], "spend": spend}
    )


def published(frame: pd.DataFrame, settings=SETTINGS) -> PublishedModel:
    """Two segments at -1 and 1 on one feature, read as it is."""
    centroids = np.array([[-1.0], [1.0]])
    facts = fit_facts(
        features=frame,
        vectors=frame[["spend"]].to_numpy(float),
        centroids=centroids,
        drift_features=["spend"],
        settings=settings,
    )
    return PublishedModel(
        features=pd.DataFrame(
            {
                "position": [1],
                "feature": ["spend"],
                "category_value": [None],
                "kind": ["numeric"],
                "log_offset": [None],
                "fill_value": [0.0],
                "lower_bound": [-9.0],
                "upper_bound": [9.0],
                "mean": [0.0],
                "standard_deviation": [1.0],
                "scale_weight": [1.0],
                "is_used": [True],
            }
        ),
        candidates=pd.DataFrame(
            {
                "algorithm": ["kmeans"],
                "structure": ["natural groups"],
                "is_selected": [True],
            }
        ),
        segments=pd.DataFrame(
            {
                "segment_id": ["s01", "s02"],
                "segment_number": [0, 1],
                "segment_name": ["Low", "High"],
                "prototype_weights": ["[[-1.0]]", "[[1.0]]"],
                "prototype_offsets": ["[-0.5]", "[-0.5]"],
                "centroid": ["[-1.0]", "[1.0]"],
                "drivers": ["[]", "[]"],
                "driver_effects": ["[]", "[]"],
                "model_version": ["v1", "v1"],
            }
        ),
        reference=pd.DataFrame(
            {"item": list(facts), "item_value": [json.dumps(x) for x in facts.values()]}
        ),
        registry=pd.DataFrame(
            {
                "segment_id": ["s01", "s02"],
                "segment_name": ["Low", "High"],
                "model_version": ["v1", "v1"],
                "as_of_date": [date(2024, 1, 31)] * 2,
                "event": ["born", "born"],
                "related_segment_id": [None, None],
                "overlap_share": [None, None],
                "customer_count": [3, 3],
            }
        ),
        customers=pd.DataFrame(
            {
                "customer_id": frame["customer_id"],
                "as_of_date": pd.Timestamp("2024-01-31"),
                "segment_id": np.where(frame["spend"] < 0, "s01", "s02"),
                "previous_segment_id": None,
            }
        ),
    )


TRAINING = customers([-1.2, -1.1, -1.0, -0.9, -0.8, 0.8, 0.9, 1.0, 1.1, 1.2])


# Enough customers that one in a hundred lies beyond the 99th percentile.
MANY = customers([*np.linspace(-1.2, -0.8, 50), *np.linspace(0.8, 1.2, 50)])


def decision(frame, *, refit="auto", settings=SETTINGS, model="default"):
    return decide(
        refit=refit,
        published=published(MANY) if model == "default" else model,
        settings=settings,
        features=frame,
        customer_ids=frame["customer_id"],
        limits=LIMITS,
    )


def test_the_first_build_is_fitted():
    row = decision(MANY, model=None)
    assert row["is_refit"] and row["is_new_registry"]
    assert "no published model" in row["reason"]


def test_a_model_that_fits_is_kept():
    row = decision(MANY)
    assert not row["is_refit"]
    assert row["stability_index"] == 0 and row["quality_loss"] == 0


@pytest.mark.parametrize(("refit", "expected"), [("always", True), ("never", False)])
def test_always_and_never_do_what_they_say(refit, expected):
    assert decision(MANY, refit=refit)["is_refit"] is expected


def test_customers_far_from_every_segment_are_a_refit():
    row = decision(customers([-1.0] * 50 + [1.0] * 40 + [5.0] * 10))
    assert row["is_refit"] and row["drift_share"] == 0.1
    assert "10.0% of customers are farther" in row["reason"]


def crowd(*centres, size=300) -> pd.DataFrame:
    """Customers in equal groups around these values, too many to see no valley in."""
    around = np.linspace(-0.2, 0.2, size)
    return customers(np.concatenate([centre + around for centre in centres]))


GROUPS = {**SETTINGS, "segment_count_min": 2, "smallest_share": 0.03}


def grouped_decision(frame):
    return decision(frame, settings=GROUPS, model=published(crowd(-1, 1), GROUPS))


def test_groups_that_are_still_there_are_kept_however_far_they_moved():
    row = grouped_decision(crowd(-1, 1.6))
    assert row["drift_share"] > LIMITS.drift_share_maximum
    assert not row["is_refit"]
    assert (row["fresh_group_count"], row["fresh_lowest_jaccard"]) == (2, 1.0)


def test_a_segment_that_parts_into_two_groups_is_a_refit():
    row = grouped_decision(crowd(-1.6, -0.6, 1))
    assert row["is_refit"] and row["fresh_group_count"] == 3
    assert row["fresh_lowest_jaccard"] == pytest.approx(0.5, abs=0.01)
    assert "customers form 3 groups" in row["reason"]


def test_a_segment_that_nobody_is_in_any_more_is_a_refit():
    row = grouped_decision(crowd(-1.6, -0.6))
    assert row["is_refit"] and row["fresh_lowest_jaccard"] == 0


FITS = Figures(
    shared_customer_share=1.0,
    drift_share=0.01,
    stability_index=0.0,
    shifted_feature="activity_trend",
    quality_loss=0.0,
)
# A group of which a corner is cut off, as planted customers in spring show it.
CORNER = Look(
    fresh_group_count=5,
    fresh_agreement=0.93,
    fresh_lowest_jaccard=0.08,
    fresh_gain=0.08,
    smallest_segment_share=0.005,
)


def test_groups_that_are_hardly_closer_do_not_part_a_segment():
    far = replace(FITS, drift_share=0.5, stability_index=0.6, quality_loss=0.1)
    assert misfits(far, CORNER, LIMITS, was_natural=True) == []
    loose = replace(FITS, quality_loss=0.101)
    assert misfits(loose, CORNER, LIMITS, was_natural=True)
    closer = replace(CORNER, fresh_gain=0.081)
    (reason,) = misfits(FITS, closer, LIMITS, was_natural=True)
    assert "8.1% more" in reason


def test_the_cut_of_a_continuum_gives_way_to_groups():
    assert misfits(FITS, CORNER, LIMITS, was_natural=False)
    fewer = replace(CORNER, fresh_group_count=2, fresh_gain=-0.2)
    (reason,) = misfits(FITS, fewer, LIMITS, was_natural=False)
    assert "20.0% less" in reason
    assert misfits(FITS, fewer, LIMITS, was_natural=True) == []


def test_a_segment_that_is_gone_is_a_refit_though_nothing_is_closer():
    gone = replace(CORNER, fresh_gain=-0.1, smallest_segment_share=0.0049)
    assert misfits(FITS, gone, LIMITS, was_natural=True)
    there = replace(gone, smallest_segment_share=0.005)
    assert misfits(FITS, there, LIMITS, was_natural=True) == []


def test_groups_that_are_the_segments_are_no_others_however_close():
    same = replace(
        CORNER, fresh_agreement=0.8, fresh_lowest_jaccard=0.5, fresh_gain=1.0
    )
    assert misfits(FITS, same, LIMITS, was_natural=True) == []
    assert misfits(FITS, replace(same, fresh_agreement=0.79), LIMITS, was_natural=True)
    assert misfits(
        FITS, replace(same, fresh_lowest_jaccard=0.49), LIMITS, was_natural=True
    )


def test_where_there_are_no_groups_each_figure_has_its_limit():
    at_limits = Figures(
        shared_customer_share=1.0,
        drift_share=LIMITS.drift_share_maximum,
        stability_index=LIMITS.stability_index_maximum,
        shifted_feature="activity_trend",
        quality_loss=LIMITS.quality_loss_maximum,
    )
    assert misfits(at_limits, Look(), LIMITS, was_natural=False) == []
    for name in ("drift_share", "stability_index", "quality_loss"):
        above = replace(at_limits, **{name: getattr(at_limits, name) + 0.01})
        assert len(misfits(above, Look(), LIMITS, was_natural=False)) == 1


def test_groups_not_seen_today_need_more_than_a_shifted_feature():
    shifted = replace(FITS, stability_index=1.0)
    assert misfits(shifted, Look(), LIMITS, was_natural=True) == []
    for name in ("drift_share", "quality_loss"):
        above = replace(shifted, **{name: getattr(LIMITS, f"{name}_maximum") + 0.01})
        assert len(misfits(above, Look(), LIMITS, was_natural=True)) == 2


def test_never_says_what_speaks_against_it():
    row = decision(customers([-1.0] * 50 + [1.0] * 40 + [5.0] * 10), refit="never")
    assert not row["is_refit"] and row["is_warning"]
    assert row["reason"].startswith("kept, as refit is never, although: 10.0%")


def test_other_settings_are_never_kept_silently():
    other = {**SETTINGS, "algorithm": "birch"}
    assert decision(MANY, settings=other)["is_refit"]
    kept = decision(MANY, settings=other, refit="never")
    assert not kept["is_refit"]
    assert 'algorithm was "kmeans", is "birch"' in kept["reason"]
    features = {**SETTINGS, "segment_features": ["recency"]}
    assert decision(MANY, settings=features, refit="never")["is_refit"]


def test_other_customers_begin_a_new_registry():
    strangers = MANY.assign(customer_id="x" + MANY["customer_id"])
    row = decision(strangers, refit="never")
    assert row["is_refit"] and row["is_new_registry"]


def test_refit_must_be_one_of_three():
    with pytest.raises(ValueError, match="refit: one of auto, always, never"):
        decision(TRAINING, refit="sometimes")


def test_distances_are_to_the_nearest_centroid():
    vectors = np.array([[0.0, 0.0], [3.0, 4.0]])
    centroids = np.array([[0.0, 0.0], [3.0, 0.0]])
    assert nearest_distances(vectors, centroids).tolist() == [0.0, 4.0]
    assert drift_share(vectors=vectors, centroids=centroids, training_limit=1) == 0.5


def test_stability_index_by_hand():
    assert stability_index([0.5, 0.5], [0.5, 0.5]) == 0
    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert stability_index([0.5, 0.5], [0.75, 0.25]) == pytest.approx(expected)


def test_bins_hold_equal_values_together():
    values = np.array([0.0] * 8 + [1.0, 2.0])
    edges = bin_edges(values)
    assert edges == [0.0, 1.0]
    assert bin_shares(values, edges) == [0.8, 0.1, 0.1]


def test_a_fit_that_cannot_be_bettered_loses_nothing():
    vectors = np.array([[-1.0], [-1.0], [1.0], [1.0], [1.2]])
    centroids = np.array([[-1.0], [1.0666667]])
    assert quality_loss(vectors=vectors, centroids=centroids) == pytest.approx(0)


def test_a_customer_is_held_within_reach_only():
    scores = np.array([[1.0, 1.5], [1.0, 1.6], [1.0, 1.5]])
    state = np.array(["s01", "s01", None], dtype=object)
    held = steadied(scores=scores, ids=["s01", "s02"], state=state, reach=0.5)
    assert held.tolist() == ["s01", "s02", "s02"]


def test_a_retired_id_is_not_given_again():
    ids = match_segment_ids(
        labels=np.array([0, 0, 1, 1]),
        numbers=[0, 1],
        previous_ids=np.array(["s01", "s01", "s01", "s01"]),
        used_ids=["s01", "s07"],
        smallest_overlap=0.2,
    )
    assert sorted(ids.values()) == ["s01", "s08"]


def test_an_id_stays_with_those_who_had_it_however_many_came():
    ids = match_segment_ids(
        labels=np.array([0, 0, 0, 1, 1]),
        numbers=[0, 1],
        previous_ids=np.array(["s01"] * 5),
        was_published=np.array([False, False, False, True, True]),
        smallest_overlap=0.2,
    )
    assert ids == {0: "s02", 1: "s01"}


@pytest.mark.parametrize(("stayed", "segment_id"), [(2, "s02"), (3, "s01")])
def test_an_id_needs_more_than_the_smallest_overlap(stayed, segment_id):
    ids = match_segment_ids(
        labels=np.zeros(10, dtype=int),
        numbers=[0],
        previous_ids=np.array(["s01"] * stayed + [""] * (10 - stayed)),
        smallest_overlap=0.2,
    )
    assert ids == {0: segment_id}


def test_where_nobody_was_published_an_id_follows_the_prototype():
    ids = match_segment_ids(
        labels=np.array([0, 0, 1, 1]),
        numbers=[0, 1],
        previous_ids=np.array(["s02", "s02", "s01", "s01"]),
        was_published=np.zeros(4, dtype=bool),
        smallest_overlap=0.2,
    )
    assert ids == {0: "s02", 1: "s01"}


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


def test_no_release_is_no_model(tmp_path):
    assert read_published(tmp_path) is None
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "segments.duckdb").write_text("not a database")
    assert read_published(tmp_path) is None
