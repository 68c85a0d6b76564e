"""How words are joined and sentences begin and end."""

from __future__ import annotations


def capitalised(text: object) -> str:
    """The text with a capital first letter, the rest as it is."""
    words = str(text)
    return words[:1].upper() + words[1:]


def full_stop(text: object) -> str:
    """The text as a sentence of its own: a capital first, a stop at the end."""
    words = capitalised(str(text).strip())
    return words if not words or words[-1] in ".!?…:" else f"{words}."


def joined(parts: list[str]) -> str:
    """Join parts as a sentence does: commas, and 'and' before the last.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


WORDS = "no one two three four five six seven eight nine ten".split()


def spelled(count: int) -> str:
    """A small count as a word, a larger one in digits."""
    return WORDS[count] if 0 <= count < len(WORDS) else f"{count:,}"


def plural(count: int, one: str, more: str) -> str:
    """The form of a word that goes with a count."""
    return one if count == 1 else more
