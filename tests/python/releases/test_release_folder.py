"""Releases: all or nothing, one rename."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from release_fixtures import NOON, write_word
from segmentation.releases.release_folder import (
    publish,
    release_identifier,
    releases_of,
)


def test_publish_swaps_to_the_new_release_and_keeps_the_last(tmp_path):
    for step, word in enumerate(["one", "two", "three"]):
        publish(
            home=tmp_path, moment=NOON + timedelta(hours=step), fill=write_word(word)
        )

    published = tmp_path / "published"
    assert published.is_symlink()
    assert (published / "word.txt").read_text() == "three"
    assert len(list((tmp_path / "releases").iterdir())) == 2
    manifest = json.loads((published / "manifest.json").read_text())
    assert manifest["word"] == "three"
    assert manifest["files"]["word.txt"]["bytes"] == 5


def test_a_release_that_fails_changes_nothing_and_leaves_nothing(tmp_path):
    publish(home=tmp_path, moment=NOON, fill=write_word("old"))

    def fail(folder: Path) -> dict:
        (folder / "half.txt").write_text("half")
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        publish(home=tmp_path, moment=NOON + timedelta(hours=1), fill=fail)
    assert (tmp_path / "published" / "word.txt").read_text() == "old"
    assert not list((tmp_path / "releases").glob("*.tmp"))

    # A build that was killed could not tidy up: the next one does.
    (tmp_path / "releases" / "20240101T000000000000Z.tmp").mkdir()
    publish(home=tmp_path, moment=NOON + timedelta(hours=2), fill=write_word("new"))
    assert (tmp_path / "published" / "word.txt").read_text() == "new"
    assert not list((tmp_path / "releases").glob("*.tmp"))


def test_releases_are_finished_folders(tmp_path):
    for name in ("b", "a", "c.tmp"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    (tmp_path / "releases" / "d").write_text("no folder")
    assert [path.name for path in releases_of(tmp_path)] == ["a", "b"]


def test_release_identifiers_sort_by_time():
    moments = [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(days=400)]
    names = [release_identifier(moment) for moment in moments]
    assert names == sorted(set(names))


def test_nothing_is_published_outside_home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    publish(home=home, moment=NOON, fill=write_word("x"))
    assert os.listdir(tmp_path) == ["home"]
