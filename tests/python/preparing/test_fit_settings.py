"""What a fit is under: the range of numbers of segments."""

from __future__ import annotations

from project_settings import fit_settings


def test_a_number_of_segments_widens_the_range():
    found = fit_settings(segment_count=9, segment_count_min=3, segment_count_max=8)
    assert (found.segment_count_min, found.segment_count_max) == (3, 9)
    assert fit_settings(segment_count=1).segment_count_min == 1
    same = fit_settings(segment_count_min=8, segment_count_max=8)
    assert (same.segment_count_min, same.segment_count_max) == (8, 8)
