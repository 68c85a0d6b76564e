"""How often planted customers are found again: the project against the naive ways.

    python benchmarks/segmentation.py --seeds 100-111

Customers come from `../shared/personas/generate.py`; their true persona is known. The
project's features come from its own compiled SQL, run on each set; its model from the
same Python as in `dbt build`. `--builds 3` proves the two equal: it runs whole builds
on the first sets of each setting and compares every customer's segment.

The adjusted Rand index (ARI) leaves the planted noise customers out. Seeds 0 to 99
are for tuning; 100 to 199 are fresh.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
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
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

REPOSITORY = Path(__file__).resolve().parents[1]
PERSONAS = REPOSITORY.parent / "shared" / "personas"
sys.path.insert(0, str(REPOSITORY / "python_models"))

from segmentation.assigning.confidence import confidence  # noqa: E402
from segmentation.assigning.prototypes import LinearModel  # noqa: E402
from segmentation.clustering.algorithms import kmeans, natural  # noqa: E402
from segmentation.clustering.fitting import fit_candidates  # noqa: E402
from segmentation.clustering.resampling import kept_share, refit  # noqa: E402
from segmentation.clustering.solutions import Sample  # noqa: E402
from segmentation.preparing.fit_settings import Settings  # noqa: E402
from segmentation.preparing.preprocessing import fit_preprocessing, transform  # noqa: E402
from segmentation.preparing.sampling import canonical_order  # noqa: E402

SETTINGS = ("easy", "medium", "hard", "skewed", "heavytail", "balanced", "null")
RFM = ["recency_days", "order_count", "monetary_value"]
FEATURES = "model.customer_segmentation.int_clustered_features"
COLUMNS = {
    "customer_id": "customer_id",
    "ordered_at": "ordered_at",
    "order_id": "order_id",
    "amount": "net_amount",
    "category": "product_category",
    "quantity": "quantity",
    "discount": "discount_amount",
    "channel": "channel",
}
# Segments that the naive ways try.
NAIVE_COUNTS = range(2, 11)


def planted(setting: str, seed: int, folder: Path) -> tuple[Path, pd.DataFrame]:
    """Return a set's transactions as a file, and its truth."""
    spec = importlib.util.spec_from_file_location("generate", PERSONAS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    transactions, truth, _ = generate.make(setting, seed, 2000)
    path = folder / f"{setting}_{seed}.parquet"
    transactions.to_parquet(path, index=False)
    return path, truth


def build(path: Path, home: Path, *arguments: str) -> None:
    """Run `dbt build` on a set, in a folder of its own."""
    home.mkdir(parents=True, exist_ok=True)
    command = [
        str(Path(sys.executable).with_name("dbt")), "--quiet", "build",
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", json.dumps(variables(path)), *arguments,
    ]  # fmt: skip
    subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, "SEGMENTATION_HOME": str(home)},
        check=True,
    )


def variables(path: Path) -> dict:
    """Return the dbt vars of a set."""
    return {
        "transactions": str(path),
        "transaction_columns": COLUMNS,
        "history_months": 0,
    }


