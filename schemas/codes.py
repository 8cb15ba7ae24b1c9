"""Code lists of the tables: code -> (Chinese, English). Public: add, never rename."""

from __future__ import annotations

from schemas import numbers
from schemas.forms import WHOLE
from schemas.table import CodeList

FORMS: CodeList = {
    "2008": ("2008 年条例时期的省级统计表", "provincial tables under the regulations of 2008"),
    "2014": ("国办发〔2014〕32号", "statistics table of 2014"),
    "2019": ("国办公开办函〔2019〕60号", "form on trial of 2019"),
    "2021": ("国办公开办函〔2021〕30号", "form of 2021"),
}
FORM_BASES: CodeList = {
    "labels": ("按标签", "its own labels"),
    "majority": ("按其他部分", "the form of the other sections"),
    "year": ("按年度", "the form in force in that year"),
}
SECTIONS: CodeList = {
    "disclosure": ("二、主动公开政府信息情况", "Disclosure on the agency's own initiative"),
    "requests": ("三、收到和处理政府信息公开申请情况", "Requests received and handled"),
    "review": ("四、政府信息公开行政复议、行政诉讼情况", "Administrative review and litigation"),
    "statistics": ("政府信息公开情况统计表", "Statistics table of the forms of 2014 and 2008"),
}
STATUSES: CodeList = {
    "reported": ("有数", "a number is printed"),
    "blank": ("空白", "the cell is empty"),
    "mark": ("符号", "a sign for none or not applicable"),
    "illegible": ("无法辨认", "something that is no number, or no single one"),
    "absent": ("缺失", "the form has the cell, the document has not"),
}
COLUMN_LEVELS: CodeList = {
    "government": ("政府本身（统计表分栏）", "the government itself: a column of a table split by levels of units"),
    "departments": ("直属部门（统计表分栏）", "its departments together: such a column"),
    "townships": ("乡镇街道（统计表分栏）", "townships and streets together: such a column"),
    "this_level": ("本级（统计表分栏）", "its own level, without those below: such a column"),
    "lower_level": ("下级地区（统计表分栏）", "the counties and districts below it together: such a column"),
}
TOLD_SCOPES: CodeList = {
    "own": ("本机关", "the agency itself"),
    "office": ("办公室", "its office"),
    "area": ("辖区汇总", "the whole area"),
    "unspecified": ("未说明", "not told"),
}
SCOPES: CodeList = {**TOLD_SCOPES, **COLUMN_LEVELS}
READ_LEVELS: CodeList = {
    WHOLE: ("整份报告", "the report as a whole: the table is not split by levels, or this is its total"),
    **COLUMN_LEVELS,
}
SCOPE_HINTS: CodeList = {
    "own": ("本机关", "the agency itself"),
    "office": ("办公室或本级", "its office, or its own level"),
    "area": ("辖区", "the whole area"),
    "other": ("其他单位", "another organ"),
    "filed": ("备案", "cases filed for the record"),
}
QUALIFIERS: CodeList = {
    "exact": ("确数", "a number"),
    "approximate": ("约数", "about, more than; never compared"),
    "zero": ("声明为零", "the words say that there was none"),
}
SCOPE_BASES: CodeList = {
    "stated": ("原文说明", "a sentence says what the data cover"),
    "count": ("文中计数与表格一致", "a sentence counts requests for somebody and gives the table's own figure"),
    "contrast": ("办公室计数少于表格", "the government's office counts fewer requests than the table"),
    "title": ("标题为行政区域", "the title names a territory"),
    "agency": ("机关名称", "the agency has nothing but itself to report on"),
    "copy": ("与另一文件数字一致", "the figures are those of another document, which tells it"),
    "column": ("统计表栏目", "the heading of the column names it"),
}
PUBLISHED_BASES: CodeList = {
    "manifest": ("清单", "the manifest"),
    "header": ("网页标注", "the line that the site prints over the page"),
    "metadata": ("网页元数据", "the page's metadata"),
    "written": ("成文日期", "the day of the document, not of its publication"),
    "signature": ("落款日期", "the day under the signature, not that of publication"),
}
COVERAGE: CodeList = {
    "reported": ("有报告", "a report with tables is here"),
    "narrative": ("仅有文字", "a report without tables is here"),
    "refused": ("文件被拒收", "only documents are here that could not be read as a report"),
    "missing": ("没有", "nothing is here"),
}
TRUST: CodeList = {
    "official": ("政府网站", "a site that only governments have"),
    "unknown": ("来源网站不明", "no site is known"),
    "other": ("其他网站", "any other site, which may be a mirror"),
}
PUNCTUALITY: CodeList = {
    "on_time": ("按时", "published by the day it was due"),
    "late": ("逾期", "published after that day"),
    "unknown": ("不明", "cannot be told"),
}
PUNCTUALITY_BASES: CodeList = {
    "published": ("有可靠发布日期", "the day of publication is known and likely"),
    "no_due_date": ("没有已知的法定期限", "no day is known by which it was due"),
    "no_date": ("没有发布日期", "no day of publication is known"),
    "doubtful_date": ("发布日期存疑", "the day known is not that of publication, or unlikely: a page that moved"),
    "not_first": ("非首次发布", "only a later edition or a mirror's copy is known"),
}
METHODS: CodeList = {
    "text": ("文本", "read from text"),
    "ocr": ("光学识别", "read optically"),
    "disambiguated": ("由勾稽关系判定", "the one reading that fits the document's own identities"),
    "corrected": ("更正", "a correction with its reason"),
}
ORIGINS: CodeList = {
    "original": ("原件", "as published by the agency"),
    "transcription": ("转录", "tables transcribed from the original"),
    "simulated": ("模拟", "made up"),
}
KINDS: CodeList = {
    "report": ("年度报告", "annual report with tables"),
    "narrative": ("无表格的年度报告", "annual report without tables"),
    "blank_form": ("空白格式", "blank form"),
    "notice": ("通知", "notice"),
    "interpretation": ("解读", "interpretation"),
    "other": ("其他", "something else"),
    "unreadable": ("无法读取", "cannot be read"),
}
NATURES: CodeList = {
    "flow": ("当年发生数", "during the year"),
    "stock": ("年末存量", "at the end of the year"),
    "change": ("增减数", "signed change"),
    "cumulative": ("历年累计", "since the beginning"),
    "money": ("金额", "amount of money"),
}
UNITS: CodeList = {
    **{unit: (unit, unit) for unit in numbers.UNITS if unit != "unknown"},
    "unknown": ("单位不明", "no unit is printed"),
}
SEVERITIES: CodeList = {
    "error": ("错误", "a figure or document is affected"),
    "warning": ("警告", "worth a look"),
    "info": ("提示", "for the record"),
}
RESPONSIBLE: CodeList = {
    "publisher": ("发布机关", "the agency that published the report"),
    "pipeline": ("数据处理方", "this project"),
}
DECISIONS: CodeList = {
    "confirmed": ("成立", "somebody looked: the finding is right"),
    "dismissed": ("不成立", "somebody looked: the finding is no fault; it no longer counts"),
}
STAGES: CodeList = {
    "read": ("读取", "reading and interpreting"),
    "normalize": ("规范化", "entering the models"),
    "check": ("检查", "rules over the figures"),
    "run": ("运行", "the run itself"),
}
LEVELS: CodeList = {
    "national": ("国家级", "national"),
    "province": ("省级", "province"),
    "prefecture": ("地级", "prefecture"),
    "county": ("县级", "county"),
    "township": ("乡级", "township"),
}
NAME_KINDS: CodeList = {
    "official": ("正式名称", "official name at its time"),
    "alias": ("其他名称", "another name, a short form"),
    "printed": ("原文名称", "as a report prints it"),
}
AGENCY_REASONS: CodeList = {
    "unnamed": ("文件没有写明是哪个机关的报告", "the document does not say whose report it is"),
    "unknown_place": (
        "名称开头不是已知的行政区划，名录中也没有此名称",
        "the name begins with no known division and is not in the registry",
    ),
    "unknown_organ": ("行政区划已知，但机构名称不在名录中", "the place is known, its organ of this name is not"),
    "unknown_township": ("该县（市、区）现有乡镇街道中没有此名称", "the county has no township of this name today"),
    "no_parent": (
        "名称没有写明所属地区，文件其他部分也不能确定",
        "the name does not say of which place, and nothing else in the document does",
    ),
    "ambiguous": (
        "多个地区有此名称，没有其他依据可以区分",
        "several places are called so and nothing tells them apart",
    ),
    "needs_support": (
        "名称也可能指开发区等，需要其他依据",
        "a zone elsewhere may bear this name; something else must say which place it is",
    ),
    "not_valid_then": ("该年度没有使用此名称的地区", "no place bore this name in the report year"),
    "contradiction": ("文件中的名称指向不同地区", "the names in the document belong to different places"),
    "contradiction_index": (
        "索引号或网址中的行政区划代码与名称不符",
        "the division code in the index number or the address contradicts the name",
    ),
    "borrowed_name": (
        "名称只见于发布机构栏或联系方式，正文没有印证，或者另有所指",
        "only the site's block or the contact gives the name, and the text does not confirm it or says otherwise",
    ),
    "another_signs": (
        "标题只写地名，或者名称单独一行写在标题旁，而落款、发布机构、联系方式或正文主语是其他机关",
        "a place, or a name on a line of its own beside the title, and another agency signs or answers for the report",
    ),
    "untrusted_site": (
        "网站不是 .gov.cn，镜像网站可能改动名称，需要其他依据",
        "the site is not under .gov.cn; mirrors have replaced names, so something else must confirm it",
    ),
    "two_organs": (
        "同年另有文件印有同类机构的另一名称",
        "another document of that year prints another organ's name for the same kind of organ",
    ),
}
VERDICTS: CodeList = {
    "holds": ("成立", "all figures are there and agree"),
    "violated": ("不成立", "all figures are there and do not agree"),
    "cannot_tell": ("无法判断", "a figure that the rule needs is not there"),
}
