"""The page: numbers that agree, sections that come and go, text that stays text."""

import re
import time
from decimal import Decimal

import pandas as pd
import pytest

from report_fixture import make_tables
from report_reader import Reader, published_release
from segmentation.report import render_report
from segmentation.report.__main__ import read_tables
from segmentation.report.tables import Published

SETTINGS = {"currency": "EUR", "organisation": "Northwind"}
TABLES = make_tables(count=300)
HTML = render_report(tables=TABLES, settings=SETTINGS)


def published_value(tables, source):
    """The value a figure says it is from: 'table/key/column'."""
    table, key, column = source.split("/")
    if table == "prediction_record":
        frame = tables[table]
        frame = frame[frame["is_newest"] & (frame["measure"] == column)]
        return frame["predicted_total"].iloc[0]
    frame = tables[table]
    keys = {
        "segments": ["segment_id"],
        "segment_profiles": ["segment_id", "feature"],
        "rfm_grid": ["r_score", "f_score"],
        "segment_monthly": ["month", "segment_id"],
        "revenue_bridge": ["month", "reason"],
        "cohort_retention": ["cohort_month", "months_since"],
        "revenue_concentration": ["top_share"],
        "publications": [],
    }[table]
    # A day may be written with its midnight.
    key = key.replace(" 00:00:00", "")
    values = re.split("[:]" if table != "rfm_grid" else "-", key) if key else []
    for name, value in zip(keys, values, strict=True):
        frame = frame[frame[name].astype(str) == value]
    assert len(frame) == 1, source
    return frame[column].iloc[0]


def test_every_figure_is_the_published_value_to_the_digit():
    figures = Reader(HTML).figures
    sources = [source for source, _, _ in figures if source and "/" in source]
    assert len(sources) > 250
    for source, value, _ in figures:
        if source and "/" in source:
            expected = published_value(TABLES, source)
            assert Decimal(value) == Decimal(str(expected)), source


def test_the_published_report_has_the_published_numbers():
    release = published_release()
    report = release / "report.html"
    tables = read_tables(release / "segments.duckdb")
    figures = Reader(report.read_text("utf-8")).figures
    sources = [found for found in figures if found[0] and "/" in found[0]]
    assert len(sources) > 50
    # Publications are one a row here, and the report is about the newest.
    tables["publications"] = tables["publications"].tail(1)
    for source, value, _ in sources:
        expected = published_value(tables, source)
        assert float(value) == float(expected), source
    assert report.stat().st_size < 600_000


def test_the_report_asks_for_columns_that_are_published(monkeypatch):
    tables = read_tables(published_release() / "segments.duckdb")
    asked = {}
    frame = Published.frame

    def note(self, name, *columns):
        asked.setdefault(name, set()).update(columns)
        return frame(self, name, *columns)

    monkeypatch.setattr(Published, "frame", note)
    render_report(tables=tables, settings=SETTINGS)
    assert len(asked) > 10
    missing = {
        name: columns - set(tables[name].columns) for name, columns in asked.items()
    }
    assert not any(missing.values())


def test_the_synthetic_publication_has_no_column_of_its_own():
    real = read_tables(published_release() / "segments.duckdb")
    extra = {
        name: set(table.columns) - set(real[name].columns)
        for name, table in TABLES.items()
    }
    assert not any(extra.values())


def test_one_figure_reads_the_same_in_every_section():
    texts = {}
    for source, value, text in Reader(HTML).figures:
        if source:
            texts.setdefault((source, value), set()).add(text)
    # Revenue is a headline in one place and exact in another; nothing else differs.
    odd = {key: found for key, found in texts.items() if len(found) > 1}
    assert not odd
    segments = TABLES["segments"]
    for row in segments.itertuples():
        assert texts[
            f"segments/{row.segment_id}/customer_count", str(row.customer_count)
        ] == {f"{row.customer_count:,}"}


def test_totals_agree_across_tables_and_sections():
    found = {source: value for source, value, _ in Reader(HTML).figures if source}
    people = TABLES["customer_segments"]
    assert found["customers"] == str(len(people)) == "300"
    predictions = TABLES["customer_predictions"]
    late = predictions[predictions["is_at_risk"]]
    assert int(found["late"]) == len(late) > 10
    assert Decimal(found["at_stake"]) == sum(late["spend_at_stake"])
    assert Decimal(found["publications//revenue"]) == sum(people["monetary_value"])
    grid = [
        int(value)
        for source, value, _ in Reader(HTML).figures
        if source and source.startswith("rfm_grid") and source.endswith("count")
    ]
    assert (len(grid), sum(grid)) == (25, 300)
    moved = people["previous_segment_id"].notna() & (
        people["previous_segment_id"] != people["segment_id"]
    )
    movements = TABLES["segment_movements"]
    assert movements["customer_count"].sum() == moved.sum()
    settled = movements[movements["cause"] != "settling"]["customer_count"].sum()
    assert int(found["moved"]) == settled < moved.sum()


