"""The optional table of customer attributes: any columns beside an id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .columns import map_columns
from .describe import groups_of, sampled
from .files.relation import identifier
from .problem import InputProblem, closest, listed
from .roles.hints import hint, likely
from .source import Part, Source

# Share of written values that must be numbers for a text column to be numeric.
NUMERIC_SHARE = 0.95
# Beyond this a number is a mistake of writing; its square would be no number at all.
LARGEST_NUMBER = 1e15


def describe_customers(request: Mapping) -> Source:
    """Return where customers are, and which columns describe them.

    Parameters
    ----------
    request
        `columns` may hold `customer_id` (null: the row's position is the id) and
        `attributes`, a list of columns; without it every other column is one.

    Raises
    ------
    InputProblem
        If the id or a named attribute is not there.
    """
    mapping = dict(request.get("columns") or {})
    attributes = mapping.pop("attributes", None)
    source = Source(kind="customers")
    # To an engine names that differ in case are one: files may differ in it.
    spelled: dict[str, str] = {}
    for group in groups_of(request):
        key, notes = _key(
            mapping,
            group.names,
            where=group.where,
            is_guessed=bool(request.get("is_check")),
        )
        wanted = attributes if attributes is not None else group.names
        names = [
            _attribute(str(name), group.names, where=group.where)
            for name in wanted
            if name != key
        ]
        if not names:
            raise InputProblem(
                f"{group.where} has no column beside the customer's id.",
                wanted="at least one column that describes customers",
                found=listed(list(group.names)),
                next_step="set customers to a table with attributes, or correct "
                "customer_columns",
            )
        # dbt quotes a name and leaves the quotes within it as they are.
        columns = {
            spelled.setdefault(name.lower(), name.replace('"', "'")): identifier(name)
            for name in names
        }
        columns["customer_id"] = identifier(key) if key else "row_number() over ()"
        source.parts.append(
            Part(relation=group.relation, columns=columns, source_file=None,
                 surplus=None)
        )  # fmt: skip
        source.notes += notes
    sample, source.types = sampled(source.parts, request.get("table"))
    for name, values in sample.items():
        is_text = source.types[name] == "VARCHAR" and is_numeric(values)
        if name == "customer_id" or not (
            is_text or source.types[name] in ("FLOAT", "DOUBLE")
        ):
            continue
        source.types[name] = "DOUBLE"
        # Of several files each may have columns of its own.
        for part in (one for one in source.parts if name in one.columns):
            # Trimmed: DuckDB 2.0 moves a try_cast of a bare column into its CSV reader,
            # where a value that is no number is an error.
            text = f"trim(cast({part.columns[name]} as varchar))"
            number = f"try_cast({text} as double)"
            part.columns[name] = (
                f"case when abs({number}) <= {LARGEST_NUMBER} then {number} end"
            )
        odd = sum(value is not None and not _is_usable(value) for value in values)
        if odd:
            source.notes.append(
                f"column {name!r} holds {odd} values that are no number or too large: "
                "taken as missing"
            )
    return source


def check_named_columns(source: Source, settings: Mapping) -> None:
    """Look for the columns that say how customers are reached, and whether they may be.

    Raises
    ------
    InputProblem
        If the customer table has no such column: a consent that is not read would be
        ignored, and a list without addresses is no list.
    """
    names = [name for part in source.parts for name in part.columns]
    wanted = [
        (name, "contact_columns")
        for name in (settings.get("contact_columns") or {}).values()
    ]
    wanted.append((settings.get("consent_column"), "consent_column"))
    for name, var in wanted:
        if name is None or str(name).lower() in map(str.lower, names):
            continue
        near = closest(str(name), names)
        raise InputProblem(
            f"The customer table has no column {name!r}.",
            wanted=f"the column that {var} names",
            found=listed(names) if names else "no customer table",
            next_step=(f"did you mean {near!r}? Correct" if near else "correct")
            + f" {var}, or set customers; where customer_columns lists attributes, add "
            "the column to them",
        )


def _is_usable(value: str) -> bool:
    try:
        return not value.strip() or abs(float(value)) <= LARGEST_NUMBER
    except ValueError:
        return False


def _key(
    mapping: Mapping, names: Sequence[str], *, where: str, is_guessed: bool = False
) -> tuple[str | None, list[str]]:
    if "customer_id" in mapping and mapping["customer_id"] is None:
        return None, []
    if is_guessed:
        mapping = {"customer_id": guessed_key(names), **mapping}
        if mapping["customer_id"] is None:
            return None, []
    chosen, notes = map_columns(
        mapping, names, where=where, ours=("customer_id",), var="customer_columns"
    )
    if "customer_id" not in chosen:
        near = likely("customer_id", names)
        raise InputProblem(
            f"{where} has no column for customer_id.",
            wanted="the column that holds the customer's id",
            found=listed(list(names)),
            next_step="set customer_columns: "
            f"{{customer_id: {near or 'YOUR COLUMN'}}}, or null to number the rows",
        )
    return chosen["customer_id"], notes


def guessed_key(names: Sequence[str]) -> str | None:
    """Return the column that holds the customer's id by its name; None: number rows."""
    if "customer_id" in names:
        return "customer_id"
    named = {hint(name)[0]: name for name in reversed(names)}
    plain_id = next((name for name in names if name.casefold() in ("id", "nr")), None)
    return named.get("customer") or named.get("email") or plain_id


def _attribute(name: str, names: Sequence[str], *, where: str) -> str:
    if name in names:
        return name
    near = closest(name, names)
    raise InputProblem(
        f"{where} has no column {name!r}, an attribute in customer_columns.",
        wanted=repr(name),
        found=listed(list(names)),
        next_step=f"did you mean {near!r}?" if near else "remove it from attributes",
    )


def is_numeric(values: Sequence[str | None]) -> bool:
    """Return whether written values are numbers, and not codes such as 007."""
    written = [value.strip() for value in values if value and value.strip()]
    numbers = 0
    for value in written:
        digits = value.lstrip("+-")
        if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
            return False
        try:
            float(value)
        except ValueError:
            continue
        numbers += 1
    return bool(written) and numbers >= NUMERIC_SHARE * len(written)
