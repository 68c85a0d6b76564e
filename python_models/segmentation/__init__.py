"""Customer segmentation in plain Python: what the dbt Python models call.

A folder is a stage of the flow, and imports only what stands before it.
"""

import os
import sys

# scikit-learn and BLAS work in one thread. dbt builds two models at a time and DuckDB
# takes every core: k-means, whose threads wait for each other after every step, then
# crawls where one has lost its core, and sums in another order end in other bits. This
# is read when NumPy is loaded, and a build loads the package first.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"
if "numpy" in sys.modules:
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)

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
