"""One row per way to group customers and outcome: how well it told what came next."""

import pyarrow as pa

from segmentation.evaluating.backtest import backtest, evaluation_date
from segmentation.evaluating.usefulness import USEFULNESS_SCHEMA
from segmentation.preparing.fit_settings import Settings
from segmentation.preparing.preprocessing import fit_preprocessing
from segmentation.preparing.read_settings import settings, settings_for
from segmentation.preparing.sampling import fetch_sample
from segmentation.releases.kept_answers import kept_answer


def model(dbt, session):
    """Segment at an earlier date from what was known then; look at what followed."""
    dbt.config(materialized="table")
    dates = dbt.ref("int_as_of_dates").project("as_of_date").fetchall()
    as_of_date = evaluation_date([date for (date,) in dates])
    then = f"as_of_date = date '{as_of_date or '1900-01-01'}'"
    customers = fetch_sample(
        relation=dbt.ref("int_rfm_scores").filter(f"{then} and r_score is not null"),
        key="customer_id",
        limit=settings()["usefulness_sample_size"],
    )
    months = (
        dbt.ref("int_customer_months")
        .filter(f"month_start > date '{as_of_date or '9999-01-01'}'")
        .project("customer_id, month_start, net_amount, order_count")
        # Only what these customers did leaves DuckDB.
        .join(session.from_df(customers[["customer_id"]]), "customer_id")
    )
    labels = dbt.ref("feature_labels")
    selected = dbt.ref("fitted_candidates").filter("is_selected").df().iloc[0]
    return kept_answer(
        "fitted_usefulness",
        tried,
        customers=customers,
        months=months.df(),
        as_of_date=as_of_date,
        preprocessing={**settings_for(fit_preprocessing), "labels": labels.df()},
        settings=Settings(**settings_for(Settings)),
        algorithm=selected["algorithm"],
        segment_count=int(selected["segment_count"]),
    )


def tried(**made_from):
    """Return how useful groups were as a table."""
    rows = backtest(**made_from)
    return pa.Table.from_pandas(rows, schema=USEFULNESS_SCHEMA, preserve_index=False)
