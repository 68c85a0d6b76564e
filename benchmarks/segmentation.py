"""How often planted customers are found again: the project against the naive ways.

    python benchmarks/segmentation.py --seeds 100-111

The true persona of each customer is known (`planted.py`). The project's features are
built by dbt, for each set; its model comes from the same Python as in `dbt build`.
`--builds 3` proves the two equal: it runs whole builds of the first set of three
settings and compares every customer's segment.

The adjusted Rand index (ARI) leaves the planted noise customers out. Seeds 0 to 99
are for tuning; 100 to 199 are fresh.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import duckdb
import numpy as np
import pandas as pd
from planted import REPOSITORY, plant
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(REPOSITORY / "python_models"))

from segmentation.assigning.confidence import confidence  # noqa: E402
from segmentation.assigning.prototypes import LinearModel  # noqa: E402
from segmentation.clustering.algorithms import kmeans, natural  # noqa: E402
from segmentation.clustering.fitting import fit_candidates  # noqa: E402
from segmentation.clustering.resampling import kept_share, refit  # noqa: E402
from segmentation.clustering.solutions import Sample  # noqa: E402
from segmentation.preparing.fit_settings import Settings  # noqa: E402
from segmentation.preparing.preprocessing import (  # noqa: E402
    event_steps,
    fit_preprocessing,
    transform,
)
from segmentation.preparing.read_settings import (  # noqa: E402
    project_vars,
    read_settings,
    settings_for,
)
from segmentation.preparing.sampling import canonical_order  # noqa: E402

SETTINGS = ("easy", "medium", "hard", "skewed", "heavytail", "balanced", "null")
RFM = ["recency_days", "order_count", "monetary_value"]
# How each feature is prepared: what it is shrunk to, capped and weighted by.
LABELS = pd.read_csv(REPOSITORY / "seeds" / "feature_labels.csv")
FEATURES = "int_clustered_features"
# Segments that the naive ways try.
NAIVE_COUNTS = range(2, 11)


def build(variables: dict, home: Path, *arguments: str) -> None:
    """Run `dbt build` on a set, in a folder of its own."""
    home.mkdir(parents=True, exist_ok=True)
    command = [
        str(Path(sys.executable).with_name("dbt")), "--quiet", "build",
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", json.dumps({**variables, "history_months": 0}), *arguments,
    ]  # fmt: skip
    subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        check=True,
    )


class Project:
    """The project's features and segments, on one set after the other."""

    def __init__(self, folder: Path):
        self.path = folder / "transactions.parquet"
        self.home = folder / "features"
        self.settings = read_settings(project_vars())

    def plant(self, setting: str, seed: int) -> tuple[dict, pd.DataFrame]:
        """Put a set where the one before was; return its vars and its truth."""
        return plant(self.path, setting=setting, seed=seed)

    def features(self, variables: dict) -> pd.DataFrame:
        """Return the features of the customers of a set, as a build makes them."""
        # What dbt parsed stays: the file has the name of the one before.
        shutil.rmtree(self.home / "releases", ignore_errors=True)
        for path in self.home.glob("build.duckdb*"):
            path.unlink()
        build(variables, self.home, "--select", f"+{FEATURES}",
              "--exclude-resource-type", "test", "unit_test")  # fmt: skip
        database = str(self.home / "build.duckdb")
        with duckdb.connect(database, read_only=True) as connection:
            return connection.sql(
                f"from {FEATURES} where as_of_date = (select max(as_of_date) from "
                f"{FEATURES}) order by customer_id"
            ).df()

    def fit_settings(self, **changed) -> Settings:
        """Return the settings of a fit as the project has them, some changed."""
        return Settings(**{**settings_for(Settings, self.settings), **changed})

    def segment(self, features: pd.DataFrame, **changed) -> dict:
        """Return labels and what is known about them."""
        fitted = fit_preprocessing(
            frame=features,
            labels=LABELS,
            **settings_for(fit_preprocessing, self.settings),
        )
        vectors = transform(frame=features, fitted=fitted)
        steps = event_steps(frame=features, fitted=fitted, labels=LABELS)
        candidates = fit_candidates(
            vectors=vectors,
            keys=features["customer_id"],
            settings=self.fit_settings(**changed, event_steps=steps),
        )
        row = candidates[candidates["is_selected"]].iloc[0]
        model = LinearModel(
            np.array(row["prototype_weights"]),
            np.array(row["prototype_offsets"]),
            np.array(row["prototype_segments"]),
        )
        sure = confidence(
            margins=model.margins(vectors),
            knots=row["calibration_margins"],
            levels=row["calibration_confidences"],
        )
        return {
            "labels": model.predict(vectors),
            "confidence": sure,
            "structure": row["structure"],
            "vectors": vectors,
        }


