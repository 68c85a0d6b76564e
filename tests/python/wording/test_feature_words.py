"""Values with their units, as people write them."""

from __future__ import annotations

import pytest

from segmentation.wording.feature_words import value_text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.0, "days", "1 day"),
        (90.0, "days", "90 days"),
        (0.355, "share", "35.5%"),
        (0.12345, "share", "12.345%"),
        (1250.0, "money", "1,250"),
        (-0.0, "ratio", "0"),
    ],
)
def test_values_read_as_people_write_them(value, unit, text):
    assert value_text(value=value, unit=unit) == text
