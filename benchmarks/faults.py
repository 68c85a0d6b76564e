"""Small faults that can be planted in the SQL and in the Python of the project."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
HELPERS = REPOSITORY / "tests" / "python" / "helpers"
HELPER_FOLDERS = (HELPERS, HELPERS / "fits", HELPERS / "report", HELPERS / "shops")
OFF_BY_ONE = "OFF_BY_ONE"
COMPARISONS = (
    (r"(?<![<>=!-])<=(?!=)", "<"),
    (r"(?<![<>=!-])>=(?!=)", ">"),
    (r"(?<= )<(?= )", "<="),
    (r"(?<= )>(?= )", ">="),
)
ARITHMETIC = (
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r"(?<!select) \* ", " / "),
    (r" / ", " * "),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
)
# What is planted: pattern and replacement, one match at a time.
PATTERNS = {
    "sql": (
        *COMPARISONS,
        *ARITHMETIC,
        (r"\bsum\(", "avg("),
        (r"\bsum\(", "max("),
        (r"\bavg\(", "sum("),
        (r"\bmin\(", "max("),
        (r"\bmax\(", "min("),
        (r"\bmedian\(", "avg("),
        (r"\bcount\(\*\)", "count(distinct 1)"),
        (r" = (?!\{)", " <> "),
        (r" <> ", " = "),
        (r"\bleft join\b", "inner join"),
        (r"\binner join\b", "left join"),
        (r"\bdistinct ", ""),
        (r"\bunion all\b", "union"),
        (r"\bnot ", ""),
        (r"\bis null\b", "is not null"),
        (r"\bis not null\b", "is null"),
        (r"(?<![\w.'-])(\d+)(?![\w.'])", OFF_BY_ONE),
        (r"\bdesc\b", "asc"),
        (r"\bgreatest\(", "least("),
        (r"\bleast\(", "greatest("),
        (r"\blag\(", "lead("),
        # A condition on a line of its own that is dropped.
        (r"(?m)^ +and (?:[^\n(){}]|\([^\n(){}]*\))+$", ""),
    ),
    "python": (
        *COMPARISONS,
        *ARITHMETIC,
        (r" == ", " != "),
        (r" != ", " == "),
        (r"\bnot (?!in)", ""),
        (r"\.mean\(", ".sum("),
        (r"\.min\(", ".max("),
        (r"\.max\(", ".min("),
        (r"(?<!\.)\bmin\(", "max("),
        (r"(?<!\.)\bmax\(", "min("),
        (r"\bTrue\b", "False"),
        (r"\bFalse\b", "True"),
        (r"(?<![\w.'\"-])(\d+)(?![\w.'\"])", OFF_BY_ONE),
        (r" and (?!not )[\w.]+(?=[:)\n])", ""),
    ),
}
# Not code, so that a fault there is none: comments, texts, a model's configuration. A
# text that a macro is given may be SQL, which calls something or compares.
SQL_NO_CODE = re.compile(
    r"--[^\n]*|\{#.*?#\}|\{\{ config\(.*?\) \}\}|\"[^\"\n(<>=]*\"|'[^'\n(<>=]*'", re.S
)
PYTHON_NO_CODE = re.compile(
    r'""".*?"""|#[^\n]*|"(?:\\.|[^"\\\n])*"'
    # An alarm for rows that do not pair, not behaviour.
    r"|strict=True|^import [^\n]*|^from [^\n]*",
    re.S | re.M,
)


@dataclass(frozen=True)
class Place:
    """Where in a file something can be replaced, and by what."""

    path: Path
    start: int
    end: int
    replacement: str

    @property
    def damaged(self) -> str:
        """The file's text with the fault in it."""
        text = self.path.read_text()
        return text[: self.start] + self.replacement + text[self.end :]

    @property
    def line(self) -> int:
        """Number of the line, from 1."""
        return self.path.read_text().count("\n", 0, self.start) + 1


def files_to_damage(kind: str) -> list[Path]:
    """The models and macros, or the plain package, of the repository."""
    if kind == "sql":
        folders = (REPOSITORY / "models", REPOSITORY / "macros")
        return sorted(path for folder in folders for path in folder.rglob("*.sql"))
    package = REPOSITORY / "python_models" / "segmentation"
    return sorted(package.rglob("*.py"))


def possible_faults(path: Path, kind: str) -> list[Place]:
    """Each change that can be made to a file."""
    text = path.read_text()
    no_code = SQL_NO_CODE if kind == "sql" else PYTHON_NO_CODE
    spans = [found.span() for found in no_code.finditer(text)]
    places = []
    for pattern, replacement in PATTERNS[kind]:
        for found in re.finditer(pattern, text):
            start, end = found.span()
            if any(first <= start < last for first, last in spans):
                continue
            new = replacement
            if replacement == OFF_BY_ONE:
                new = str(int(found.group(1)) + 1)
            places.append(Place(path, start, end, new))
    return places


def place_of_line(path: Path, line: str) -> Place | None:
    """A whole line, without its indentation; None where it is no more."""
    text = path.read_text()
    found = re.search(rf"^[ ]*({re.escape(line)})$", text, re.M)
    return found and Place(path, found.start(1), found.end(1), line)


def draw(kind: str, count: int, seed: int) -> list[Place]:
    """Draw faults at random, every place with the same chance."""
    places = [
        place for path in files_to_damage(kind) for place in possible_faults(path, kind)
    ]
    return random.Random(seed).sample(places, count)
