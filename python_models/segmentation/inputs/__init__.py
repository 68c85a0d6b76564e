"""Reading whatever transactions and customers a user has.

Called by `macros/sources.sql` and `macros/check_inputs.sql` through the one SQL
function that `duckdb_plugin.py` registers: text in, text out, both JSON.
"""

from __future__ import annotations

import json

from .describe import describe_files
from .problem import InputProblem

__all__ = ["InputProblem", "answer", "describe_files"]


def answer(request: str) -> str:
    """Return the answer to a macro's question; a problem is an answer, never raised.

    Parameters
    ----------
    request
        JSON: {"var": "transactions", "value": ..., "columns": {}, "format": {}}.

    Returns
    -------
    str
        JSON: the description of the source, or {"problem": "message"}.
    """
    asked = json.loads(request)
    try:
        source = describe_files(
            asked["value"],
            asked.get("columns") or {},
            asked.get("format") or {},
            var=asked["var"],
            currency=asked.get("currency"),
        )
    except InputProblem as problem:
        return json.dumps({"problem": str(problem)})
    return json.dumps(source.as_json())
