"""`make errors`: are errors in a table found, and is the wrong cell among those suspected? Into docs/errors.md.

Reports of invented bureaus, whose sums all hold, get one wrong number or two in cells that some sum covers (all of its
cells printed), each by a slip that people make, or at random. Then the rules say what is violated and the solver what
could be wrong.

    found         errors with a violated sum                                                    at least 99 %
    first         single errors in a cell of two sums or more: the cell alone is ranked first   at least 95 %
    tied          single errors in a cell of one sum: exactly the cells of that sum that could
                  put it right are listed (not those that another sum confirms, nor those that
                  would have to be negative), all with one rank                                 always
    pair          two errors: the true pair is one of the five smallest sets of the report      at least 80 %
    alarms        reports without an error in which something is found                          none

Pairs whose effects cancel out in a sum are counted apart: every other line of the table would explain them as well.
Exit code 1 where a limit is not kept.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

from pipelines.simulate.population import YEARS, report
from pipelines.suspects import System, locate
from schemas.forms import Equation, Key, equations_for, parents
from schemas.numbers import read_number

ROOT = Path(__file__).resolve().parents[2]
SLIPS = ("a digit left out", "a digit too many", "two digits swapped", "a wrong digit", "left at 0", "anything")
LIMITS = {"found": 0.99, "first": 0.95, "tied": 1.0, "pair": 0.80}

Numbers = dict[Key, Decimal | None]


def clean_reports(count: int, seed: int) -> Iterator[tuple[Numbers, tuple[Equation, ...], random.Random]]:
    """Numbers of invented reports without misprint, their equations, and a source of chance for each."""
    for place in range(count):
        number, year = divmod(place, len(YEARS))
        printed = report(seed, number, YEARS[year], misprints=0)
        cells = {key: read_number(text).value for key, text in printed.cells.items()}
        equations = equations_for({key: parents()[key] for key in printed.form_keys()})
        yield cells, equations, random.Random(f"errors/{seed}/{place}")


def slipped(draw: random.Random, right: int) -> tuple[str, int] | None:
    """A wrong number for ``right``, and how it came about; None where that slip changes nothing."""
    slip, digits = draw.choice(SLIPS), str(right)
    at = draw.randrange(len(digits))
    if slip == "a digit left out":
        wrong = int(digits[:at] + digits[at + 1 :] or "0")
    elif slip == "a digit too many":
        wrong = int(digits[:at] + draw.choice("0123456789") + digits[at:])
    elif slip == "two digits swapped":
        wrong = int(digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :])
    elif slip == "a wrong digit":
        wrong = int(digits[:at] + draw.choice("0123456789") + digits[at + 1 :])
    elif slip == "left at 0":
        wrong = 0
    else:
        wrong = draw.randrange(2 * right + 10)
    return None if wrong == right else (slip, wrong)


def _plant(draw: random.Random, cells: Numbers, covered: Sequence[Key], count: int) -> dict[Key, tuple[str, int]]:
    while True:
        planted = {}
        for key in draw.sample(covered, count):
            made = slipped(draw, int(cells[key] or 0))
            if made is not None:
                planted[key] = made
        if len(planted) == count:
            return planted


def smallest(systems: Sequence[System]) -> list[set[tuple[Key, int]]]:
    """The smallest sets that explain all systems of a report together, the likeliest first."""
    every = sorted(
        product(*(system.sets for system in systems)),
        key=lambda sets: (sum(map(len, sets)), sum(not one.slip for changes in sets for one in changes)),
    )
    return [{(one.key, one.proposed) for changes in sets for one in changes} for sets in every]


def cancels(planted: Mapping[Key, int], equations: Sequence[Equation]) -> bool:
    """Whether the errors take each other away in a sum in which both stand."""
    for one in equations:
        signs = {key: sign for sign, key in one.terms if key in planted}
        if len(signs) > 1 and sum(sign * planted[key] for key, sign in signs.items()) == 0:
            return True
    return False


def measure(count: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """(how often each thing was right, out of how many); also by kind of slip, as ``first: a wrong digit``."""
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()

    def note(what: str, good: bool) -> None:
        of[what] += 1
        right[what] += good

    for cells, equations, draw in clean_reports(count, seed):
        note("clean", not locate(cells, equations))
        known = [one for one in equations if all(cells.get(key) is not None for _, key in one.terms)]
        standing = Counter(key for one in known for _, key in one.terms)
        covered = sorted(standing)
        if len(covered) < 2:
            continue
        for key, (slip, wrong) in _plant(draw, cells, covered, 1).items():
            systems = locate({**cells, key: Decimal(wrong)}, equations)
            note("found", bool(systems))
            truth = (key, int(cells[key] or 0))
            sets = [{(one.key, one.proposed) for one in changes} for system in systems for changes in system.sets]
            if standing[key] > 1:
                note("first", len(systems) == 1 and sets == [{truth}])
                note(f"first: {slip}", len(systems) == 1 and sets == [{truth}])
            else:
                note("tied", len(systems) == 1 and _tied(sets, truth, known, cells, wrong - truth[1]))
        planted = _plant(draw, cells, covered, 2)
        wrong_cells = {key: Decimal(wrong) for key, (_, wrong) in planted.items()}
        systems = locate({**cells, **wrong_cells}, equations)
        cancelling = cancels({key: wrong - int(cells[key] or 0) for key, (_, wrong) in planted.items()}, known)
        pair = {(key, int(cells[key] or 0)) for key in planted}
        note("found: two errors", bool(systems))
        note("pair: cancelling" if cancelling else "pair", bool(systems) and pair in smallest(systems)[:5])
    return right, of


def _tied(
    sets: list[set[tuple[Key, int]]], truth: tuple[Key, int], known: Sequence[Equation], cells: Numbers, difference: int
) -> bool:
    """Whether exactly the cells of the one sum that could put it right are listed."""
    (only,) = (one for one in known if any(key == truth[0] for _, key in one.terms))
    confirmed = {key for one in known if one is not only for _, key in one.terms}
    sign = next(sign for sign, key in only.terms if key == truth[0])
    possible = {truth[0]}
    for other, key in only.terms:
        if key not in (truth[0], *confirmed) and int(cells[key] or 0) - sign * other * difference >= 0:
            possible.add(key)
    return {key for each in sets for key, _ in each} == possible and truth in [one for each in sets for one in each]


def page(count: int, seeds: Sequence[int], right: Counter[str], of: Counter[str]) -> str:
    """The figures for people."""
    names = {
        "clean": "reports without an error in which nothing is found",
        "found": "single errors with a violated sum",
        "first": "single error, cell of two sums or more: it alone is ranked first",
        "tied": "single error, cell of one sum: the cells of that sum are listed as tied",
        "found: two errors": "two errors, with a violated sum",
        "pair": "two errors: the true pair is one of the five smallest sets",
        "pair: cancelling": "the same where the two cancel out in a sum",
    }
    limits = {"clean": "all", "tied": "all"} | {name: f"{limit:.0%}" for name, limit in LIMITS.items() if limit < 1}
    lines = [
        "# Are errors in a table found, and where",
        "",
        "<!-- Written by `make errors` (tests/accuracy/errors.py); do not edit by hand. -->",
        "",
        f"{count} reports of invented bureaus for each of the seeds {', '.join(map(str, seeds))}; all their sums hold.",
        "One number, then two, are made wrong in cells that stand in a sum all of whose cells are printed. What is",
        "said of a violated sum is only a proposal where to look (table `suspects`): no number is ever changed by it.",
        "A cell is not proposed where it would have to be negative.",
        "",
        "| what | of | right | share | at least |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [_line(words, name, right, of, limits.get(name, "")) for name, words in names.items()]
    lines += ["", "## Single errors in cells of two sums or more, by slip", "", "| slip | of | ranked first | share |"]
    lines += ["|---|---:|---:|---:|", *(_line(slip, f"first: {slip}", right, of) for slip in SLIPS)]
    return "\n".join(lines) + "\n"


def _line(words: str, name: str, right: Counter[str], of: Counter[str], limit: str | None = None) -> str:
    share = f"{right[name] / of[name]:.2%}" if of[name] else "–"
    return f"| {words} | {of[name]} | {right[name]} | {share} |" + ("" if limit is None else f" {limit} |")


def failures(right: Counter[str], of: Counter[str]) -> list[str]:
    """The limits that are not kept."""
    found = [name for name, limit in LIMITS.items() if right[name] < limit * of[name]]
    return found + (["clean"] if right["clean"] < of["clean"] else [])


def main() -> int:
    """Measure, write the page, say which limits are not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "errors.md")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for seed in options.seeds:
        more_right, more_of = measure(options.reports, seed)
        right.update(more_right)
        of.update(more_of)
    text = page(options.reports, options.seeds, right, of)
    options.page.write_text(text, encoding="utf-8")
    print(text)
    for name in failures(right, of):
        print(f"below its limit: {name}", file=sys.stderr)
    return 1 if failures(right, of) else 0


if __name__ == "__main__":
    sys.exit(main())
