"""The registry of rules: what can be found, how bad it is, who has to act, and what is said about it.

Readers and interpretation write their own messages; rules checked over the store (``pipelines.check``) take theirs from
``message_zh`` and ``message_en``, templates with ``{names}`` in braces. Ids are public: add, never rename.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``severity``: error, warning, info; ``responsible``: publisher, pipeline (``schemas.codes``)."""

    id: str
    severity: str
    responsible: str
    title_zh: str
    title_en: str
    message_zh: str = ""
    message_en: str = ""


_SUM_ZH = (
    "{agency}{year}年：{left}，合计{left_sum}；应等于{right}，合计{right_sum}，相差{difference}。合计项位于{locator}。"
)
_SUM_EN = (
    "{agency} {year}: {left} makes {left_sum}; it should equal {right} = {right_sum}, difference {difference}. "
    "The total stands at {locator}."
)


def _identity(rule_id: str, title_zh: str, title_en: str) -> Rule:
    """A printed sum that every reader can check: the publisher's, and the figures stay as printed."""
    return Rule(rule_id, "error", "publisher", title_zh, title_en, _SUM_ZH, _SUM_EN)


def _ours(rule_id: str, severity: str, title_zh: str, title_en: str) -> Rule:
    return Rule(rule_id, severity, "pipeline", title_zh, title_en)


