"""Customer segmentation in plain Python: what the dbt Python models call.

A folder is a stage of the flow, and imports only what stands before it.
"""

FOLDERS = (
    "wording",
    "preparing",
    "assigning",
    "releases",
    "inputs",
    "clustering",
    "explaining",
    "evaluating",
    "over_time",
    "report",
    "publishing",
    "engines",
)
