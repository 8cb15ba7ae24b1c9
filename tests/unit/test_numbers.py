"""The number grammar, case by case: what is printed → status, value, unit."""

from decimal import Decimal

import pytest

from schemas.numbers import UNITS, read_amount, read_number, shortest, unit_factor

REPORTED = [
    ("0", "0", "件"),
    ("12件", "12", "件"),
    ("3001.0", "3001", "件"),
    ("１２", "12", "件"),
    ("1,234", "1234", "件"),
    ("1，234，567", "1234567", "件"),
    ("251000元", "251000", "元"),
    ("75394432.52元", "75394432.52", "元"),
    ("113.96万元", "113.96", "万元"),
    ("22（其中修订 16 件）", "22", "件"),
    ("251000（元）", "251000", "元"),
    ("5（单位：万元）", "5", "万元"),
    ("一件", "1", "件"),
    ("+2", "2", "件"),
    ("减3", "-3", "件"),
    ("增98", "98", "件"),
    ("－8", "-8", "件"),
    ("59237.2449", "59237.2449", "件"),
    ("96171.\n6", "96171.6", "件"),
    ("2822\n65", "282265", "件"),
    ("﹣3", "-3", "件"),
    ("2（减）", "-2", "件"),
    ("2件（减少）", "-2", "件"),
    ("（减）2", "-2", "件"),
    ("2（增）", "2", "件"),
    ("（增加）2", "2", "件"),
    ("50万元整", "50", "万元"),
    ("人民币50万元", "50", "万元"),
    ("1.2亿元", "12000", "万元"),
    ("￥1200元", "1200", "元"),
    ("十二", "12", "件"),
    ("一百零五宗", "105", "件"),
    ("〇", "0", "件"),
    ("零", "0", "件"),
    ("\u3000 7\xa0", "7", "件"),
]


@pytest.mark.parametrize(("text", "value", "unit"), REPORTED)
def test_a_number_is_read_as_printed(text: str, value: str, unit: str) -> None:
    reading = read_number(text, "件")
    assert (reading.status, reading.value, reading.unit) == ("reported", Decimal(value), unit)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\xa0\n\xa0", "\u200b"])
def test_an_empty_cell_is_blank_and_never_zero(text: str) -> None:
    assert (read_number(text).status, read_number(text).value) == ("blank", None)


@pytest.mark.parametrize("text", ["/", "-", "—", "——", "－", "无", "\\", "N/A", " / "])
def test_a_sign_for_none_is_a_mark_and_never_zero(text: str) -> None:
    assert (read_number(text).status, read_number(text).value) == ("mark", None)


@pytest.mark.parametrize(
    "text",
    [
        "0/0",
        "增",
        "00",
        "012",
        "12 3",
        "1\n2",
        "100\n200",
        "12,34",
        "961716\n.",
        ".5",
        "12.",
        "12(3)",
        "①",
        "12²",
        "约12",
        "12余件",
        "5%",
        "9007199254740993",
        "1.23456789",
        "二十三十",
        "O",
        "1.2.3",
        "+-2",
        "增-2",
        "一",
        "12（万）",
        "5（单位：亿元）",
        "-\n8",
        "减2（增）",
        "-2（减）",
        "（减）-2",
        "8（减2）",
        "8（负）",
        "8（较上年减少）",
        "2601.9万",
        "￥5件",
        "5整",
        "〇" * 5000,
    ],
)
def test_what_is_no_single_number_is_illegible(text: str) -> None:
    assert (read_number(text).status, read_number(text).value) == ("illegible", None)


@pytest.mark.parametrize(("text", "value"), [("2601.953875万", "2601.953875"), ("1.2亿", "12000"), ("￥5万", "5")])
def test_money_may_leave_out_its_last_word(text: str, value: str) -> None:
    reading = read_amount(text)
    assert reading is not None
    assert (reading.status, reading.value, reading.unit) == ("reported", Decimal(value), "万元")


@pytest.mark.parametrize("text", ["约12万", "106\n3万", "12"])
def test_nothing_else_is_read_for_that(text: str) -> None:
    reading = read_amount(text)
    assert reading is None or reading.status == "illegible"


@pytest.mark.parametrize(("text", "value"), [("￥1200", "1200"), ("¥1,200.50", "1200.5"), ("人民币1200", "1200")])
def test_a_sign_of_money_is_its_unit_but_under_another_it_may_be_either(text: str, value: str) -> None:
    for unit in ("unknown", "元"):
        reading = read_number(text, unit)
        assert (reading.status, reading.value, reading.unit) == ("reported", Decimal(value), "元")
    assert read_number(text, "万元").status == "illegible"


def test_doubtful_digits_keep_their_candidate() -> None:
    assert read_number("12 3").candidates == (Decimal(123),)


def test_money_has_one_standard_unit_and_an_unknown_unit_none() -> None:
    assert unit_factor("万元") == ("元", Decimal(10000))
    assert unit_factor("unknown") == ("unknown", None)
    assert {unit_factor(unit)[0] for unit in UNITS} == set(UNITS) - {"万元"}


@pytest.mark.parametrize(
    ("value", "text"), [("3001.0", "3001"), ("7.38E+7", "73800000"), ("0.50", "0.5"), ("-3", "-3")]
)
def test_shortest_decimal(value: str, text: str) -> None:
    assert shortest(Decimal(value)) == text
