"""Reading whatever transactions, customers and campaigns a user has.

Called by `macros/reading/described_source.sql` through an SQL function that
`duckdb_plugin.py` registers: text in, text out, both JSON.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from segmentation.preparing.control_totals import control_rows

from .built_in import (
    demo_campaigns,
    demo_contacts,
    demo_customers,
    demo_transactions,
    sample_transactions,
)
from .campaigns import campaign_rows, campaigns_text, describe_contacts
from .customers import check_named_columns, describe_customers
from .describe import describe_transactions, is_table
from .problem import InputProblem
from .report import report_text
from .source import Source

__all__ = ["InputProblem", "answer", "answered"]


# Several models ask the same within one build, and files are read for each answer.
@functools.lru_cache(maxsize=64)
def answer(request: str) -> str:
    """Return the answer to a macro's question; a problem is an answer, never raised.

    Parameters
    ----------
    request
        JSON: {"ask": "source" | "report" | "controls", ...}.

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
            next_step="look at the var that the text above names; if it is as "
            "dbt_project.yml says, report this message",
        )
        return json.dumps({"problem": str(problem)})


def answered(request: Mapping) -> dict:
    """Return the answer to a question.

    Raises
    ------
    InputProblem
        If an input cannot be read.
    """
    if request["ask"] == "controls":
        return {"rows": control_rows(request["totals"])}
    request = {**request, "settings": _with_meanings(request.get("settings") or {})}
    if is_table(request["value"]) and "table" not in request:
        return {"kind": "table"}
    is_of_campaigns = request["var"] in ("campaigns", "contacts")
    if request["ask"] == "report":
        text = campaigns_text if is_of_campaigns else report_text
        return {"text": text(request)}
    if request["var"] == "campaigns":
        return {"rows": _campaigns(request)}
    return _source(request).as_json(request["settings"])


def _with_meanings(settings: Mapping) -> dict:
    """Return settings in which words of status mean what the user says of them."""
    cancelled = settings.get("cancelled_statuses") or []
    meanings = {
        **dict.fromkeys(cancelled, "taken_back"),
        **(settings.get("status_meanings") or {}),
    }
    lowered = {str(word).lower(): meaning for word, meaning in meanings.items()}
    return {**settings, "status_meanings": lowered}


def _campaigns(request: Mapping) -> list[dict]:
    if request["value"] is None:
        is_demo = request.get("transactions") == "completejourney"
        return demo_campaigns() if is_demo else []
    if request.get("transactions", "") is None:
        raise InputProblem(
            "campaigns is set, and there are no orders to judge them by.",
            wanted="transactions, of which a campaign's spend is counted",
            found="transactions: null",
            next_step="set transactions, or campaigns: null",
        )
    return campaign_rows(request)


def _source(request: Mapping) -> Source:
    value = request["value"]
    if request["var"] == "contacts":
        if value is None:
            is_demo = request.get("transactions") == "completejourney"
            if is_demo:
                return demo_contacts(request.get("as_of_date"))
            return Source(kind="contacts")
        return describe_contacts(request)
    if request["var"] == "customers":
        if value is not None:
            source = describe_customers(request)
        elif request.get("transactions") == "completejourney":
            source = demo_customers()
        else:
            source = Source(kind="customers")
        check_named_columns(source, request["settings"])
        return source
    if value is None:
        return Source(kind="transactions")
    if value == "completejourney":
        return demo_transactions()
    if value == "sample":
        return sample_transactions(request["settings"]["status_meanings"])
    return describe_transactions(request)
