"""dbt-spark's session method, with what this project needs beyond it.

dbt loads it as the adapter of `type: sparksession` in profiles.yml: Python models run
in the build's own Spark session, SQL is translated from DuckDB's dialect, and macros
reach the project's Python by methods of the adapter.
"""

import sys
from pathlib import Path

from dbt.adapters.base import AdapterPlugin

# The package behind the Python models lies beside this one.
sys.path.append(str(Path(__file__).parents[3]))

from dbt.adapters.sparksession.connections import SessionCredentials  # noqa: E402
from dbt.adapters.sparksession.impl import SparkSessionAdapter  # noqa: E402

Plugin = AdapterPlugin(
    adapter=SparkSessionAdapter,
    credentials=SessionCredentials,
    include_path=str(Path(__file__).parents[2] / "include" / "sparksession"),
    dependencies=["spark"],
)