def test_the_lede_says_what_to_expect_and_who_is_late():
    lede = re.search(r'<p class="lede">(.*?)</p>', HTML, re.S).group(1)
    words = " ".join(re.sub("<[^>]+>", "", lede).split())
    predictions = TABLES["customer_predictions"]
    spend = float(sum(predictions["expected_spend"])) / 1000
    late = predictions[predictions["is_at_risk"]]
    stake = float(sum(late["spend_at_stake"]))
    assert words.startswith(
        f"Today's 300 customers should spend about €{spend:.0f}K by 29 Jan 2027. "
        f"{len(late)} customers are late by their own standards, with €{stake:,.0f} at "
        "stake."
    )
    assert "changed segment since 30 Sep 2026" in words
    # 5 of 120 who bought the same have moved.
    assert words.endswith(
        "of those who buy the same as half a year before, 96% are where they were."
    )


def test_sections_in_order_each_with_its_question():
    reader = Reader(HTML)
    assert reader.sections == [
        "decide",
        "segments",
        "value",
        "months",
        "moves",
        "trust",
        "profiles",
        "map",
        "rfm",
        "why",
        "explore",
        "place",
        "people",
        "quality",
        "method",
    ]
    assert len(re.findall(r'<p class="q">[^<]+\?', HTML)) == len(reader.sections) - 1
    cards = re.findall(r'<article class="dec d(\d+)" id="(\w+)"', HTML)
    assert cards == [
        ("5", "expect"),
        ("7", "needs"),
        ("12", "lists"),
        ("6", "changed"),
        ("6", "plan"),
    ]


@pytest.mark.parametrize(
    ("missing", "section"),
    [
        ("segment_profiles", "profiles"),
        ("segment_monthly", "months"),
        ("rfm_grid", "rfm"),
        ("segment_candidates", "why"),
        ("candidate_crosswalk", "explore"),
        ("model_prototypes", "place"),
        ("model_features", "map"),
        ("segment_demographics", "people"),
        ("customer_predictions", "value"),
        ("prediction_record", None),
        ("prediction_quality", None),
        ("prediction_calibration", None),
        ("campaign_plans", None),
        ("segment_actions", None),
        ("movement_quality", None),
        ("segment_movements", None),
        ("publications", None),
        ("rfm_cut_points", None),
        ("rejected_transactions", None),
        ("model_calibration", None),
        ("customer_segments", "map"),
    ],
)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_section_without_its_table_is_left_out(missing, section, how):
    tables = {name: frame for name, frame in TABLES.items() if name != missing}
    if how == "empty":
        tables[missing] = TABLES[missing].iloc[:0]
    html = render_report(tables=tables, settings=SETTINGS)
    found = Reader(html).sections
    assert section not in found
    assert {"segments", "method"} <= set(found)
    assert set(re.findall(r'href="#([a-z]+)"', html)) <= {*found, "main"}


def test_the_users_books_stand_next_to_ours():
    books = pd.DataFrame(
        {
            "month_name": [None, "2024-02"],
            "measure": ["revenue", "orders"],
            "ours": [1200.5, 12.0],
            "theirs": [1200.0, 12.0],
            "difference": [0.5, 0.0],
            "off_share": [0.5 / 1200, 0.0],
            "tolerance": [0.01, 0.01],
            "is_within": [True, True],
        }
    )
    html = render_report(tables={**TABLES, "control_totals": books}, settings=SETTINGS)
    table = html.split("Next to your books</h3>")[1].split("</table>")[0]
    cells = re.findall(r"<td>(.*?)</td>", table)
    assert cells[:5] == ["€1,200.50", "€1,200.00", "+€0.50", "&lt;0.1%", "fits"]
    assert cells[5:] == ["12", "12", "0", "0%", "fits"]
    assert "Next to your books" not in HTML


