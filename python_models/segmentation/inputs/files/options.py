"""What the vars transaction_format and customer_format may say of a text file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..problem import InputProblem, closest

ENCODINGS = ("utf-8", "utf-16", "latin-1")
FORMAT_KEYS = (
    "delimiter",
    "quote",
    "escape",
    "encoding",
    "header",
    "names",
    "skip_lines",
    "decimal_mark",
    "date_format",
)
WHITESPACE = "whitespace"


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and len(value.encode()) == 1


def _is_mark_or_none(value: object) -> bool:
    return value == "" or _is_mark(value)


FORMAT_VALUES: dict[str, tuple[Callable[[object], bool], str]] = {
    "delimiter": (
        lambda value: value == WHITESPACE or _is_mark(value),
        "one character, or whitespace",
    ),
    "quote": (_is_mark_or_none, "one character, or '' for none"),
    "escape": (_is_mark_or_none, "one character, or '' for none"),
    "header": (lambda value: isinstance(value, bool), "true or false"),
    "skip_lines": (
        lambda value: type(value) is int and value >= 0,
        "a whole number of lines",
    ),
    "names": (
        lambda value: isinstance(value, list) and len(value) > 0,
        "a list of names, in the order of the file",
    ),
}


def check_format_keys(options: Mapping[str, object], *, var: str) -> None:
    """Raise InputProblem if `options` has a key or encoding nothing understands."""
    for key in options:
        if key not in FORMAT_KEYS:
            raise InputProblem(
                f"{var} has no setting {key!r}.",
                wanted=f"one of {', '.join(FORMAT_KEYS)}",
                found=repr(key),
                next_step=f"did you mean {closest(key, FORMAT_KEYS) or 'delimiter'}?",
            )
    for key, (is_good, wanted) in FORMAT_VALUES.items():
        value = options.get(key)
        if value is not None and not is_good(value):
            raise InputProblem(
                f"{var} cannot have {key} {value!r}.",
                wanted=wanted,
                found=repr(value),
                next_step=f"correct {var}: {{{key}: ...}}, or leave it out",
            )
    encoding = options.get("encoding")
    if encoding is not None and encoding not in ENCODINGS:
        raise InputProblem(
            f"The encoding {encoding!r} cannot be read.",
            wanted=f"one of {', '.join(ENCODINGS)}",
            found=repr(encoding),
            next_step="convert the file: iconv -f ENCODING -t utf-8 in.csv > out.csv",
        )
