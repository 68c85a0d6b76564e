"""Reads what a report says of its first screen and holds it to the published rows.

Nothing of the report's own code is used: numbers are read back from the page's words,
as exactly as they are written, and every figure is counted anew from customers' rows.
"""

from __future__ import annotations

import html as markup
import re
import string
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import t as student

UNITS = {"": 1, "K": 1e3, "M": 1e6, "B": 1e9}
NUMBER = r"[−+<>]?[$€£]?[\d,]+(?:\.\d+)?(?:[KMB]\b)?%?"
DAY = r"\d{1,2} [A-Z][a-z]{2} \d{4}"
SMALL = {word: n for n, word in enumerate(
    "no one two three four five six seven eight nine ten".split())}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One sentence: where, what it says, what the rows say, and whether it is so."""

    place: str
    sentence: str
    rows_say: object
    is_true: bool


def plain(text: str) -> str:
    """The text of a piece of HTML, on one line."""
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>", " ", text, flags=re.S)
    text = re.sub(r"</(?:td|th|li|p|h\d|dd|dt|span|ul)>", r" \g<0>", text)
    text = text.replace("<br>", " ")
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", "", text)).split())


def part(page: str, tag: str, name: str) -> str:
    """The element with an id, as HTML; '' where there is none."""
    found = re.search(rf'<{tag}[^>]* id="{name}".*?</{tag}>', page, re.S)
    return found.group(0) if found else ""


def value_of(written: str) -> tuple[float, float]:
    """A written number, and half a unit of its last digit."""
    text = written.replace("−", "-").replace(",", "").strip()
    if text.startswith(">"):
        return 1.0, 1 - float(text[1:].rstrip("%")) / 100
    if text.startswith("<"):
        return 0.0, float(text[1:].rstrip("%")) / 100
    found = re.fullmatch(r"([-+]?)[$€£]?(\d+)(?:\.(\d+))?([KMB]?)(%?)", text)
    sign, whole, decimals, unit, per_cent = found.groups()
    scale = UNITS[unit] / (100 if per_cent else 1)
    value = float(f"{whole}.{decimals or 0}") * scale
    step = 10.0 ** -len(decimals or "") * scale
    if not decimals and not unit and not per_cent and value >= 10_000:
        # 31,100: an estimate is written to three figures.
        step = 10.0 ** (len(whole) - 3) if value % 100 == 0 else 1.0
    return (-value if sign == "-" else value), step / 2


def is_near(written: str, value: float) -> bool:
    """Whether a value is written so, at the precision that is written."""
    told, half = value_of(written)
    return abs(told - value) <= half * 1.0001 + 1e-9


def day_of(written: str) -> date:
    return pd.Timestamp(written).date()


class Rows:
    """The rows that the first screen speaks of, counted anew."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables
        people = tables["customer_segments"]
        keep = ["customer_id", "segment_id"]
        self.people = tables["customer_predictions"].merge(people[keep])
        for name in ("expected_spend", "spend_at_stake", "expected_orders"):
            self.people[name] = self.people[name].astype(float)
        self.people = self.people[self.people["expected_spend"].notna()]
        self.late = self.people[self.people["is_at_risk"].fillna(False).astype(bool)]
        record = tables["prediction_record"]
        self.trials = record[~record["is_newest"]]
        self.newest = record[record["is_newest"]].set_index("measure")
        self.names = dict(
            zip(
                tables["segments"]["segment_id"],
                tables["segments"]["segment_name"],
                strict=True,
            )
        )

    def miss(self, measure: str) -> float:
        """The largest miss of the tried forecasts of a measure."""
        mine = self.trials[self.trials["measure"] == measure]
        ratio = mine["predicted_total"].astype(float) / mine["actual_total"]
        return float((ratio - 1).abs().max())

    def range_factor(self) -> float:
        """By how much an 80% range of the total of spend goes up and down."""
        mine = self.trials[self.trials["measure"] == "spend"]
        ratio = mine["actual_total"].astype(float) / mine["predicted_total"]
        days = pd.to_datetime(mine["cut_off_date"])
        apart = (days.max() - days.min()).days // int(
            self.people["horizon_days"].iloc[0]
        )
        quantile = float(student.ppf(0.9, 1 + apart))
        return float(np.exp(quantile * np.sqrt((np.log(ratio) ** 2).mean())))

    def moved(self, *causes: str) -> int:
        found = self.tables["segment_movements"]
        found = found[
            (found["compared_with"] == "last_date")
            & (found["month"] == max(self.tables["segment_monthly"]["month"]))
        ]
        return int(found[found["cause"].isin(causes)]["customer_count"].sum())


