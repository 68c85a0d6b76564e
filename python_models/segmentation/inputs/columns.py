"""Which of your columns is which of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .problem import InputProblem, closest, listed, plain
from .roles.hints import likely

REQUIRED = ("customer_id", "ordered_at")
AMOUNTS = ("amount", "quantity", "unit_price", "order_amount")
OPTIONAL = tuple(
    """
    order_id product_id category discount channel currency status refunded_amount
    shipping tax updated_at
    """.split()
)
# What other programs call so may be in the money or not: to be mapped, never by name.
NEVER_BY_NAME = ("order_amount", "refunded_amount", "shipping", "tax", "updated_at")
TRANSACTION_COLUMNS = (*REQUIRED, *AMOUNTS, *OPTIONAL)
NUMBERS = (*AMOUNTS, "discount", "refunded_amount", "shipping", "tax")
# Who, when and which order: what says one of these is no money.
KEYS = ("customer_id", "ordered_at", "order_id")


def map_columns(
    mapping: Mapping[str, object],
    found: Sequence[str],
    *,
    where: str,
    ours: Sequence[str] = TRANSACTION_COLUMNS,
    var: str = "transaction_columns",
    is_check: bool = False,
) -> tuple[dict[str, str | list[str]], list[str]]:
    """Return your column for each of ours, and what could surprise about it.

    Parameters
    ----------
    mapping
        The var: ours to yours. A column of exactly our name needs no entry; an
        entry of None turns a column off.
    found
        Names in the file or table, in order.
    where
        The file or table, for messages.

    Raises
    ------
    InputProblem
        If a required column is missing, a mapped one does not exist or is there
        twice, or the var has a key that is not one of ours.
    """
    _check_keys(mapping, ours=ours, found=found, var=var)
    exact = set(found)
    chosen: dict[str, str | list[str]] = {}
    notes: list[str] = []
    for our in ours:
        own = our if our in exact and our not in NEVER_BY_NAME else None
        wanted = mapping.get(our, own)
        if wanted is None:
            continue
        if our == "customer_id" and isinstance(wanted, list) and wanted:
            chosen[our] = [
                _find(our, str(one), found, where=where, var=var) for one in wanted
            ]
            continue
        if isinstance(wanted, list | dict):
            raise InputProblem(
                f"{var} names {wanted!r} for {our}.",
                wanted="the name of one column",
                found=repr(wanted),
                next_step=f"set {var}: {{{our}: YOUR COLUMN}}",
            )
        name = _find(our, str(wanted), found, where=where, var=var)
        if name != wanted:
            notes.append(f"column {wanted!r} is written {name!r} in {where}")
        twin = next((one for one, taken in chosen.items() if taken == name), None)
        if twin in KEYS and our in NUMBERS and not is_check:
            raise InputProblem(
                f"{var} names {name!r} for both {twin} and {our}.",
                wanted=f"a column for {our} that holds numbers of its own",
                found=f"{twin}: {name}, {our}: {name}",
                next_step=f"keep the one that is right, and set {var}: "
                f"{{{our}: ANOTHER COLUMN}}; the columns are {listed(list(found))}",
            )
        if twin is not None:
            notes.append(f"column {name!r} is both {twin} and {our}")
        chosen[our] = name
    if var == "transaction_columns":
        _check_required(chosen, found, where=where, is_check=is_check)
    return chosen, notes


def _check_keys(
    mapping: Mapping[str, object],
    *,
    ours: Sequence[str],
    found: Sequence[str],
    var: str,
) -> None:
    for key in mapping:
        if key in ours:
            continue
        near = closest(key, ours)
        hint = f"did you mean {near}?" if near else "remove it"
        if key in found:
            hint = f"write it the other way round, ours first: OURS: {key}"
        raise InputProblem(
            f"{var} has a key {key!r}, which is not one of our columns.",
            wanted=f"one of {', '.join(ours)}",
            found=repr(key),
            next_step=hint,
        )


def _find(our: str, wanted: str, found: Sequence[str], *, where: str, var: str) -> str:
    if wanted in found:
        name = wanted
    else:
        alike = [one for one in found if plain(one) == plain(wanted) and plain(one)]
        if len(alike) != 1:
            near = closest(wanted, found)
            hint = f"did you mean {near!r}? " if near else ""
            raise InputProblem(
                f"{where} has no column {wanted!r}, which {var} names for {our}.",
                wanted=repr(wanted),
                found=listed(list(found)),
                next_step=f"{hint}Set {var}: {{{our}: {near or 'YOUR COLUMN'}}}",
            )
        name = alike[0]
    if any(one.casefold() == f"{name} (2)".casefold() for one in found):
        raise InputProblem(
            f"{where} has two columns {name!r}, and {var} names it for {our}.",
            wanted=f"one column {name!r}",
            found=listed(list(found)),
            next_step=f"rename one in the file, or set {var}: {{{our}: '{name} (2)'}} "
            "to take the second",
        )
    return name


def _check_required(
    chosen: Mapping[str, object],
    found: Sequence[str],
    *,
    where: str,
    is_check: bool,
) -> None:
    missing = [our for our in REQUIRED if our not in chosen]
    has_amount = bool({"amount", "order_amount"} & set(chosen)) or (
        {"quantity", "unit_price"} <= set(chosen)
    )
    if not has_amount:
        missing.append("amount")
    if not missing:
        return
    guesses = {our: likely(our, found) for our in missing}
    # A price of one and a quantity are an amount too.
    parts = {our: likely(our, found) for our in ("quantity", "unit_price")}
    if "amount" in guesses and guesses["amount"] is None and all(parts.values()):
        del guesses["amount"]
        guesses |= parts
    pasted = ", ".join(
        f"{our}: {guess or 'YOUR COLUMN'}" for our, guess in guesses.items()
    )
    raise InputProblem(
        f"{where} has no column for {' and '.join(missing)}.",
        wanted="customer_id, ordered_at and amount (or quantity and unit_price, or "
        "order_amount)",
        found=listed(list(found)),
        next_step=f"set transaction_columns: {{{pasted}}}"
        # Inside make check this would send its reader round in a circle.
        + (
            ""
            if is_check
            else ", or run make check: it finds columns by what they hold"
        )
        if found[0] != "column1"
        else "the first line is no header: name the columns in their order, "
        "transaction_format: {names: [customer_id, ordered_at, amount]}",
    )
