"""Read the made documents and hold every attribution against the truth: ``make agencies`` writes docs/agencies.md.

Wrong is an agency that is not the document's, and one provisional agency for two. All documents that name their agency
are to be assigned or say why not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from filing.generate import FIRST, LAST, Made, changes, documents

from pipelines.attribution import Attribution, attribute_all
from pipelines.evidence import parse
from pipelines.extract import read_document
from pipelines.places import readings
from pipelines.whereabouts import Case
from schemas.codes import AGENCY_REASONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agencies.md"
_BATCH = 2000


@dataclass(slots=True)
class Tally:
    """What came of it: counts by (group, outcome); outcomes are right, wrong, provisional."""

    by_change: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_pattern: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    seconds: float = 0.0
    provisional: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Counter[str]:
        """Over all."""
        return sum(self.by_change.values(), Counter())

    @property
    def share(self) -> float:
        """Assigned, of all documents."""
        total = self.total
        return total["right"] / total.total()

    def add(self, made: Made, found: Attribution) -> None:
        """Judge one document."""
        if found.reason:
            outcome = "provisional"
            self.reasons[found.reason] += 1
            if self.provisional.setdefault(found.agency_id, made.truth) != made.truth:
                self.merged.append(f"{made.printed} {made.year}: {found.agency_id}")
        elif found.agency_id == made.truth:
            outcome = "right"
        else:
            outcome = "wrong"
            self.wrong.append(f"{made.printed} {made.year} ({made.change}, {made.pattern}): {found} not {made.truth}")
        self.by_change[made.change][outcome] += 1
        self.by_pattern[made.pattern][outcome] += 1


def case_of(made: Made, number: int) -> Case:
    """The document as the store would hand it on."""
    read = read_document(made.data, f"{number}.html")
    host = made.url.split("/")[2] if made.url else ""
    return Case(f"{number:064x}", read.agency, read.report_year or 0, tuple(parse(read.evidence)), host, made.url)


def run(seed: int, count: int) -> Tally:
    """Read ``count`` documents and judge them."""
    tally = Tally()
    readings("上海市黄浦区打浦桥街道", LAST)  # the tables are read before the clock runs
    stream = enumerate(documents(seed, count))
    while batch := list(islice(stream, _BATCH)):
        cases = [case_of(made, number) for number, made in batch]
        started = time.process_time()
        found = attribute_all(cases)
        tally.seconds += time.process_time() - started
        for (_, made), case in zip(batch, cases, strict=True):
            tally.add(made, found[case.document_id])
        print(f"{batch[-1][0] + 1} of {count}, {len(tally.wrong)} wrong", file=sys.stderr)
    return tally


def _table(title: str, groups: dict[str, Counter[str]]) -> list[str]:
    lines = [f"| {title} | documents | assigned | wrong | provisional |", "|---|--:|--:|--:|--:|"]
    for name in sorted(groups):
        counts = groups[name]
        lines.append(f"| {name} | {counts.total()} | {counts['right']} | {counts['wrong']} | {counts['provisional']} |")
    return lines


def _measured(tally: Tally, seed: int) -> list[str]:
    total = tally.total
    return f"""
`make agencies` writes this page. {total.total()} made documents (seed {seed}) of real places, around each of the
{len(changes())} changes of {FIRST} to {LAST} in the table of divisions: renames, new codes, splits, mergers, codes and
names that several places bore. The pages print titles in the patterns of real ones, some with breadcrumb, issuing body,
index number, contact, signature; a few are mirrors that print another place.

**{total["right"]} ({tally.share:.1%}) were assigned rightly, {total["wrong"]} wrongly;** {total["provisional"]} stayed
provisional with a reason, {len(tally.merged)} of these under one id for two agencies.
{tally.seconds / total.total() * 1000:.2f} ms of attribution for each document.
""".splitlines()


def page(tally: Tally, seed: int) -> str:
    """docs/agencies.md."""
    reasons = [
        f"| `{code}` | {AGENCY_REASONS[code][0]} | {AGENCY_REASONS[code][1]} | {tally.reasons[code]} |"
        for code in AGENCY_REASONS
    ]
    return "\n".join(
        [
            (Path(__file__).with_name("about.md")).read_text(encoding="utf-8").rstrip(),
            "",
            "## Measured",
            *_measured(tally, seed),
            "",
            *_table("change", tally.by_change),
            "",
            *_table("how the document names its agency", tally.by_pattern),
            "",
            "| reason | 原因 | meaning | documents |",
            "|---|---|---|--:|",
            *reasons,
            "",
        ]
    )


def main(arguments: Iterable[str] | None = None) -> int:
    """Exit code 1 where an assignment was wrong or fewer than 98 % were assigned."""
    parser = argparse.ArgumentParser(description="Whose reports are these? 这些报告是谁的？")
    parser.add_argument("--documents", type=int, default=10_000, help="how many 数量")
    parser.add_argument("--seed", type=int, default=2008)
    parser.add_argument("--page", action="store_true", help="write docs/agencies.md 结果写入 docs/agencies.md")
    options = parser.parse_args(None if arguments is None else list(arguments))
    tally = run(options.seed, options.documents)
    if options.page:
        PAGE.write_text(page(tally, options.seed), encoding="utf-8")
    print("\n".join([*_table("change", tally.by_change), "", *_table("pattern", tally.by_pattern)]))
    print(dict(tally.reasons), f"{tally.share:.2%}", *tally.wrong[:40], *tally.merged[:20], sep="\n")
    return 0 if not tally.wrong and not tally.merged and tally.share >= 0.98 else 1


if __name__ == "__main__":
    sys.exit(main())
