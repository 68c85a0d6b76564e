"""Why this number of segments: the measures by k, and the verdict in words."""

from __future__ import annotations

from segmentation.report.charts import measure_by_count
from segmentation.report.page import Page
from segmentation.wording.sentences import joined

VERDICTS = {
    "natural groups": "Customers fall into separate groups.",
    "continuum": "Customers form a continuum that the segments divide: customers on "
    "either side of a border are much alike.",
    "weak": "There are no distinct kinds of customers: use the segments as a rough "
    "guide.",
}
# Every segment of separate groups has at least this stability (Hennig).
SEPARATE_STABILITY = 0.75
# Name in the tables -> name in words.
METHODS = {
    "kmeans": "k-means",
    "bisecting_kmeans": "Bisecting k-means",
    "gaussian_mixture": "Gaussian mixture",
    "birch": "BIRCH",
    "agglomerative_ward": "Agglomerative (Ward)",
    "agglomerative_average": "Agglomerative (average link)",
    "agglomerative_complete": "Agglomerative (complete link)",
    "dbscan": "DBSCAN",
    "hdbscan": "HDBSCAN",
}
# column, title, what to look for
MEASURES = (
    (
        "inertia",
        "Spread left inside segments (elbow)",
        "Lower is tighter. It falls with every further segment.",
    ),
    (
        "silhouette",
        "Separation (silhouette)",
        "Higher is better separated; 1 is the most.",
    ),
    (
        "stability",
        "Stability (agreement when resampled)",
        "1 means the same groups every time.",
    ),
)


def method_name(algorithm: object) -> str:
    """The algorithm as people write it."""
    return METHODS.get(algorithm, str(algorithm))


def selected(found: list[dict]) -> dict | None:
    """The candidate in use."""
    chosen = [row for row in found if row.get("is_selected")]
    return chosen[0] if chosen else None


def verdict(page: Page, chosen: dict) -> str | None:
    """What kind of segments these are: separate only where each of them comes back."""
    structure = chosen.get("structure")
    weak = [
        face.name
        for face in page.clustered
        if face.row.get("stability") is not None
        and face.row["stability"] < SEPARATE_STABILITY
    ]
    if structure == "natural groups" and weak:
        return (
            "Customers fall into groups, but not every segment is one: "
            f"{joined(weak)} {'are' if len(weak) > 1 else 'is'} not the same in other "
            "samples."
        )
    return VERDICTS.get(structure)


def build(page: Page) -> dict | None:
    """Charts for the chosen algorithm, and a table of every solution tried."""
    found = page.published.rows("segment_candidates", "algorithm", "segment_count")
    chosen = selected(found)
    if chosen is None:
        return None
    found.sort(
        key=lambda row: (
            row["algorithm"] != chosen["algorithm"],
            row["algorithm"],
            row["segment_count"],
        )
    )
    same = [row for row in found if row["algorithm"] == chosen["algorithm"]]
    charts = []
    for column, title, hint in MEASURES:
        points = [
            {
                "segment_count": row["segment_count"],
                "value": float(row[column]),
                "is_selected": bool(row.get("is_selected")),
            }
            for row in same
            if row.get(column) is not None
        ]
        if len(points) >= 2:
            spoken = ", ".join(
                f"{p['segment_count']}: {page.formats.number(p['value'])}"
                for p in points
            )
            charts.append(
                {
                    "title": title,
                    "hint": hint,
                    "svg": measure_by_count(
                        points,
                        name=f"chart-{column}",
                        say=page.formats.fixed,
                        label=f"{title} by number of segments. {spoken}.",
                    ),
                }
            )
    count = chosen["segment_count"]
    return {
        "nav": f"Why {count}",
        "title": f"Why {count} segments",
        "question": "Do the data support this number of segments, and are the groups "
        "the same in other samples of the customers?",
        "chosen": chosen,
        "charts": charts,
        "candidates": found,
        "verdict": verdict(page, chosen),
        "has": {
            column
            for column in (
                "inertia",
                "silhouette",
                "stability",
                "quarter_agreement",
                "lowest_jaccard",
                "smallest_share",
                "gap",
                "davies_bouldin",
                "calinski_harabasz",
            )
            if any(row.get(column) is not None for row in found)
        },
    }
