"""Why this many segments: the axes of its charts."""

from __future__ import annotations

from segmentation.report.model import choice


def test_axes_have_as_many_decimals_as_tell_ticks_apart():
    for spread, expected in ((0.09, ".3f"), (0.125, ".2f"), (0.0, ".3f")):
        points = [{"value": 0.5}, {"value": 0.5 + spread}]
        assert choice.decimals(points) == expected
    assert choice.decimals([{"value": 0.0}, {"value": 0.1}]) == ".2f"
