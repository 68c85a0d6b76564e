"""What may be set about a fit, and what is refused."""

from __future__ import annotations

import pytest

from segmentation.preparing.fit_settings import Settings, whole_number


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5), (5.0, 5), (5.5, None), ("x", None), (True, None), (None, None)],
)
def test_a_whole_number_is_told(value, number):
    assert whole_number(value) == number


def test_a_number_of_segments_widens_the_range():
    found = Settings(segment_count="9", segment_count_min=3, segment_count_max=8)
    assert (found.segment_count, found.segment_count_min, found.segment_count_max) == (
        9, 3, 9)  # fmt: skip
    assert Settings(segment_count=1).segment_count_min == 1
    assert Settings(segment_count_min=8, segment_count_max=8).segment_count == "auto"
    with pytest.raises(ValueError, match="segment_count_min"):
        Settings(segment_count_min=9, segment_count_max=8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", "k-means"),
        ("segment_count", "many"),
        ("segment_count", 0),
        ("segment_count_min", 9),
        ("segment_count_max", 2.5),
    ],
)
def test_impossible_settings_are_named_and_quoted(name, value):
    with pytest.raises(ValueError, match=f"{name}.*{value}"):
        Settings(**{name: value})