@pytest.mark.parametrize("empty", ["missing", "zeros"])
def test_attributes_only_has_no_money_months_or_rfm(empty):
    """As a build of customers alone leaves it: no table, or one of zeros."""
    tables = dict(TABLES)
    zeros = {
        "rfm_grid": TABLES["rfm_grid"].assign(customer_count=0, revenue=Decimal("0.00"))
    }
    for name in (
        "segment_monthly",
        "rfm_grid",
        "rfm_cut_points",
        "segment_movements",
        "rejected_transactions",
        "customer_predictions",
        "prediction_record",
        "prediction_quality",
        "prediction_calibration",
        "campaign_plans",
        "movement_quality",
        "segment_actions",
    ):
        tables.pop(name)
    tables["segment_profiles"] = TABLES["segment_profiles"][
        TABLES["segment_profiles"]["unit"] != "money"
    ]
    nothing = [
        "revenue",
        "revenue_share",
        "revenue_at_risk",
        "median_monetary_value",
        "median_recency_days",
        "median_order_count",
        "main_rfm_group",
    ]
    tables["segments"] = TABLES["segments"].assign(**dict.fromkeys(nothing))
    tables["customer_segments"] = TABLES["customer_segments"].drop(
        columns=[
            "r_score",
            "f_score",
            "m_score",
            "rfm_group",
            "monetary_value",
            "previous_segment_id",
            "as_of_date",
            "first_order_date",
            "last_order_date",
        ]
    )
    tables["publications"] = TABLES["publications"].assign(
        as_of_date=None, revenue=None
    )
    if empty == "zeros":
        tables |= zeros
        tables["segments"] = tables["segments"].assign(revenue=Decimal("0.00"))
        tables["customer_segments"] = tables["customer_segments"].assign(
            as_of_date=pd.NaT
        )
    html = render_report(tables=tables, settings=SETTINGS)
    assert "as of" not in html.split("<h1>")[0].lower().split("<body>")[1]
    assert "Revenue" not in html.split('<section id="quality"')[0].split("<body>")[1]
    assert Reader(html).sections == [
        "share",
        "segments",
        "profiles",
        "map",
        "why",
        "explore",
        "place",
        "people",
        "quality",
        "method",
    ]
    assert "€" not in "".join(Reader(html.split("<script>")[0]).texts)
    assert "order" not in re.search(r'<p class="lede">(.*?)</p>', html).group(1)


def test_a_publication_without_customers_still_reads():
    html = render_report(tables={"segments": TABLES["segments"].iloc[:0]})
    assert "There are no segments in this publication." in html


def test_the_same_tables_in_any_order_give_the_same_report():
    shuffled = {
        name: frame.sample(frac=1, random_state=3) if name != "publications" else frame
        for name, frame in TABLES.items()
    }
    assert render_report(tables=shuffled, settings=SETTINGS) == HTML


def test_tables_are_not_changed():
    before = {name: frame.copy() for name, frame in TABLES.items()}
    render_report(tables=TABLES, settings=SETTINGS)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, TABLES[name])


def test_links_go_to_the_lists_by_their_safe_names():
    html = render_report(
        tables=TABLES,
        settings={
            "audiences": [
                {
                    "segment_id": "s01",
                    "segment_name": "x",
                    "file": "champions.csv",
                    "rows": 9,
                },
                {
                    "segment_id": None,
                    "segment_name": "Changes",
                    "file": "changes.csv",
                    "rows": 1,
                },
            ]
        },
    )
    assert html.count('href="audiences/') == 1
    assert 'href="audiences/champions.csv">Customer list (CSV, 9 rows)' in html


def test_a_first_of_2469_households_is_small_and_quick():
    tables = make_tables(count=2469)
    start = time.process_time()
    html = render_report(tables=tables, settings=SETTINGS)
    assert time.process_time() - start < 10
    assert len(html.encode()) < 600_000


def test_missing_segments_are_named():
    with pytest.raises(ValueError, match="'segments': it is missing"):
        render_report(tables={})
    with pytest.raises(ValueError, match="segment_name in the table 'segments'"):
        render_report(tables={"segments": pd.DataFrame({"segment_id": ["s01"]})})


def test_wording_and_colours_are_the_users():
    html = render_report(
        tables=TABLES,
        settings={
            "title": "Unsere Kunden",
            "colours": ["#004400"],
            "locale": "de",
            "currency": "EUR",
            "wording": {"segments": {"title": "Wer bringt was?"}},
        },
    )
    assert "<h1>Unsere Kunden</h1>" in html and "Wer bringt was?" in html
    assert ".c0{--c:#004400" in html
    assert re.search(r"[\d.]+\u00a0€", html)
