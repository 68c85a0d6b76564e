"""How segments differ: where shades begin."""

from __future__ import annotations

from segmentation.report.sections import people, profile


def test_shades_begin_at_their_limits():
    for effect, expected in (
        (None, ""), (0.19, ""), (0.2, "up1"), (-0.5, "down2"), (0.8, "up3"),
        (-1.19, "down3"), (1.2, "up4"),
    ):  # fmt: skip
        assert profile.shade(effect) == expected
    for index, count, expected in (
        (None, 50, ""), (0, 50, ""), (1.14, 50, ""), (1.15, 10, "up1"),
        (1.15, 9, ""), (1.15, None, ""), (1.3, 50, "up2"), (1.6, 50, "up3"),
        (2.0, 50, "up4"), (0.5, 50, "down4"), (0.9, 50, ""), (1.0, 50, ""),
        (0.8, 50, "down1"),
    ):  # fmt: skip
        assert people.shade(index, count) == expected