_ALL = (
    # Identities of one report (formats.md section 2; the first is printed in the form itself).
    _identity(
        "requests.balance", "新收加上年结转应等于办理结果总计加结转下年", "Inflow equals results plus carried over"
    ),
    _identity("requests.results_sum", "办理结果各项之和应等于总计", "Results add up to their total"),
    _identity("requests.row_sum", "各类申请人之和应等于总计", "Applicants add up to the total of the row"),
    _identity("review.row_sum", "复议、诉讼各结果之和应等于总计", "Outcomes add up to the total of the cases"),
    # The folder of received documents.
    _ours("ingest.unreadable_file", "error", "文件无法打开", "File cannot be opened"),
    _ours("ingest.bad_name", "error", "文件名无法识别", "File name cannot be decoded"),
    _ours("ingest.link_outside", "warning", "链接指向文件夹之外", "Link leads outside the folder"),
    _ours("ingest.not_a_file", "warning", "不是普通文件", "Not a regular file"),
    _ours("manifest.unreadable", "error", "清单无法读取", "Manifest cannot be read"),
    _ours("manifest.unknown_column", "info", "清单中有未知列", "Unknown column in a manifest"),
    _ours("manifest.bad_row", "error", "清单中的一行无法采用", "Row of a manifest cannot be used"),
    _ours("manifest.bad_value", "warning", "清单中的值有误", "Value in a manifest is wrong"),
    _ours("manifest.duplicate_row", "warning", "清单中同一文件登记两次", "Two rows for one file"),
    _ours("manifest.missing_file", "warning", "清单所列文件不存在", "File named in a manifest is not there"),
    _ours("manifest.path_outside", "error", "清单所列路径超出文件夹", "Path in a manifest leads out of its folder"),
    _ours("manifest.origin_conflict", "error", "同一文件来源性质不一", "One document with several origins"),
    # Reading bytes.
    _ours("read.unreadable", "error", "文件无法读取", "Document cannot be read"),
    _ours("read.empty", "error", "文件为空", "Document is empty"),
    _ours("read.no_text", "error", "文件中没有文字", "No text in the document"),
    _ours("read.no_text_layer", "error", "没有文字层", "No text layer"),
    _ours("read.encrypted", "error", "文件已加密", "Document is encrypted"),
    _ours("read.truncated", "error", "文件不完整或已损坏", "Document is cut off or damaged"),
    _ours("read.too_large", "error", "文件过大", "Document is too large"),
    _ours("read.zip_bomb", "error", "压缩炸弹", "Archive unpacks to an absurd size"),
    _ours("read.unsafe_xml", "error", "XML 不安全", "Unsafe XML"),
    _ours("read.unsupported_type", "error", "不支持的文件类型", "Type of file is not supported"),
    _ours("read.crashed", "error", "读取程序出错", "The reader failed"),
    _ours("read.wrong_extension", "warning", "扩展名与内容不符", "Extension does not fit the content"),
    _ours("read.repaired", "warning", "文件经修复后读取", "Document was repaired"),
    _ours("read.page_without_text", "warning", "页面没有文字", "Page without text"),
    _ours("read.page_unreadable", "warning", "页面无法读取", "Page cannot be read"),
    _ours("read.invisible_text", "info", "不可见文字已忽略", "Invisible text left out"),
    _ours("read.too_many_paths", "warning", "页面线条过多", "Too many drawings on a page"),
    _ours("read.text_crosses_ruling", "warning", "文字跨越表格线", "Text crosses a ruling"),
    _ours("read.too_deep", "error", "嵌套过深", "Nested too deep"),
    _ours("read.all_hidden", "warning", "网页内容默认全部隐藏", "Everything on the page is hidden"),
    _ours("read.span_clipped", "info", "合并行数已截断", "Row span was cut short"),
    _ours("read.lost_characters", "warning", "有字符无法还原", "Characters could not be recovered"),
    _ours("read.hidden_sheet", "warning", "隐藏的工作表未读取", "Hidden sheet was not read"),
    _ours("read.hidden_cells", "warning", "隐藏的行或列未读取", "Hidden rows or columns were not read"),
    _ours("read.formats_unknown", "warning", "数字格式未知", "Number formats are not known"),
    _ours("read.charset", "info", "字符集声明不实", "Declared character set is wrong"),
    # Interpreting grids against the forms.
    _ours("interpret.unknown_row", "warning", "无法识别的行", "Row is not known"),
    _ours("interpret.unknown_column", "warning", "无法识别的列", "Column is not known"),
    _ours("interpret.column_unknown", "warning", "数值所在列无法判定", "The column of a figure cannot be told"),
    _ours("interpret.unused_number", "warning", "未使用的数值", "Number left unused"),
    _ours("interpret.unconfirmed", "warning", "读数未经印证", "Reading is not confirmed"),
    _ours("interpret.foreign_block", "warning", "单元格属于另一格式", "Cell belongs to another form"),
    _ours("interpret.illegible", "warning", "无法辨认", "Cell is illegible"),
    _ours("interpret.ambiguous_blank", "warning", "空白位置无法判定", "Which cell is blank cannot be told"),
    _ours("interpret.missing_block", "warning", "缺少表块", "Block of the form is missing"),
    _ours("interpret.duplicate_cell", "warning", "同一单元格出现两次", "Cell stands twice"),
    # Who and when.
    _ours("identify.no_agency", "error", "未找到机关名称", "No agency is named"),
    _ours("identify.no_year", "error", "未找到报告年度", "No report year is told"),
    _ours("identify.year_conflict", "warning", "年度不一致", "Years contradict each other"),
    # Entering the models, choosing among copies.
    Rule(
        "normalize.rejected",
        "error",
        "pipeline",
        "数据行未通过模型校验",
        "Row does not fit its model",
        "一行数据（{part}）未通过校验，已隔离，不进入数据集；未过检查：{checks}。原始行：{row}",
        "A row of {part} does not fit its model; it was quarantined and left out. It fails: {checks}. Row: {row}",
    ),
    Rule(
        "normalize.no_report",
        "error",
        "pipeline",
        "缺机关或年度，不生成观测值",
        "Without agency or year no observations",
        "{file}：无法确定{lacking_zh}，读数保留，但不进入观测值。"
        "请在清单 manifest.csv 中填写 agency_hint 或 year_hint。",
        "{file}: the {lacking_en} cannot be told; what was read is kept, but gives no observations. "
        "Say it in manifest.csv (agency_hint or year_hint).",
    ),
    # The gate before publication.
    _ours("gate.manifest", "error", "清单无法读取，来源不明", "A manifest cannot be read: origins are not known"),
    _ours("gate.no_report", "error", "没有可发布的报告", "There is nothing to publish"),
    _ours("gate.mixed_origins", "error", "模拟与真实文件混在一起", "Simulated and real documents in one folder"),
    _ours("gate.key", "error", "主键重复或不完整", "Rows share their key"),
    _ours("gate.version_taken", "error", "版本号已被占用", "The version is taken"),
    _ours("gate.model", "error", "数值不符合模型", "Values do not fit the model"),
    _ours("gate.read_back", "error", "写出的文件回读不符", "What was written reads back wrong"),
    Rule(
        "store.conflict",
        "warning",
        "publisher",
        "同一报告的不同副本数值不一致",
        "Copies of a report differ",
        "{agency}{year}年，{cell}：{n}个副本中有{n_values}个不同数值（{values}），采用{chosen}。请核对各副本。",
        "{agency} {year}, {cell_en}: {n} copies give {n_values} different values ({values}); {chosen} was taken. "
        "Please compare the copies.",
    ),
)

RULES: dict[str, Rule] = {item.id: item for item in _ALL}


def rule(rule_id: str) -> Rule:
    """The rule of this id; for an id nobody registered, one of severity warning (a test, not a run, shall fail)."""
    return RULES.get(rule_id) or Rule(rule_id, "warning", "pipeline", rule_id, rule_id)
