"""What holds for a whole order: money, refunds, statuses, first lines, files."""

from __future__ import annotations

import pytest
import yaml

from segmentation.inputs import InputProblem, answered
from segmentation.inputs.evidence.table import SAMPLE_ROWS
from staging_sql import Staging


def staged(tmp_path, text, *, more=(), **variables):
    """Judge a small file; a list of texts is a list of files, in that order."""
    for number, one in enumerate([text, *more]):
        (tmp_path / f"{number}.csv").write_text(one, encoding="utf-8")
    return Staging({"transactions": str(tmp_path / "*.csv"), **variables})


def money(staging, by="order_id"):
    return {
        name: str(value)
        for name, value in staging.rows(
            f"select {by}, sum(net_amount) from stg_transactions group by 1"
        )
    }


def reasons(staging):
    return dict(
        staging.rows(
            "select reason, count(*) from base_transactions_judged where reason is not "
            "null group by 1"
        )
    )


REPEATED = """customer_id,ordered_at,order_id,product_id,quantity,unit_price,total
a,2024-01-05,1,x,1,10,30.01
a,2024-01-05,1,y,2,5,30.01
a,2024-01-05,1,z,1,10,30.01
b,2024-01-06,2,x,1,10,7.00
"""


def test_an_orders_money_counts_once_and_its_parts_add_up(tmp_path):
    staging = staged(tmp_path, REPEATED, transaction_columns={"order_amount": "total"})
    assert money(staging) == {"1": "30.01", "2": "7.00"}
    assert money(staging, "product_id") == {"x": "17.00", "y": "10.01", "z": "10.00"}


def test_what_was_paid_back_comes_off_once_an_order(tmp_path):
    text = REPEATED.replace("total", "back").replace("30.01", "3.00")
    text = text.replace("7.00", "")
    staging = staged(tmp_path, text, transaction_columns={"refunded_amount": "back"})
    assert money(staging) == {"1": "27.00", "2": "10.00"}
    assert staging.rows(
        "select sum(refunded_amount) from stg_transactions where order_id = '1'"
    )[0][0] == 3  # fmt: skip


def test_shipping_and_a_discount_of_the_order_come_off_its_money(tmp_path):
    staging = staged(
        tmp_path,
        "customer_id,ordered_at,order_id,total,ship,off\n"
        "a,2024-01-05,1,30.00,4.90,2.00\na,2024-01-05,1,30.00,4.90,2.00\n",
        transaction_columns={"order_amount": "total", "shipping": "ship",
                             "discount": "off"},
        order_columns=["shipping", "discount"],
        discount_taken_off=False,
    )  # fmt: skip
    assert money(staging) == {"1": "23.10"}


@pytest.mark.parametrize(
    ("kind", "off", "net"),
    [("money", "3", "17.00"), ("share", "0.1", "18.00"), ("percent", "10", "18.00")],
)
def test_a_discount_that_is_not_off_yet_comes_off(tmp_path, kind, off, net):
    staging = staged(
        tmp_path,
        f"customer_id,ordered_at,amount,off\na,2024-01-05,20,{off}\n",
        transaction_columns={"discount": "off"},
        discount_kind=kind,
        discount_taken_off=False,
    )
    assert list(money(staging).values()) == [net]


def test_the_first_line_of_an_order_speaks_for_all(tmp_path):
    staging = staged(
        tmp_path,
        "customer_id,ordered_at,order_id,amount,status,currency\n"
        "a,2024-01-05,1,10,paid,EUR\n,2024-01-05,1,5,,\n"
        "b,2024-01-06,2,4,voided,EUR\n,2024-01-06,2,3,,\n",
        order_columns=["status", "currency", "customer_id"],
    )
    assert money(staging) == {"1": "15.00"}
    assert reasons(staging) == {"never sold": 2}


STATES = """customer_id,ordered_at,order_id,product_id,amount,quantity,status
a,2024-01-05,1,x,10,1,paid
a,2024-01-09,1,x,10,1,refunded
a,2024-01-05,2,x,10,1,refunded
a,2024-01-05,3,x,10,1,paid
a,2024-01-05,3,y,0.6,1,returned
a,2024-01-05,4,x,8,1,cancelled
b,2024-01-05,5,x,-9,-1,returned
"""


