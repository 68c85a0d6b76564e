"""One row per cut-off and parameter: how often customers order, stop and spend."""

import pyarrow as pa

from segmentation.releases.kept_answers import kept_answer


def model(dbt, session):
    """Fit MBG/NBD and Gamma-Gamma to the sample at each cut-off that can be fitted."""
    dbt.config(materialized="table")
    usable = dbt.ref("int_expectation_refusals").filter("refused_reason is null")
    statistics = (
        dbt.ref("int_order_statistics")
        .filter("is_sampled")
        .project("days_before, order_days, last_order_age_days, age_days, net_amount")
        .join(usable.project("days_before"), "days_before")
    )
    return kept_answer("fitted_expectation", fitted, statistics=statistics.df())


def fitted(*, statistics):
    """Return the parameters; SciPy is loaded here."""
    from segmentation.evaluating.expectation.fitted_rows import (
        EXPECTATION_SCHEMA,
        fitted_rows,
    )

    rows = fitted_rows(statistics)
    return pa.Table.from_pandas(rows, schema=EXPECTATION_SCHEMA, preserve_index=False)
