"""Names: always distinct, never false, kept while true."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from segment_fixtures import (
    LABELS,
    NAMES,
    profile_of,
    seed_of,
    three_kinds,
)
from segmentation.explaining.claims import (
    Claim,
    SegmentName,
    facts_of,
    name_holds,
    parse_claims,
    read_names,
)
from segmentation.explaining.naming import name_segments

SEED_FEATURES = sorted(
    {claim.dimension for n in read_names(NAMES) for claim in n.claims}
)


def three_kinds_profile() -> pd.DataFrame:
    features, kinds = three_kinds()
    return profile_of(features.drop(columns="customer_id"), kinds)


def test_three_kinds_get_the_names_a_marketer_would_give():
    names = name_segments(profile=three_kinds_profile(), names=NAMES, labels=LABELS)

    assert [names[number].name for number in range(3)] == [
        "Big-Spending Regulars",
        "Lapsed Customers",
        "Bargain Hunters",
    ]


def test_a_marketers_new_wording_is_used():
    names = name_segments(
        profile=three_kinds_profile(),
        names=seed_of(("Sleeping Beauties", "recency_days:high;recency_days>=60")),
        labels=LABELS,
    )

    assert names[1].name == "Sleeping Beauties"


def test_a_previous_name_is_kept_while_true_even_if_another_fits_better():
    kept = SegmentName("Light Buyers", parse_claims("orders_per_month:low"), "")
    names = name_segments(
        profile=three_kinds_profile(),
        names=seed_of(
            ("Light Buyers", "spend_per_month_recent:low"),
            ("Bargain Hunters", "discount_share:high"),
        ),
        labels=LABELS,
        previous_names={2: kept},
    )

    assert names[2].name == "Light Buyers"


def test_a_previous_name_that_is_no_longer_true_is_dropped():
    false = SegmentName("Big Spenders", parse_claims("spend_per_month_recent:high"), "")
    names = name_segments(
        profile=three_kinds_profile(),
        names=seed_of(("Big Spenders", "spend_per_month_recent:high")),
        labels=LABELS,
        previous_names={2: false},
    )

    assert names[0].name == "Big Spenders"
    assert names[2].name != "Big Spenders"


def test_a_composed_name_is_kept_while_true():
    profile = three_kinds_profile()
    nothing = seed_of()
    first = name_segments(profile=profile, names=nothing, labels=LABELS)

    again = name_segments(
        profile=profile, names=NAMES, labels=LABELS, previous_names=first
    )

    assert again == first


def test_a_name_removed_from_the_seed_is_not_kept():
    old = SegmentName("Old Words", parse_claims("discount_share:high"), "")
    names = name_segments(
        profile=three_kinds_profile(),
        names=NAMES,
        labels=LABELS,
        previous_names={2: old},
    )

    assert names[2].name == "Bargain Hunters"


def test_attributes_get_composed_names():
    features = pd.DataFrame(
        {
            "annual_income": [80.0, 85, 90, 20, 25, 30, 50, 55, 60],
            "spending_score": [90.0, 85, 80, 20, 15, 10, 50, 45, 55],
        }
    )
    profile = profile_of(features, np.repeat([0, 1, 2], 3))

    names = name_segments(profile=profile, names=NAMES, labels=LABELS)

    assert [names[number].name for number in range(3)] == [
        "High spending score, high annual income",
        "Low spending score, low annual income",
        "Average annual income, average spending score",
    ]


def test_customers_who_are_all_alike_get_numbers():
    profile = profile_of(pd.DataFrame({"x": [1.0] * 4}), np.array([0, 0, 1, 1]))

    names = name_segments(profile=profile, names=seed_of(), labels=LABELS)

    assert names[0].name != names[1].name


@st.composite
def customers(draw):
    count = draw(st.integers(1, 8))
    columns = draw(
        st.lists(
            st.sampled_from([*SEED_FEATURES, "age", "annual_income"]),
            min_size=1,
            max_size=6,
            unique=True,
        )
    )
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    labels = np.sort(random.integers(0, count, draw(st.integers(count, 80))))
    means = random.normal(
        0, draw(st.sampled_from([0.0, 0.5, 3.0])), (count, len(columns))
    )
    values = means[labels] + random.normal(0, 1, (len(labels), len(columns)))
    if draw(st.booleans()):
        values = values.round()
    return pd.DataFrame(values, columns=columns), labels


def is_plainly_false(claim: Claim, own: pd.Series, everybody: pd.Series) -> bool:
    if claim.operator == "<=":
        return (own <= float(claim.level)).mean() < 0.75 - 1e-9
    if claim.operator == ">=":
        return (own >= float(claim.level)).mean() < 0.75 - 1e-9
    if claim.level in ("high", "highest"):
        return own.median() <= everybody.median() or own.mean() <= everybody.mean()
    if claim.level in ("low", "lowest"):
        return own.median() >= everybody.median() or own.mean() >= everybody.mean()
    return abs(own.mean() - everybody.mean()) > 0.5 * everybody.std(ddof=0)


@given(customers())
def test_names_are_distinct_and_no_claim_is_false(drawn):
    features, labels = drawn
    profile = profile_of(features, labels)

    names = name_segments(profile=profile, names=NAMES, labels=LABELS)

    shown = [name.name.casefold() for name in names.values()]
    assert len(set(shown)) == len(set(labels.tolist())) == len(shown)
    for number, name in names.items():
        assert name_holds(name=name, number=number, facts=facts_of(profile))
        for claim in name.claims:
            column = features[claim.dimension]
            assert not is_plainly_false(claim, column[labels == number], column)
