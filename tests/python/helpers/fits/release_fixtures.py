"""Releases of one word, and when they are published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

NOON = datetime(2024, 3, 31, 12, tzinfo=UTC)


def write_word(word: str):
    def fill(folder: Path) -> dict:
        (folder / "word.txt").write_text(word)
        return {"word": word}

    return fill
