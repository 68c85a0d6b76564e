"""Personas that come, go, part and join between two builds: what the registry says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd
import pytest

from dbt_builds import Build, run_dbt
from personas import persona_module
from sample_shop import BEHAVIOURS, SEED_FILE

pytestmark = [pytest.mark.build, pytest.mark.slow]


@dataclass(frozen=True)
class Change:
    """Two builds of the same customers, and which persona each customer is of.

    Attributes
    ----------
    before, after
        The builds.
    persona
        By customer id.
    roles
        Personas that are there in both (stay), come and go; of the pairs, where there
        are any, the second persona behaves as the first before (part) or after (join).
    """

    before: Build
    after: Build
    persona: pd.Series
    roles: Mapping[str, object]

    def segment(self, persona: str, build: Build) -> str:
        """The segment that nearly all customers of a persona are in."""
        placed = build.query("select customer_id, segment_id from customer_segments")
        found = pd.Series(dict(placed))
        found = found[self.persona.reindex(found.index) == persona]
        counts = found.value_counts(normalize=True)
        assert counts.iloc[0] > 0.8, (persona, counts.to_dict())
        return counts.index[0]

    def event(self, segment_id: str) -> tuple:
        """What the refit did to a segment: event, related segment, share."""
        ((*event,),) = self.after.query(
            "select event, related_segment_id, overlap_share from segment_registry "
            f"where segment_id = '{segment_id}' and model_version = "
            "(select any_value(model_version) from model_segments)"
        )
        return tuple(event)


def as_if(rows: pd.DataFrame, persona: pd.Series, *, one: str, like: str):
    """The rows with customers of `one` buying what customers of `like` bought."""
    mine = sorted(persona.index[persona == one])
    models = sorted(persona.index[persona == like])
    copies = [
        rows[rows["customer_id"] == models[number % len(models)]].assign(
            customer_id=customer,
            order_id=lambda frame, customer=customer: (
                customer + "-" + frame["order_id"].astype(str)
            ),
        )
        for number, customer in enumerate(mine)
    ]
    others = rows[~rows["customer_id"].isin(mine)].astype({"order_id": str})
    return pd.concat([others, *copies], ignore_index=True)


def changed(folder, rows: pd.DataFrame, persona: pd.Series, roles, **variables):
    """Build before and after everything that the roles say, in one home."""
    shown = rows[rows["customer_id"].isin(persona.index)]
    of = shown["customer_id"].map(persona)
    before, after = shown[of != roles["come"]], shown[of != roles["go"]]
    if "part" in roles:
        elder, parting = roles["part"]
        before = as_if(before, persona, one=parting, like=elder)
    if "join" in roles:
        host, joining = roles["join"]
        after = as_if(after, persona, one=joining, like=host)
    builds = []
    for name, source in (("before", before), ("after", after)):
        path = folder / f"{name}.parquet"
        source.to_parquet(path, index=False)
        build = run_dbt(
            home=folder / "home",
            variables={"transactions": str(path), "refit": "always", **variables},
        )
        assert build.exit_code == 0, build.output[-3000:]
        # The release stays when the next one is published; the link moves on.
        published = (folder / name).with_suffix(".home")
        published.mkdir()
        (published / "published").symlink_to(build.published.resolve())
        builds.append(Build(published, 0, ""))
    return Change(*builds, persona, roles)


def sample_change(folder) -> Change:
    rows = duckdb.sql(f"from read_csv('{SEED_FILE}', all_varchar = true)").df()
    names = [one.name for one in BEHAVIOURS for _ in range(one.customers)]
    persona = pd.Series(names, [f"{n:03}" for n in range(1, len(names) + 1)])
    roles = {
        "stay": ["regular", "bargain"],
        "come": "new",
        "go": "lapsed",
        "part": ("regular", "returner"),
        "join": ("bargain", "weekend_gifts"),
    }
    # As many as there are ways to buy each time: this is not about choosing it.
    return changed(folder, rows, persona, roles, segment_count=4)


def planted_change(folder) -> Change:
    rows, truth, _ = persona_module("generate").make("easy", 102, 1000, 6, "none")
    truth = truth[truth["is_noise"] == 0]
    persona = truth.set_index("customer_id")["persona"]
    *stay, come, go = sorted(persona.unique())
    roles = {"stay": stay, "come": come, "go": go}
    columns = {
        "category": "product_category",
        "amount": "net_amount",
        "discount": "discount_amount",
    }
    return changed(
        folder,
        rows,
        persona,
        roles,
        transaction_columns=columns,
        as_of_date="2024-06-30",
        segment_count=5,  # likewise
    )


@pytest.fixture(
    scope="module", params=[sample_change, planted_change], ids=["sample", "planted"]
)
def change(request, tmp_path_factory) -> Change:
    return request.param(tmp_path_factory.mktemp("change"))


def test_who_stays_keeps_the_segment(change):
    for persona in change.roles["stay"]:
        segment = change.segment(persona, change.after)
        assert segment == change.segment(persona, change.before)
        event, _, share = change.event(segment)
        # Whoever parted was a third of theirs.
        assert event == "kept" and share > 0.6, (persona, event, share)


def test_a_persona_that_comes_is_born(change):
    segment = change.segment(change.roles["come"], change.after)
    assert change.event(segment)[0] == "born"


def test_a_persona_that_goes_is_retired(change):
    segment = change.segment(change.roles["go"], change.before)
    event, _, share = change.event(segment)
    assert (event, share) == ("retired", 0)


def test_a_persona_that_parts_is_split_from_the_segment_it_was_in(change):
    if "part" not in change.roles:
        pytest.skip("only the sample has one that parts")
    elder, parting = change.roles["part"]
    origin = change.segment(parting, change.before)
    assert origin == change.segment(elder, change.before)
    event, related, share = change.event(change.segment(parting, change.after))
    assert (event, related) == ("split", origin)
    assert share >= 0.8


def test_a_persona_that_joins_is_merged_into_the_segment_it_joins(change):
    if "join" not in change.roles:
        pytest.skip("only the sample has one that joins")
    host, joining = change.roles["join"]
    gone = change.segment(joining, change.before)
    heir = change.segment(joining, change.after)
    assert gone != heir == change.segment(host, change.after)
    event, related, share = change.event(gone)
    assert (event, related) == ("merged", heir)
    assert share >= 0.8
