"""One table of solutions, one of them chosen, whatever the customers are like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering_fixtures import QUICK, blobs, four_groups, keys_of, one_blob
from dbt_builds import SHARED_DATA
from project_settings import PREPROCESSING, fit_settings
from segmentation.assigning.prototypes import LinearModel
from segmentation.clustering.fitting import (
    CANDIDATES_SCHEMA,
    FEWEST_EARLIER,
    earlier_sample,
    fit_candidates,
)
from segmentation.preparing.fit_settings import ALGORITHM_NAMES, FEWEST_IN_A_CUT
from segmentation.preparing.preprocessing import fit_preprocessing, transform


def fit(matrix, keys=None, earlier=None, **changed):
    settings = fit_settings(**{**QUICK, **changed})
    if earlier is not None:
        earlier = pd.DataFrame(
            {"customer_id": keys_of(earlier), "vector": earlier.tolist()}
        )
    return fit_candidates(
        vectors=np.asarray(matrix, float),
        keys=keys_of(matrix) if keys is None else keys,
        settings=settings,
        earlier=earlier_sample(earlier, settings),
    )


def selected(candidates):
    (row,) = candidates[candidates["is_selected"]].to_dict("records")
    return row


def model_of(row):
    return LinearModel(
        np.array(row["prototype_weights"]),
        np.array(row["prototype_offsets"]),
        np.array(row["prototype_segments"]),
    )


def test_natural_groups_are_found_and_explained():
    row = selected(fit(four_groups()[0]))
    assert (row["segment_count"], row["structure"]) == (4, "natural groups")
    assert "gap" in row["reason"]
    assert min(row["jaccards"]) > 0.9
    assert row["assignment_agreement"] == 1


def test_every_number_of_segments_is_listed_with_its_model():
    candidates = fit(four_groups()[0])
    assert candidates.columns.tolist() == CANDIDATES_SCHEMA.names
    assert candidates["segment_count"].tolist() == [3, 4, 5, 6, 7, 8]
    assert (candidates["inertia"].diff().dropna() < 0).all()
    assert candidates["reason"].str.len().gt(10).all()
    for row in candidates.to_dict("records"):
        assert len(row["centroids"]) == row["segment_count"]
        assert set(row["prototype_segments"]) == set(range(row["segment_count"]))


def test_one_blob_is_never_called_natural():
    candidates = fit(one_blob())
    assert selected(candidates)["structure"] in ("continuum", "weak")
    assert "natural groups" not in candidates["structure"].tolist()


def test_two_natural_groups_are_two_segments():
    matrix, _ = blobs(centres=[(0, 0, 0), (9, 0, 0)], size=300, spread=1.0)
    row = selected(fit(matrix))
    assert (row["segment_count"], row["structure"]) == (2, "natural groups")
    assert selected(fit(matrix, segment_count_min=3))["segment_count"] >= 3


def two_groups(*centres):
    return blobs(centres=centres, size=300, spread=1.0, seed=len(centres[0]))[0]


def test_groups_that_a_quarter_before_had_as_well_are_natural():
    now = two_groups((0, 0, 0), (9, 0, 0))
    row = selected(fit(now, earlier=two_groups((0.5, 0, 0), (8.5, 0, 0))))
    assert row["structure"] == "natural groups"
    assert row["quarter_agreement"] == pytest.approx(1.0, abs=0.02)


def test_groups_of_one_quarter_found_no_segments():
    now = two_groups((0, 0, 0), (9, 0, 0))
    candidates = fit(now, earlier=two_groups((0, 0, 0), (0, 9, 0)))
    row = selected(candidates)
    assert row["structure"] != "natural groups"
    assert row["segment_count"] >= FEWEST_IN_A_CUT
    (halves,) = candidates[candidates["segment_count"] == 2].to_dict("records")
    assert halves["quarter_agreement"] < 0.1 and not halves["is_eligible"]


def test_a_cut_that_the_quarter_before_would_not_make_is_weak():
    row = selected(fit(four_groups()[0], earlier=one_blob(), valley_limit=0.0))
    assert row["quarter_agreement"] < fit_settings().soft_agreement < row["stability"]
    assert (row["segment_count"], row["structure"]) == (4, "weak")
    assert "a quarter before would be divided differently" in row["structure_evidence"]


def test_a_quarter_of_few_customers_says_nothing():
    now = four_groups()[0]
    alone, beside = fit(now), fit(now, earlier=one_blob()[: FEWEST_EARLIER - 1])
    pd.testing.assert_frame_equal(alone, beside)
    assert alone["quarter_agreement"].isna().all()


@pytest.mark.parametrize("name", ["kmeans", "auto"])
def test_a_continuum_is_never_cut_in_halves(name):
    counts = fit(one_blob(), algorithm=name)["segment_count"]
    assert counts.min() == FEWEST_IN_A_CUT


def test_two_groups_that_move_on_resamples_are_not_chosen():
    matrix, _ = blobs(centres=[(0, 0, 0), (9, 0, 0)], size=300, spread=1.0)
    candidates = fit(matrix, group_stability_minimum=1.1)
    (two,) = candidates[candidates["segment_count"] == 2].to_dict("records")
    assert two["reason"] == "its 2 groups are not the same in other samples"
    assert selected(candidates)["segment_count"] >= FEWEST_IN_A_CUT


def test_number_of_segments_can_be_set():
    row = selected(fit(four_groups()[0], segment_count=6))
    assert row["segment_count"] == 6
    assert row["reason"] == "segment_count is set to 6"
    assert selected(fit(four_groups()[0], segment_count=2))["segment_count"] == 2


def test_joined_groups_are_still_groups_and_cut_ones_are_not():
    centres = [(0, 0, 0), (6, 0, 0), (0, 20, 0), (0, 0, 20)]
    matrix, _ = blobs(centres=centres, size=150, spread=1.0)
    candidates = fit(matrix).set_index("segment_count")
    assert selected(fit(matrix))["segment_count"] == 4
    assert candidates["structure"].loc[3] == "natural groups"
    assert candidates["structure"].loc[6] != "natural groups"


def test_auto_says_what_it_compared():
    reason = selected(fit(four_groups()[0], algorithm="auto"))["reason"]
    assert "gaussian_mixture" in reason and "birch" in reason


@pytest.mark.parametrize("name", [*ALGORITHM_NAMES, "auto"])
def test_every_algorithm_gives_one_choice(name):
    matrix, _ = four_groups(size=100)
    candidates = fit(matrix, algorithm=name, segment_count_max=5)
    row = selected(candidates)
    assert row["segment_count"] == 4
    assert row["assignment_agreement"] >= 0.95


@pytest.mark.parametrize(
    ("matrix", "count"),
    [
        ([[1.0, 2.0]], 1),
        ([[1.0, 2.0]] * 9, 1),
        (np.empty((4, 0)), 1),
        ([[0.0], [1.0]], 2),
        ([[0.0], [1.0], [5.0], [5.5]], 3),
    ],
)
@pytest.mark.parametrize("name", [*ALGORITHM_NAMES, "auto"])
def test_few_or_equal_customers_give_fewer_segments(matrix, count, name):
    row = selected(fit(matrix, algorithm=name))
    assert 1 <= row["segment_count"] <= max(count, 3)
    assert row["structure"] == "weak" or row["segment_count"] > 1
    labels = model_of(row).predict(np.asarray(matrix, float))
    assert len(labels) == len(matrix)


def test_why_there_is_one_segment_is_said():
    alike = "all customers are alike in the features used: one segment"
    assert selected(fit([[1.0, 2.0]] * 9))["reason"] == alike
    one = "there is one customer: one segment"
    assert selected(fit([[1.0, 2.0]]))["reason"] == one


def test_no_customers_are_an_error_in_words():
    with pytest.raises(ValueError, match="customers: none"):
        fit(np.empty((0, 3)))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_decides_nothing(seed):
    matrix, _ = four_groups(size=130)
    matrix = np.round(matrix, 1)
    keys = np.array(keys_of(matrix))
    order = np.random.default_rng(seed).permutation(len(matrix))
    pd.testing.assert_frame_equal(
        fit(matrix, keys, structure_sample_size=400),
        fit(matrix[order], keys[order], structure_sample_size=400),
    )


def test_large_sets_are_fitted_on_all_and_judged_on_a_sample():
    matrix, truth = four_groups(size=500)
    row = selected(fit(matrix, structure_sample_size=600))
    assert row["segment_count"] == 4
    sizes = np.bincount(model_of(row).predict(matrix)) / len(matrix)
    np.testing.assert_allclose(sizes, 0.25, atol=0.01)


def test_mall_customers_have_their_five_known_segments():
    path = SHARED_DATA / "mall_customers.csv"
    if not path.exists():
        pytest.skip(f"no {path.name} in ../shared/data")
    frame = pd.read_csv(path)
    income, score = frame.columns[-2:]
    fitted = fit_preprocessing(
        frame=frame, segment_features=[income, score], **PREPROCESSING
    )
    matrix = transform(frame=frame, fitted=fitted)
    row = selected(fit(matrix, frame[frame.columns[0]], resample_count=16))
    labels = model_of(row).predict(matrix)
    assert np.bincount(labels).tolist() == [81, 39, 35, 23, 22]
    means = frame.groupby(labels)[[income, score]].mean()
    known = [(55.3, 49.5), (86.5, 82.1), (88.2, 17.1), (26.3, 20.9), (25.7, 79.4)]
    np.testing.assert_allclose(means, known, atol=0.5)
