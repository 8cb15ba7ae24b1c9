"""HTML: values that are not plain numbers, and what copying does to the script."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache

import opencc

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Variation, apply, compose, reword, rewrite_lines
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.registry import Printed, Simulated, made, plainly, reported, unit_of, variant
from pipelines.simulate.report import Report
from pipelines.simulate.variants.html import LABELS, either, page
from schemas.forms import Key


def printing(report: Report, prints: Mapping[Key, Printed], layout: HtmlLayout) -> Simulated:
    """The report with other texts in some cells, which mean what they are said to mean."""
    body = apply(compose(report), dev.retext({key: cell.printed for key, cell in prints.items()}))
    return made(report, body, write_html(body, layout), ".html", meanings=prints)


def illegible(text: str, key: Key) -> Printed:
    """A cell that prints something that is no number, or no single one."""
    return Printed("illegible", text, None, unit_of(key))


def numbers(report: Report) -> dict[Key, Decimal]:
    """The cells of a report that print a number, and the number."""
    read = {key: plainly(text, key).value for key, text in report.cells.items()}
    return {key: value for key, value in read.items() if value is not None}


# -------------------------------------------------------------------------------------------------------------- values


@variant("html.signed_changes", type="html", form="2019")
def signed_changes(report: Report, draw: random.Random) -> Simulated:
    """本年增/减 in words and signs: 增98 and a bare 增 (抚州), 减3 (宣城), +2 (天台), -8; 0/0 (大余)."""
    prints: dict[Key, Printed] = {}
    for key in report.cells:
        if key[2] != "items_change":
            continue
        count, unit = draw.choice((0, 1, 2, 3, 8, 98, 1204)), unit_of(key)
        prints[key] = draw.choice(
            (
                reported(count, f"增{count}", unit),
                reported(count, f"+{count}", unit),
                reported(count, f"增加{count}", unit),
                reported(-count, f"减{count}", unit),
                reported(-count, f"-{count}", unit),
                reported(-count, f"减少{count}项", "项"),
                illegible("增", key),
                illegible("减", key),
                illegible("0/0", key),
            )
        )
    return printing(report, prints, either(draw))


@variant("html.money", type="html")
def money(report: Report, draw: random.Random) -> Simulated:
    """Money with its unit in the cell: 251000元 (上海 2019), 113.96万元 (大余), 8040 without one (中村乡), thousands
    separated."""
    prints: dict[Key, Printed] = {}
    for key in report.cells:
        if key[2] != "amount":
            continue
        amount = draw.randint(1000, 99_999_999)
        hundredth = Decimal(draw.randint(100, 9_999_999)) / 100
        prints[key] = draw.choice(
            (
                reported(amount, f"{amount}元", "元"),
                reported(amount, f"{amount:,}元", "元"),
                reported(hundredth, f"{hundredth}万元", "万元"),
                reported(hundredth, f"{hundredth} 万元", "万元"),
                reported(hundredth, f"{hundredth}", unit_of(key)),
                reported(amount, f"{amount:,}.00", unit_of(key)),
                reported(Decimal(amount) / 10000, f"{Decimal(amount) / 10000}", unit_of(key)),
            )
        )
    return printing(report, prints, either(draw))


@variant("html.noted_values", type="html")
def noted_values(report: Report, draw: random.Random) -> Simulated:
    """A number with an explanation or its unit in the cell: 22（其中修订16件） (上海 2025), 35件, 0项."""
    prints: dict[Key, Printed] = {}
    known = numbers(report)
    for key in draw.sample(sorted(known), min(24, len(known))):
        value, unit = known[key], unit_of(key)
        if key[2] in ("amount", "items_change"):
            continue
        prints[key] = draw.choice(
            (
                reported(value, f"{value}（其中修订{draw.randint(0, 16)}件）", unit),
                reported(value, f"{value}（含上年结转 {draw.randint(0, 9)} 件）", unit),
                reported(value, f"{value}件", "件"),
                reported(value, f"{value} 件", "件"),
            )
        )
    return printing(report, prints, either(draw))


_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number below 10000 as it is written: 十二, 一百零五, 三千零二十."""
    if number < 10:
        return _DIGITS[number]
    text, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure, number = divmod(number, size)
        if figure:
            text += ("零" if gap and text else "") + _DIGITS[figure] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


@variant("html.chinese_numerals", type="html")
def chinese_numerals(report: Report, draw: random.Random) -> Simulated:
    """Small numbers in characters: 〇 or 零 for none, 十二, 一百零五."""
    none = draw.choice(("〇", "零"))
    prints = {
        key: reported(value, chinese(int(value)) if value else none, unit_of(key))
        for key, value in numbers(report).items()
        if value == value.to_integral_value() and 0 <= value < 10000 and key[2] != "amount"
    }
    return printing(report, prints, either(draw))


@variant("html.no_numbers", type="html")
def no_numbers(report: Report, draw: random.Random) -> Simulated:
    """Cells that print no number or no single one: 0/0 (大余), 约5, 3 4, 12（3）, 见附件, 3-5, *."""
    texts = ("0/0", "约5", "3 4", "见附件", "3-5", "*", "12（3）", "不详")
    keys = draw.sample(sorted(report.cells), 12)
    return printing(report, {key: illegible(draw.choice(texts), key) for key in keys}, either(draw))


