"""What `make check` says about columns: wanted, found, closest match."""

from __future__ import annotations

from collections.abc import Mapping

from .columns import TRANSACTION_COLUMNS, guess
from .describe import groups_of, is_table
from .locate import BUILT_IN
from .problem import InputProblem


def report_text(request: Mapping) -> str:
    """Return a table of our columns and theirs, and the vars to paste.

    A problem is left to the caller: where files cannot be read there is nothing to
    say about columns.
    """
    value = request["value"]
    if value is None or value in BUILT_IN or is_table(value):
        return f"transactions: {value}"
    try:
        groups = groups_of(request)
    except InputProblem:
        return f"transactions: {value}"
    mapping = request.get("columns") or {}
    names = groups[0].names
    lines = [f"{group.where}: {group.written}" for group in groups]
    lines += ["", f"{'ours':<14}{'yours':<26}"]
    pasted: dict[str, str] = {}
    for our in TRANSACTION_COLUMNS:
        taken = {*pasted.values(), *mapping.values()}
        column, state = _column(our, mapping, names, taken=taken)
        if (
            our == "amount"
            and not column
            and {"quantity", "unit_price"} <= set(mapping)
        ):
            state = "not needed: quantity times unit_price"
        if column and state != "not there":
            pasted[our] = column
        lines.append(f"{our:<14}{column or '-':<26}{state}")
    lines += ["", "not used: " + ", ".join(
        repr(name) for name in names if name not in pasted.values()
    )]  # fmt: skip
    lines += ["", "vars to paste:", f"transactions: {value}", "transaction_columns:"]
    lines += [f"  {our}: {column}" for our, column in pasted.items()]
    return "\n".join(lines)


def _column(
    our: str, mapping: Mapping, names: list[str], *, taken: set[str]
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
    near = guess(our, [name for name in names if name not in taken])
    return (near, "a guess: please look") if near else (None, "not found")