def test_what_is_taken_back_subtracts_only_where_its_sale_is_in_the_data(tmp_path):
    staging = staged(tmp_path, STATES)
    # Order 1 has its sale; 2 and the line y of 3 are the sale; 5 is a document.
    assert money(staging) == {"1": "0.00", "3": "10.00", "5": "-9.00"}
    assert reasons(staging) == {"taken back": 2, "never sold": 1}


def test_the_users_words_go_before_the_seeds(tmp_path):
    staging = staged(tmp_path, STATES, status_meanings={"Returned": "sold"})
    assert money(staging)["3"] == "10.60"
    staging = staged(tmp_path, STATES, cancelled_statuses=["cancelled"])
    assert reasons(staging) == {"taken back": 3}


def test_a_discount_line_is_neither_a_return_nor_a_basket_line(tmp_path):
    staging = staged(
        tmp_path,
        "customer_id,ordered_at,order_id,product_id,category,amount,quantity\n"
        "a,2024-01-05,1,x,tea,20,1\na,2024-01-05,1,RABATT,off,-0.5,1\n",
        discount_products=["RABATT"],
    )
    assert staging.rows(
        "select product_id, category, is_return, is_discount_line, discount_amount "
        "from stg_transactions order by net_amount"
    ) == [(None, None, False, True, 0.5), ("x", "tea", False, False, None)]
    assert money(staging) == {"1": "19.50"}


TAKEN_BACK = {
    "signed": "-20,-1,returned\nRABATT,2,-1,returned",
    "signed, less than one": "-20,-1,returned\nRABATT,0.5,-1,returned",
    "as in the sale": "20,1,returned\nRABATT,-2,1,returned",
    "by quantity": "-20,-1,paid\nRABATT,2,-1,paid",
}


@pytest.mark.parametrize("written", TAKEN_BACK)
def test_a_discount_is_taken_back_with_the_goods(tmp_path, written):
    row = "a,2024-01-{},1,x,{}\n".format
    sale = row("05", "20,1,paid") + row("05", "20,1,paid").replace("x,20", "RABATT,-2")
    goods, discount = TAKEN_BACK[written].split("\n")
    back = row("09", goods) + row("09", "").replace("x,", discount)
    staging = staged(
        tmp_path,
        f"customer_id,ordered_at,order_id,product_id,amount,quantity,status\n{sale}{back}",
        discount_products=["RABATT"],
    )
    off = 0.5 if "0.5" in discount else 2
    assert [tuple(map(float, row)) for row in staging.rows(
        "select is_return, is_discount_line, net_amount, coalesce(discount_amount, 0)"
        " from stg_transactions order by all"
    )] == [(0, 0, 20, 0), (0, 1, -2, 2), (1, 0, -20, 0), (1, 1, off, -off)]  # fmt: skip


@pytest.mark.parametrize("sold_alone", [False, True])
def test_discounts_are_found_though_some_are_taken_back(tmp_path, sold_alone):
    """A product that is sold where nothing is taken back is none."""
    rows = []
    for at in range(60):
        row = f"c{at % 20},2024-01-{at % 28 + 1:02},{at},{{}}\n".format
        rows += [row(f"tea{at % 5},{20 + at},1"), row("XK,-2,1")]
        if at % 4 == 0:
            rows += [row(f"tea{at % 5},{-20 - at},-1"), row("XK,2,-1")]
    if sold_alone:
        rows.append("c1,2024-02-01,99,XK,2,1\n")
    path = tmp_path / "orders.csv"
    path.write_text(
        "customer_id,ordered_at,order_id,product_id,amount,quantity\n" + "".join(rows)
    )
    text = answered({"ask": "report", "var": "transactions", "value": str(path),
                     "columns": {}, "is_check": True})["text"]  # fmt: skip
    written = yaml.safe_load(text.partition("vars to paste:")[2])
    assert written.get("discount_products") == (None if sold_alone else ["XK"])


def test_a_discount_on_a_document_that_takes_back_is_as_written(tmp_path):
    """Online Retail writes discounts that it gives as C536379, D, -1."""
    head = "customer_id,ordered_at,order_id,product_id,amount,quantity\n"
    rows = "a,2024-01-05,1,x,20,1\na,2024-01-09,C2,D,-5,-1\na,2024-01-09,C3,D,4,-1\n"
    signs = {"cancellation_prefix": "C", "discount_products": ["D"]}
    staging = staged(tmp_path, head + rows, **signs)
    assert money(staging) == {"1": "20.00", "C2": "-5.00", "C3": "4.00"}
    # A credit note that is written as the sale was.
    rows = "a,2024-01-05,1,x,20,1\na,2024-01-09,C2,x,20,1\na,2024-01-09,C2,D,-5,1\n"
    staging = staged(tmp_path, head + rows, **signs)
    assert money(staging) == {"1": "20.00", "C2": "-15.00"}


