"""The command `nianbao`: arguments in, exit codes out. Everything heavy is imported only when it is needed."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pipelines import arguments, usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console script; returns the exit code."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return code


def _terminate(_signum: int, _frame: object) -> None:
    raise KeyboardInterrupt  # a stopped service ends as cleanly as an interrupted command


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nianbao", description=usage.DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    run = _command(commands, "run", "all stages, only what is new 全部步骤（增量）", usage.RUN, usage.RUN_END)
    _places(run)
    run.add_argument(
        "--version", metavar="V", type=arguments.version, help="of the release; default: today, YYYY.MM.DD 版本号"
    )
    run.add_argument(
        "--workers",
        metavar="N",
        type=arguments.workers,
        default=0,
        help="processes that read; default: one a core 进程数",
    )
    run.add_argument(
        "--memory",
        metavar="MIB",
        type=arguments.amount,
        help="of each process; 0: no limit 每个进程的内存上限",
    )
    run.add_argument(
        "--shard",
        metavar="I/N",
        type=arguments.share,
        help="only read the I-th of N shares, for job arrays 作业数组的一份",
    )
    run.add_argument("--engine", choices=("processes", "dask"), default="processes", help="who reads 读取方式")
    run.add_argument("--scheduler", metavar="ADDRESS", default="", help="of a Dask cluster 集群调度器地址")
    run.add_argument(
        "--log-format", choices=("text", "json"), default="text", help="json: a line an event, for collectors 日志格式"
    )
    run.add_argument(
        "--base-url",
        metavar="URL",
        type=arguments.base_url,
        help="where the folder of releases is served, for the addresses in its descriptors 发布目录的网址",
    )
    run.add_argument(
        "--accept-shrinking",
        action="store_true",
        help="publish although there is much less than in the last release: you have looked, it is right "
        "已核实，内容减少属实，仍然发布",
    )
    run.add_argument("--corrections", metavar="FILE", type=Path, help="corrections of single cells (YAML) 更正文件")
    run.add_argument("--decisions", metavar="FILE", type=Path, help="decisions about findings (YAML) 认定文件")
    run.set_defaults(command=_run)

    extract = _command(
        commands, "extract", "what one or more files say 读取单个或多个文件", usage.EXTRACT, usage.EXTRACT_END
    )
    extract.add_argument("files", metavar="FILE", nargs="+", type=Path, help="document or folder 文件或文件夹")
    extract.add_argument("--format", choices=("csv", "json", "parquet"), default="csv", help="default: csv 输出格式")
    extract.set_defaults(command=_extract)

    check = _command(commands, "check", "what does not add up, and where 检查勾稽关系等", usage.CHECK, usage.CHECK_END)
    check.add_argument("files", metavar="FILE", nargs="*", type=Path, help="document or folder 文件或文件夹")
    check.add_argument("--release", metavar="V", help="a version under --published, or its folder 发布版本或其目录")
    check.add_argument("--format", choices=("text", "csv", "json"), default="text", help="default: text 输出格式")
    _places(check)
    check.set_defaults(command=_check)

    status = _command(
        commands, "status", "what there is, what was refused and why 现状与拒收原因", usage.STATUS, usage.STATUS_END
    )
    _places(status)
    status.add_argument("--json", action="store_true", help="for programs 供程序读取")
    status.add_argument("--mail", action="store_true", help="the last run, short enough for a mail 上次运行的摘要")
    status.set_defaults(command=_status)

    explain = _command(
        commands, "explain", "where a figure comes from 一个数字的来历", usage.EXPLAIN, usage.EXPLAIN_END
    )
    explain.add_argument(
        "agency", metavar="AGENCY", help="name, part of it, agency id; or a statement id 机关或读数编号"
    )
    explain.add_argument("year", metavar="YEAR", nargs="?", type=int, help="report year 报告年度")
    explain.add_argument(
        "indicator", metavar="INDICATOR", nargs="?", help="code or label, such as result.total 指标代码或名称"
    )
    explain.add_argument(
        "breakdown", metavar="BREAKDOWN", nargs="?", help="code or label, such as total 分组代码或名称"
    )
    _places(explain)
    explain.set_defaults(command=_explain)

    agencies = _command(
        commands, "agencies", "agencies that wait for a decision 待认定的机关", usage.AGENCIES, usage.AGENCIES_END
    )
    agencies.add_argument("--name", metavar="TEXT", default="", help="only names with this in them 名称包含")
    agencies.add_argument("--reason", metavar="CODE", default="", help="only this reason 原因代码")
    agencies.add_argument("--year", metavar="YEAR", type=int, help="only with a report for this year 报告年度")
    agencies.add_argument("--format", choices=("text", "csv"), default="text", help="default: text 输出格式")
    _places(agencies)
    agencies.set_defaults(command=_agencies)

    diff = _command(
        commands, "diff", "what changed between two releases 两个版本之间的变动", usage.DIFF, usage.DIFF_END
    )
    diff.add_argument("old", metavar="A", help="the earlier release 较早的版本")
    diff.add_argument("new", metavar="B", help="the later release 较新的版本")
    diff.add_argument(
        "--format", choices=("text", "csv", "json", "parquet"), default="text", help="default: text 输出格式"
    )
    _published(diff)
    diff.set_defaults(command=_diff)

    withdraw = _command(
        commands, "withdraw", "mark a release as not to be used 撤回版本", usage.WITHDRAW, usage.WITHDRAW_END
    )
    withdraw.add_argument("version", metavar="VERSION", type=arguments.version, help="the release 版本")
    why = withdraw.add_mutually_exclusive_group(required=True)
    why.add_argument(
        "--reason", metavar="TEXT", type=arguments.reason, help="why, for everybody to read 撤回理由（公开）"
    )
    why.add_argument("--undo", action="store_true", help="take the withdrawal back 恢复该版本")
    _published(withdraw)
    withdraw.set_defaults(command=_withdraw)

    simulate = _command(
        commands, "simulate", "invented reports, with the truth 生成虚构语料", usage.SIMULATE, usage.SIMULATE_END
    )
    simulate.add_argument("--documents", metavar="N", type=arguments.count, required=True, help="how many 文件数")
    simulate.add_argument("--seed", metavar="S", type=int, default=1, help="default: 1 随机种子")
    simulate.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder to make 输出目录")
    simulate.add_argument(
        "--variants", metavar="A,B", type=arguments.names, default=(), help="only these layouts 仅这些版式"
    )
    simulate.add_argument(
        "--types", metavar="A,B", type=arguments.names, default=(), help="html,docx,xlsx,text,pdf 仅这些类型"
    )
    simulate.add_argument(
        "--nation", action="store_true", help="31 provinces over the years, plain layouts 虚构的全国数据（版式简单）"
    )
    simulate.set_defaults(command=_simulate)
    return parser


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        name = self.prog
        self.exit(2, f"{name}: {message}\nSee `{name} --help`. 用法见 `{name} --help`。\n")


class _Version(argparse.Action):
    """Look the version up only when it is asked for: that takes longer than all the rest."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="version of this program 程序版本")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"nianbao {version('nianbao')}")
        parser.exit()