def find(place: str, pattern: str, text: str, check, found: list[Finding]) -> None:
    """Hold each place where the pattern stands to `check(match)`: (rows, is true)."""
    for match in re.finditer(pattern, text):
        rows_say, is_true = check(match)
        found.append(Finding(place, match.group(0), rows_say, bool(is_true)))


def check_page(page: str, tables: dict[str, pd.DataFrame]) -> list[Finding]:
    """Every claim of the first screen and of the cards that the patterns know."""
    rows, found = Rows(tables), []
    people, late = rows.people, rows.late
    top = plain(page[page.index("<header") : page.index("</header>")])
    spend = float(people["expected_spend"].sum())
    stake = float(late["spend_at_stake"].sum())
    settled = rows.moved("acted", "time")

    def number(value):
        return lambda m: (value, is_near(m.group(1), value))

    find("header", rf"Today's ({NUMBER}) customers should", top,
         number(len(people)), found)  # fmt: skip
    find("header", rf"should spend about ({NUMBER}) by", top, number(spend), found)
    find("header", rf"by ({DAY})\.", top, lambda m: (
        last_day(people), day_of(m.group(1)) == last_day(people)), found)  # fmt: skip
    find("header", rf"({NUMBER}) customers? (?:is|are) late", top, number(len(late)),
         found)  # fmt: skip
    find("header", rf"with ({NUMBER}) at stake", top, number(stake), found)
    find("header", rf"({NUMBER}) customers? changed segment", top, number(settled),
         found)  # fmt: skip
    find("header", rf"half a year before, ({NUMBER}) are where", top,
         number(1 - steady_share(tables)), found)  # fmt: skip
    find("header", r"; ([\d,]+) (?:is|are) late", top, number(len(late)), found)
    if len(rows.newest):
        _forecast(page, rows, spend, found)
    _needs(page, rows, stake, found)
    _changed(page, rows, settled, found)
    _cards(page, rows, found)
    _value(page, rows, spend, found)
    return found


def last_day(people: pd.DataFrame) -> date:
    start = pd.Timestamp(people["as_of_date"].iloc[0]).date()
    return start + timedelta(days=int(people["horizon_days"].iloc[0]))


def steady_share(tables: dict[str, pd.DataFrame]) -> float:
    """Share of the steady who moved; not a number where nothing is known of them."""
    if not len(tables.get("movement_quality", [])):
        return float("nan")
    row = tables["movement_quality"].iloc[0]
    return row["steady_moved_count"] / max(row["steady_count"], 1)


def _forecast(page, rows, spend, found) -> None:
    text = plain(part(page, "article", "expect"))
    recent = float(rows.newest.loc["spend", "recent_total"])

    def compared(match):
        change = spend / recent - 1
        low, high = rows.newest.loc["spend", ["predicted_low", "predicted_high"]]
        is_inside = low <= recent <= high if low == low else False
        if match.group(2) == "about as much as":
            return change, abs(change) < (0.05 if is_inside else 0.005)
        if match.group(2).startswith("not clearly"):
            is_sign = (change < 0) == ("less" in match.group(2))
            return change, is_sign and is_inside and abs(change) >= 0.05
        share, word = match.group(2).split()[:2]
        is_sign = (change < 0) == (word == "less")
        return change, is_sign and is_near(share, abs(change))

    words = (
        rf"about as much as|not clearly (?:less|more) than|{NUMBER} (?:less|more) than"
    )
    find("expect", rf"({NUMBER}) in the next \d+ days, ({words}) in the last \d+", text,
         compared, found)  # fmt: skip
    find("expect", r"in the last \d+", text, lambda m: like_for_like(rows), found)
    find("expect", rf"^What to expect ({NUMBER}) in", text,
         lambda m: (spend, is_near(m.group(1), spend)), found)  # fmt: skip
    trials = rows.trials[rows.trials["measure"] == "spend"]
    find("expect", rf"(\w+) earlier forecasts missed by ({NUMBER}) at most", text,
         lambda m: ((len(trials), rows.miss("spend")),
                    SMALL.get(m.group(1).lower(), -1) == len(trials)
                    and is_near(m.group(2), rows.miss("spend"))), found)  # fmt: skip
    find("expect", rf"Order forecasts? missed by ({NUMBER})", text,
         lambda m: (rows.miss("order_days"),
                    is_near(m.group(1), rows.miss("order_days"))), found)  # fmt: skip
    low, high = spend / rows.range_factor(), spend * rows.range_factor()
    find("expect", rf"80% range ({NUMBER}) to ({NUMBER})(?= {NUMBER} orders)", text,
         lambda m: ((low, high),
                    is_near(m.group(1), low) and is_near(m.group(2), high)),
         found)  # fmt: skip


