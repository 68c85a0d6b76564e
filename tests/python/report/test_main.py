"""`make report`: a release drawn again, never written to."""

import json

import duckdb

from report_fixture import make_tables
from report_reader import Reader
from segmentation.report import render_report
from segmentation.report.__main__ import main

SETTINGS = {"currency": "EUR", "organisation": "Northwind"}
TABLES = make_tables(count=300)
HTML = render_report(tables=TABLES, settings=SETTINGS)


def write_release(folder):
    """Make a folder with the fixture's tables as a published database."""
    folder.mkdir()
    with duckdb.connect(str(folder / "segments.duckdb")) as connection:
        for name, frame in TABLES.items():
            connection.register("frame", frame)
            connection.execute(f'create table "{name}" as select * from frame')
            connection.unregister("frame")


def test_the_command_draws_a_release_and_never_into_it(tmp_path, capsys):
    release = tmp_path / "release"
    write_release(release)
    output = tmp_path / "again.html"
    assert (
        main(
            [
                "--published",
                str(release),
                "--output",
                str(output),
                "--settings",
                '{"currency": "EUR", "organisation": "Northwind"}',
            ]
        )
        == 0
    )
    figures = Reader(output.read_text("utf-8")).figures
    assert len(figures) == len(Reader(HTML).figures)
    assert (
        main(["--published", str(release), "--output", str(release / "report.html")])
        == 2
    )
    assert "a release never changes" in capsys.readouterr().err
    assert main(["--published", str(tmp_path / "no/x"), "--output", str(output)]) == 2
    assert "make build" in capsys.readouterr().err


def test_drawn_again_it_keeps_the_figures_and_takes_new_words(
    tmp_path, monkeypatch, capsys
):
    release = tmp_path / "published"
    write_release(release)
    manifest = {"report": {**SETTINGS, "forgotten": 1}, "audiences": []}
    (release / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("SEGMENTATION_HOME", str(tmp_path))
    words = (
        "{report_wording: {segments: {title: This month}}, report_colours: ['#123']}"
    )
    assert main(["--vars", words]) == 2
    assert "'#123'" in capsys.readouterr().err
    words = words.replace("#123", "#123456")
    assert main(["--vars", words]) == 0
    output = tmp_path / "report.html"
    assert capsys.readouterr().out.startswith(str(output))
    html = output.read_text("utf-8")
    assert "This month" in html
    assert "#123456" in html
    shown = [(source, text) for source, _, text in Reader(html).figures]
    assert shown == [(source, text) for source, _, text in Reader(HTML).figures]
    assert output.stat().st_mode & 0o077 == 0
    assert main(["--vars", "words"]) == 2
    # Ids must not come back into a report whose release shows pseudonyms.
    (release / "manifest.json").write_text('{"has_pseudonyms": true}')
    monkeypatch.delenv("SEGMENTATION_PSEUDONYM_KEY", raising=False)
    assert main([]) == 2
    assert "SEGMENTATION_PSEUDONYM_KEY" in capsys.readouterr().err