def _command(commands: Any, name: str, short: str, text: str, end: str) -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=short, description=text, epilog=end, formatter_class=form
    )
    return parser


def _places(parser: argparse.ArgumentParser) -> None:
    data = Path("data")
    parser.add_argument("--raw", metavar="DIR", type=Path, default=data / "raw", help="documents 原始文件 (data/raw)")
    parser.add_argument(
        "--work", metavar="DIR", type=Path, default=data / "work", help="store, shards 工作目录 (data/work)"
    )
    _published(parser)


def _published(parser: argparse.ArgumentParser) -> None:
    place = Path("data") / "published"
    parser.add_argument(
        "--published", metavar="DIR", type=Path, default=place, help="releases 发布目录 (data/published)"
    )


def _run(options: argparse.Namespace) -> int:
    from pipelines.console import Console
    from pipelines.ingest import Share
    from pipelines.options import Options
    from pipelines.runner import run

    if (options.engine == "dask") != bool(options.scheduler):
        print(
            "--engine dask and --scheduler ADDRESS go together. --engine dask 与 --scheduler 须同时给出。",
            file=sys.stderr,
        )
        return 2
    given = {name: getattr(options, name) for name in ("corrections", "decisions", "memory", "base_url")}
    settings = Options(
        options.raw,
        options.work,
        options.published,
        options.version,
        options.workers,
        engine=options.engine,
        scheduler=options.scheduler,
        accept_shrinking=options.accept_shrinking,
        **{name: value for name, value in given.items() if value is not None},
    )
    share = Share(*options.shard) if options.shard else None
    return run(settings, Console(as_json=options.log_format == "json"), share)


