"""Reading whatever transactions and customers a user has.

Called by `macros/sources.sql` and `macros/check_inputs.sql` through the one SQL
function that `duckdb_plugin.py` registers: text in, text out, both JSON.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from segmentation.preparing.control_totals import control_rows

from .customers import describe_customers
from .describe import describe_transactions, is_table
from .problem import InputProblem
from .report import report_text
from .roles.statuses import known_meanings, seed_words

__all__ = ["InputProblem", "answer", "answered"]


# Several models ask the same within one build, and files are read for each answer.
@functools.lru_cache(maxsize=64)
def answer(request: str) -> str:
    """Return the answer to a macro's question; a problem is an answer, never raised.

    Parameters
    ----------
    request
        JSON: {"ask": "source" | "report" | "statuses" | "controls", ...}.

    Returns
    -------
    str
        JSON: what was asked for, or {"problem": "message"}.
    """
    try:
        return json.dumps(answered(json.loads(request)))
    except InputProblem as problem:
        return json.dumps({"problem": str(problem)})
    except Exception as error:  # A user must never see where in Python it was.
        problem = InputProblem(
            f"The input cannot be described: {type(error).__name__}.",
            wanted="files and vars that can be read",
            found=str(error),
            next_step="run make check, and report this if your vars are as documented",
        )
        return json.dumps({"problem": str(problem)})


def answered(request: Mapping) -> dict:
    """Return the answer to a question.

    Raises
    ------
    InputProblem
        If an input cannot be read.
    """
    if request["ask"] == "statuses":
        meanings = known_meanings(seed_words(), given=request["meanings"], present=())
        return {"statuses": {word: at for word, at in meanings.items() if at != "sold"}}
    if request["ask"] == "controls":
        return {"rows": control_rows(request["totals"])}
    if is_table(request["value"]) and "table" not in request:
        return {"kind": "table"}
    if request["ask"] == "report":
        return {"text": report_text(request)}
    if request["var"] == "customers":
        return describe_customers(request).as_json()
    return describe_transactions(request).as_json()