def like_for_like(rows) -> tuple:
    """Two horizons compare where a range is known and few were new in the first."""
    people = rows.tables["customer_segments"]
    if "first_order_date" not in people:
        return "no first order dates", True
    days = 2 * int(rows.people["horizon_days"].iloc[0])
    start = pd.Timestamp(last_day(rows.people)) - pd.Timedelta(days=days)
    firsts = pd.to_datetime(people["first_order_date"]).dropna()
    new = float((firsts > start).mean())
    low = rows.newest.loc["spend", "predicted_low"]
    return (new, low), new <= 0.05 and low == low


STATE_WORDS = {
    "are active": "active", "are due": "due", "are overdue": "overdue",
    "have lapsed": "lapsed", "are new": "new",
}  # fmt: skip


def _needs(page, rows, stake, found) -> None:
    text = plain(part(page, "article", "needs"))
    people, late = rows.people, rows.late
    shares = people["lifecycle"].value_counts(normalize=True)

    def first(match):
        state = STATE_WORDS[match.group(2)]
        is_most = shares[state] == shares.max()
        return shares[state], is_most and is_near(match.group(1), shares[state])

    find("needs", rf"({NUMBER}) ({'|'.join(STATE_WORDS)});", text, first, found)
    find("needs", rf"({NUMBER}) late customers? puts? ({NUMBER}) at stake", text,
         lambda m: ((len(late), stake), is_near(m.group(1), len(late))
                    and is_near(m.group(2), stake)), found)  # fmt: skip
    find("needs", "nobody is late", text, lambda m: (len(late), late.empty), found)
    head, _, body = part(page, "article", "needs").rpartition("<tbody>")
    has_stake = "At stake</th>" in head
    for row in re.findall(r"<tr.*?</tr>", body, re.S):
        cells = [plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        cells += [] if has_stake else ["–"]
        name = cells[0].split()[0].lower()
        mine = people if name == "all" else people[people["lifecycle"] == name]
        if name == "returned":
            mine = people[people["has_returned"].fillna(False).astype(bool)]
        money = cells[-2]
        checks = [(cells[1], len(mine)), (money, mine["expected_spend"].sum())]
        if len(mine):
            checks.append((cells[-3], 1 - mine["silence_probability"].mean()))
        if name not in ("all", "returned"):
            checks.append((cells[2], len(mine) / len(people)))
        if name != "returned":
            checks.append((cells[-1], mine["spend_at_stake"].sum()))
        for written, value in checks:
            if written not in ("–", ""):
                found.append(
                    Finding(
                        "needs table",
                        f"{name}: {written}",
                        value,
                        is_near(written, float(value)),
                    )  # fmt: skip
                )
    begin = plain(part(page, "article", "lists"))
    ranked = late["spend_at_stake"].sort_values(ascending=False)
    find("lists", rf"the first 20 on the late list: they account for ({NUMBER})", begin,
         lambda m: (ranked.head(20).sum() / ranked.sum(),
                    is_near(m.group(1), ranked.head(20).sum() / ranked.sum())),
         found)  # fmt: skip


def _changed(page, rows, settled, found) -> None:
    text = plain(part(page, "article", "changed"))
    find("changed", rf"({NUMBER}) customers? changed segment since", text,
         lambda m: (settled, is_near(m.group(1), settled)), found)  # fmt: skip
    find("changed", r"Nobody (?:but newcomers )?changed segment", text,
         lambda m: (settled, settled == 0), found)  # fmt: skip
    for cause, words in (("acted", "ordered or returned something"), ("time", "not:")):
        find("changed", rf"({NUMBER}) (?:has|have) {words}", text,
             lambda m, cause=cause: (rows.moved(cause),
                                     is_near(m.group(1), rows.moved(cause))),
             found)  # fmt: skip
    apart = rows.moved("settling")
    find("changed", rf"Not counted: ({NUMBER}) newcomers?", text,
         lambda m: (apart, is_near(m.group(1), apart)), found)  # fmt: skip
    each = rows.people.groupby("segment_id")["expected_spend"].mean()
    moves = rows.tables["segment_movements"]
    moves = moves[(moves["compared_with"] == "last_date")
                  & (moves["month"] == max(rows.tables["segment_monthly"]["month"]))
                  & moves["cause"].isin(["acted", "time"])]  # fmt: skip
    old, new = moves["from_segment_id"].map(each), moves["to_segment_id"].map(each)
    for word, is_such in (("more", new > old), ("less", new < old)):
        count = int(moves[is_such]["customer_count"].sum())
        find("changed", rf"with {word} expected spend per customer ({NUMBER})", text,
             lambda m, count=count: (count, is_near(m.group(1), count)),
             found)  # fmt: skip
    if not len(rows.tables.get("movement_quality", [])):
        return
    row = rows.tables["movement_quality"].iloc[0]
    steady = row["steady_moved_count"] / max(row["steady_count"], 1)
    changed = row["changed_moved_count"] / max(row["changed_count"], 1)
    find("changed", "those who buy the same stay", text,
         lambda m: ((steady, changed),
                    steady <= 0.08 and (steady < changed or not steady)
                    and row["steady_count"] >= 30),
         found)  # fmt: skip
    find("changed", "Part of this is noise", text,
         lambda m: ((steady, changed), row["steady_count"] >= 30
                    and (steady > 0.08 or 0 < steady >= changed)),
         found)  # fmt: skip


def _cards(page, rows, found) -> None:
    for number, (segment_id, name) in enumerate(_ordered(rows.tables)):
        text = plain(part(page, "article", f"segment-{number}"))
        if not text:
            continue
        mine = rows.people[rows.people["segment_id"] == segment_id]
        place = f"card {name}"
        found.append(Finding(place, "name", name, name in text))
        size = int((rows.tables["customer_segments"]["segment_id"] == segment_id).sum())
        find(place, rf"customers ({NUMBER})", text,
             lambda m, size=size: (size, is_near(m.group(1), size)), found)  # fmt: skip
        spend = float(mine["expected_spend"].sum())
        find(place, rf"({NUMBER}) in all,", text,
             lambda m, spend=spend: (spend, is_near(m.group(1), spend)),
             found)  # fmt: skip
        each = spend / max(len(mine), 1)
        find(place, rf"expected spend each, \d+ days ({NUMBER})", text,
             lambda m, each=each: (each, is_near(m.group(1), each)), found)  # fmt: skip
        silent = float(mine["silence_probability"].sum())
        find(place, rf"about ({NUMBER}) of ({NUMBER}) \(({NUMBER})\) will", text,
             lambda m, silent=silent, mine=mine: (
                 silent, is_near(m.group(1), silent)
                 and is_near(m.group(2), len(mine))
                 and is_near(m.group(3), value_of(m.group(1))[0] / len(mine))),
             found)  # fmt: skip
        for state in STATE_WORDS.values():
            count = int((mine["lifecycle"] == state).sum())
            find(place, rf"(?<!of )(?<![\d,])({NUMBER}) {state}(?=,|;| [▲▼A-Z])", text,
                 lambda m, count=count: (count, is_near(m.group(1), count)),
                 found)  # fmt: skip
        actions = rows.tables.get("segment_actions")
        if actions is not None and len(actions):
            own = actions[actions["segment_id"] == segment_id]
            total = int(own["customer_count"].sum())
            found.append(Finding(place, "actions add up", (total, size), total == size))
            for row in own.sort_values("display_order").head(4).itertuples():
                written = f"{row.customer_count:,} of {size:,} "
                is_said = re.search(
                    re.escape(written) + r"[^:]*: " + re.escape(row.recommended_action),
                    text,
                )
                found.append(
                    Finding(
                        place,
                        written + row.situation,
                        row.customer_count,
                        bool(is_said),
                    )
                )


def _ordered(tables) -> list[tuple[str, str]]:
    segments = tables["segments"].sort_values("display_order")
    pairs = zip(segments["segment_id"], segments["segment_name"], strict=True)
    return list(pairs)


def _value(page, rows, spend, found) -> None:
    people = rows.people
    top = people[people["value_tier"] == "top"]
    text = plain(part(page, "section", "value"))
    find("value", rf"({NUMBER}) of customers are expected to bring ({NUMBER}) of", text,
         lambda m: ((len(top) / len(people), top["expected_spend"].sum() / spend),
                    is_near(m.group(1), len(top) / len(people))
                    and is_near(m.group(2), top["expected_spend"].sum() / spend)),
         found)  # fmt: skip
    heads = plain(part(page, "section", "segments"))
    names = {name: key for key, name in rows.names.items()}

    def concentrated(match):
        mine = re.split(", | and ", match.group(1).removeprefix("Segment"))
        if set(match.group(1)) - set(string.ascii_uppercase) <= set("Segmnts ,and"):
            letters = re.findall(r"\b[A-Z]\b", match.group(1))
            order = [name for _, name in _ordered(rows.tables)]
            mine = [order[string.ascii_uppercase.index(letter)] for letter in letters]
        if not set(mine) <= set(names):
            return mine, False
        inside = people["segment_id"].isin([names[name] for name in mine])
        money = people.loc[inside, "expected_spend"].sum() / spend
        return (inside.mean(), money), (
            is_near(match.group(2), inside.mean())
            and is_near(match.group(3), money)
            and money > 0.5
        )

    find("segments", rf"^(.+?) (?:are|is) ({NUMBER}) of customers and ({NUMBER}) of "
         "the spend ahead", heads, concentrated, found)  # fmt: skip
