"""One row per RFM measure: the cut points of the model in use, for every date."""

import pyarrow as pa

from segmentation.releases.published_model import read_published

SCHEMA = pa.schema(
    [
        ("as_of_date", pa.date32()),
        ("measure", pa.string()),
        ("method", pa.string()),
        *((f"cut_{number}", pa.float64()) for number in (1, 2, 3, 4)),
    ]
)


def model(dbt, session):
    """Take today's quintiles where the model is fitted; those of a kept model stay."""
    dbt.config(materialized="table")
    quintiles = dbt.ref("int_rfm_quintiles").df()
    dates = dbt.ref("int_as_of_dates")
    decision = dbt.ref("refit_decision").df()
    if not decision["is_refit"].item():
        cuts = read_published(with_customers=False).rfm_cut_points
    else:
        ((newest,),) = dates.max("as_of_date").fetchall()
        cuts = quintiles.assign(as_of_date=newest)
    cuts = cuts.sort_values("measure")[SCHEMA.names]
    return pa.Table.from_pandas(cuts, schema=SCHEMA, preserve_index=False)
