"""What a name claims: read from the seed, tested on the profile."""

import numpy as np
import pandas as pd
import pytest

from segment_fixtures import (
    NAMES,
    facts_about,
    seed_of,
)
from segmentation.explaining.claims import (
    Claim,
    claim_holds,
    parse_claims,
    read_names,
)


def test_claims_are_read_part_by_part():
    assert parse_claims("recency_days:high; order_count<=1;city=Bath:most") == (
        Claim("recency_days", ":", "high"),
        Claim("order_count", "<=", "1"),
        Claim("city=Bath", ":", "most"),
    )


@pytest.mark.parametrize("text", ["recency_days", "x:enormous", "x<=high", "x:5", ""])
def test_an_unreadable_claim_is_quoted(text):
    with pytest.raises(ValueError, match="segment_names.claims has"):
        parse_claims(text)


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("x:high", True),
        ("x:highest", True),
        ("x>=8", True),
        ("x>=9", False),
        ("x>=1.4x", True),
        ("x>=1.5x", False),
        ("x:above", True),
        ("x:below", False),
        ("x:low", False),
        ("x:typical", False),
        ("unknown:high", False),
    ],
)
def test_a_claim_is_tested_against_the_profile(text, is_true):
    features = pd.DataFrame({"x": [8.0, 8.0, 9.0, 10.0, 1.0, 2.0, 2.0, 3.0]})
    facts = facts_about(features, np.array([0] * 4 + [1] * 4))

    (claim,) = parse_claims(text)

    assert claim_holds(claim=claim, number=0, facts=facts) is is_true


def test_a_mean_that_one_customer_makes_is_not_called_high():
    # The mean is far above, the median is that of all.
    features = pd.DataFrame({"x": [1.0, 1.0, 100.0, 1.0, 1.0, 1.0]})
    facts = facts_about(features, np.array([0, 0, 0, 1, 1, 1]))

    claim = Claim("x", ":", "high")

    assert not claim_holds(claim=claim, number=0, facts=facts)


@pytest.mark.parametrize("name", ["Unassigned", "no orders", "Twice", ""])
def test_reserved_and_double_names_are_refused(name):
    names = seed_of(("Twice", "x:high"), (name, "x:high"))

    with pytest.raises(ValueError, match="segment_names.segment_name has"):
        read_names(names)


def test_the_seed_reads_and_its_sentences_are_plain():
    for name in read_names(NAMES):
        assert name.description.endswith(".")
        assert "{" not in name.description
