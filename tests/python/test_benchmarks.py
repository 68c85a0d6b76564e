"""Every benchmark runs, on tiny data: figures are only as good as what prints them."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dbt_builds import REPOSITORY, run_dbt, shared_file

BENCHMARKS = REPOSITORY / "benchmarks"
# Run by hand: it needs a Superset; and what others import.
NOT_RUN_HERE = {"superset_chart", "faults", "trials", "generate", "planted"}
NOT_RUN_HERE |= {"measuring", "refresh"}
PERSONAS = '''
import duckdb
import numpy as np
import pandas as pd


def make(setting, seed, customers, k=None, drift="none"):
    """Loyal customers who buy for a year, and others who bought once."""
    chance = np.random.default_rng(seed)
    rows, truth = [], []
    for number in range(160):
        is_loyal = number % 2
        truth.append((f"c{number}", ["once", "loyal"][is_loyal], int(number > 157)))
        for order in range(12 if is_loyal else 1):
            day = 30 * order + int(chance.integers(0, 25))
            at = pd.Timestamp("2024-06-30") - pd.Timedelta(days=day)
            amount = round(float(chance.lognormal(3 + is_loyal, 0.2)), 2)
            rows.append(
                (f"c{number}", at, f"o{len(rows)}", amount, "tea", 1, 0.0, "web")
            )
    columns = ["customer_id", "ordered_at", "order_id", "net_amount"]
    columns += ["product_category", "quantity", "discount_amount", "channel"]
    known = pd.DataFrame(truth, columns=["customer_id", "persona", "is_noise"])
    return pd.DataFrame(rows, columns=columns), known, {}
'''


@pytest.fixture
def benchmark(monkeypatch, tmp_path):
    """Loads a benchmark as the script it is; planted customers are those above."""
    # Last, as one of them has the name of the package.
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
    monkeypatch.chdir(REPOSITORY)
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "generate.py").write_text(PERSONAS)

    def load(name: str):
        spec = importlib.util.spec_from_file_location(
            f"benchmark_{name}", BENCHMARKS / f"{name}.py"
        )
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        import planted

        monkeypatch.setattr(planted, "PERSONAS", tmp_path / "personas")
        return module

    return load


def test_every_benchmark_is_run_by_a_test():
    text = Path(__file__).read_text(encoding="utf-8")
    scripts = {path.stem for path in BENCHMARKS.glob("*.py")} - NOT_RUN_HERE
    assert {name for name in scripts if f'benchmark("{name}")' not in text} == set()


def test_choosing_k_and_placing_customers(benchmark, capsys):
    benchmark("fitting").main(600)
    assert "600 customers placed" in capsys.readouterr().out


def test_a_notebook_makes_segments(benchmark, tmp_path, capsys):
    benchmark("generate").main(["20000", str(tmp_path / "lines")])
    benchmark("notebook").main(
        [str(tmp_path / "lines"), "2,3", "--lists", str(tmp_path / "lists")]
    )
    customers, _, rest = capsys.readouterr().out.partition(" customers, ")
    assert int(customers) > 100 and "segments" in rest
    listed = pd.concat(map(pd.read_csv, (tmp_path / "lists").glob("*.csv")))
    assert len(listed) == int(customers)
    assert listed["expected_spend"].ge(0).all()
    assert listed["silence_probability"].between(0, 1).all()


@pytest.mark.parametrize("library", ["duckdb", "polars"])
def test_features_by_hand_are_one_row_per_customer(
    benchmark, tmp_path, capsys, library
):
    if library == "polars":
        pytest.importorskip("polars", reason="no dependency: pip install polars")
    benchmark("generate").main(["20000", str(tmp_path / "lines")])
    benchmark("by_hand").main([library, f"{tmp_path}/lines/*/*.parquet"])
    assert capsys.readouterr().out == "992 customers\n"


def test_drawn_exports_are_judged_and_counted(benchmark, capsys):
    assert benchmark("exports").main(2) == 0
    assert capsys.readouterr().out.startswith("2 drawn exports: ")


def test_naive_ways_and_scores_are_reported(benchmark, capsys):
    segmentation = benchmark("segmentation")
    features = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(40)],
            "recency_days": np.repeat([1.0, 100.0], 20)
            + np.random.default_rng(0).normal(size=40),
        }
    )
    truth = pd.DataFrame(
        {
            "customer_id": features["customer_id"],
            "persona": np.repeat(["a", "b"], 20),
            "is_noise": 0,
        }
    )
    rows = []
    for rule in ("silhouette", "elbow"):
        labels = segmentation.naive(features, ["recency_days"], rule)
        found = segmentation.score(features, truth, labels)
        rows.append({"setting": "easy", "way": rule, "seconds": 0.0, **found})
    assert rows[0]["ari"] == 1 and rows[0]["k_found"] == rows[0]["k_true"] == 2
    segmentation.report(pd.DataFrame(rows))
    assert "| silhouette | 1.000 |" in capsys.readouterr().out
    labels = np.repeat([0, 1], 20)
    labels[0] = 1
    sure = np.where(np.arange(40) == 0, 0.1, 0.9)
    assert segmentation.auc_of_confidence(features, truth, labels, sure) == 1
    segmentation.report_calibration([(sure, sure)])
    assert "| 0.8 to 1.0 | 39 |" in capsys.readouterr().out


def test_a_fault_is_planted_and_what_it_touches_is_known(benchmark):
    mutation = benchmark("mutation")
    for kind in ("sql", "python"):
        folders = set()
        for place in mutation.draw(kind, 200, seed=0):
            path = place.path.relative_to(REPOSITORY)
            folders.add(path.parent)
            assert place.damaged != place.path.read_text()
        assert len(folders) > 5, "models and macros lie in folders, and so do modules"
    valleys = Path("python_models/segmentation/clustering/valleys.py")
    near = mutation.tests_near(valleys, by_dbt=False)
    assert near[0] == "clustering/test_valleys.py"
    assert "fitted_candidates" in mutation.made_by(valleys, copy=None)
    named = [*mutation.ON_THE_SAMPLE, *mutation.OF_STAGING]
    named += [*mutation.OF_RELEASES, *mutation.OF_REFUSALS, *near]
    for name in named:
        file, _, test = name.partition("::")
        text = (REPOSITORY / "tests" / "python" / file).read_text(encoding="utf-8")
        assert f"def {test}" in text


def test_what_is_said_of_campaigns_is_tried_on_real_customers(benchmark, capsys):
    benchmark("campaigns").main(["completejourney", "--draws", "4"])
    said = capsys.readouterr().out
    assert "completejourney: 2,393 customers, 90 days" in said
    assert "| 4:1 | 20% | " in said
    assert "of 4 salts significant at 5%" in said


def test_the_peer_of_the_expectation_finds_what_was_published_of_cdnow(benchmark):
    peer = benchmark("peer")
    rows = [line.split()[1:3] for line in shared_file("cdnow_sample.txt").open()]
    days = pd.DataFrame(rows, columns=["customer", "day"]).drop_duplicates()
    days["day"] = pd.to_datetime(days["day"], format="%Y%m%d")
    end = pd.Timestamp("1997-09-30")
    found = (
        days[days["day"] <= end].groupby("customer")["day"].agg(["min", "max", "size"])
    )
    x = found["size"].to_numpy(float) - 1
    last = (found["max"] - found["min"]).dt.days.to_numpy() / 7
    age = (end - found["min"]).dt.days.to_numpy() / 7

    parameters = peer.fit_orders(x, last, age)

    assert parameters == pytest.approx((0.2426, 4.4136, 0.7930, 2.4261), abs=5e-3)
    expected, _ = peer.expect_orders(parameters, x, last, age, 39)
    assert expected.sum() == pytest.approx(1653, abs=2)


def test_the_peer_of_the_expectation_is_compared_on_a_few_customers(benchmark):
    rng = np.random.default_rng(0)
    days = 1 + rng.poisson(3, 200)
    customers = pd.DataFrame(
        {
            "repeat_days": days - 1,
            "order_days": days,
            "age_days": 300.0,
            "wait_days": np.where(days > 1, 40.0, 300.0),
            "net_amount": 20.0 * days + rng.random(200),
            "next_spend": 10.0 * days,
            "next_order_days": rng.integers(0, 2, 200),
        }
    )

    row = benchmark("expectation").peer_row(customers)

    assert 0 < row["total_ratio"] < 5
    assert np.isfinite(row["mean_absolute_error"])


@pytest.mark.slow
@pytest.mark.build
def test_planted_customers_are_found_again(benchmark, capsys):
    arguments = ["--settings", "easy", "--seeds", "0", "--calibration"]
    benchmark("segmentation").main([*arguments, "--builds", "1"])
    said = capsys.readouterr().out
    assert all(f"| {way} | " in said for way in ("RFM, silhouette", "project"))
    assert "| mean confidence |" in said
    # What is measured is what is built.
    assert "build of easy 0: 0 of 160 differ" in said


@pytest.mark.slow
@pytest.mark.build
def test_segments_are_followed_from_build_to_build(benchmark, capsys):
    asked = ["--data", "planted", "--setting", "easy", "--seed", "0", "--months", "2"]
    benchmark("over_time").main([*asked, "--vars", '{"history_months": 2}'])
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert json.loads(first)["reason"] == "fitted: no model has been published before"
    row = json.loads(second)
    assert row["adds_up"] and row["ari"] > 0
    assert (
        0
        < sum(row[cause] for cause in ("acted", "time", "settling", "model", "data"))
        <= 1
    )


@pytest.mark.slow
@pytest.mark.build
def test_segments_are_followed_in_memory(benchmark, capsys):
    asked = ["--data", "planted", "--settings", "easy", "--seeds", "0-0"]
    benchmark("over_time_fast").main([*asked, "--months", "3"])
    said = capsys.readouterr().out
    assert said.count("2024-0") == 3 and "relabelled" in said


@pytest.mark.slow
@pytest.mark.build
def test_who_moves_though_nothing_changes_is_counted(benchmark, capsys):
    asked = ["unchanging", "--customers", "300", "--rate", "2", "--seed", "5"]
    benchmark("steadiness").main(asked)
    said = dict(
        line.split(": ", 1) for line in capsys.readouterr().out.strip().splitlines()
    )
    assert float(said["chance_share"]) > 0.8
    moved = said["segment_id, settled who move in a month"]
    assert float(moved.split("%")[0].removeprefix("mean ")) <= 3


def test_what_is_told_of_a_figure(benchmark, tmp_path):
    scale = benchmark("scale")
    run = scale.Run(tmp_path, lines=2_000_000)
    took = {"wall": 6.04, "cpu": 9.0, "memory": 1.5}
    assert scale.row(run, "build", took, "") == (
        "| 2 million | build | 6.0 | 9.0 |  | 1.50 |  |"
    )
    run.found["scan"] = {"wall": 1.0, "cpu": 3.0, "memory": 1.0}
    assert scale.row(run, "build", took, "slow").endswith("| 9.0 | 3 | 1.50 | slow |")
    assert run.ratio(took, "scan") == "6.04" and run.ratio(took, "other") == ""
    assert scale.difference({"a": 1, "b": 2}, {"a": 1, "b": 2}) == "the same in all 2"
    assert scale.difference({"a": 1, "b": 2}, {"a": 1}) == "1 of 2 differ: b"


@pytest.mark.slow
@pytest.mark.build
def test_what_builds_cost_is_measured_by_one_command(benchmark, tmp_path, capsys):
    parts = ["scan", "check", "by-hand", "notebook", "features", "day"]
    benchmark("scale").main([str(tmp_path), "--lines", "20000", "--only", *parts])
    said = capsys.readouterr().out
    assert "Commit " in said and " cores" in said
    rows = [line.split(" | ") for line in said.splitlines() if "| 0.02 million" in line]
    figures = {row[1]: row[2:] for row in rows}
    assert float(figures["fair notebook"][0]) > 0
    assert figures["scan"][2] == "1"
    assert figures["make check of a CSV"][-1].startswith("1 MB")
    assert "of the SQL by hand" in figures["features and RFM, dbt"][-1]
    assert "of the build before, state " in figures["a day more"][-1]
    assert figures["a day more, from nothing"][-1].startswith("the same in all ")


@pytest.mark.slow
@pytest.mark.build
def test_features_by_hand_are_those_of_a_build(benchmark, tmp_path):
    generate, by_hand = benchmark("generate"), benchmark("by_hand")
    generate.generate(20_000, tmp_path / "lines")
    files = f"{tmp_path}/lines/*/*.parquet"
    build = run_dbt(
        home=tmp_path,
        variables={"transactions": files, "history_months": 0},
        command="run",
        options=("--select", "+int_customer_features"),
    )
    assert build.exit_code == 0, build.output
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
        ours = connection.execute(
            "select * replace (cast(customer_id as bigint) as customer_id) "
            "from int_customer_features where first_order_date is not null "
            "and as_of_date = (select max(as_of_date) from int_customer_features)"
        ).df()
    hand = by_hand.by_duckdb(files).df().set_index("customer_id").sort_index()
    columns = [name for name in hand if not name.endswith("_score")]
    ours = ours.set_index("customer_id").sort_index()[columns]
    pd.testing.assert_frame_equal(
        ours.astype(float), hand[columns].astype(float), rtol=1e-9
    )


@pytest.mark.slow
@pytest.mark.build
def test_new_customers_are_placed_as_scikit_learn_does(benchmark, sample_build, capsys):
    home = sample_build.home
    benchmark("scoring").main(["3000", str(home), str(home / "target")])
    assert "labels that differ: 0" in capsys.readouterr().out
    assert os.path.exists(home / "build.duckdb")
