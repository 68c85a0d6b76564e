"""Whom a campaign is for: a name, or a condition on columns of customers."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from .problem import InputProblem, closest


def audience_kind(name: str, audience: str | None, *, columns: Sequence[str]) -> str:
    """Return what an audience is: contacts, condition or name.

    Raises
    ------
    InputProblem
        For a condition that asks for a column which is not published, or for more than
        columns.
    """
    if audience is None:
        return "contacts"
    used = condition_columns(audience)
    known = {one.lower() for one in columns}
    # Big-Basket reads as SQL too, but none of its words is a column.
    is_condition = any(mark in audience for mark in "<>=(") or (
        used is not None and (not used or bool(known & used))
    )
    if not is_condition:
        return "name"
    unknown = sorted((used or set()) - known)
    if used is None or unknown:
        near = closest(unknown[0], columns) if unknown else None
        raise wrong_campaign(
            name,
            "audience",
            audience,
            "a segment, an action_id, all, or a condition on columns of "
            "customer_segments",
            step=f"{unknown[0]} is no column of it"
            + (f": did you mean {near}?" if near else "")
            if unknown
            else "write it as after where in SQL, without a select: recency_days > 60",
        )
    return "condition"


def condition_columns(text: str) -> set[str] | None:
    """Return the columns a SQL condition asks for; None where it is no condition.

    Examples
    --------
    >>> sorted(condition_columns("recency_days > 60 and lifecycle = 'due'"))
    ['lifecycle', 'recency_days']
    >>> condition_columns("true); drop table orders --")
    """
    query = f"select 1 from customers where ({text})"
    with duckdb.cursor() as connection:
        ((answer,),) = connection.execute(
            "select json_serialize_sql(?)", [query]
        ).fetchall()
    parsed = json.loads(answer)
    if parsed.get("error") or len(parsed["statements"]) != 1:
        return None
    node = parsed["statements"][0]["node"]
    is_plain = (
        node["type"] == "SELECT_NODE"
        and not node["modifiers"]
        and not node["group_expressions"]
        and not node["having"]
        and not node["qualify"]
    )
    used: set[str] = set()
    return used if is_plain and _walk(node["where_clause"], used) else None


def _walk(node: object, used: set[str]) -> bool:
    """Note the columns below a node; False where there is a query within."""
    if isinstance(node, list):
        return all(_walk(one, used) for one in node)
    if not isinstance(node, dict):
        return True
    if node.get("class") == "SUBQUERY" or node.get("class") == "WINDOW":
        return False
    if node.get("class") == "COLUMN_REF":
        used.add(".".join(node["column_names"]).lower())
    return all(_walk(one, used) for one in node.values())


def wrong_campaign(
    name: str, column: str, value: object, wanted: str, *, step: str | None = None
) -> InputProblem:
    found = "nothing" if value is None else repr(value)
    return InputProblem(
        f"The campaign {name!r} cannot have {found} as {column}.",
        wanted=wanted,
        found=found,
        next_step=step or f"correct {column} in campaigns",
    )
