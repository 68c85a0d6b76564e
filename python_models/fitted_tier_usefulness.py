"""One row per way to group customers and outcome: how well it told what came next."""

import pyarrow as pa

from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import fit_preprocessing
from segmentation.preparing.read_settings import settings, settings_for
from segmentation.releases.kept_answers import kept_answer


def model(dbt, session):
    """Segment and tier one horizon ago, from what was known then; look at what came."""
    dbt.config(materialized="table")
    expectation = dbt.ref("int_customer_expectation").filter(
        f"is_sampled and origin_days_before = {settings()['prediction_horizon_days']}"
    )
    # The newest month end that was over: features are known at these.
    ((cut_off,),) = expectation.max("cut_off_date").fetchall()
    ((month_end,),) = (
        dbt.ref("int_as_of_dates")
        .filter(f"as_of_date <= date '{cut_off or '1000-01-01'}'")
        .max("as_of_date")
        .fetchall()
    )
    customers = (
        dbt.ref("int_rfm_scores")
        .filter(f"as_of_date = date '{month_end or '1000-01-01'}'")
        .filter("r_score is not null")
        .join(
            expectation.project("customer_id, value_tier, next_spend, next_order_days"),
            "customer_id",
        )
    )
    labels = dbt.ref("feature_labels")
    selected = dbt.ref("fitted_candidates").filter("is_selected").df().iloc[0]
    return kept_answer(
        "fitted_tier_usefulness",
        measured,
        customers=customers.df(),
        cut_off_date=cut_off,
        preprocessing={**settings_for(fit_preprocessing), "labels": labels.df()},
        settings=Settings(**settings_for(Settings)),
        algorithm=selected["algorithm"],
        segment_count=int(selected["segment_count"]),
    )


def measured(*, customers, **made_from):
    """Return how useful tiers and segments were; scikit-learn is loaded here."""
    from segmentation.evaluating.expectation.tier_usefulness import (
        TIER_USEFULNESS_SCHEMA,
        measured_tiers,
    )

    rows = measured_tiers(customers, **made_from)
    return pa.Table.from_pandas(
        rows, schema=TIER_USEFULNESS_SCHEMA, preserve_index=False
    )