class Project:
    """The project's features and segments, without the start of dbt for every set."""

    def __init__(self, path: Path, home: Path):
        build(path, home, "--select", "+int_clustered_features",
              "--exclude-resource-type", "test", "unit_test")  # fmt: skip
        manifest = json.loads((home / "target" / "manifest.json").read_text())
        self.nodes = manifest["nodes"]
        self.order: list[str] = []
        self._visit(FEATURES)
        self.database = home / "build.duckdb"
        self.path = str(path)

    def _visit(self, name: str) -> None:
        """Put a model after those it reads."""
        for parent in self.nodes[name]["depends_on"].get("nodes", []):
            if parent in self.nodes and parent not in self.order:
                self._visit(parent)
        self.order.append(name)

    def features(self, path: Path) -> pd.DataFrame:
        """Return the features of the customers of a set, by the compiled SQL."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"attach '{self.database}' as built (read_only)")
        connection.execute("attach ':memory:' as build")
        for name in self.order:
            node = self.nodes[name]
            connection.execute(f'create schema if not exists build."{node["schema"]}"')
            sql = (node.get("compiled_code") or "").replace(self.path, str(path))
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            if node["resource_type"] == "seed":
                relation = node["relation_name"]
                sql = f"from {relation.replace('build', 'built', 1)}"
            connection.execute(f"create {kind} {node['relation_name']} as {sql}")
        frame = connection.sql(
            f"from {self.nodes[FEATURES]['relation_name']}"
            " where as_of_date = (select max(as_of_date) from"
            f" {self.nodes[FEATURES]['relation_name']})"
        ).df()
        connection.close()
        return frame

    @staticmethod
    def segment(features: pd.DataFrame) -> dict:
        """Return labels and what is known about them."""
        keys = {"customer_id", "as_of_date"}
        names = [name for name in features.columns if name not in keys]
        fitted = fit_preprocessing(frame=features, segment_features=names)
        vectors = transform(frame=features, fitted=fitted)
        candidates = fit_candidates(
            vectors=vectors, keys=features["customer_id"], settings=Settings()
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


def kept_on_new_draws(result: dict, keys: pd.Series) -> np.ndarray:
    """Return how often each customer keeps the segment on draws the fit has not seen.

    The confidence was calibrated on draws of its own seed; these are of another.
    """
    order = canonical_order(result["vectors"], keys.tolist())
    sample = Sample(result["vectors"][order], Settings(seed=4711))
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


def score(features: pd.DataFrame, truth: pd.DataFrame, labels: np.ndarray) -> dict:
    """Return the agreement with the truth, noise customers left out."""
    found = pd.DataFrame({"customer_id": features["customer_id"], "label": labels})
    merged = truth.merge(found, on="customer_id", how="left").fillna({"label": -9})
    clean = merged[merged["is_noise"] == 0]
    return {
        "ari": adjusted_rand_score(clean["persona"], clean["label"]),
        "k_true": clean["persona"].nunique(),
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


def run(
    setting: str, seed: int, project: Project, folder: Path, ways, pairs=None
) -> list[dict]:
    """Return one row per way of segmenting a set; add to the pairs of confidence."""
    path, truth = planted(setting, seed, folder)
    features = project.features(path)
    path.unlink()
    behaviour = [
        name
        for name in features.select_dtypes("number").columns
        if features[name].notna().any()
    ]
    rows = []
    for way in ways:
        started = time.perf_counter()
        extra = {}
        if way == "project":
            result = project.segment(features)
            labels, sure = result["labels"], result["confidence"]
            extra = {
                "structure": result["structure"],
                "auc": auc_of_confidence(features, truth, labels, sure),
            }
            if pairs is not None:
                pairs.append((sure, kept_on_new_draws(result, features["customer_id"])))
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
    print("\n| setting | mean ARI | k exact | natural groups | AUC of confidence |")
    print("| --- | --- | --- | --- | --- |")
    for setting, part in rows[rows["way"] == "project"].groupby("setting", sort=False):
        print(
            f"| {setting} | {part['ari'].mean():.3f} | {part['exact'].mean():.2f} | "
            f"{(part['structure'] == 'natural groups').mean():.2f} | "
            f"{part['auc'].mean():.3f} |"
        )


def compare_builds(project: Project, count: int, seeds: range, folder: Path) -> None:
    """Run whole builds and say how many customers the harness labels otherwise."""
    for setting in SETTINGS[:count]:
        path, _ = planted(setting, seeds[0], folder)
        home = folder / "build"
        build(path, home, "--exclude-resource-type", "unit_test")
        features = project.features(path)
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


def main() -> None:
    """Run every set and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=",".join(SETTINGS))
    parser.add_argument("--seeds", default="100-111")
    parser.add_argument("--builds", type=int, default=0)
    parser.add_argument("--csv", help="write the single results here")
    parser.add_argument("--only-project", action="store_true")
    parser.add_argument("--calibration", action="store_true", help="also on new draws")
    arguments = parser.parse_args()
    if not PERSONAS.exists():
        sys.exit(f"the generator of planted customers is missing: {PERSONAS}")
    first, _, last = arguments.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    ways = ["RFM, silhouette", "features, silhouette", "features, elbow", "project"]
    if arguments.only_project:
        ways = ["project"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, _ = planted("medium", 0, folder)
        project = Project(path, folder / "home")
        rows = []
        pairs = [] if arguments.calibration else None
        for setting in arguments.settings.split(","):
            for seed in seeds:
                rows += run(setting, seed, project, folder, ways, pairs)
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
