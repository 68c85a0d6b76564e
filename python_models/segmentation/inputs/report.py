"""What `make check` says about columns: wanted, found, closest match."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from .columns import TRANSACTION_COLUMNS, guess, guessed_mapping
from .describe import describe_transactions, groups_of
from .locate import BUILT_IN
from .problem import InputProblem

# What stands before the vars, in the text.
PASTED = "vars to paste:"


def report_text(request: Mapping) -> str:
    """Return a table of our columns and theirs, how values read, and vars to paste.

    A problem is left to the caller: where files cannot be read there is nothing to
    say about columns.
    """
    value, var = request["value"], request["var"]
    if value is None or value in BUILT_IN:
        return f"{var}: {value}"
    try:
        groups = groups_of(request)
    except InputProblem:
        return ""
    mapping = request.get("columns") or {}
    names = groups[0].names
    ours = TRANSACTION_COLUMNS if var == "transactions" else ("customer_id",)
    complete = guessed_mapping(mapping, names, ours=ours)
    lines = [f"{group.where}: {group.written}" for group in groups]
    if var == "transactions":
        lines += _values_text(request)
    lines += ["", f"{'ours':<14}{'yours':<26}"]
    pasted: dict[str, str | None] = {}
    for our in ours:
        column, state = _column(our, mapping, names, complete=complete)
        if (
            our == "amount"
            and not column
            and {"quantity", "unit_price"} <= {*complete, *names}
        ):
            state = "not needed: quantity times unit_price"
        if (column and state != "not there") or state in (
            "turned off",
            "rows are numbered",
        ):
            pasted[our] = column
        lines.append(f"{our:<14}{column or '-':<26}{state}")
    has_money = "amount" in pasted or {"quantity", "unit_price"} <= set(pasted)
    for our in ("customer_id", "ordered_at", "amount") if var == "transactions" else ():
        if our not in pasted and not (our == "amount" and has_money):
            pasted[our] = "YOUR COLUMN"
    others = [repr(name) for name in names if name not in pasted.values()]
    lines += ["", f"{'not used' if var == 'transactions' else 'attributes'}: "
              + ", ".join(others)]  # fmt: skip
    singular = var[:-1]
    to_paste = {var: value, f"{singular}_columns": pasted}
    if request.get("format"):
        to_paste[f"{singular}_format"] = dict(request["format"])
    if var == "customers":
        to_paste = {"transactions": None, **to_paste}
        pasted |= {key: mapping[key] for key in mapping if key == "attributes"}
    text = yaml.safe_dump(to_paste, sort_keys=False, allow_unicode=True)
    return "\n".join([*lines, "", PASTED, text.rstrip()])


def _values_text(request: Mapping) -> list[str]:
    """Return how dates and amounts are read, where they can be."""
    try:
        source = describe_transactions(request)
    except InputProblem:
        return []
    dates = ", ".join(source.date_formats)
    currency = source.currency or request.get("currency") or "not said"
    return [
        f"dates: {dates}; decimal mark: {source.decimal_mark}; currency: {currency}"
    ]


def _column(
    our: str, mapping: Mapping, names: list[str], *, complete: Mapping
) -> tuple[str | None, str]:
    if our in mapping and mapping[our] is None:
        return None, "turned off"
    if our in mapping:
        wanted = str(mapping[our])
        if wanted in names:
            return wanted, "mapped"
        near = guess(wanted, names)
        return (near, f"closest to {wanted!r}") if near else (wanted, "not there")
    if our in names:
        return our, "mapped by its name"
    near = complete.get(our)
    if our in complete and near is None:
        return None, "rows are numbered"
    return (near, "a guess: please look") if near else (None, "not found")
