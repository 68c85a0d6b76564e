"""What people read about models and columns is written once, and nothing is missing."""

from __future__ import annotations

import csv
import re
import textwrap
from collections import Counter
from collections.abc import Iterator

import yaml

from dbt_builds import REPOSITORY
from segmentation.preparing.read_settings import DEMO, DEMO_CURRENCY
from snapshots import IS_WRITING

FOLDERS = ("models", "python_models", "seeds")
YAML = sorted(path for name in FOLDERS for path in REPOSITORY.glob(f"{name}/**/*.yml"))
BLOCKS = REPOSITORY / "models" / "columns.md"
FEATURES = REPOSITORY / "models/intermediate/features/int_customer_features.sql"
PLAYBOOK = REPOSITORY / "seeds" / "playbook.csv"
LABELS = REPOSITORY / "seeds" / "feature_labels.csv"
CONTRACT = REPOSITORY / "models" / "marts" / "customers" / "_customers__models.yml"
# How a feature is prepared, and what its words ask for: empty where nothing is.
PREPARATION = ("evidence", "prior", "value_cap", "log_offset") + (
    "theme", "high_from", "low_to", "evidence_from", "weight",
)  # fmt: skip
# Below these, `description` is the name of a column.
DATA = {"column_types", "given", "expect"}
BLOCK = re.compile(r"{% docs (\w+) %}")
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")


def descriptions(node: object) -> Iterator[str]:
    """Every description in a YAML document, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description":
                yield " ".join(value.split())
            elif key not in DATA:
                yield from descriptions(value)
    elif isinstance(node, list):
        for value in node:
            yield from descriptions(value)


def all_descriptions() -> list[str]:
    documents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in YAML]
    return [text for document in documents for text in descriptions(document)]


def features() -> dict[str, str]:
    """Description by feature, as the seed has it."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: row["description"] for row in csv.DictReader(file)}


def contract() -> str:
    """The contract of customers: features as the seed describes and the model casts."""
    types = re.findall(
        r"as ([a-z]+(?:\([\d, ]+\))?)\s*\)\s+as (\w+)", FEATURES.read_text("utf-8")
    )
    type_of = {name: data_type for data_type, name in types}
    models = CONTRACT.read_text(encoding="utf-8").split("\n  - name: ")
    place = 0
    for feature, text in features().items():
        entry = (
            f"      - name: {feature}\n        data_type: {type_of[feature]}\n"
            f"        description: >\n"
            f"{textwrap.indent(textwrap.fill(text, 78), ' ' * 10)}\n"
        )
        known = re.search(
            rf"      - name: {feature}\n(?:        .*\n)+", models[1] + "\n"
        )
        start, end = known.span() if known else (place, place)
        models[1] = models[1][:start] + entry + models[1][end:]
        place = start + len(entry)
    return "\n  - name: ".join(models)


def test_no_description_is_written_twice():
    texts = Counter(text.lower() for text in all_descriptions() if "{{" not in text)
    repeated = [text for text, times in texts.items() if times > 1]
    assert repeated == [], "these belong in models/columns.md"


def test_a_docs_block_is_of_several_columns_and_says_what_no_other_says():
    text = BLOCKS.read_text(encoding="utf-8")
    used = Counter(
        name for one in all_descriptions() for name in REFERENCE.findall(one)
    )
    lonely = [name for name in BLOCK.findall(text) if used[name] < 2]
    assert lonely == [], "these belong in the YAML of their one column"
    bodies = re.findall(r"%}(.*?){% enddocs", text, re.DOTALL)
    said = [" ".join(body.split()) for body in bodies]
    said += [one for one in all_descriptions() if "{{" not in one]
    assert [one for one, times in Counter(said).items() if times > 1] == []


def test_features_are_in_the_contract_as_the_seed_describes_them():
    expected = contract()
    if IS_WRITING:
        CONTRACT.write_text(expected, encoding="utf-8")
    assert CONTRACT.read_text(encoding="utf-8") == expected, (
        f"seeds/feature_labels.csv says more than {CONTRACT.name}: "
        "SNAPSHOT=write python -m pytest tests/python/test_words.py"
    )


def test_every_feature_has_all_its_words():
    with LABELS.open(encoding="utf-8", newline="") as file:
        gaps = [
            f"{row['feature']} has no {column}"
            for row in csv.DictReader(file)
            for column, text in row.items()
            if not text and column not in PREPARATION
        ]
    assert gaps == []


def test_no_measure_names_a_share_that_may_show_nothing():
    """campaign_plans says how many to leave alone: of few customers a tenth is none."""
    with PLAYBOOK.open(encoding="utf-8") as file:
        measures = [row["action_measure"] for row in csv.DictReader(file)]
    assert len(measures) > 10
    assert [text for text in measures if re.search(r"\d ?%", text)] == []


def test_the_currency_of_the_demo_is_the_same_in_sql():
    macro = REPOSITORY / "macros" / "engine" / "number_written.sql"
    told = re.search(
        r"'(\w+)' if var\('transactions'\) == '(\w+)'", macro.read_text("utf-8")
    )
    assert told.groups() == (DEMO_CURRENCY, DEMO)
