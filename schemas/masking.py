"""Nobody's private data: persons' names, mobile and identity numbers, e-mail addresses stay in the raw files.

Masking never looks at who somebody is: a word is taken for a name by the label or the rank that it stands beside. Too
much masked does little harm, a name printed does. What belongs to an office stays: names of organs, landline numbers.
"""

from __future__ import annotations

import re

# How people group the eleven digits of a mobile number.
_GROUPS = ((11,), (3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5), (3, 5, 3), (4, 4, 3), (5, 6), (6, 5))
_BETWEEN = r"[\s\-‐‑‒–—－_·]{1,2}"
_MOBILE = re.compile(
    r"(?<![\d.,])(?:(?:\+|＋|00)?86\)?[\s\-—－]?|0)?(?=[1１][3-9３-９])(?:"
    + "|".join(_BETWEEN.join(rf"\d{{{size}}}" for size in groups) for groups in _GROUPS)
    + r")(?!\d|[.,]\d)"
)
_ELEVEN = re.compile(rf"[1１][3-9３-９]\d(?:(?:{_BETWEEN})?\d){{8}}")
"""What every mobile number holds, found faster than it."""
_WIDE = "Ａ-Ｚａ-ｚ０-９"
_LOCAL = rf"[\w{_WIDE}.+\-－．＿]"
# Bounded and anchored: an open beginning takes quadratic time over a long run of letters or digits.
_EMAIL = re.compile(
    rf"(?<!{_LOCAL}){_LOCAL}{{1,64}}\s{{0,2}}(?:[@＠]|[(（\[【<《]\s?(?:at|艾特|@|＠)\s?[)）\]】>》])\s{{0,2}}"
    rf"[a-z{_WIDE}\d-]{{1,63}}(?:\s?[.．。]\s?[a-z{_WIDE}\d-]{{1,63}}){{1,6}}",
    re.ASCII | re.IGNORECASE,
)
# Where the sign was replaced against robots only what ends like the address of a mailbox is one.
_DISGUISED = re.compile(
    rf"(?<!{_LOCAL}){_LOCAL}{{1,64}}\s?[#＃]\s?(?:[a-z\d-]{{1,63}}\s?[.．]\s?){{1,5}}(?:com|cn|net|org|gov|edu)(?![a-z\d])",
    re.ASCII | re.IGNORECASE,
)
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dXx])")

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于时傅皮卞齐康伍余元卜顾孟黄和穆萧尹姚邵汪祁毛狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝"
    "席季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解丁邓洪包左石崔吉龚程邢裴陆荣翁荀羊惠甄曲封储靳段焦巴侯"
    "车宁仇甘武刘景詹龙叶黎白蒲邰从鄂赖卓蔺屠蒙池乔阴冉雍桑桂牛边燕冀尚温庄晏柴瞿阎慕连习艾鱼容古易廖耿满匡寇广师巩聂晁"
    "敖辛阚那简饶曾沙丰关查红游竺权盖益桓公仉督岳帅缑亢况郈有琴商佘佟伯赏墨哈谯笪年爱阳闫肖覃付代涂邝岑兰苟敬"
)
_DOUBLE = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|端木|南宫|阿卜杜|买买提"
# No part of a given name: a word with one of these is an organ, a rank or an ordinary phrase.
_GIVEN = r"(?:(?![局委会办厅部处科室院府区县市镇乡省长主副任政各的是及与和等及由为对向全本该不]))[\u3400-\u9fff]"
_NAME = rf"(?:(?:{_DOUBLE})|[{_SURNAMES}]){_GIVEN}{{1,2}}"
# The patterns below are written out so that each alternative begins with a character of its own: the search then looks
# only where one of these stands, not at each place of the text.
_DOER = (
    r"联\s*系|填\s*[报表写]|审\s*[核查批]|复\s*核|负\s*责|责\s*任|经\s*办|承\s*办|撰\s*稿|签\s*发|拟\s*稿|制\s*表|编\s*制|校\s*对|"
    r"发\s*布|统\s*计|报\s*送|受\s*理|录\s*入|接\s*待|法\s*定\s*代\s*表|当\s*事|申\s*请|投\s*诉|举\s*报|咨\s*询"
)
_LABEL = r"(?:{}|责\s*任\s*编\s*辑|作\s*者|记\s*者|姓\s*名|{})".format(
    "|".join(rf"{doer}\s*人(?:员|姓名)?" for doer in _DOER.split("|")),
    "|".join(rf"{whose}\s*(?:领导|负责同志)" for whose in ("分管", "主要", "单位", "部门", "主管")),
)
_OFFICE = (
    "书记|主任|局长|处长|科长|股长|所长|院长|厅长|部长|司长|署长|秘书长|组长|站长|队长|行长|总经理|董事长|"
    "主席|专员|巡视员|调研员|科员|同志"
)
_RANK = rf"党组副?(?:{_OFFICE})|党委副?(?:{_OFFICE})|常务副?(?:{_OFFICE})|副(?:{_OFFICE})|{_OFFICE}"
# A district head and 高新区长江路, a road in a district, look alike: only the words around tell them apart.
_HEADS = (("常", "务副?[省市县区镇乡州]长"), ("副", "[省市县区镇乡州]长"), *((unit, "长") for unit in "省市县区镇乡州"))
_HEAD = "|".join(first + rest for first, rest in _HEADS)
_HEAD_APART = "|".join(
    rf"{first}(?:(?<![\u3400-\u9fff]{first})|(?<=[由原及和与任经请]{first})){rest}" for first, rest in _HEADS
)
_APART = r"\s*(?:[:：|]|为|是)\s*"  # a bar parts the cells of a row quoted in a finding
_END = (
    r"(?=$|[\s,，.。;；、:：|()（）\[\]【】/]|同志|负责|电话|联系|手机|任|兼|出席|主持|参加|讲话|指出|强调|要求|表示|"
    r"带队|批示|签发|审[核定阅])"
)
_PERSON = (
    # Behind a label and a colon whatever stands there; over-masking a word there does no harm.
    re.compile(
        rf"({_LABEL}(?:[(（][^()（）]{{0,10}}[)）])?{_APART})(?!电话|地址|[*])[\u3400-\u9fff·]{{2,4}}(?:\s[\u3400-\u9fff](?![\u3400-\u9fff]))?"
    ),
    re.compile(rf"({_LABEL}[:：|]?\s*)[\u3400-\u9fff]\s{{1,3}}[\u3400-\u9fff]{_END}"),
    re.compile(rf"({_LABEL}\s*){_NAME}{_END}"),
    re.compile(rf"((?:{_RANK}|{_HEAD}){_APART}){_NAME}(?![\u3400-\u9fff])"),
    re.compile(rf"((?:{_RANK}|{_HEAD_APART})\s?){_NAME}{_END}"),
)
_NAMED = re.compile(
    rf"(?<![\u3400-\u9fff])({_NAME})(?=\s?(?:(?:{_RANK})(?![室会办科])|(?:{_HEAD})(?![\u3400-\u9fff])))"
)
_BESIDE_NAMES = r"人|员|编|作\s*者|记\s*者|姓\s*名|领导|同志|长|书记|主任|主席|经理"
"""Of each label, rank and head of the patterns above some part."""
# Cells in which a name may stand are few; most text is let through by one look, and titles with a year by a second.
_SUSPECT = re.compile(rf"[@＠#＃\d]|\(at|（at|\[at|【at|艾特|{_BESIDE_NAMES}", re.IGNORECASE)
_PERSONAL = re.compile(_BESIDE_NAMES)

# What a terminal or a page obeys instead of showing it: controls but for tabs and line ends, turns of direction.
_OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def mask(text: str) -> str:
    """``text`` with private data replaced by asterisks, and by U+FFFD what steers a terminal instead of being shown;
    everything else as it was. Masked text is left as it is.
    """
    if not text.isprintable():
        text = _OBEYED.sub("\ufffd", text)
    if not _SUSPECT.search(text):
        return text
    if "@" in text or "＠" in text or "at" in text.lower() or "艾特" in text:
        text = _EMAIL.sub("***@***", text)
    if "#" in text or "＃" in text:
        text = _DISGUISED.sub("***@***", text)
    text = _IDENTITY.sub("*" * 18, text)
    if _ELEVEN.search(text):
        text = _MOBILE.sub("1**********", text)
    if _PERSONAL.search(text):
        for pattern in _PERSON:
            text = pattern.sub(r"\1***", text)
        text = _NAMED.sub("***", text)
    return text
