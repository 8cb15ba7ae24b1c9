"""The prose around the tables: titles, headings, periods and sentences as bureaus word them.

Patterns are those of real reports (formats.md 4.1, 4.2, 1.1); every figure in the sentences is the report's own or
about something else, and none of it is a cell of the form.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from pipelines.simulate.report import Wording

TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{year}年度{agency}政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度报告",
    "{agency}{year}年政府信息公开工作年报",
)
PERIODS = (
    "本报告中所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。",
    "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "本报告统计时限为{year}年1月1日至{year}年12月31日。",
    "本年报中所列数据的统计期限为{year}年1月1日—12月31日。",
)
HEADINGS = (
    Wording().headings,
    Wording().headings,
    (
        "一、总体情况",
        "二、行政机关主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议及行政诉讼情况",
        "五、存在的主要问题和改进措施",
        "六、其它需要报告事项",
    ),
)
LEAD_INS = ("", "", "", "该部分以表格形式报告。表格如下：", "具体情况如下表所示：")


def wording(style: int, year: int, figures: Mapping[str, int], draw: random.Random) -> Wording:
    """The wording of one report. A bureau keeps its ``style`` over the years; ``figures`` are the numbers that its
    sentences tell (new, done, review)."""
    habit = random.Random(f"wording/{style}")
    title, period = habit.choice(TITLES), habit.choice(PERIODS)
    lead_in = habit.choice(LEAD_INS)
    published = draw.randint(12, 4800)
    remarks: dict[int, tuple[str, ...]] = {
        0: (
            "本报告根据《中华人民共和国政府信息公开条例》编制。如对本报告有疑问，请与本机关联系（地址：虚构路1号；邮编：000000；联系电话：0000-0000000）。",
        ),
        1: (
            f"（一）主动公开。{year}年，通过政府网站公开信息{published}条，比{year - 1}年增长{draw.randint(1, 40)}%。",
            f"（二）依申请公开。全年新收政府信息公开申请{figures['new']}件，办结{figures['done']}件。",
            f"（三）政府信息管理。组织培训{draw.randint(1, 6)}次，参加{draw.randint(20, 300)}人次。",
        ),
        5: ("存在的问题：一是公开内容不够丰富；二是队伍建设有待加强。下一步将逐项改进。",),
        6: (f"{year}年度收取信息处理费0元。本机关无其他需要报告的事项。",),
    }
    if lead_in:
        remarks[2] = (lead_in,)
    if habit.random() < 0.3:
        remarks[4] = (f"{year}年，本机关被申请行政复议{figures['review']}件。",)
    return Wording(habit.choice(HEADINGS), remarks, (), title, period)