FIRST = "customer_id,ordered_at,order_id,amount,status\n" + "".join(
    f"c{at},2024-01-{at:02},{at},10,processing\n" for at in range(1, 9)
)


def test_the_later_state_of_an_order_in_two_exports_counts(tmp_path):
    second = FIRST.replace("c3,2024-01-03,3,10,processing",
                           "c3,2024-01-03,3,7,completed")  # fmt: skip
    second += "c9,2024-01-09,9,5,processing\n"
    staging = staged(tmp_path, FIRST, more=[second])
    assert reasons(staging) == {"older state of the order": 8}
    # Rows that are held against others know their place.
    assert staging.rows("select count(source_row) from base_transactions_judged") == [
        (17,)
    ]
    assert sum(map(float, money(staging).values())) == 7 * 10 + 7 + 5
    kept = staged(tmp_path, FIRST, more=[second], repeated_orders="keep")
    assert sum(map(float, money(kept).values())) == 8 * 10 + 7 * 10 + 7 + 5


def test_a_refund_in_a_later_file_is_no_newer_state(tmp_path):
    later = "customer_id,ordered_at,order_id,amount,status\n" + "".join(
        f"c{at},2024-02-{at:02},{at},-10,paid\n" for at in range(1, 6)
    )
    staging = staged(tmp_path, FIRST, more=[later])
    assert reasons(staging) == {}
    assert sum(map(float, money(staging).values())) == 30


def test_the_first_id_that_is_filled_is_the_customer(tmp_path):
    staging = staged(
        tmp_path,
        "account,mail,ordered_at,amount\n7,A@x.org,2024-01-05,1\n"
        "guest, B@x.org ,2024-01-06,2\n,b@X.org,2024-01-07,3\n,,2024-01-08,4\n",
        transaction_columns={"customer_id": ["account", "mail"]},
    )
    assert money(staging, "lower(customer_id)") == {"7": "1.00", "b@x.org": "5.00"}
    assert reasons(staging) == {"no customer id": 1}


def test_nobody_and_no_goods_are_left_out(tmp_path):
    staging = staged(
        tmp_path,
        "customer_id,ordered_at,product_id,amount\na,2024-01-05,x,1\n"
        "9999,2024-01-05,x,2\n0,2024-01-05,x,3\na,2024-01-05,M,4\n",
        guest_ids=["9999"],
        not_goods=["M"],
    )
    assert reasons(staging) == {"guest order": 2, "not goods": 1}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12.50-", "-12.50"), ("-12.50", "-12.50"), ("(12.50)", "-12.50"),
        ("12.50 CR", "-12.50"), ("12.50DR", "12.50"), ("€12.50", "12.50"),
        ("12.50 EUR", "12.50"), ("1 234.50", "1234.50"),
    ],
)  # fmt: skip
def test_a_number_is_read(tmp_path, written, read):
    staging = staged(
        tmp_path, f'customer_id,ordered_at,amount\na,2024-01-05,"{written}"\n'
    )
    assert list(money(staging).values()) == [read]


@pytest.mark.parametrize(
    ("written", "zone", "read"),
    [
        ("2024-03-31 22:50:00 -0400", "America/New_York", "2024-03-31"),
        ("2024-03-31 22:50:00 -0400", "UTC", "2024-04-01"),
        ("Sun, 31 Mar 2024 22:50:00 +0000", "Europe/Berlin", "2024-04-01"),
        ("2024-03-31 23:50:00 EST", "UTC", "2024-04-01"),
        ("31 mars 2024", "UTC", "2024-03-31"),
        ("3 de enero de 2024", "UTC", "2024-01-03"),
        ("31. März 2024", "UTC", "2024-03-31"),
        ("Mar 31, 2024 11:50:00 PM", "UTC", "2024-03-31"),
        ("03/31/2024 11:50 p.m.", "UTC", "2024-03-31"),
    ],
)
def test_a_date_is_read(tmp_path, written, zone, read):
    staging = staged(
        tmp_path,
        f'customer_id,ordered_at,amount\na,"{written}",5\n',
        time_zone=zone,
        source_time_zone=zone,
    )
    assert staging.rows(
        "select cast(ordered_date as varchar) from stg_transactions"
    ) == [(read,)]