@variant("html.marks", type="html")
def marks(report: Report, draw: random.Random) -> Simulated:
    """Signs for none in place of noughts: - (武汉 2020), /, —, 无; empty cells between them."""
    texts = ("/", "-", "—", "——", "无", "", "&nbsp;")
    none = [key for key, text in report.cells.items() if text in ("0", "")]
    chosen = {key: draw.choice(texts) for key in none if draw.random() < 0.6}
    body = apply(compose(report), dev.retext({key: text.replace("&nbsp;", "　") for key, text in chosen.items()}))
    return made(report, body, write_html(body, either(draw)), ".html")


# -------------------------------------------------------------------------------------------------------------- script


@cache
def _converter(name: str) -> Callable[[str], str]:
    converter: Callable[[str], str] = opencc.OpenCC(name).convert
    return converter


def _labels_only(change: Callable[[str], str]) -> Variation:
    return reword(change, ("caption", "header", "label"))


@variant("html.traditional", type="html")
def traditional(report: Report, draw: random.Random) -> Simulated:
    """A mirror in traditional characters, with Taiwan's words on some (規範性檔案 = 规范性文件: 武汉生态环境局
    2020); 行政強製 and 隻計 where single characters were converted wrongly (麻阳). Headings and prose too, or the
    tables alone; the title keeps the agency's name."""
    convert = _converter(draw.choice(("s2t", "s2tw", "s2twp", "s2hk")))
    slips = draw.random() < 0.3

    def change(text: str) -> str:
        text = convert(text)
        return text.replace("制", "製").replace("只", "隻") if slips else text

    prose = (dev.rewrite_prose(change),) if draw.random() < 0.6 else ()
    return page(report, either(draw), _labels_only(change), *prose)


PINYIN = {
    "规": "guī", "公": "gong", "政": "zhèng", "行": "xíng", "结": "jié", "理": "lǐ", "申": "shēn", "息": "xī",
    "开": "kāi", "件": "jiàn", "属": "shǔ", "关": "guān", "请": "qing", "然": "rán", "企": "qǐ", "研": "yan",
}  # fmt: skip


@variant("html.pinyin", type="html")
def pinyin(report: Report, draw: random.Random) -> Simulated:
    """Pinyin in brackets inside words, as hijacked mirrors have it: 規(guī)章, 辦公(gong)開 (开江, 宁强)."""
    script = _converter("s2t") if draw.random() < 0.5 else str
    left, right = draw.choice((("(", ")"), ("（", "）")))

    def change(text: str) -> str:
        return "".join(
            script(char) + (f"{left}{PINYIN[char]}{right}" if char in PINYIN and draw.random() < 0.4 else "")
            for char in text
        )

    return page(report, either(draw), _labels_only(change))


@variant("html.lost_characters", type="html")
def lost_characters(report: Report, draw: random.Random) -> Simulated:
    """Brackets, figures and single characters lost in copying: 〔2021202号, 统计期限自至 (formats.md 8, no. 14); the
    brackets of the row numbers among them."""

    def change(text: str) -> str:
        if draw.random() < 0.3:
            text = text.replace("（", "", 1) if draw.random() < 0.5 else text.replace("）", "", 1)
        return dev.damaged(text, draw) if draw.random() < 0.1 else text

    notice = "根据《国务院办公厅政府信息与政务公开办公室关于印发〈格式〉的通知》（国办公开办函〔2021202号）编制。"
    period = replace(report.wording, period="本报告中所列数据的统计期限自至。")
    report = replace(report, wording=period).saying(0, notice)
    return page(report, either(draw), reword(change, LABELS))


COMPATIBLE = str.maketrans(
    "一二人行大金立子长见不年六列律理力",
    "\u2f00\u2f06\u2f08\u2f8f\u2f24\u2fa6\u2f74\u2f26\u2ed3\u2ec5\uf967\uf98e\uf9d1\uf99c\uf9d8\uf9e4\uf98a",
)


@variant("html.odd_code_points", type="html")
def odd_code_points(report: Report, draw: random.Random) -> Simulated:
    """Kangxi radicals and compatibility ideographs in place of characters (⼈ for 人, ⾏ for 行: what PDF copies
    leave), U+E5E5 and other private-use code points as blanks, zero-width characters, soft hyphens."""
    fill = draw.choice(("\ue5e5", "\uf020", "\u200b", "\xad", "\ufeff"))

    def change(text: str) -> str:
        text = text.translate(COMPATIBLE) if draw.random() < 0.6 else text
        return f"{fill}{text}{fill}" if draw.random() < 0.4 else text

    return page(report, either(draw), _labels_only(change), rewrite_lines(lambda text: text.translate(COMPATIBLE)))


@variant("html.full_width", type="html")
def full_width(report: Report, draw: random.Random) -> Simulated:
    """Full-width figures and stops in labels and title (１．属于国家秘密, ２０２３年), or half-width brackets
    and commas with blanks inside words (the seed: ``(三) 不予公 开``)."""
    if draw.random() < 0.5:
        wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
        return page(
            report,
            either(draw),
            _labels_only(lambda text: text.translate(wide)),
            rewrite_lines(lambda text: re.sub(r"\d+", lambda found: found[0].translate(wide), text)),
        )
    narrow = str.maketrans("（），：", "(),:")

    def change(text: str) -> str:
        text = text.translate(narrow)
        at = len(text) - 1
        return f"{text[:at]} {text[at:]}" if len(text) > 3 else text

    return page(report, either(draw), _labels_only(change))
