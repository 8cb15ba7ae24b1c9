"""The sample documents of ``data/raw``: real figures of 19 reports, typeset in different file types and layouts.

``python -m pipelines.simulate.samples`` reads ``tests/golden/transcribed.csv`` and ``transcribed_statistics.csv`` (the
figures, read by eye from the originals) and writes the documents with one ``manifest.csv`` for each bureau. The same
figures give the same bytes. Each document says that only its tables are the bureau's.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.simulate.body import Body, Variation, apply, compose, relabel, reword
from pipelines.simulate.docx import write_docx
from pipelines.simulate.html import HtmlLayout, Site, write_html
from pipelines.simulate.pdf import PdfLayout, write_pdf
from pipelines.simulate.report import Report, Wording
from pipelines.simulate.statistics import OMITTED, OUTLINES, Sheet, compose_statistics, sheet_of_print
from pipelines.simulate.tables import Shape
from pipelines.simulate.text import TextLayout, write_text
from schemas.forms import STATISTICS, Key

NOTICE = (
    "说明：本文件为样本。表格中的数字转录自该机关公布的原报告，其余文字不是该机关的原文。",
    (
        "Note: this file is a sample. The figures in its tables are transcribed from the report as published; "
        "the prose is not the bureau's own."
    ),
)
MANIFEST_FIELDS = (
    "path",
    "source_url",
    "retrieved_at",
    "published_on",
    "agency_hint",
    "year_hint",
    "origin",
    "note",
)


@dataclass(frozen=True, slots=True)
class Transcript:
    """One report of the golden files: the report and where it comes from."""

    report: Report
    source_url: str
    published_on: str
    note: str
    sheet: Sheet | None = None
    """The statistics table of a report of the older forms, as printed."""

    def body(self, shape: Shape) -> Body:
        """The report before it is typeset."""
        return compose(self.report, shape) if self.sheet is None else compose_statistics(self.report, self.sheet)


@dataclass(frozen=True, slots=True)
class Sample:
    """Where a transcript is written, and how it is typeset."""

    path: str
    write: Callable[[Body], bytes]
    shape: Shape = field(default_factory=Shape)
    variations: tuple[Variation, ...] = ()


def _site(agency: str, published: str, years: tuple[int, ...]) -> Site:
    siblings = tuple(f"{agency}{year}年政府信息公开工作年度报告" for year in years)
    return Site("年报样本 nianbao samples", published=published, siblings=siblings, footer="样本页面 Sample page")


_BROKEN_HEADERS = relabel({"本年新制作数量": "本年新\n制作数量", "本年新公开数量": "本年新\n公开数量"})
_PADDED = relabel({"社会公益组织": "社会\n公益\n组织", "法律服务机构": "法律\n服务\n机构"})
_HUAIAN = relabel(
    {
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1、申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",  # noqa: E501
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2、申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",  # noqa: E501
        "3.其他": "3、其他",
    }
)
_HONGZE = relabel({"2.其他法律行政法规禁止公开": "2.其他法律行政止公开"})
_HALF_WIDTH = reword(lambda text: text.replace("（", "(").replace("）", ") ").replace("，", ", ").strip())
_TORN_GROUPS = relabel(
    {
        "三、本年度办理结果": "年度 办理 结果",
        "(三) 不予公开": "(三) 不予公 开",
        "(四) 无法提供": "(四) 无法提 供",
        "(五) 不予处理": "(五) 不予处 理",
    }
)

SAMPLES: Mapping[str, Sample] = {
    "pingtan_syq_2012": Sample("pingtan/ndbg2012.htm", lambda body: write_html(body, HtmlLayout())),
    "pingtan_xian_2013": Sample("pingtanxian/ndbg2013.docx", write_docx),
    "pingtan_syq_2014": Sample("pingtan/ndbg2014.pdf", lambda body: write_pdf(body, PdfLayout(start=120))),
    "pingtan_syq_2015": Sample("pingtan/ndbg2015.txt", lambda body: write_text(body, TextLayout("pipes"), "gb18030")),
    "pingtan_syq_2016": Sample("pingtan/ndbg2016.txt", lambda body: write_text(body, TextLayout("lines", gap=0))),
    "pingtan_syq_2017": Sample(
        "pingtan/ndbg2017.html",
        lambda body: write_html(body, HtmlLayout(export=False, charset="gb18030", declared="gb2312")),
    ),
    "pingtan_syq_2019": Sample(
        "pingtan/t20200120_80576.htm", lambda body: write_html(body, HtmlLayout()), variations=(_BROKEN_HEADERS,)
    ),
    "pingtan_syq_2020": Sample(
        "pingtan/t20210305_80595.htm",
        lambda body: write_html(body, HtmlLayout(charset="gb18030", declared="gb2312")),
        variations=(_BROKEN_HEADERS,),
    ),
    "pingtan_syq_2021": Sample(
        "pingtan/t20220208_80613.html",
        lambda body: write_html(
            body,
            # The page claims a character set that it is not written in, as real pages do.
            HtmlLayout(
                export=False, declared="gb2312", site=_site("平潭综合实验区管委会", "2022-02-08", (2022, 2020, 2019))
            ),
        ),
    ),
    "pingtan_syq_2022": Sample(
        "pingtan/t20230220_80629.txt", lambda body: write_text(body, TextLayout("pipes"), "utf-8-sig")
    ),
    "pingtan_syq_2023": Sample(
        "pingtan/t20240308_87885.txt", lambda body: write_text(body, TextLayout("lines"), "gb18030")
    ),
    "pingtan_syq_2024": Sample("pingtan/t20250310_97791.pdf", lambda body: write_pdf(body, PdfLayout(margin=72))),
    "pingtan_syq_2025": Sample(
        "pingtan/t20260313_105587.html",
        lambda body: write_html(body, HtmlLayout(breaks="p", declared=None)),
        variations=(_PADDED,),
    ),
    "suqian_shi_2023": Sample(
        "suqian/宿迁市2023年政府信息公开工作年度报告.pdf",
        lambda body: write_pdf(body, PdfLayout(repeat_header=True, split="lines", start=60, rules="fill")),
    ),
    "suqian_shi_2024": Sample(
        "suqian/宿迁市2024年政府信息公开工作年度报告.md",
        lambda body: write_text(body, TextLayout("bars", rule=True, marks=True)),
    ),
    "shanghai_bgt_2019": Sample(
        "shanghai/ndbg2019.html",
        lambda body: write_html(body, HtmlLayout(charset="gb18030", declared="gb18030")),
        variations=(_BROKEN_HEADERS,),
    ),
    "huaian_shi_2024": Sample(
        "huaian/szfgs2024.pdf",
        lambda body: write_pdf(body, PdfLayout(margin=48, padding=2)),
        variations=(_HUAIAN,),
    ),
    "hongze_qu_2024": Sample("hongze/hzq2024.docx", write_docx, variations=(_HONGZE,)),
    "zibo_gxqgafj_2023": Sample(
        "zibo/gxqgafj2023.txt",
        lambda body: write_text(body, TextLayout("tabs", spans="end")),
        Shape(requests_header=False, review_header="stacked"),
        (_HALF_WIDTH, _TORN_GROUPS),
    ),
}


def load_transcripts(folder: Path) -> dict[str, Transcript]:
    """The golden files under ``folder``, by document code."""
    cells: dict[str, dict[Key, str]] = {}
    with (folder / "transcribed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["section"], row["indicator"], row["breakdown"])
            cells.setdefault(row["doc"], {})[key] = row["printed"]
    tables: dict[str, dict[str, str]] = {}
    columns: dict[str, dict[str, str]] = {}
    with (folder / "transcribed_statistics.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            doc = row["doc"]
            cells.setdefault(doc, {})[STATISTICS, row["indicator"], row["breakdown"]] = row["printed"]
            tables.setdefault(doc, {})[row["row"].rpartition(" / ")[2]] = row["indicator"]
            columns.setdefault(doc, {})[row["breakdown"]] = row["column"]
    found: dict[str, Transcript] = {}
    wording = Wording(notice=NOTICE, remarks={1: (OMITTED,), 5: (OMITTED,), 6: (OMITTED,)})
    with (folder / "transcribed_reports.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            printed = cells[row["doc"]]
            single = ("requests", "result.other", "total") in printed
            report = Report(
                agency=row["agency"],
                year=int(row["report_year"]),
                form=row["form"],
                cells=printed,
                forms={"other": "2019"} if single else {},
                wording=wording if row["doc"] not in tables else replace(wording, headings=OUTLINES[0]),
            )
            printed_table = tables.get(row["doc"])
            sheet = sheet_of_print(printed_table, columns[row["doc"]]) if printed_table else None
            found[row["doc"]] = Transcript(report, row["source_url"], row["published_on"], row["note"], sheet)
    return found


def sample_files(transcripts: Mapping[str, Transcript]) -> dict[str, bytes]:
    """Every file of ``data/raw`` that is made here, by its path relative to it: documents and manifests."""
    files: dict[str, bytes] = {}
    manifests: dict[str, list[list[str]]] = {}
    for doc, sample in SAMPLES.items():
        transcript = transcripts[doc]
        report = transcript.report
        files[sample.path] = sample.write(apply(transcript.body(sample.shape), *sample.variations))
        folder, name = sample.path.split("/")
        manifests.setdefault(folder, []).append(
            [
                name,
                transcript.source_url,
                "",
                transcript.published_on,
                report.agency,
                str(report.year),
                "transcription",
                transcript.note,
            ]
        )
    for folder, rows in manifests.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(MANIFEST_FIELDS)
        writer.writerows(sorted(rows))
        files[f"{folder}/manifest.csv"] = text.getvalue().encode("utf-8")
    return dict(sorted(files.items()))


def main() -> None:
    """Write the samples."""
    parser = argparse.ArgumentParser(description="Typeset the sample documents of data/raw. 生成 data/raw 的样本文件。")
    parser.add_argument("--golden", type=Path, default=Path("tests/golden"), help="folder of the transcribed figures")
    parser.add_argument("--raw", type=Path, default=Path("data/raw"), help="folder to write to")
    options = parser.parse_args()
    for path, data in sample_files(load_transcripts(options.golden)).items():
        target = options.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        print(f"{len(data):>8} {path}")


if __name__ == "__main__":
    main()