def _unfit_for_screen(form: str) -> bool:
    if form != "parquet" or not sys.stdout.isatty():
        return False
    print("parquet is not for a screen; add `> FILE`. parquet 请重定向到文件。", file=sys.stderr)
    return True


def _extract(options: argparse.Namespace) -> int:
    from pipelines.console import Console
    from pipelines.output import extract

    if _unfit_for_screen(options.format):
        return 2
    return extract(options.files, options.format, sys.stdout.buffer, Console())


def _check(options: argparse.Namespace) -> int:
    from pipelines.console import Console
    from pipelines.contradictions import check_files, check_store

    if options.files and options.release is not None:
        print("Name files or a release, not both. 文件与发布版本只能指定一种。", file=sys.stderr)
        return 2
    if options.files:
        return check_files(options.files, options.format, sys.stdout, Console())
    from pipelines.publish import DATABASE
    from pipelines.store import StoreError

    path = options.work / "store.duckdb"
    if options.release is not None:
        folder = options.published / options.release
        path = (folder if folder.is_dir() else Path(options.release)) / DATABASE
    try:
        return check_store(path, options.format, sys.stdout)
    except StoreError as error:
        print(f"{error.message_en}  {error.message_zh}", file=sys.stderr)
        return 2


def _status(options: argparse.Namespace) -> int:
    from pipelines.status import status

    form = "mail" if options.mail else "json" if options.json else "text"
    print(status(options.raw, options.work, options.published, form))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from pipelines.explain import NotFoundError, explain

    if options.agency.startswith("s-"):
        wanted: tuple[str, int | None, str, str | None] = (options.agency, None, "", None)
    elif options.year is None or options.indicator is None:
        print(
            "explain needs AGENCY YEAR INDICATOR, or a statement id; see `nianbao explain --help`. "
            "请给出机关、年度和指标，或读数编号。",
            file=sys.stderr,
        )
        return 2
    else:
        wanted = (options.agency, options.year, options.indicator, options.breakdown)
    try:
        print(explain(options.work, *wanted))
    except NotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _agencies(options: argparse.Namespace) -> int:
    from pipelines.store import StoreError
    from pipelines.waiting import show, waiting

    try:
        rows = waiting(options.work, name=options.name, reason=options.reason, year=options.year)
    except StoreError as error:
        print(f"{error.message_en}  {error.message_zh}", file=sys.stderr)
        return 1
    print(show(rows, options.format))
    return 0


def _diff(options: argparse.Namespace) -> int:
    from pipelines.compare import compare
    from pipelines.console import Console

    if _unfit_for_screen(options.format):
        return 2
    return compare((options.old, options.new), options.published, options.format, sys.stdout.buffer, Console())


def _withdraw(options: argparse.Namespace) -> int:
    from pipelines.console import Console
    from pipelines.withdrawal import reinstate, withdraw

    if options.undo:
        return reinstate(options.published, options.version, Console())
    return withdraw(options.published, options.version, options.reason, Console())


def _simulate(options: argparse.Namespace) -> int:
    from pipelines.console import Console
    from pipelines.simulate import corpus, nation
    from pipelines.simulate.registry import FILE_TYPES, load_variants

    if options.nation and options.variants:
        print(
            "--nation has its own layouts; leave --variants out. --nation 自有版式，不能与 --variants 同用。",
            file=sys.stderr,
        )
        return 2
    unknown = set(options.types) - set(FILE_TYPES)
    try:
        chosen = load_variants(options.variants, options.types)
    except KeyError as error:
        print(f"{error.args[0]}. 没有这些版式。", file=sys.stderr)
        return 2
    if unknown or not chosen:
        print(f"--types are some of {','.join(FILE_TYPES)}; nothing is left. 没有符合条件的版式。", file=sys.stderr)
        return 2
    if (options.out / "raw").exists():
        print(f"{options.out} holds a corpus already; choose another folder. 目录中已有语料。", file=sys.stderr)
        return 2
    console = Console()
    planned: Iterable[corpus.ToMake] = (
        nation.plan(options.documents, options.seed, options.types)
        if options.nation
        else corpus.plan(options.documents, options.seed, options.variants, options.types)
    )
    counts = corpus.write_corpus(
        options.out, planned, lambda done: console.progress(done, options.documents, "making", "正在生成")
    )
    made = f"{counts.total()} / {len(counts)}"
    console.say(f"documents / variants made in {options.out}: {made}", f"已生成文件 / 版式：{made}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
