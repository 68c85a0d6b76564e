"""What a status means: sold, never sold or taken back, by seeds/order_statuses.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from segmentation.wording.sentences import plural

from ..evidence.facts import Evidence
from ..files.relation import literal
from .keys import Keys, role
from .reading import Option, Reading

SEEDS = Path(__file__).resolve().parents[4] / "seeds"
SEED = SEEDS / "order_statuses.csv"
MEANINGS = {
    "sold": "they were sold",
    "never_sold": "they were never sold: left out",
    "taken_back": "they were taken back",
}
# A status column has few words, and most rows hold one that is known.
MOST_WORDS = 30
KNOWN_SHARE = 0.6
# Words asked about one by one; more are no statuses.
ASKED_WORDS = 6


def _rows(seed: Path = SEED) -> list[dict[str, str]]:
    if not seed.exists():
        return []
    with seed.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seed_words() -> set[str]:
    """Return every status of the seed."""
    return {row["word"] for row in _rows()}


def known_meanings(
    words: Iterable[str],
    *,
    given: Mapping[str, object] | None = None,
    present: Iterable[str] | None = None,
) -> dict[str, str]:
    """Return the meaning of each status that is known, by its word in lower case.

    Parameters
    ----------
    words
        The statuses asked about.
    given
        The user's own, which go first.
    present
        Those in the data, where they are others: some mean something only beside one.
    """
    asked = {word.strip().lower() for word in words}
    beside = asked if present is None else set(present)
    found = {
        row["word"]: row["meaning"]
        for row in _rows()
        if row["word"] in asked and (not row["beside"] or row["beside"] in beside)
    }
    own = {str(word).strip().lower(): str(at) for word, at in (given or {}).items()}
    return found | {
        word: at for word, at in own.items() if word in asked or present is not None
    }


def decide_status(
    evidence: Evidence,
    keys: Keys,
    reading: Reading,
    given: Mapping,
    *,
    meanings: Mapping[str, object],
    money_sql: str,
) -> None:
    """Map the status; ask what words mean that nobody has told."""
    table = evidence.table
    found = []
    for one in table.columns.values():
        named = given.get("status") == one.name
        if not named and (
            "status" in given
            or one in (keys.order, keys.customer, keys.day, keys.product)
            or one.day
            or one.number
            or not 1 <= one.distinct <= MOST_WORDS
        ):
            continue
        counts = dict(
            table.ask(
                f"select lower({one.text}), count(*) from sampled where {one.text} is "
                "not null group by all"
            )
        )
        known = known_meanings(counts, given=meanings)
        share = sum(counts[word] for word in known) / max(1, sum(counts.values()))
        is_hinted = role(one) == "status" and one.distinct > 1
        if named or is_hinted or (role(one) is None and share >= KNOWN_SHARE):
            bad = sum(counts[word] for word, at in known.items() if at != "sold")
            found.append((named, share, bad, one, counts, known))
    if not found:
        return
    found.sort(key=lambda entry: (-entry[0], -entry[1], -entry[2]))
    _named, share, _bad, one, counts, known = found[0]
    if not counts:
        return
    others = [entry for entry in found[1:] if entry[2] > 0 and entry[1] >= KNOWN_SHARE]
    said = ", ".join(
        f"{word} ({_rows_in_words(counts[word])}: {known[word].replace('_', ' ')})"
        for word in sorted(known, key=lambda word: -counts[word])
    )
    if "status" not in given:
        reading.take("status", one.name, said or "by its name")
    for other in others[:1]:
        bad = [word for word, at in other[5].items() if at != "sold"]
        good = [word for word, at in known.items() if at == "sold"]
        rows = table.value(
            "count(*)",
            f"lower({other[3].text}) in {_words(bad)} and lower({one.text}) in "
            f"{_words(good)}",
        )
        if rows and "status" not in given:
            reading.ask(
                "status",
                f"{one.name!r} says sold of {rows:,.0f} rows of which "
                f"{other[3].name!r} does not",
                Option(one.name, {"transaction_columns": {"status": one.name}}),
                Option(
                    other[3].name, {"transaction_columns": {"status": other[3].name}}
                ),
            )
    unknown = sorted(set(counts) - set(known), key=lambda word: -counts[word])
    if one.distinct == 1 and not known:
        unknown = []
    filled = one.text
    if keys.order is not None:
        filled = f"max({one.text}) over (partition by {keys.order.text})"
    for word in unknown[:ASKED_WORDS]:
        ((money,),) = table.ask(
            f"select sum(m) from (select lower({filled}) as word, {money_sql or '0'} "
            f"as m from sampled) where word = {literal(word)}"
        )
        reading.ask(
            f"status {word}",
            f"what are orders with the status {word!r} "
            f"({_rows_in_words(counts[word])}, "
            f"{float(money or 0):,.2f} {table.scope})?",
            *(
                Option(words, {"status_meanings": {word: meaning}})
                for meaning, words in MEANINGS.items()
            ),
        )


def _rows_in_words(count: int) -> str:
    return f"{count:,} {plural(count, 'row', 'rows')}"


def _words(words: Iterable[str]) -> str:
    return (
        "(" + ", ".join(literal(word) for word in words) + ", '')" if words else "('')"
    )
