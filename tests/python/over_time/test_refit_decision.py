"""Keep or refit: the decision and its reason, on rows by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from published_models import (
    LIMITS,
    MANY,
    SETTINGS,
    customers,
    decision,
    labels,
    published,
)
from segmentation.over_time import fresh_look
from segmentation.over_time.fit_figures import Figures
from segmentation.over_time.fresh_look import Look
from segmentation.over_time.refit_reasons import misfits


def test_the_first_build_is_fitted():
    row = decision(MANY, model=None)
    assert row["is_refit"] and row["is_new_registry"]
    assert "no model has been published" in row["reason"]


def test_a_model_that_fits_is_kept():
    row = decision(MANY)
    assert not row["is_refit"]
    assert row["stability_index"] == 0 and row["quality_loss"] == 0


@pytest.mark.parametrize(("refit", "expected"), [("always", True), ("never", False)])
def test_always_and_never_do_what_they_say(refit, expected):
    assert decision(MANY, refit=refit)["is_refit"] is expected


def test_afresh_looks_at_nothing_that_was_published():
    row = decision(MANY, refit="afresh")
    assert row["is_refit"] and not row["starts_from_published"]
    assert not row["is_new_registry"]


def test_without_groups_a_refit_starts_from_the_published_segments():
    assert decision(MANY, refit="always")["starts_from_published"]


def test_a_cut_that_has_become_a_bad_one_is_no_start():
    """Two segments for three values, and the third far from both."""
    row = decision(customers([-1.0] * 50 + [1.0] * 40 + [5.0] * 10))
    assert row["quality_loss"] > LIMITS.quality_loss_maximum
    assert row["is_refit"] and not row["starts_from_published"]


def test_after_other_settings_a_refit_starts_anew():
    before = published(MANY, {**SETTINGS, "winsor_share": 0.02})
    row = decision(MANY, model=before)
    assert row["is_refit"] and not row["starts_from_published"]


def test_after_another_weight_of_a_feature_a_refit_starts_anew():
    before = published(MANY, labels=labels(weight=0.8))
    assert not decision(MANY, model=before, labels=labels(weight=0.8))["is_refit"]
    row = decision(MANY, model=before, labels=labels(weight=0.9))
    assert row["is_refit"] and not row["starts_from_published"]
    assert 'feature_labels: spend was "weight 0.8", is "weight 0.9"' in row["reason"]
    # A model of before weights were noted.
    assert not decision(MANY, labels=labels(weight=0.9))["is_refit"]


@pytest.mark.parametrize("refit", ["auto", "never"])
def test_a_model_of_features_that_were_made_otherwise_is_never_applied(refit):
    of_today = published(MANY)
    reference = of_today.reference
    of_before = replace(
        of_today, reference=reference[reference["item"] != "preparation_version"]
    )
    assert of_today.is_applicable(MANY) and not of_before.is_applicable(MANY)
    row = decision(MANY, model=of_before, refit=refit)
    assert row["is_refit"] and not row["is_new_registry"]
    assert row["is_warning"] == (refit == "never")
    assert "features were made otherwise (preparation 1, now 2)" in row["reason"]


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
    assert not row["starts_from_published"]
    assert row["fresh_lowest_jaccard"] == pytest.approx(0.5, abs=0.01)
    assert "customers form 3 groups" in row["reason"]


@pytest.mark.parametrize(("agreement", "count"), [(0.89, 0), (0.9, 3)])
def test_groups_at_the_edge_of_being_seen_are_no_reason(monkeypatch, agreement, count):
    # The fit asks for .75 of other resamples, and may find less.
    monkeypatch.setattr(fresh_look, "stability", lambda *_: agreement)
    row = grouped_decision(crowd(-1.6, -0.6, 1))
    assert row["fresh_group_count"] == count
    assert ("customers form" in row["reason"]) == (count > 0)


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
