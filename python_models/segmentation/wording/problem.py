"""The one exception a setting or an input may raise: a message for who set it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

# Names listed in a message before it says how many more there are.
LISTED_NAMES = 20


class InputProblem(ValueError):
    """An input that cannot be read; the message says what to do next.

    Parameters
    ----------
    problem
        One sentence: what is wrong, with the value quoted.
    wanted, found
        What was wanted and what is there instead.
    next_step
        Which var to set, and how.
    """

    def __init__(self, problem: str, *, wanted: str, found: str, next_step: str):
        self.problem = problem
        lines = [
            problem,
            f"  wanted: {wanted}",
            f"  found:  {found}",
            f"  next:   {next_step}",
        ]
        super().__init__("\n".join(lines))


def wrong_var(name: str, value: object, wanted: str, next_step: str) -> InputProblem:
    """Return the problem of a var whose value cannot work."""
    return InputProblem(
        f"The var {name} cannot be {value!r}.",
        wanted=wanted,
        found=repr(value),
        next_step=next_step,
    )


def plain(name: str) -> str:
    """Return a name without case, blanks, marks and invisible characters."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def closest(name: str, choices: Iterable[str]) -> str | None:
    """Return the choice most like `name`, or None if nothing is near.

    Examples
    --------
    >>> closest("custmer_id", ["Customer ID", "amount"])
    'Customer ID'
    """
    by_plain: dict[str, str] = {}
    for choice in choices:
        by_plain.setdefault(plain(choice), choice)
    if plain(name) in by_plain:
        return by_plain[plain(name)]
    near = difflib.get_close_matches(plain(name), list(by_plain), n=1, cutoff=0.6)
    return by_plain[near[0]] if near else None


def listed(names: Sequence[str]) -> str:
    """Return names for a message: all of them, or the first and how many more."""
    shown = ", ".join(repr(name) for name in names[:LISTED_NAMES])
    more = len(names) - LISTED_NAMES
    return f"{shown} and {more} more" if more > 0 else shown or "nothing"
