"""The registry of rules: what can be found, how bad it is, who has to act, what is said, and what blocks a release.

Readers and interpretation write their own messages; rules checked over the store (``pipelines.check``) take theirs from
``message_zh`` and ``message_en``, templates with ``{names}`` in braces. Ids are public: add, never rename.
``docs/rules.md`` is made from this table (``pipelines.rulepage``).
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.jumps import JUMP, YUAN_FLOOR, YUAN_RATIO
from schemas.rule import SUM_EN, SUM_ZH, Rule, bound, gate, identity, ours, years

SLIPS: Mapping[str, tuple[str, str]] = {
    "digit_dropped": ("漏一位数字", "a digit left out"),
    "digit_added": ("多一位数字", "a digit too many"),
    "digits_swapped": ("相邻数字颠倒", "two digits swapped"),
    "digit_mistyped": ("一位数字有误", "one digit wrong"),
    "total_not_updated": ("合计未更新", "the total leaves out one of its parts, or stayed at 0"),
    "total_follows": ("合计随分项而误", "the total was made from the wrong part"),
    "neighbour_copied": ("与相邻单元格相同", "the number of the cell beside it"),
    "cells_exchanged": ("两格互换", "the numbers of two cells exchanged"),
}
"""How one number becomes another by mistake: code -> (Chinese, English)."""

_ALL = (
    # Identities of one report (formats.md section 2; the first is printed in the form itself).
    identity(
        "requests.balance",
        "新收加上年结转应等于办理结果总计加结转下年",
        "Inflow equals results plus carried over",
        "每列：一、新收 + 二、上年结转 = 三（七）总计 + 四、结转下年度",
        "each column: new + carried in = total handled + carried over",
    ),
    identity(
        "requests.results_sum",
        "办理结果各项之和应等于总计",
        "Results add up to their total",
        "每列：三（一）至（六）各项之和 = （七）总计",
        "each column: all results = total handled",
    ),
    identity(
        "requests.row_sum",
        "各类申请人之和应等于总计",
        "Applicants add up to the total of the row",
        "每行：自然人至其他六列之和 = 总计",
        "each row: the six kinds of applicants = total",
    ),
    identity(
        "review.row_sum",
        "复议、诉讼各结果之和应等于总计",
        "Outcomes add up to the total of the cases",
        "行政复议、直接起诉、复议后起诉：维持 + 纠正 + 其他 + 尚未审结 = 总计",
        "reconsideration, litigation direct and after it: upheld + corrected + other + pending = total",
    ),
    # Lists differ from province to province, and their sums are only implied: worth a look, no proof of a mistake.
    Rule(
        "statistics.items_sum",
        "warning",
        "publisher",
        "统计表各分项之和应等于总数",
        "Items of a statistics table add up",
        SUM_ZH,
        SUM_EN,
        "2014 年和 2008 年统计表：各分项之和 = 总数（列表见 schemas/forms）",
        "statistics tables of 2014 and 2008: the items of a list = its total (lists in schemas/forms)",
        "0",
    ),
    # Over the years, and bounds within one year.
    years(
        "requests.carry_over",
        "error",
        "上年结转应等于上一年报告的结转下年度",
        "Carried in equals what the last report carried over",
        "每列：上一年报告的四、结转下年度 = 本年二、上年结转",
        "each column: carried over in the report of the year before = carried in",
    ),
    years(
        "disclosure.stock",
        "warning",
        "现行有效件数应与上年衔接",
        "Stock of rules continues that of last year",
        "规章、行政规范性文件：上年现行有效 + 本年制发 − 本年废止 = 本年现行有效（2021 年格式）",
        "government rules, normative documents: in force last year + issued − repealed = in force (form of 2021)",
    ),
    years(
        "disclosure.items",
        "warning",
        "上一年项目数量应与上年衔接",
        "Number of items continues that of last year",
        "上一年报告的上一年项目数量 + 本年增/减 = 本年报告的上一年项目数量（2019 年格式）",
        "items last year + change, both of the report before = items last year (form of 2019)",
    ),
    bound(
        "disclosure.disclosed_total",
        "warning",
        "新公开数量不应大于公开总数量",
        "Newly disclosed is among the total disclosed",
        "本年新公开数量 ≤ 对外公开总数量（2019 年格式）",
        "newly disclosed ≤ disclosed in total (form of 2019)",
    ),
    bound(
        "disclosure.newly_disclosed",
        "info",
        "新公开数量通常不大于新制作数量",
        "Rarely is more newly disclosed than made",
        "本年新公开数量 ≤ 本年新制作数量（2019 年格式）",
        "newly disclosed ≤ made (form of 2019)",
    ),
    years(
        "statistics.cumulative",
        "warning",
        "历年累计应等于上年累计加本年数",
        "The running total grows by the figure of the year",
        "上一年报告的历年累计 + 本年度数 = 本年历年累计（2008 年统计表）",
        "cumulative in the report of the year before + this year's figure = cumulative (tables of 2008)",
    ),
    bound(
        "statistics.part",
        "warning",
        "其中项不应大于总数",
        "A part is no more than its whole",
        "其中：主动公开规范性文件、主要负责同志参加次数 ≤ 所属总数（2014 年统计表）",
        "normative documents among what is disclosed; occasions with the head among all (table of 2014)",
    ),
    bound(
        "statistics.channels",
        "info",
        "公开信息数不应大于各渠道之和",
        "Channels add up to no less than the total",
        "主动公开政府信息数 ≤ 各渠道公开数之和（2014 年统计表）",
        "information disclosed ≤ sum over its channels (table of 2014)",
    ),
    # Single figures that cannot be, or that stand out.
    Rule(
        "values.negative",
        "warning",
        "publisher",
        "数量为负",
        "Negative count",
        "{agency}{year}年：{cell}为{observed}，此项不应为负数。位于{locator}。数字照原文保留；请对照原件核对。",
        "{agency} {year}: {cell_en} is {observed}; this cannot be negative. It stands at {locator}. The figure stays "
        "as printed; compare it with the original.",
        "除“本年增/减”外，各单元格 ≥ 0",
        "every cell but signed changes is 0 or more",
        "≥ 0",
    ),
    Rule(
        "values.fraction",
        "warning",
        "publisher",
        "件数带小数",
        "Count with a fraction",
        "{agency}{year}年：{cell}为{observed}，件数应为整数。位于{locator}。数字照原文保留；请对照原件核对。",
        "{agency} {year}: {cell_en} is {observed}; a count is a whole number. It stands at {locator}. The figure stays "
        "as printed; compare it with the original.",
        "金额以外的数字应为整数",
        "figures other than money are whole",
        "整数 whole",
    ),
    Rule(
        "values.regulations",
        "warning",
        "publisher",
        "县级、乡级机关无权制定规章",
        "Government rules of a county or township",
        "{agency}{year}年：{cell}为{observed}。规章只能由国务院部门、省级和设区的市级人民政府制定，疑将其他文件计入。"
        "位于{locator}。数字照原文保留；请对照原件核对。",
        "{agency} {year}: {cell_en} is {observed}. Only ministries, provinces and cities with districts make "
        "government rules; other documents seem to be counted. It stands at {locator}. The figure stays as printed; "
        "compare it with the original.",
        "县级、乡级机关的规章各项 = 0",
        "all figures of government rules of counties and townships are 0",
        "0",
    ),
    Rule(
        "values.yuan",
        "warning",
        "publisher",
        "金额疑似单位有误（元、万元）",
        "Amount looks as if in 元 where 万元 is printed",
        "{agency}{year}年：{cell}为{observed}万元，其他年度的中位数为{expected}万元，相差约一万倍，疑似元与万元混淆。"
        "位于{locator}。数字照原文保留；请对照原件核对单位。",
        "{agency} {year}: {cell_en} is {observed} 万元 (10,000 yuan) while the median of its other years is "
        "{expected}: about ten thousand times apart, as if 元 were taken for 万元. It stands at {locator}. The "
        "figure stays as printed; check the unit in the original.",
        "行政事业性收费金额与本机关其他各年之比，与多数年度相差约一万倍",
        "fees collected over those of the agency's other years: apart from most of them",
        f"log10 {YUAN_RATIO[0]}–{YUAN_RATIO[1]}, ≥ {YUAN_FLOOR} 万元",
    ),
    Rule(
        "values.jump",
        "info",
        "publisher",
        "与上年相比变化异常",
        "Unusual change from the year before",
        "{agency}{year}年：{cell}为{observed}，上一年为{expected}，变化幅度远超{reference}。位于{locator}。"
        "这不一定是错误；引用前请对照两年的原件。",
        "{agency} {year}: {cell_en} is {observed} after {expected} the year before, far from {reference_en}. It "
        "stands at {locator}. This need not be an error; look at both reports before you use it.",
        "与上年之比的对数，对照同格同年的其他机关及本机关其他年度（中位数、绝对中位差）",
        "logarithm of the ratio to last year, against other agencies in the same cell and years and against the "
        "agency's own other changes (median, median absolute deviation)",
        f"≥ {JUMP.floor}, × {JUMP.factor:g}, z {JUMP.z:g}",
    ),
    # What the prose says against what the tables print.
    Rule(
        "values.parts",
        "warning",
        "publisher",
        "辖区汇总数少于下属各机关之和",
        "The area's figure is less than its parts together",
        "{agency}{year}年（辖区汇总），{cell}：原文为{observed}，少于{n}个下属机关和下级政府本年报告之和{expected}（{parts}）。"
        "单元格位于{locator}。数字照原文保留；请核对各报告的统计范围，以及汇总时是否有遗漏。",
        "{agency} {year} (whole area), {cell_en}: {observed} is printed, less than what {n} organs and governments "
        "below report for the year together, {expected} ({parts}). The cell stands at {locator}. The figures stay as "
        "printed; compare what each report covers, and whether a part was left out of the sum.",
        "辖区汇总报告的申请、办理结果、复议、直接起诉数，与同年下属机关（本机关口径）和下级政府（辖区口径）之和比较；"
        "垂直管理系统、分局和口径不明的报告不计入",
        "requests, results, reviews and direct lawsuits of an area's report with the sum over its organs' own reports "
        "and the areas of the governments below, same year; vertical systems, branches and reports whose scope is not "
        "told are left out",
        "≥",
    ),
    Rule(
        "claims.contradiction",
        "warning",
        "publisher",
        "正文数字与表格不一致",
        "The prose contradicts the table",
        "{agency}{year}年：正文称“{sentence}”（{locator}），其中{measure}{observed}件；表格中{tables}，均不相符。"
        "请核对正文与表格，或说明口径差异。",
        "{agency} {year}: the prose says “{sentence}” ({locator}), {measure_en}: {observed}; the tables say "
        "{tables_en}. Compare prose and tables, or say how their ways of counting differ.",
        "正文所述受理、答复、结转、办理结果、复议、诉讼件数与表格中可对应的各种合计",
        "numbers of requests, answers, outcomes, carried over and cases in the prose against every sum they may mean",
        "0",
    ),
    Rule(
        "claims.scope",
        "info",
        "publisher",
        "正文数字与表格口径不同",
        "Prose and table count for different bodies",
        "{agency}{year}年：正文称“{sentence}”（{locator}），其中{measure}{observed}件；表格中{tables}。"
        "正文所述似为其他口径（本级、办公室、其他单位、备案或其中一部分），不视为错误；引用时请注意区分。",
        "{agency} {year}: the prose says “{sentence}” ({locator}), {measure_en}: {observed}; the tables say "
        "{tables_en}. The sentence seems to count for another body (an office, another organ, cases filed) or a part, "
        "so this is no error; keep the two apart.",
        "同上，但句中说明了不同的口径",
        "the same, where the sentence says that it counts for somebody else",
        "0",
    ),
    Rule(
        "solve.no_number",
        "warning",
        "publisher",
        "空缺单元格填任何数都不成立",
        "No number could stand in an empty cell",
        "{agency}{year}年：{cell}没有数值，而按其余所印数值，填任何数都不能使下列关系同时成立：{sums}。请对照原件核对相关行列。",
        "{agency} {year}: {cell} has no number, and none could stand there: by the other figures printed these cannot "
        "all hold: {sums}. Compare the row and the column with the original.",
        "没有数值的单元格：是否有非负整数使各等式成立",
        "cells without a number: whether any whole number of 0 or more makes the sums hold",
        "0",
    ),
    Rule(
        "solve.suspects",
        "info",
        "publisher",
        "勾稽关系不成立时可能有误的单元格",
        "Where a violated sum may be wrong",
        "{agency}{year}年：{proposal}。仅提示应核对之处，数字未作改动。",
        "{agency} {year}: {proposal}. A hint where to look; no figure was changed.",
        "使一份报告全部勾稽关系成立的最少单元格改动（一个或两个）",
        "the smallest changes, of one cell or two, that would make all sums of a report hold",
    ),
    # Corrections and decisions of people (schemas/codebook/corrections.yaml, decisions.yaml).
    Rule(
        "correction.applied",
        "info",
        "pipeline",
        "已应用更正",
        "A correction was applied",
        "文件{document}的单元格{cell}：原读数{observed}，更正为{expected}（{kind}）。理由：{reason}。依据：{evidence}。",
        "Document {document}, cell {cell}: {observed} was read, corrected to {expected} ({kind}). Reason: {reason}. "
        "Evidence: {evidence}.",
    ),
    Rule(
        "correction.stale",
        "error",
        "pipeline",
        "更正所依据的读数已变化",
        "A correction expects another reading",
        "文件{document}的单元格{cell}：更正条目预期读数为{expected}，现为{observed}，未应用。请核对后修改或删除该条目。",
        "Document {document}, cell {cell}: the correction expects {expected}, but {observed} is read; it was not "
        "applied. Look at the document, then change the entry or remove it.",
        # Somebody found this figure wrong, and nobody has seen what is read now: it must not go out unseen.
        blocks=True,
    ),
    Rule(
        "correction.needless",
        "warning",
        "pipeline",
        "读数已与更正一致",
        "What is read is what a correction says",
        "文件{document}的单元格{cell}：现读数即为更正值{observed}，更正条目（预期{expected}）已不需要，可删除。",
        "Document {document}, cell {cell}: {observed} is read, which is what the correction of {expected} says; the "
        "entry is needless and can be removed.",
    ),
    Rule(
        "correction.no_document",
        "warning",
        "pipeline",
        "更正所指文件不在",
        "The document of a correction is not there",
        "更正条目所指文件{document}（单元格{cell}）不在已读文件中，未应用。",
        "The correction of cell {cell} names document {document}, which is not among those read; it was not applied.",
    ),
    Rule(
        "decision.stale",
        "error",
        "pipeline",
        "认定所指的发现已不存在",
        "The finding of a decision is not there",
        "对文件{document}、规则{decided}、单元格{cell}的认定（{decision}）没有对应的发现。请核对后修改或删除该条目。",
        "There is no finding of rule {decided} in document {document}, cell {cell}, as the decision ({decision}) has "
        "it. Look at the findings, then change the entry or remove it.",
    ),
    # What one run notices against the last one; told by `nianbao status`, not part of a release.
    ours("watch.layout_changed", "warning", "网站版式疑似变更", "A site has probably changed its layout"),
    # The folder of received documents.
    ours("ingest.unreadable_file", "error", "文件无法打开", "File cannot be opened"),
    ours(
        "ingest.bad_name",
        "error",
        "文件名无法识别或含控制字符",
        "File name cannot be decoded or has control characters",
    ),
    ours("ingest.link_outside", "warning", "链接指向文件夹之外", "Link leads outside the folder"),
    ours("ingest.not_a_file", "warning", "不是普通文件", "Not a regular file"),
    Rule("manifest.unreadable", "error", "pipeline", "清单无法读取", "Manifest cannot be read", blocks=True),
    ours("manifest.unknown_column", "info", "清单中有未知列", "Unknown column in a manifest"),
    ours("manifest.bad_row", "error", "清单中的一行无法采用", "Row of a manifest cannot be used"),
    ours("manifest.bad_value", "warning", "清单中的值有误", "Value in a manifest is wrong"),
    ours("manifest.duplicate_row", "warning", "清单中同一文件登记两次", "Two rows for one file"),
    ours("manifest.missing_file", "warning", "清单所列文件不存在", "File named in a manifest is not there"),
    ours("manifest.path_outside", "error", "清单所列路径超出文件夹", "Path in a manifest leads out of its folder"),
    ours("manifest.origin_conflict", "error", "同一文件来源性质不一", "One document with several origins"),
    # Reading bytes.
    ours("read.unreadable", "error", "文件无法读取", "Document cannot be read"),
    ours("read.empty", "error", "文件为空", "Document is empty"),
    ours("read.no_text", "error", "文件中没有文字", "No text in the document"),
    ours("read.no_text_layer", "error", "没有文字层", "No text layer"),
    ours("read.encrypted", "error", "文件已加密", "Document is encrypted"),
    ours("read.truncated", "error", "文件不完整或已损坏", "Document is cut off or damaged"),
    ours("read.too_large", "error", "文件过大", "Document is too large"),
    ours("read.zip_bomb", "error", "压缩炸弹", "Archive unpacks to an absurd size"),
    ours("read.unsafe_xml", "error", "XML 不安全", "Unsafe XML"),
    ours("read.unsupported_type", "error", "不支持的文件类型", "Type of file is not supported"),
    ours("read.crashed", "error", "读取程序出错", "The reader failed"),
    ours("read.wrong_extension", "warning", "扩展名与内容不符", "Extension does not fit the content"),
    ours("read.repaired", "warning", "文件经修复后读取", "Document was repaired"),
    ours("read.page_without_text", "warning", "页面没有文字", "Page without text"),
    ours("read.optical", "info", "页面由光学识别读出", "Page read optically"),
    ours("read.page_unreadable", "warning", "页面无法读取", "Page cannot be read"),
    ours("read.invisible_text", "info", "不可见文字已忽略", "Invisible text left out"),
    ours("read.overlaid_text", "info", "斜置、横置或覆盖的文字未作数字读取", "Text across the page gives no number"),
    ours("read.struck_text", "warning", "文字被划去或遮盖", "Text is struck out or covered"),
    ours("read.too_many_paths", "warning", "页面线条过多", "Too many drawings on a page"),
    ours("read.text_crosses_ruling", "warning", "文字跨越表格线", "Text crosses a ruling"),
    ours("read.too_deep", "error", "嵌套过深", "Nested too deep"),
    ours("read.all_hidden", "warning", "网页内容默认全部隐藏", "Everything on the page is hidden"),
    ours("read.hidden_by_style", "warning", "网页样式隐藏的表格", "A table hidden by the page's styles"),
    ours("read.span_clipped", "info", "合并行数已截断", "Row span was cut short"),
    ours("read.lost_characters", "warning", "有字符无法还原", "Characters could not be recovered"),
    ours("read.hidden_sheet", "warning", "隐藏的工作表未读取", "Hidden sheet was not read"),
    ours("read.hidden_cells", "warning", "隐藏的行或列未读取", "Hidden rows or columns were not read"),
    ours("read.formats_unknown", "warning", "数字格式未知", "Number formats are not known"),
    ours("read.charset", "info", "字符集声明不实", "Declared character set is wrong"),
    # Interpreting grids against the forms.
    ours("interpret.unknown_row", "warning", "无法识别的行", "Row is not known"),
    ours("interpret.unknown_column", "warning", "无法识别的列", "Column is not known"),
    ours("interpret.level_columns", "warning", "分层级的统计列未采用", "Columns of single levels were left out"),
    ours("interpret.other_period", "warning", "其他时期的统计未采用", "Statistics of another period were left out"),
    ours("interpret.column_unknown", "warning", "数值所在列无法判定", "The column of a figure cannot be told"),
    ours("interpret.unused_number", "warning", "未使用的数值", "Number left unused"),
    ours("interpret.optical", "warning", "光学识别未经印证", "Optical reading is not confirmed"),
    ours("interpret.unconfirmed", "warning", "读数未经印证", "Reading is not confirmed"),
    ours("interpret.foreign_block", "warning", "单元格属于另一格式", "Cell belongs to another form"),
    ours("interpret.illegible", "warning", "无法辨认", "Cell is illegible"),
    ours("interpret.ambiguous_blank", "warning", "空白位置无法判定", "Which cell is blank cannot be told"),
    ours("interpret.block_is_picture", "warning", "表格以图片刊载", "Table is a picture"),
    ours("interpret.other_year", "warning", "其他年度的数据", "Figures of another year"),
    ours("interpret.missing_block", "warning", "缺少表块", "Block of the form is missing"),
    ours("interpret.duplicate_cell", "warning", "同一单元格出现两次", "Cell stands twice"),
    # Who and when.
    ours("identify.no_agency", "warning", "未找到机关名称", "No agency is named"),
    ours("identify.no_year", "error", "未找到报告年度", "No report year is told"),
    ours("identify.year_conflict", "warning", "年度不一致", "Years contradict each other"),
    Rule(
        "attribution.provisional",
        "info",
        "pipeline",
        "机关未能确定，暂定",
        "The agency is not sure: provisional",
        "“{printed}”{year}年：{why_zh}；暂定为 {agency_id}。在 schemas/codebook/agency_names.csv 中加一行即可确定。",
        "{printed} {year}: {why_en}; it stays provisional as {agency_id}. One row in "
        "schemas/codebook/agency_names.csv decides it.",
    ),
    Rule(
        "attribution.contradiction",
        "info",
        "pipeline",
        "机关依据互相矛盾，暂定",
        "Evidence of the agency contradicts: provisional",
        "“{printed}”{year}年：{why_zh}；暂定为 {agency_id}。"
        "核对后在 schemas/codebook/agency_names.csv 中加一行即可确定。",
        "{printed} {year}: {why_en}; it stays provisional as {agency_id}. Compare the document, then decide with one "
        "row in schemas/codebook/agency_names.csv.",
    ),
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
        "缺年度，不生成观测值",
        "Without a year no observations",
        "{file}：无法确定报告年度，读数保留，但不进入观测值。请在清单 manifest.csv 中填写 year_hint。",
        "{file}: the report year cannot be told; what was read is kept, but gives no observations. "
        "Say it in manifest.csv (year_hint).",
    ),
    # The gate before publication.
    gate("gate.finding", "有阻止发布的问题", "A finding of a rule that blocks a release"),
    gate("gate.manifest", "清单无法读取，来源不明", "A manifest cannot be read: origins are not known"),
    gate("gate.no_report", "没有可发布的报告", "There is nothing to publish"),
    gate("gate.mixed_origins", "模拟与真实文件混在一起", "Simulated and real documents in one folder"),
    gate("gate.key", "主键重复或不完整", "Rows share their key"),
    gate("gate.version_taken", "版本号已被占用", "The version is taken"),
    gate("gate.withdrawn", "内容与已撤回的版本相同", "The content is that of a release that was withdrawn"),
    gate("gate.model", "数值不符合模型", "Values do not fit the model"),
    gate("gate.read_back", "写出的文件回读不符", "What was written reads back wrong"),
    gate("gate.reference", "引用的记录不存在", "A reference leads nowhere"),
    gate("gate.total_flag", "合计没有标明", "A total is not marked as such"),
    gate("gate.no_source", "数值缺少文件或位置", "A number without its document or place"),
    gate("gate.inexact", "数值不精确", "A number that is not exact"),
    gate("gate.shrinking", "内容比上一发布明显减少", "Much less than in the last release"),
    gate("gate.disk", "磁盘空间不足", "Not enough room on the disk"),
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
    Rule(
        "store.same_figures",
        "warning",
        "publisher",
        "两个机关同年数字完全相同",
        "Two agencies print the same figures",
        "{agency}{year}年的全部非零数字（{n}个）与{others}相同。可能有一份文件归错机关，或网站改动了机关名称；请核对。",
        "All figures of {agency} for {year} that are not 0 ({n} of them) are those of {others} as well. One of the "
        "documents may be filed wrongly, or a site may have replaced the name; please compare them.",
    ),
)

RULES: dict[str, Rule] = {item.id: item for item in _ALL}


def rule(rule_id: str) -> Rule:
    """The rule of this id; for an id nobody registered, one of severity warning (a test, not a run, shall fail)."""
    return RULES.get(rule_id) or Rule(rule_id, "warning", "pipeline", rule_id, rule_id)
