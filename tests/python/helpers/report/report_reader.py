"""Reads a report as HTML: what the tests ask about it."""

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
# The release named by the environment, else that of `make build`, else `make test`'s.
HOMES = (os.environ.get("SEGMENTATION_HOME"), "warehouse", "target/sample-warehouse")


def published_release() -> Path:
    """A real release to look at; the test is skipped where there is none."""
    for home in filter(None, HOMES):
        if (ROOT / home / "published/segments.duckdb").exists():
            return ROOT / home / "published"
    pytest.skip("nothing is published here: run `make build`")


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, html):
        super().__init__()
        self.figures, self.tags, self.ids, self.texts = [], [], [], []
        self._open = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "data":
            self._open = found

    def handle_data(self, data):
        self.texts.append(data)
        if self._open is not None:
            self.figures.append((self._open.get("data-of"), self._open["value"], data))
            self._open = None

    @property
    def sections(self):
        return [
            found["id"]
            for tag, found in self.tags
            if tag == "section" and "id" in found
        ]
