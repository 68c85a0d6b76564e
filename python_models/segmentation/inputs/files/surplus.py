"""Lines that hold more values than the header has names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..problem import InputProblem

# Share of lines with too many values from which it is the file's habit.
MOST = 0.5
WHOLE, CENTS = re.compile(r"[-+]?\D?\d+"), re.compile(r"\d{1,2}\D?")


def check_surplus(
    path: str, records: Sequence[Sequence[str]], *, lines: Sequence[int]
) -> None:
    """Raise InputProblem where most lines have more values than the first names.

    A decimal comma that nobody quoted splits one value in two: it is named.

    Parameters
    ----------
    lines
        The number of the line that each record stands on.
    """
    if len(records) < 2:
        return
    header, rows = records[0], [row for row in records[1:] if any(row)]
    longer = [row for row in rows if len([*_filled(row)]) > len(header)]
    if len(longer) <= MOST * len(rows) or not all(cell.strip() for cell in header):
        return
    width = len(longer[0])
    split = [
        at
        for at in range(width - 1)
        if all(
            WHOLE.fullmatch(row[at].strip()) and CENTS.fullmatch(row[at + 1].strip())
            for row in longer
            if len(row) == width
        )
    ]
    example = longer[0]
    line = lines[min(records.index(example), len(lines) - 1)]
    if split and width == len(header) + 1:
        at = next(
            (one for one in split if all(len(row[one + 1]) == 2 for row in longer)),
            split[0],
        )
        raise InputProblem(
            f"{path!r} has {width} values under {len(header)} names: a decimal comma "
            "splits a value in two.",
            wanted="one value for each name of the header",
            found=f"line {line}: {example[at]!r} and {example[at + 1]!r} under "
            f"{header[at]!r}, most likely {example[at]},{example[at + 1]}",
            next_step="export the file again with semicolons between values, with "
            "decimal points, or with quotes around values",
        )
    raise InputProblem(
        f"{path!r} has {width} values under {len(header)} names.",
        wanted="one value for each name of the header",
        found=f"line {line}: " + ", ".join(repr(value) for value in example),
        next_step="name every column in the header, or in transaction_format: "
        "{names: [A, B, ...], skip_lines: 1}",
    )


def _filled(row: Sequence[str]) -> Sequence[str]:
    """Return a row without the empty values at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]
