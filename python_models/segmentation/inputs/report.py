"""What `make check` says about columns, and the settings that it would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from segmentation.wording.sentences import plural

from .build_questions import evidence_of, reading_of
from .columns import NEVER_BY_NAME
from .columns import TRANSACTION_COLUMNS as OURS
from .customers import guessed_key
from .describe import describe_transactions, groups_of
from .files.groups import Group
from .files.locate import BUILT_IN
from .problem import InputProblem
from .roles.reading import Reading

# What stands before the settings, in the text.
PASTED = "vars to paste:"


def report_text(request: Mapping) -> str:
    """Return our columns and theirs with the evidence, how values read, and settings.

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
    lines = [f"{group.where}: {group.written}" for group in groups]
    if var == "customers":
        return "\n".join([*lines, *_customers_text(request, groups[0])])
    mapping, names = dict(request.get("columns") or {}), groups[0].names
    reading = reading_of(request, groups[0], mapping)
    reading.add_up(evidence_of(request, groups[0]).table, is_of_all=True)
    lines += _values_text(request, reading)
    lines += ["", f"{'ours':<16}{'yours':<26}evidence"]
    shown = [our for our in OURS if our in reading.columns]
    for our in shown:
        name = reading.columns[our]
        name = " or ".join(name) if isinstance(name, list) else str(name)
        lines.append(f"{our:<16}{name:<26}{reading.evidence.get(our) or ''}".rstrip())
    used = {str(name) for name in reading.columns.values()}
    others = [repr(name) for name in names if name not in used]
    lines += ["", "not used: " + (", ".join(others) or "none")]
    lines += [
        _entry(name, value, reading.evidence.get(name) or "")
        for name, value in reading.settings.items()
    ]
    lines += [f"note: {note}" for note in reading.notes]
    if reading.questions:
        count = len(reading.questions)
        lines += ["", f"{count} {plural(count, 'question', 'questions')}:"]
        lines += [question.text() for question in reading.questions]
    return "\n".join(
        [*lines, "", PASTED, settings_text(request, reading, names).rstrip()]
    )


def settings_text(request: Mapping, reading: Reading, names: Sequence[str]) -> str:
    """Return a file of settings: each line with its evidence, questions marked."""
    columns = {our: reading.columns[our] for our in OURS if our in reading.columns}
    for our in ("customer_id", "ordered_at"):
        columns.setdefault(our, "YOUR COLUMN")
    if not {"amount", "order_amount"} & set(columns) and not (
        {"quantity", "unit_price"} <= set(columns)
    ):
        columns["amount"] = "YOUR COLUMN"
    mapping = dict(request.get("columns") or {})
    columns |= {our: None for our, name in mapping.items() if name is None}
    settings = dict(reading.settings)
    text_format = {
        **(request.get("format") or {}),
        **(settings.pop("transaction_format", None) or {}),
    }
    # A column of exactly our name is mapped by itself, unless it is turned off.
    columns |= {
        our: None
        for our in names
        if our in OURS and our not in columns and our not in NEVER_BY_NAME
    }
    lines = [_entry("transactions", request["value"], "")]
    lines.append("transaction_columns:")
    lines += [
        "  " + _entry(our, name, reading.evidence.get(our) or "")
        for our, name in columns.items()
    ]
    if text_format:
        lines.append(_entry("transaction_format", text_format, ""))
    for var, value in settings.items():
        lines.append(_entry(var, value, reading.evidence.get(var) or ""))
    codes = []
    for question in reading.questions:
        codes.append(question.code)
        lines.append("# QUESTION " + question.text(_sets).replace("\n", "\n#"))
    if codes:
        lines.append("# Answered? Take its word out of open_questions, and build.")
        lines.append(_entry("open_questions", codes, ""))
        lines.append(_entry("confirmed", codes, "asked here: not again in the build"))
    return "\n".join(lines) + "\n"


def _sets(sets: object) -> str:
    if isinstance(sets, Mapping):
        # What an option turns off is left out where it is only said.
        sets = {
            name: {our: yours for our, yours in value.items() if yours is not None}
            if isinstance(value, Mapping)
            else value
            for name, value in sets.items()
        }
    return yaml.safe_dump(
        sets, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1000
    ).strip()


def _entry(name: str, value: object, why: str) -> str:
    if isinstance(value, dict | list):
        text = f"{name}: {_sets(value)}"
    else:
        text = yaml.safe_dump({name: value}, allow_unicode=True, width=1000).strip()
    return f"{text}  # {why}" if why else text


def _customers_text(request: Mapping, group: Group) -> list[str]:
    mapping = dict(request.get("columns") or {})
    key = mapping.get("customer_id", guessed_key(group.names))
    why = "mapped" if "customer_id" in mapping else "by its name"
    lines = ["", f"{'ours':<16}{'yours':<26}"]
    lines.append(
        f"{'customer_id':<16}{key or '-':<26}{why if key else 'rows are numbered'}"
    )
    others = [repr(name) for name in group.names if name != key]
    lines += ["", "attributes: " + ", ".join(others), "", PASTED]
    settings: dict[str, object] = {
        "transactions": None,
        "customers": request["value"],
        "customer_columns": {**mapping, "customer_id": key},
    }
    if request.get("format"):
        settings["customer_format"] = dict(request["format"])
    return [*lines, yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)]


def _values_text(request: Mapping, reading: Reading) -> list[str]:
    """Return how dates and amounts are read, where they can be."""
    proposed = dict(reading.settings.get("transaction_format") or {})  # type: ignore[call-overload]
    try:
        source = describe_transactions({**request, "is_check": True})
    except InputProblem:
        return []
    dates = ", ".join(source.date_formats)
    marks = sorted(set(source.decimal_marks.values())) or ["."]
    marks = [str(proposed.get("decimal_mark"))] if proposed else marks
    currency = source.currency or request.get("currency") or "not said"
    return [
        f"dates: {dates}; decimal mark: {' and '.join(marks)}; currency: {currency}"
    ]
