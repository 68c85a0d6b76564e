"""What was decided: a mapping with its evidence, and questions that are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..evidence.table import Column, Table


@dataclass(frozen=True)
class Option:
    """One answer: in words, with what it sets and the money that comes out.

    `total` is SQL for the money of one order's lines, `money` what that adds up to.
    """

    words: str
    sets: Mapping[str, object]
    total: str | None = None
    money: float | None = None


@dataclass(frozen=True)
class Question:
    """Something the numbers do not tell; the first option is what is proposed."""

    code: str
    words: str
    options: tuple[Option, ...]
    scope: str = "in all"

    def text(self, sets=None) -> str:
        """Return the question with its options, a line each.

        Parameters
        ----------
        sets
            A function that says what an option sets, in a line.
        """
        lines = [f"{self.code}: {self.words}"]
        for letter, option in zip("abcdefghijkl", self.options, strict=False):
            total = (
                "" if option.money is None else f" -> {option.money:,.2f} {self.scope}"
            )
            said = f"; set {sets(option.sets)}" if sets and option.sets else ""
            proposed = " (proposed)" if letter == "a" and sets else ""
            lines.append(f"  {letter}) {option.words}{total}{said}{proposed}")
        return "\n".join(lines)


@dataclass
class Reading:
    """Vars to set with the evidence for each, what is noted, and what is asked."""

    columns: dict[str, object] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    order: Column | None = None

    def take(self, our: str, name: object, why: str) -> None:
        """Map one of our columns."""
        self.columns[our] = name
        self.evidence[our] = why

    def set(self, var: str, value: object, why: str) -> None:
        """Set a var."""
        self.settings[var] = value
        self.evidence[var] = why

    def ask(self, code: str, words: str, *options: Option) -> None:
        """Ask; the first option is proposed: it is set already, or set here."""
        self.questions.append(Question(code, words, options))
        if options:
            self.apply(options[0].sets)

    def add_up(self, table: Table, *, is_of_all: bool = False) -> None:
        """Fill in the money that each answer comes to.

        Parameters
        ----------
        is_of_all
            Whether of the whole source, and not of the sample alone.
        """
        totals = list(
            dict.fromkeys(
                option.total
                for question in self.questions
                for option in question.options
                if option.total is not None
            )
        )
        sums = table.add_up(totals, self.order, is_of_all=is_of_all)
        money = dict(zip(totals, sums, strict=True))
        scope = "in all" if is_of_all and table.has_more else table.scope
        self.questions = [
            replace(
                question,
                scope=scope,
                options=tuple(
                    replace(option, money=money.get(option.total or ""))
                    for option in question.options
                ),
            )
            for question in self.questions
        ]

    def apply(self, sets: Mapping[str, object]) -> None:
        """Set what an option sets."""
        for var, value in sets.items():
            if var == "transaction_columns":
                for our, name in dict(value).items():  # type: ignore[call-overload]
                    if name is None:
                        self.columns.pop(our, None)
                    else:
                        self.columns[our] = name
            elif value is None:
                self.settings.pop(var, None)
            elif isinstance(value, Mapping):
                self.settings[var] = {**(self.settings.get(var) or {}), **value}
            else:
                self.settings[var] = value
