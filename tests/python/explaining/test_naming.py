"""Names: always distinct, never false, kept while true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment_fixtures import (
    LABELS,
    NAMES,
    facts_about,
    seed_of,
    three_kinds,
)
from segmentation.explaining.claims import (
    Claim,
    Facts,
    SegmentName,
    claim_holds,
    name_holds,
    parse_claims,
    read_names,
)
from segmentation.explaining.naming import name_segments

SEED_FEATURES = sorted(
    {claim.dimension for n in read_names(NAMES) for claim in n.claims}
)
WORDS = LABELS.astype(object).fillna("").astype(str).set_index("feature").T.to_dict()
# Of these a name only says how many or how likely.
BOUNDS_ONLY = {"window_order_count", "silence_probability"}


def three_kinds_facts() -> Facts:
    features, kinds = three_kinds()
    features["window_order_count"] = 5
    features["silence_probability"] = np.array([0.1, 0.9, 0.3])[kinds]
    return facts_about(features.drop(columns="customer_id"), kinds)


def test_three_kinds_get_the_names_a_marketer_would_give():
    names = name_segments(facts=three_kinds_facts(), names=NAMES)

    assert [names[number].name for number in range(3)] == [
        "Big-Spending Regulars",
        "Quiet Customers",
        "Bargain Hunters",
    ]


def test_no_name_says_a_state_that_its_customers_need_not_be_in():
    """The states have definitions of their own: a segment holds several of them."""
    words = {word.lower() for one in read_names(NAMES) for word in one.name.split()}
    assert not words & {"active", "due", "overdue", "lapsed"}


def test_a_marketers_new_wording_is_used():
    names = name_segments(
        facts=three_kinds_facts(),
        names=seed_of(("Sleeping Beauties", "recency_days:high;recency_days>=60")),
    )

    assert names[1].name == "Sleeping Beauties"


def test_a_previous_name_is_kept_while_true_even_if_another_fits_better():
    kept = SegmentName("Light Buyers", parse_claims("orders_per_month:low"), "")
    names = name_segments(
        facts=three_kinds_facts(),
        names=seed_of(
            ("Light Buyers", "spend_per_month_recent:below"),
            ("Bargain Hunters", "discount_share:high"),
        ),
        previous_names={2: kept},
    )

    assert names[2].name == "Light Buyers"


def test_a_previous_name_that_is_no_longer_true_is_dropped():
    false = SegmentName("Big Spenders", parse_claims("spend_per_month_recent:high"), "")
    names = name_segments(
        facts=three_kinds_facts(),
        names=seed_of(("Big Spenders", "spend_per_month_recent:high")),
        previous_names={2: false},
    )

    assert names[0].name == "Big Spenders"
    assert names[2].name != "Big Spenders"


def test_a_composed_name_is_kept_while_true():
    facts = three_kinds_facts()
    first = name_segments(facts=facts, names=seed_of())

    again = name_segments(facts=facts, names=NAMES, previous_names=first)

    assert again == first


def test_a_name_removed_from_the_seed_is_not_kept():
    old = SegmentName("Old Words", parse_claims("discount_share:high"), "")
    names = name_segments(
        facts=three_kinds_facts(),
        names=NAMES,
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
    facts = facts_about(features, np.repeat([0, 1, 2], 3))

    names = name_segments(facts=facts, names=NAMES)

    assert [names[number].name for number in range(3)] == [
        "High spending score, high annual income",
        "Low spending score, low annual income",
        "Typical annual income, typical spending score",
    ]


def test_customers_who_are_all_alike_get_numbers():
    facts = facts_about(pd.DataFrame({"x": [1.0] * 4}), np.array([0, 0, 1, 1]))

    names = name_segments(facts=facts, names=seed_of())

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


def are_what_is_said(claim: Claim, features: pd.DataFrame) -> pd.Series:
    """Who is what a claim says, worked out again from raw figures."""
    column = features[claim.dimension]
    if claim.operator == "<=":
        return column <= bound(claim.level, column)
    if claim.operator == ">=":
        return column >= bound(claim.level, column)
    if claim.level == "typical":
        return pd.Series(True, column.index)
    words = WORDS.get(claim.dimension, {})
    is_above = claim.level in ("high", "above", "highest")
    found = column > column.median() if is_above else column < column.median()
    if words.get("evidence_from") and words["evidence"] in features:
        found &= features[words["evidence"]] >= float(words["evidence_from"])
    if claim.level == "high" and words.get("high_from"):
        found &= column >= bound(words["high_from"], column)
    if claim.level == "low" and words.get("low_to"):
        found &= column <= bound(words["low_to"], column)
    return found


def bound(text: str, column: pd.Series) -> float:
    return float(text[:-1]) * column.median() if text[-1] == "x" else float(text)


@given(customers())
def test_names_are_distinct_and_most_customers_are_all_they_say(drawn):
    features, labels = drawn
    facts = facts_about(features, labels)

    names = name_segments(facts=facts, names=NAMES)

    shown = [name.name.casefold() for name in names.values()]
    assert len(set(shown)) == len(set(labels.tolist())) == len(shown)
    for number, name in names.items():
        own = labels == number
        are_all = pd.Series(True, features.index)
        for claim in name.claims:
            found = are_what_is_said(claim, features)
            assert claim.operator == ":" or found[own].mean() >= 0.75
            are_all &= found
        assert are_all[own].mean() >= 0.6


def test_every_word_and_name_of_the_seeds_has_an_absolute_floor():
    """A rank among customers is no property: each noun asks for a figure as well."""
    for feature in SEED_FEATURES:
        words = WORDS.get(feature, {})
        assert feature in BOUNDS_ONLY or (words["high_from"] and words["low_to"])
    for name in read_names(NAMES):
        floors = [
            claim
            for claim in name.claims
            if claim.operator != ":" or claim.level in ("high", "low")
        ]
        assert floors, name.name


@pytest.mark.parametrize(
    ("column", "values"),
    [
        # Two of two orders at weekends are no habit, and one in ten is none either.
        ("weekend_share", {"gap_count": (1, 1), "weekend_share": (1.0, 0.0)}),
        ("weekend_share", {"gap_count": (8, 8), "weekend_share": (0.3, 0.1)}),
        # A hundredth sent back is more than nothing.
        ("return_share", {"window_item_count": (90, 90), "return_share": (0.01, 0)}),
        # More often than others, and less than once a month.
        ("orders_per_month", {"orders_per_month": (0.6, 0.2)}),
        # Longer ago than others, and two weeks ago.
        ("recency_days", {"recency_days": (14, 3)}),
    ],
)
def test_no_word_is_said_of_figures_that_only_rank_high(column, values):
    kinds = np.repeat([0, 1], 20)
    features = pd.DataFrame(
        {name: np.array(pair, dtype=float)[kinds] for name, pair in values.items()}
    )

    names = name_segments(facts=facts_about(features, kinds), names=NAMES)

    assert Claim(column, ":", "high") not in names[0].claims
    assert "Weekend" not in names[0].name


def spread(features: dict, *, size: int):
    """Two kinds of so many: the first as given, the second the typical customer."""
    kinds = np.repeat([0, 1], size)
    return kinds, pd.DataFrame(
        {
            name: np.r_[np.resize(own, size), np.full(size, other, float)]
            for name, (own, other) in features.items()
        }
    )


def names_of_first(features: dict, size: int = 20) -> set[str]:
    """Names of the seed that are true of the first kind."""
    kinds, frame = spread(features, size=size)
    facts = facts_about(frame, kinds)
    return {
        name.name
        for name in read_names(NAMES)
        if name_holds(name=name, number=0, facts=facts)
    }


def test_who_has_ordered_again_is_no_single_order_buyer():
    """One in five of them has orders enough: the name would be false of these."""
    once = {
        "orders_per_month": ([0.0] * 4 + [0.5], 1.0),
        "btyd_frequency": ([0.0] * 4 + [5.0], 9.0),
        "orders_per_month_recent": (0.0, 1.0),
    }
    found = names_of_first(once)
    assert not [name for name in found if "Single-Order" in name]
    assert "One-Time or Idle Buyers" in found
    nearly_all = {
        "orders_per_month": ([0.0] * 19 + [0.5], 1.0),
        "btyd_frequency": ([0.0] * 19 + [5.0], 9.0),
    }
    assert "Single-Order Buyers" in names_of_first(nearly_all)


def test_who_ordered_again_and_paused_is_no_long_silent_customer():
    """'Lower average days between orders, long silent': 55% came in 90 days."""
    paused = {
        "recency_days": ([74.0], 20.0),
        "btyd_frequency": ([1.0], 3.0),
        "silence_probability": ([0.43], 0.3),
    }
    assert "Earlier Repeat Buyers" in names_of_first(paused)
    assert "Earlier Repeat Buyers" not in names_of_first(
        {**paused, "btyd_frequency": ([0.0], 3.0)}
    )


def test_in_a_shop_of_single_orders_those_in_between_have_a_name():
    """'Fewer days since last order' is no name."""
    between = {
        "recency_days": ([134.0], 343.0),
        "tenure_days": ([134.0], 343.0),
        "orders_per_month": ([0.0], 0.0),
        "btyd_frequency": ([0.0], 0.0),
    }
    found = names_of_first(between)
    assert "More Recent Single-Order Buyers" in found
    assert "Recent Single-Order Buyers" not in found


@pytest.mark.parametrize(
    ("silent", "recent", "is_silent"),
    [
        # Long ago, and nothing says that they will order soon.
        ([0.6], [0.0], True),
        # As long ago, but half of them will most likely order: rare, not silent.
        ([0.1, 0.6], [0.5], False),
    ],
)
def test_nobody_is_called_silent_who_will_order(silent, recent, is_silent):
    found = names_of_first(
        {
            "recency_days": ([80.0], 5.0),
            "silence_probability": (silent, 0.05),
            "orders_per_month_recent": (recent, 3.0),
        }
    )
    assert ("Long-Silent Customers" in found) is is_silent
    assert "Seldom-Seen Customers" in found


def test_who_ordered_last_week_has_not_lapsed():
    """Six in ten have been away for long; four are new."""
    found = names_of_first(
        {
            "recency_days": ([80.0] * 6 + [7.0] * 4, 5.0),
            "silence_probability": ([0.6], 0.05),
        }
    )
    away = ("Lapsed", "Long-Silent", "Earlier")
    assert not [name for name in found if name.startswith(away)]


def test_a_composed_name_says_nothing_twice():
    kinds = np.repeat([0, 1], 20)
    features = pd.DataFrame(
        {
            "recency_days": np.array([200.0, 3.0])[kinds],
            "orders_per_month_recent": np.array([0.0, 2.0])[kinds],
            "average_order_value": np.array([10.0, 50.0])[kinds],
        }
    )

    names = name_segments(facts=facts_about(features, kinds), names=seed_of())

    themes = [WORDS[claim.dimension]["theme"] for claim in names[0].claims]
    assert sorted(themes) == ["basket", "lately"]


def test_a_claim_false_of_most_customers_is_no_name():
    """Each claim alone is true of enough of them; both together of few."""
    kinds = np.repeat([0, 1], [10, 30])
    features = pd.DataFrame(
        {
            "recency_days": np.where(kinds == 0, 300.0, 5.0),
            "items_per_order": np.where(kinds == 0, 20.0, 2.0),
        }
    )
    features.loc[:3, "recency_days"] = 4.0
    features.loc[6:9, "items_per_order"] = 1.0
    both = "recency_days:above;items_per_order:above"
    facts = facts_about(features, kinds)

    (name,) = read_names(seed_of(("Both", both)))

    assert all(claim_holds(claim=one, number=0, facts=facts) for one in name.claims)
    assert not name_holds(name=name, number=0, facts=facts)


def test_figures_that_are_compared_read_as_they_are_said():
    kinds = np.repeat([0, 1], 20)
    features = pd.DataFrame(
        {
            "orders_per_month": np.array([0.6, 0.2])[kinds],
            "average_order_value": np.array([44.0, 40.0])[kinds],
        }
    )

    names = name_segments(facts=facts_about(features, kinds), names=seed_of())

    assert names[0].name == "Higher average order value, more repeat orders per month"
    assert names[1].name == "Lower average order value, infrequent orders"
