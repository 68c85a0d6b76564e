"""One row per published customer: the segment published, and by either model today."""

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.over_time.movement import RESCORED_SCHEMA, rescore
from segmentation.releases.published_model import linear_model, read_published


def model(dbt, session):
    """Place the day of the last publication anew: by the old model and by the new."""
    dbt.config(materialized="table")
    features = dbt.ref("int_published_features")
    history = dbt.ref("int_segment_history")
    segments = dbt.ref("fitted_segments")
    fitted_features = dbt.ref("fitted_features")
    candidates = dbt.ref("fitted_candidates")
    decision = dbt.ref("refit_decision").df()
    published = read_published()
    day = decision["published_as_of_date"].item()
    if pd.isna(day) or decision["is_new_registry"].item():
        return RESCORED_SCHEMA.empty_table()
    # The segment that hysteresis starts from: that of the month end before.
    earlier = history.filter(f"as_of_date < date '{day}'")
    month_end = earlier.max("as_of_date").fetchall()[0][0]
    state = earlier.filter(f"as_of_date = date '{month_end or day}'")
    steps = fitted_features.df()
    placed_by = {*steps["feature"], *published.features["feature"]}
    needed = {"customer_id", "as_of_date", "order_count"} | placed_by
    read = [name for name in features.columns if name in needed]
    margins = candidates.filter("is_selected").df()["calibration_margins"].item()
    rescored = rescore(
        published=published,
        is_refit=decision["is_refit"].item(),
        features=features.project(", ".join(read)).df(),
        fitted_features=steps,
        new_model=linear_model(segments.df()),
        new_state=state.project("customer_id, segment_id").df(),
        new_reach=float(np.median(margins)) * dbt.config.meta_get("hysteresis"),
        hysteresis=dbt.config.meta_get("hysteresis"),
    )
    return pa.Table.from_pandas(rescored, schema=RESCORED_SCHEMA, preserve_index=False)
