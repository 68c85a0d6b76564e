"""Drawn exports: how many are read right without a question, and whether any is wrong.

    python benchmarks/exports.py 500
    python benchmarks/exports.py 150 720000 neutral=true whole=true grain=order

The second number is the first seed; what is named is not drawn. Prints both figures,
and the seeds that were published wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HELPERS = ROOT / "tests" / "python" / "helpers"
sys.path[:0] = [str(HELPERS), str(HELPERS / "shops"), str(ROOT / "python_models")]

from drawn_exports import draw  # noqa: E402
from judged_exports import judge  # noqa: E402


def main(count: int, first: int = 0, verbose: bool = False, **fixed: object) -> int:
    """Draw and judge `count` exports; return 1 if any was published wrong."""
    verdicts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    wrong: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            export = draw(seed, **fixed)
            verdict = judge(export, Path(folder))
            kind = verdict.kind
            if kind == "asked":
                kind = f"asked, {verdict.after} after answers"
                codes.update(code.split()[0] for code in verdict.codes)
            if "refused" in kind and export.may_refuse:
                kind = "refused, as they should be"
            elif export.may_refuse:
                kind = "wrong, and had to be refused"
            verdicts[kind] += 1
            if "wrong" in kind:
                wrong.append(seed)
            if verbose and kind not in ("right", "refused, as they should be"):
                print(seed, kind, verdict.codes, export.traits)
                if "wrong" in kind or "refused" in kind or "nothing" in kind:
                    truth = (export.revenue, export.customers, export.orders,
                             export.last_order_date)  # fmt: skip
                    print("   truth", truth, "got", dict(verdict.totals))
                    if kind == "refused":
                        print("   ", verdict.said[:400])
    print(f"{count} drawn exports: " + ", ".join(
        f"{n} ({n / count:.0%}) {kind}" for kind, n in verdicts.most_common()
    ))  # fmt: skip
    print("asked about: " + ", ".join(f"{code} {n}" for code, n in codes.most_common()))
    print("published wrong: " + (", ".join(map(str, wrong)) or "none"))
    return 1 if wrong else 0


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    fixed = dict(one.split("=") for one in sys.argv[1:] if "=" in one)
    fixed = {name: yaml.safe_load(value) for name, value in fixed.items()}
    sys.exit(main(*(numbers or [500]), verbose="-v" in sys.argv, **fixed))
