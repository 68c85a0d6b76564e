"""Numbers as people write them: the same reading as `macros/reading/values.sql`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import list_currencies

LETTERS = "|".join(["[A-Z]{2}\\$", "kr", "zł", "Kč", *sorted(list_currencies())])
SIGN = rf"(\p{{Sc}}|{LETTERS}|\x{{80}})?"
MINUS = "[-+−]?"
BLANK = r"[\s\x{a0}\x{202f}]*"
# Values of one form from which they tell how a whole column is written.
ENOUGH_VALUES = 5


@dataclass(frozen=True)
class Mark:
    """A column's decimal mark, and a value that could be read otherwise.

    `doubt` is such a value where there are enough to ask, `few` where there are not;
    `thousands` one that is no decimal. `is_seen`: values show the mark.
    """

    mark: str
    is_proven: bool
    doubt: str | None = None
    thousands: str | None = None
    few: str | None = None
    is_seen: bool = False
    is_by_others: bool = False

    def beside(self, others: Sequence[Mark]) -> Mark:
        """Return how a column in doubt is read beside the others of its file.

        As thousands: money with three decimals is rare. Sure is that only where the
        mark of others is the other one; who writes money for people may well write
        weights as they are.
        """
        value = self.doubt or self.few
        if not value:
            return self
        other = "," if "." in value else "."
        seen = {one.mark for one in others if one.is_seen}
        if seen == {other}:
            return Mark(other, True, thousands=value, is_by_others=True)
        if self.doubt or (not seen and any(one.doubt for one in others)):
            return Mark(other, False, doubt=self.doubt, few=self.few)
        return self


def number_sql(text: str, mark: str) -> str:
    """Return SQL for a written number as a double; null where it is none."""
    thousands = "," if mark == "." else "."
    group = rf"[{thousands}''’\s\x{{a0}}\x{{202f}}]"
    digits = rf"([0-9]+|[0-9]{{1,3}}({group}[0-9]{{3}})+)"
    pattern = (
        f"[(]?{MINUS}{BLANK}{SIGN}{BLANK}{MINUS}{digits}([{mark}][0-9]*)?{BLANK}"
        f"{SIGN}{MINUS}[)]?( ?(CR|DR|Cr|Dr))?"
    )
    read = (
        f"case when regexp_full_match({text}, '{pattern}') then "
        f"try_cast(replace(regexp_replace({text}, '[^0-9{mark}]', '', 'g'), "
        f"'{mark}', '.') as double) * case when regexp_matches({text}, "
        f"'[-(−]|C[Rr]$') then -1 else 1 end end"
    )
    if mark != ".":
        return read
    # 1e3 is a number where a point is the mark; NaN and infinity are bad values, as in
    # staging: one of them would be the sum of all.
    cast = f"try_cast({text} as double)"
    return f"coalesce(case when isfinite({cast}) then {cast} end, {read})"


def column_mark(values: Sequence[str]) -> Mark:
    """Return how numbers of one column are marked, decided by all of its values.

    Groups of exactly three digits behind every mark, beside small values without one,
    are thousands: 12.990 next to 990.

    Examples
    --------
    >>> column_mark(["12.990", "990", "1.490"] * 10).mark
    ','
    """
    votes = {".": 0, ",": 0}
    doubtful: dict[str, list[str]] = {".": [], ",": []}
    plain: list[int] = []
    for value in values:
        marks = [letter for letter in value if letter in ".,"]
        digits = re.sub(r"\D", "", value)
        if not marks:
            if digits:
                plain.append(int(digits[:18]))
            continue
        last = marks[-1]
        before, _, after = value.rpartition(last)
        behind = len(re.sub(r"\D", "", after))
        ahead = re.sub(r"\D", "", before)
        is_one = len(marks) == 1
        if len(set(marks)) == 2 or (is_one and behind != 3):
            votes[last] += 1
        elif is_one and (ahead in ("", "0") or len(ahead) > 3):
            votes[last] += 1  # 0.125 and 1234.567 can be no thousands
        elif not is_one:
            votes["." if last == "," else ","] += 1
        else:
            doubtful[last].append(value)
    mark = "," if votes[","] > votes["."] else "."
    if sum(votes.values()):
        return Mark(mark, True, is_seen=True)
    written = max(doubtful, key=lambda one: len(doubtful[one]))
    seen = doubtful[written]
    if not seen:
        return Mark(mark, True)
    other = "," if written == "." else "."
    # Below a thousand no mark is written; above, none is without.
    is_grouped = len(plain) > 0 and max(plain) < 1000
    if is_grouped and len(seen) + len(plain) >= ENOUGH_VALUES:
        return Mark(other, True, thousands=seen[0], is_seen=True)
    if len(seen) >= ENOUGH_VALUES and not (plain and max(plain) >= 1000):
        return Mark(".", False, doubt=seen[0])
    return Mark(".", written == ".", few=seen[0])
