"""Lasting ids: who keeps one, and who gets a new one."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.explaining.segment_ids import match_segment_ids


def test_new_ids_count_from_one():
    ids = match_segment_ids(labels=np.array([0, 1, 1]), numbers=[0, 1])

    assert ids == {0: "s01", 1: "s02"}


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