def kept_on_new_draws(result: dict, keys: pd.Series, settings: Settings) -> np.ndarray:
    """Return how often each customer keeps the segment on draws the fit has not seen.

    The confidence was calibrated on draws of its own seed; these are of another.
    """
    order = canonical_order(result["vectors"], keys.tolist())
    sample = Sample(result["vectors"][order], settings)
    labels = result["labels"][order]
    way = natural if result["structure"] == "natural groups" else kmeans
    _, refits = refit(sample, {0: partial(way, count=int(labels.max()) + 1)})
    kept = np.empty(len(order))
    kept[order] = kept_share(labels, refits[0])
    return kept


def report_calibration(pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Print confidence against what was kept, in five bins."""
    sure = np.concatenate([one for one, _ in pairs])
    kept = np.concatenate([other for _, other in pairs])
    bins = np.clip((sure * 5).astype(int), 0, 4)
    print("\n| confidence | customers | mean confidence | kept on new draws |")
    print("| --- | --- | --- | --- |")
    for number in np.unique(bins):
        own = bins == number
        print(
            f"| {number / 5:.1f} to {number / 5 + 0.2:.1f} | {own.sum():,} | "
            f"{sure[own].mean():.3f} | {kept[own].mean():.3f} |"
        )


def naive(features: pd.DataFrame, names: list[str], rule: str) -> np.ndarray:
    """Return labels of k-means on standardised values, k by silhouette or elbow."""
    known = features[names].astype(float).fillna(0)
    matrix = StandardScaler().fit_transform(known)
    models = {
        count: KMeans(count, n_init=10, random_state=42).fit(matrix)
        for count in NAIVE_COUNTS
    }
    if rule == "silhouette":
        best = max(models, key=lambda k: silhouette_score(matrix, models[k].labels_))
    else:
        inertias = np.array([model.inertia_ for model in models.values()])
        line = np.linspace(inertias[0], inertias[-1], len(inertias))
        best = list(models)[int((line - inertias).argmax())]
    return models[best].labels_


def persona_count(truth: pd.DataFrame) -> int:
    """Return how many personas were planted, noise left out."""
    return truth.loc[truth["is_noise"] == 0, "persona"].nunique()


def score(features: pd.DataFrame, truth: pd.DataFrame, labels: np.ndarray) -> dict:
    """Return the agreement with the truth, noise customers left out."""
    found = pd.DataFrame({"customer_id": features["customer_id"], "label": labels})
    merged = truth.merge(found, on="customer_id", how="left").fillna({"label": -9})
    clean = merged[merged["is_noise"] == 0]
    return {
        "ari": adjusted_rand_score(clean["persona"], clean["label"]),
        "k_true": persona_count(truth),
        "k_found": len(np.unique(labels)),
    }


def auc_of_confidence(features, truth, labels, sure) -> float:
    """Return how well confidence tells customers in the segment of their persona.

    A persona's segment is the one most of its customers are in.
    """
    found = pd.DataFrame(
        {"customer_id": features["customer_id"], "label": labels, "sure": sure}
    )
    clean = truth[truth["is_noise"] == 0].merge(found, on="customer_id")
    persona = clean.groupby("label")["persona"].agg(lambda x: x.mode()[0])
    right = (clean["label"].map(persona) == clean["persona"]).to_numpy()
    if right.all() or not right.any():
        return np.nan
    ranks = clean["sure"].rank().to_numpy()
    positives = right.sum()
    above = ranks[right].sum() - positives * (positives + 1) / 2
    return float(above / positives / (~right).sum())


def run(setting: str, seed: int, project: Project, ways, pairs=None) -> list[dict]:
    """Return one row per way of segmenting a set; add to the pairs of confidence."""
    variables, truth = project.plant(setting, seed)
    features = project.features(variables)
    behaviour = [
        name
        for name in project.settings["segment_features"]
        if features[name].notna().any()
    ]
    rows = []
    for way in ways:
        started = time.perf_counter()
        extra = {}
        if way.startswith("project"):
            is_given = way == "project, k given"
            count = {"segment_count": persona_count(truth)} if is_given else {}
            result = project.segment(features, **count)
            labels, sure = result["labels"], result["confidence"]
            extra = {
                "structure": result["structure"],
                "auc": auc_of_confidence(features, truth, labels, sure),
            }
            if pairs is not None and not is_given:
                kept = kept_on_new_draws(
                    result, features["customer_id"], project.fit_settings(seed=4711)
                )
                pairs.append((sure, kept))
        else:
            what, rule = way.split(", ")
            labels = naive(features, RFM if what == "RFM" else behaviour, rule)
        seconds = time.perf_counter() - started
        rows.append(
            {"setting": setting, "seed": seed, "way": way, "seconds": seconds,
             **score(features, truth, labels), **extra}
        )  # fmt: skip
    return rows


def report(rows: pd.DataFrame) -> None:
    """Print the table of the ways, then the project by setting."""
    rows["exact"] = rows["k_found"] == rows["k_true"]
    rows["near"] = (rows["k_found"] - rows["k_true"]).abs() <= 1
    planted_rows = rows[rows["setting"] != "null"]
    print("\n| way | mean ARI | 10th percentile | k exact | k within 1 | s |")
    print("| --- | --- | --- | --- | --- | --- |")
    for way, part in planted_rows.groupby("way", sort=False):
        print(
            f"| {way} | {part['ari'].mean():.3f} | {part['ari'].quantile(0.1):.3f} | "
            f"{part['exact'].mean():.2f} | {part['near'].mean():.2f} | "
            f"{part['seconds'].mean():.1f} |"
        )
    for way in [name for name in rows["way"].unique() if name.startswith("project")]:
        print(f"\n{way}\n")
        print("| setting | mean ARI | k exact | natural groups | AUC of confidence |")
        print("| --- | --- | --- | --- | --- |")
        for setting, part in rows[rows["way"] == way].groupby("setting", sort=False):
            print(
                f"| {setting} | {part['ari'].mean():.3f} | {part['exact'].mean():.2f} "
                f"| {(part['structure'] == 'natural groups').mean():.2f} "
                f"| {part['auc'].mean():.3f} |"
            )


def compare_builds(project: Project, count: int, seeds: range, folder: Path) -> None:
    """Run whole builds and say how many customers the harness labels otherwise."""
    for setting in SETTINGS[:count]:
        variables, _ = project.plant(setting, seeds[0])
        home = folder / "build"
        shutil.rmtree(home, ignore_errors=True)
        build(variables, home, "--exclude-resource-type", "unit_test")
        features = project.features(variables)
        labels = project.segment(features)["labels"]
        published = duckdb.connect(
            str(home / "published" / "segments.duckdb"), read_only=True
        )
        built = published.sql("select customer_id, segment_id from customer_segments")
        both = features[["customer_id"]].assign(label=labels)
        both = both.merge(built.df(), on="customer_id")
        published.close()
        table = pd.crosstab(both["label"], both["segment_id"])
        moved = len(both) - int(table.max(axis=1).sum())
        print(f"build of {setting} {seeds[0]}: {moved} of {len(both)} differ")


def main(given: list[str] | None = None) -> None:
    """Run every set and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    parser.add_argument("--seeds", default="100-111")
    parser.add_argument("--builds", type=int, default=0)
    parser.add_argument("--csv", help="write the single results here")
    parser.add_argument("--only-project", action="store_true")
    parser.add_argument("--given-k", action="store_true", help="also with the true k")
    parser.add_argument("--calibration", action="store_true", help="also on new draws")
    arguments = parser.parse_args(given)
    first, _, last = arguments.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    ways = ["RFM, silhouette", "features, silhouette", "features, elbow", "project"]
    if arguments.only_project:
        ways = ["project"]
    if arguments.given_k:
        ways.insert(0, "project, k given")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = Project(folder)
        rows = []
        pairs = [] if arguments.calibration else None
        for setting in arguments.settings.split(","):
            for seed in seeds:
                rows += run(setting, seed, project, ways, pairs)
                print(setting, seed, round(rows[-1]["ari"], 3), rows[-1]["k_true"],
                      rows[-1]["k_found"], file=sys.stderr, flush=True)  # fmt: skip
        frame = pd.DataFrame(rows)
        if arguments.csv:
            frame.to_csv(arguments.csv, index=False)
        report(frame)
        if pairs:
            report_calibration(pairs)
        compare_builds(project, arguments.builds, seeds, folder)


if __name__ == "__main__":
    main()
