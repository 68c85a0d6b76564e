"""Values with their units, as people write them."""

from __future__ import annotations

import pytest

from segmentation.wording.feature_words import name_words, value_text


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


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AcceptedCmp5", "accepted cmp 5"),
        ("SeniorCitizen", "senior citizen"),
        ("Year_Birth", "year birth"),
        ("MntWines", "mnt wines"),
        ("größeInCm", "größe in cm"),
        ("B2B  share", "b2b share"),
        ("IBAN", "iban"),
        ("q1_sales", "q1 sales"),
        ("__", ""),
    ],
)
def test_a_columns_name_is_read_as_words(name, words):
    assert name_words(name) == words