def test_several_forms_of_date_in_one_column_are_all_read(tmp_path):
    lines = [f"a,2024-01-{day:02},5" for day in range(1, 29)]
    lines += [f"a,{day}/02/2024,5" for day in range(1, 29)]
    staging = staged(tmp_path, "customer_id,ordered_at,amount\n" + "\n".join(lines))
    assert reasons(staging) == {}


def test_an_open_question_stops_a_build(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(FIRST)
    with pytest.raises(InputProblem) as caught:
        answered({"ask": "source", "var": "transactions", "value": str(path),
                  "settings": {"open_questions": ["discount"]}})  # fmt: skip
    assert "take the word out of open_questions" in str(caught.value)


def test_a_status_nobody_knows_stops_a_build(tmp_path):
    path = tmp_path / "orders.csv"
    odd = [f"d{at},2024-02-0{at % 9 + 1},1{at},10,archived\n" for at in range(20)]
    path.write_text(FIRST + "".join(odd))
    request = {"ask": "source", "var": "transactions", "value": str(path)}
    with pytest.raises(InputProblem) as caught:
        answered(request)
    assert "status_meanings: {archived: sold}" in str(caught.value)
    answered({**request, "settings": {"status_meanings": {"archived": "sold"}}})
    answered({**request, "settings": {"confirmed": ["status archived"]}})


def test_one_customer_with_an_absurd_share_stops_a_build(tmp_path):
    path = tmp_path / "orders.csv"
    rows = [f"{10 + at % 40},2024-01-{at % 28 + 1:02},{at},5" for at in range(80)]
    rows += [f"9999,2024-02-{at % 28 + 1:02},x{at},5" for at in range(40)]
    path.write_text("customer_id,ordered_at,order_id,amount\n" + "\n".join(rows))
    request = {"ask": "source", "var": "transactions", "value": str(path)}
    with pytest.raises(InputProblem, match="one customer, '9999', has 33%"):
        answered(request)
    answered({**request, "settings": {"guest_ids": ["9999"]}})


def test_a_mark_in_doubt_is_asked_about_of_every_column_an_answer_may_map(tmp_path):
    """The price's mark is in doubt, and what is proposed first has none."""
    path = tmp_path / "orders.csv"
    path.write_text("col1;col2;col3;col4;col5;col6\n" + "".join(
        f"o{at};c{at % 30}@example.org;2024-03-{at % 28 + 1:02};{at % 3 + 1};"
        f"{10 + at % 9}.{at % 7 + 1}40;{40 + at % 50}000\n"
        for at in range(120)
    ))  # fmt: skip
    text = answered({"ask": "report", "var": "transactions", "value": str(path),
                     "columns": {}, "is_check": True})["text"]  # fmt: skip
    written = yaml.safe_load(text.partition("vars to paste:")[2])
    assert written["open_questions"][0] == "amount"
    assert "decimal_mark" in written["open_questions"]
    assert "in 'col5' more than a thousand?" in text


def test_what_an_answer_comes_to_is_of_the_whole_file(tmp_path):
    """Also of rows beyond those that are looked at; repeated headers are no rows."""
    path = tmp_path / "orders.csv"
    header = "customer_id;order_id;ordered_at;sku;amount\n"
    row = "c{};o{};2024-03-{:02};p{};{}.250\n"
    with path.open("w") as file:
        for at in range(SAMPLE_ROWS + 1000):
            if at in (0, SAMPLE_ROWS + 500):
                file.write(header)
            order = at // 2
            file.write(
                row.format(order % 900, order, order % 28 + 1, at % 7, at % 6 + 1)
            )
    request = {"ask": "report", "var": "transactions", "value": str(path),
               "columns": {}, "is_check": True}  # fmt: skip
    text = answered(request)["text"]
    assert "-> 191,250,000.00 in all" in text
    assert "'.' is its decimal mark -> 191,250.00 in all" in text
    assert "decimal mark: ,;" in text
    # A build that stops at the same question says the same.
    named = {"ask": "source", "var": "transactions", "value": str(path)}
    with pytest.raises(InputProblem, match="191,250,000.00 in all"):
        answered(named)
