"""What `nianbao COMMAND --help` says: what each command is for, examples, exit codes."""

from __future__ import annotations

DESCRIPTION = """\
Open data from the annual reports on government information disclosure.
把政府信息公开工作年度报告变成开放数据。

Begin 从这里开始:
  1. put reports (PDF, DOCX, HTML, text) into data/raw       把年度报告放进 data/raw
  2. nianbao run                                             运行
  3. open data/published/<version>/observations.csv          打开结果
"""

RUN = """\
Read what is new under --raw, check it, and publish a release under --published.
读取新文件，校验，并发布新版本。

Only what changed is read again; where nothing changed nothing is done. Stop it at any time, it goes on where it was.
A manifest.csv in any folder may say more of the files there: path, source_url, retrieved_at, published_on,
agency_hint, year_hint, origin (original | transcription | simulated), note.
"""
RUN_END = """\
examples 示例:
  nianbao run
  nianbao run --raw ~/reports --work ~/nianbao/work --published ~/nianbao/published
  nianbao run --version 2026.11.23 --workers 4
  nianbao run --shard 3/8            (one of eight jobs; then `nianbao run` 最后再运行 nianbao run)
  nianbao run --engine dask --scheduler tcp://10.0.0.1:8786

exit codes 退出码:
  0  done, or nothing new                                    完成，或没有新内容
  1  a check or a failure kept the last release in place     校验未过或出错，保留上一发布
  2  wrong usage                                             用法错误
  3  published; some documents were refused for the first time (`nianbao status` names them)
     已发布；有文件首次被拒收
"""

EXTRACT = """\
Read documents and write what every cell of their tables says to standard output; messages go to standard error.
读取文件，把表格中每个单元格的内容写到标准输出；提示写到标准错误。

A folder stands for the files in it and below. status tells why a cell has no value (reported | blank | mark |
illegible | absent); it is never 0 by itself. locator leads back to the page or cell.
"""
EXTRACT_END = """\
examples 示例:
  nianbao extract report.pdf
  nianbao extract report.pdf --format csv > report.csv
  nianbao extract reports/ --format parquet > reports.parquet

exit codes 退出码:
  0  every file gave a report                                每个文件都读出了报告
  3  some gave none; each is named with the reason           有文件未读出报告，逐一说明原因
  2  wrong usage                                             用法错误
"""

CHECK = """\
What does not add up, and where: in single files, in a release, or (without either) in the store of the last run.
哪里不平、在什么位置：检查单个文件、一个发布版本，或（均未指定时）上次运行的数据库。

A bureau can test its own report before it submits it. Nothing is changed; where the sums leave it open which cell is
wrong, all that may be are named.
机关可在报送前自查。检查不改动任何数字；勾稽关系不能确定哪个单元格有误时，列出全部可能。
"""
CHECK_END = """\
examples 示例:
  nianbao check my-report.docx
  nianbao check reports/ --format csv > contradictions.csv
  nianbao check
  nianbao check --release 2026.11.23
  nianbao check --release data/published/2026.11.23 --format json

exit codes 退出码:
  0  nothing wrong was found                                 未发现矛盾
  1  contradictions were found                               发现矛盾
  2  wrong usage, or there is nothing to check               用法错误，或没有可检查的内容
  3  some file gave no report, whatever was found            有文件未读出报告
"""

STATUS = """\
What lies under --raw, what was read and refused and why, the last runs and the last release.
文件夹、读取与拒收情况及原因、最近的运行与发布。
"""
STATUS_END = """\
examples 示例:
  nianbao status
  nianbao status --json
  nianbao status --mail
"""

EXPLAIN = """\
Where a figure comes from: what is printed, in which document, page and place, which sums it takes part in and whether
they hold, and why it was chosen where documents disagree.
一个数字从何而来：原文、文件、页码与位置、相关勾稽关系是否成立，以及多份文件不一致时为何选它。

AGENCY is a name, a part of one, or an agency id. INDICATOR and BREAKDOWN are codes or Chinese labels, or a part of
one; without BREAKDOWN the total is explained.
机关可写名称的一部分；指标和分组可写代码，也可写表格中的中文名称或其一部分；不写分组则取总计。
"""
EXPLAIN_END = """\
examples 示例:
  nianbao explain 淮安市人民政府 2024 result.total total
  nianbao explain 平潭综合 2023 new natural_person
  nianbao explain 平潭综合 2023 本年新收 自然人
  nianbao explain s-0123456789abcdef

exit codes 退出码:
  0  explained                                               已说明
  1  no such figure, or several agencies fit and are listed  没有此数，或机关不唯一（已列出）
  2  wrong usage                                             用法错误
"""

AGENCIES = """\
The agencies that wait for a decision: the name as printed, where and when, why it is not sure, and which agencies of
the registry it could be. Nothing is merged on likeness; a decision is one row of schemas/codebook/agency_names.csv.
等待认定的机关：原文名称、来源与年度、不能确定的原因、名录中可能的机关。名称相似不作为合并依据；
认定只需在 schemas/codebook/agency_names.csv 中加一行。
"""
AGENCIES_END = """\
examples 示例:
  nianbao agencies
  nianbao agencies --name 镇 --year 2022
  nianbao agencies --reason ambiguous --format csv > waiting.csv
"""

SIMULATE = """\
Make a corpus of invented reports in many layouts, with the truth of what each prints, to measure reading with and to
try a whole run on. No agency in it exists. The same arguments give the same bytes.
生成虚构年报语料（多种版式，附真值），用于测量读取准确率与试运行。其中的机关均为虚构；参数相同则结果相同。

Documents and a manifest (origin simulated) go to DIR/raw, the truth to DIR/truth.parquet and DIR/documents.csv.
"""
SIMULATE_END = """\
examples 示例:
  nianbao simulate --documents 1500 --seed 1 --out corpus
  nianbao simulate --documents 100 --seed 7 --out pages --types html --variants html.pinyin,html.no_spans
  nianbao simulate --documents 4000 --nation --out nation
  nianbao run --raw corpus/raw --work corpus/work --published corpus/published
"""

DIFF = """\
What changed from release A to release B: rows added, changed and removed, with the cause; first what changed in the
columns. As words, or row by row (the columns of the dataset `changes`).
两个发布版本之间的变动：新增、变更、移除的行及其原因；先说明表结构的变化。可输出文字，也可逐行输出。

A and B are versions under --published, `latest`, or folders of releases.
"""
DIFF_END = """\
examples 示例:
  nianbao diff 2026.11.01 latest
  nianbao diff 2026.11.01 2026.11.23 --format csv > changes.csv
  nianbao diff old-release/ new-release/

exit codes, as of diff(1) 退出码（同 diff）:
  0  both say the same                                       内容相同
  1  they differ                                             内容不同
  2  wrong usage, or a release is not there                  用法错误，或没有该版本
"""

WITHDRAW = """\
Withdraw a release that must not be used any more. It stays where it is and as it is; index.json tells that it is
withdrawn, when and why, and `latest` moves to the newest release that is not. The next run does not publish the same
content again.
撤回不应再使用的版本。该版本的文件不变；index.json 注明撤回日期与理由，latest 改指最新的未撤回版本；此后的运行不会再次
发布相同内容。
"""
WITHDRAW_END = """\
examples 示例:
  nianbao withdraw 2026.11.23 --reason "figures of 2024 were read from the wrong column"
  nianbao withdraw 2026.11.23 --undo

exit codes 退出码:
  0  done                                                    完成
  1  there is no such release, or a run is publishing        没有该版本，或正在发布
  2  wrong usage                                             用法错误
"""
