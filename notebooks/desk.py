"""What the five notebooks share: the release to read, a typeface with Chinese, plots that say what they show.

Published files are all that is read here, and nothing of the pipeline is imported: with a release, this folder and the
packages of the extra ``notebooks``, everything runs. A plot is made by :meth:`Release.figure` alone, so that each one
names its release and origin, and invented figures carry their mark across it.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pylopdf_fonts_zh_cn import sans_path

font_manager.fontManager.addfont(sans_path())
STYLE = {
    "font.family": ["Noto Sans SC", "DejaVu Sans"], "font.size": 10, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": "#e2e8f0", "axes.axisbelow": True,
    "legend.frameon": False, "figure.dpi": 110, "xtick.labelsize": 9, "ytick.labelsize": 9,
}  # fmt: skip
warnings.filterwarnings("error", message="Glyph")  # a box in place of a character is an error, not a blemish

BLUE, ORANGE, RED, GREEN, GREY = "#2b6cb0", "#dd6b20", "#c53030", "#2f855a", "#a0aec0"
COLOURS = (BLUE, "#63b3ed", RED, "#ecc94b", ORANGE, GREY, GREEN, "#805ad5")
LIGHT = {"#63b3ed", "#ecc94b", GREY, ORANGE}  # words on these are dark
SMALL = 30  # of fewer cases a share is drawn with its interval, but no answer rests on it

ORIGINS = {"original": "原始文件 original documents", "transcription": "转录的真实数字 real figures, transcribed"}
SIMULATED = "模拟数据：机关与数字均为虚构 SIMULATED: agencies and figures are invented"

# What a bureau is, told by the end of its name: the first that fits. Registered and unregistered agencies are told alike.
KINDS = (
    ("township", "乡镇、街道", "Townships, subdistricts", "(?:乡|镇)(?:人民)?政府$|街道办事处$"),
    ("office", "政府办公厅（室）", "Government offices", "办公[厅室]$"),
    ("government", "人民政府", "Governments", "政府$"),
    ("zone", "开发区、管委会", "Zones", "管委会$|管理委员会$"),
    ("police", "公安机关", "Police", "公安"),
    ("department", "其他部门", "Other departments", ""),
)
APPLICANTS = {
    "natural_person": ("自然人", "Natural persons"),
    "business": ("商业企业", "Businesses"),
    "research": ("科研机构", "Research"),
    "public_welfare": ("社会公益组织", "Public welfare"),
    "legal_service": ("法律服务机构", "Legal services"),
    "other": ("其他", "Other legal persons"),
}


@dataclass(frozen=True)
class Release:
    """One published release: its folder, version, origins of its documents."""

    path: Path
    version: str
    origins: tuple[str, ...]
    about: str
    """Which release a plot shows, in one line; both languages."""

    def table(self, name: str, columns: Sequence[str], **equal: object) -> pd.DataFrame:
        """Columns of a published table; ``equal`` keeps rows whose column has this value, or one of this list."""
        where = [(column, "in" if isinstance(value, list) else "==", value) for column, value in equal.items()]
        return pd.read_parquet(self.path / f"{name}.parquet", columns=list(columns), filters=where or None)

    def figure(self, zh: str, en: str, size: tuple[float, float] = (9, 4.5), **grid: Any) -> tuple[Figure, Any]:
        """A figure and its axes under a title in both languages; the release stands below, on top where invented."""
        figure, axes = plt.subplots(figsize=size, layout="constrained", **grid)
        figure.suptitle(f"{zh}\n{en}", x=0.01, ha="left", fontsize=12)
        figure.supxlabel(self.about, x=0.01, ha="left", fontsize=8, color="#4a5568")
        if "simulated" in self.origins:
            mark = {"rotation": 20, "fontsize": 40, "color": RED, "alpha": 0.13, "zorder": 10}
            place = {"ha": "center", "va": "center"}
            figure.text(0.5, 0.5, "模拟数据 SIMULATED", **mark, **place)
        return figure, axes

    def say(self, zh: str, en: str) -> None:
        """An answer in both languages, under the release that it is about."""
        display(Markdown(f"*{self.about.replace(chr(10), ' · ')}*\n\n{zh}\n\n{en}"))


def release() -> Release:
    """The release named by ``NIANBAO_RELEASE`` (a folder), else the newest in ``data/published``.

    Raises:
        FileNotFoundError: there is no release; run ``make run`` first.
        ValueError: invented and real documents in one release, which no release of ours has.
    """
    plt.rcParams.update(STYLE)
    published = Path(__file__).resolve().parents[1] / "data" / "published"
    named = os.environ.get("NIANBAO_RELEASE")
    path = Path(named) if named else published / (published / "latest").read_text(encoding="utf-8").strip()
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    version, origins = manifest["version"], tuple(manifest["origins"])
    if "simulated" in origins and len(origins) > 1:
        raise ValueError(f"{path}: invented and real documents in one release")
    reports = pd.read_parquet(path / "reports.parquet", columns=["agency_id", "report_year"])
    agencies, first, last = reports.agency_id.nunique(), reports.report_year.min(), reports.report_year.max()
    size = f"nianbao {version} · {len(reports):,} 份报告 reports, {agencies:,} 个机关 agencies, {first}–{last}"
    if "simulated" in origins:
        return Release(path, version, origins, f"{SIMULATED}\n{size}")
    expected = pd.read_parquet(path / "coverage.parquet", columns=["report_year", "is_expected", "status"])
    expected = expected[expected.is_expected & expected.report_year.between(first, last)]
    here = int((expected.status == "reported").sum())
    part = f"应有的 {len(expected):,} 份报告中有 {here:,} 份 · {here:,} of the {len(expected):,} reports expected"
    return Release(path, version, origins, f"{'、'.join(ORIGINS[one] for one in origins)} · {size}\n{part}")


def kinds(names: pd.Series) -> pd.Series:
    """The code of ``KINDS`` for each name of an agency."""
    found = [names.str.contains(pattern, regex=True) for *_, pattern in KINDS]
    return pd.Series(np.select(found, [code for code, *_ in KINDS], default=""), index=names.index)


def kind_labels() -> dict[str, str]:
    """Chinese over English for each code of ``KINDS``."""
    return {code: f"{zh}\n{en}" for code, zh, en, _ in KINDS}


def applicant_labels() -> dict[str, str]:
    """Chinese over English for each applicant."""
    return {code: f"{zh}\n{en}" for code, (zh, en) in APPLICANTS.items()}


def with_interval(table: pd.DataFrame) -> pd.DataFrame:
    """``value``, ``lower`` and ``upper`` beside ``numerator`` and ``denominator``: a share with its Wilson interval
    (95 %), empty where there is nothing to divide by."""
    z = 1.959963984540054
    n = table.denominator.where(table.denominator > 0)
    share = table.numerator / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return table.assign(value=share, lower=(centre - half).clip(lower=0), upper=(centre + half).clip(upper=1))


def total(values: pd.Series) -> float:
    """The sum; empty, not 0, where there is no number at all."""
    return values.sum(min_count=1)


def nothing(axes: Axes, found: pd.DataFrame | pd.Series) -> bool:
    """Whether there is nothing to draw; then the axes say so."""
    if len(found.dropna(how="all")):
        return False
    axes.text(0.5, 0.5, "本次发布中无此数据\nno such data in this release", ha="center", va="center", color="#4a5568")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    return True


def errors(table: pd.DataFrame) -> list[pd.Series]:
    """The reach of the interval below and above each share, in per cent, as error bars want it."""
    return [(table.value - table.lower).clip(lower=0) * 100, (table.upper - table.value).clip(lower=0) * 100]


def words_on(colour: str) -> str:
    """The colour of words that stand on ``colour``."""
    return "#1a202c" if colour in LIGHT else "white"


def shares(axes: Axes, table: pd.DataFrame, rows: Mapping[str, str], row: str, colour: str = BLUE) -> None:
    """A dot with its interval for each row of ``table`` (column ``row``, in the order and words of ``rows``)."""
    found = table.set_index(row).reindex([code for code in rows if code in set(table[row])]).dropna(subset="value")
    if nothing(axes, found):
        return
    places = range(len(found))
    axes.errorbar(found.value * 100, places, xerr=errors(found), fmt="o", color=colour, capsize=3)
    axes.set_yticks(places, [rows[code] for code in found.index])
    axes.set_ylim(len(found) - 0.4, -0.6)
    reach = found.upper.max() * 100
    axes.set_xlim(-0.01 * reach, reach * 1.5)
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= min(100, reach * 1.5)])
    for place, (value, upper, n, d) in enumerate(found[["value", "upper", "numerator", "denominator"]].to_numpy()):
        axes.annotate(f"{n:,.0f}/{d:,.0f} = {value:.1%}", (upper * 100, place), (6, 0), textcoords="offset points",
                      va="center", fontsize=8, color="#4a5568")  # fmt: skip


def number(value: float) -> str:
    """A count in words: thousands separated, a dash where there is none."""
    return "—" if pd.isna(value) else f"{value:,.0f}"


def percent(value: float) -> str:
    """A share in words, a dash where there is none."""
    return "—" if pd.isna(value) else f"{value:.1%}"


def save(results: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table of results as Parquet into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in results.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
