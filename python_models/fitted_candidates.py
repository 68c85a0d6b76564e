"""One row per algorithm and number of segments: how good, which is used, and why."""

import numpy as np
import pyarrow as pa

from segmentation.candidates import CANDIDATES_SCHEMA, fit_candidates
from segmentation.published import CANDIDATE_LISTS, kept_table, read_published
from segmentation.sampling import fetch_sample
from segmentation.settings import Settings


def model(dbt, session):
    """Fit and compare on a sample, by hash of the key, of the newest vectors."""
    dbt.config(materialized="table")
    settings = dbt.config.meta_get("settings")
    vectors = dbt.ref("int_customer_vectors")
    decision = dbt.ref("refit_decision")
    if not decision.df()["is_refit"].item():
        return kept_table(
            read_published().candidates, lists=CANDIDATE_LISTS, schema=CANDIDATES_SCHEMA
        )
    ((newest,),) = vectors.max("as_of_date").fetchall()
    sample = fetch_sample(
        relation=vectors.filter(f"as_of_date = date '{newest}'"),
        key="customer_id",
        limit=settings.pop("sample_size"),
    )
    candidates = fit_candidates(
        vectors=np.array(sample["vector"].tolist(), dtype=float),
        keys=sample["customer_id"],
        settings=Settings(**settings),
    )
    return pa.Table.from_pandas(
        candidates, schema=CANDIDATES_SCHEMA, preserve_index=False
    )
