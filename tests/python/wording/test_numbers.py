"""Numbers and money as they are written: literal answers."""

from decimal import Decimal

import pandas as pd
import pytest

from segmentation.wording.numbers import MISSING, Formats, plain_number

PLAIN, EURO = Formats(), Formats(currency="EUR")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN.count(1234567), "1,234,567"),
        (PLAIN.count(0), "0"),
        (PLAIN.count(None), MISSING),
        (PLAIN.count(float("nan")), MISSING),
        (PLAIN.count(pd.NA), MISSING),
        (PLAIN.fixed(float("inf"), 2), MISSING),
        (PLAIN.fixed(2.675, 2), "2.68"),
        (PLAIN.fixed(-0.001, 2), "0.00"),
        (PLAIN.number(24.0), "24"),
        (PLAIN.number(4.236), "4.24"),
        (PLAIN.number(14.26), "14.3"),
        (PLAIN.number(1234.5), "1,235"),
        (PLAIN.number(99.94), "99.9"),
        (PLAIN.number(100.4), "100"),
        (PLAIN.number(10.04), "10.0"),
        (PLAIN.number(9.99), "9.99"),
        (PLAIN.number(-12.5), "−12.5"),
        (PLAIN.share(0.0005), "0.1%"),
        (PLAIN.share(0.00049), "<0.1%"),
        (PLAIN.share(0.0995), "10%"),
        (PLAIN.share(0.09949), "9.9%"),
        (PLAIN.share(-0.031), "−3.1%"),
        (PLAIN.money(99.994), "99.99"),
        (PLAIN.money(100), "100"),
        (PLAIN.money_short(9999.94), "10K"),
        (PLAIN.money_short(9999.4), "9,999"),
        (PLAIN.money_short(999_994.9), "1M"),
        (PLAIN.money_short(999_400), "999K"),
        (PLAIN.money_short(999_995_000), "1B"),
        (PLAIN.money_short(-2_500_000), "−2.5M"),
        (PLAIN.unit(9.5, "days"), "9.5"),
        (PLAIN.unit(10.5, "days"), "11"),
        (PLAIN.unit(3, "count"), "3"),
        (PLAIN.unit(3.25, "ratio"), "3.25"),
        (PLAIN.unit(3.25, "money"), "3.25"),
        (Formats(currency="R$").money(5), "R$5.00"),
        (Formats(currency="BRL", locale="pt").money(5), "R$\u00a05,00"),
        (Formats(currency="kr", locale="en").money(5), "kr\u00a05.00"),
        (PLAIN.share(0.5459), "55%"),
        (PLAIN.share(0.0308), "3.1%"),
        (PLAIN.share(0.0996), "10%"),
        (PLAIN.share(0.0004), "<0.1%"),
        (PLAIN.share(0), "0%"),
        (PLAIN.share(1), "100%"),
        (EURO.money(Decimal("189.49")), "€189"),
        (EURO.money(Decimal("41.205")), "€41.21"),
        (EURO.money(0), "€0"),
        (EURO.money(-5), "−€5.00"),
        (EURO.money_exact(Decimal("1234.5")), "€1,234.50"),
        (EURO.money_short(Decimal("2559123.45")), "€2.56M"),
        (EURO.money_short(999_999.99), "€1M"),
        (EURO.money_short(340_400), "€340K"),
        (EURO.money_short(2531), "€2,531"),
        (EURO.money_short(3.2e9), "€3.2B"),
        (PLAIN.money_short(20_000), "20K"),
        (Formats(currency="CHF").money(250), "CHF\u00a0250"),
        (Formats(currency="EUR", locale="de").money_exact(1234.5), "1.234,50\u00a0€"),
        (Formats(currency="EUR", locale="fr").count(1234), "1\u202f234"),
        (Formats(locale="de").share(0.031), "3,1\u00a0%"),
        (PLAIN.share(0.9949), "99%"),
        (PLAIN.share(0.998), "99.8%"),
        (PLAIN.share(0.99996), ">99.9%"),
        (
            Formats(currency="EUR", locale="de").money_short(1_130_000),
            "1,13\u00a0Mio.\u00a0€",
        ),
        (Formats(currency="EUR", locale="de").money_short(35_400), "35.400\u00a0€"),
        (
            Formats(currency="BRL", locale="pt").money_short(1_130_000),
            "R$\u00a01,13\u00a0mi",
        ),
        (
            Formats(currency="BRL", locale="pt").money_short(35_400),
            "R$\u00a035\u00a0mil",
        ),
        (
            Formats(currency="USD", locale="es").money_short(2.5e9),
            "2500\u00a0M\u00a0US$",
        ),
        (Formats(locale="de").decimal_mark, ","),
        (PLAIN.unit(12.5, "days"), "13"),
        (PLAIN.unit(2.5, "orders"), "2.5"),
        (PLAIN.unit(0.2, "share"), "20%"),
        (PLAIN.unit(None, "days"), MISSING),
    ],
)
def test_written(text, expected):
    assert text == expected


def test_an_unknown_locale_names_itself_and_the_known_ones():
    with pytest.raises(ValueError, match=r"'locale' is 'xx'.*en, de"):
        Formats(locale="xx")


def test_a_plain_number_has_no_digits_that_say_nothing():
    assert plain_number(-0.0000001) == "0"
    assert plain_number(1234.5) == "1,234.5"
