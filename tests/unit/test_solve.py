"""The solver: readings are struck out by equations, and only by them."""

import time
from decimal import Decimal

from pipelines.solve import Group, fewer_fit, narrow, rejoined, unglued, with_blanks
from schemas.forms import Key, equations_for

PARTS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")
NEW: list[Key] = [("requests", "new", part) for part in PARTS]
EQUATIONS = equations_for(dict.fromkeys(NEW, ""))


def numbers(*values: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def test_glued_digits_are_parted_where_one_way_adds_up() -> None:
    assert unglued("251000228", 7, [6]) == (numbers(25, 1, 0, 0, 0, 2, 28),)
    assert unglued("230000023", 7, [6]) == (numbers(23, 0, 0, 0, 0, 0, 23),)
    assert unglued("2300000024", 7, [6]) == ()
    assert unglued("110000011000000000110001", 15, [4, 9, 14]) == ()


def test_torn_digits_are_joined_where_one_way_adds_up() -> None:
    pieces = ["2", "5", "1", "0", "0", "0", "2", "28"]
    (outcome,) = narrow({}, [Group(tuple(NEW), rejoined(pieces, 7))], EQUATIONS)
    assert outcome.fitting == [numbers(25, 1, 0, 0, 0, 2, 28)]
    assert outcome.rules == {"requests.row_sum"}


def test_a_blank_without_a_trace_leaves_several_ways() -> None:
    ways = with_blanks([Decimal(value) for value in (7, 0, 0, 0, 0, 7)], 7)
    (outcome,) = narrow({}, [Group(tuple(NEW), ways)], EQUATIONS)
    assert numbers(7, 0, 0, 0, 0, None, 7) in outcome.fitting
    assert numbers(7, 0, 0, 0, 0, 7, None) in outcome.fitting  # a blank total may stand for any sum
    assert {outcome.agreed(place) for place in range(7)} == {(False, None)}


def test_zeros_are_no_evidence() -> None:
    ways = with_blanks([Decimal(0)] * 6, 7)
    (outcome,) = narrow({}, [Group(tuple(NEW), ways)], EQUATIONS)
    assert len(outcome.fitting) == 7
    assert not outcome.rules


def test_what_one_row_settles_helps_the_next() -> None:
    carried: list[Key] = [("requests", "carried_in", part) for part in PARTS]
    done: list[Key] = [("requests", "result.total", part) for part in PARTS]
    left: list[Key] = [("requests", "carried_out", part) for part in PARTS]
    parents = dict.fromkeys([*NEW, *carried, *done, *left], "")
    known = dict(zip(carried, numbers(1, 0, 0, 0, 0, 0, 1), strict=True))
    known |= dict(zip(left, numbers(0, 0, 0, 0, 0, 0, 0), strict=True))
    groups = [
        Group(tuple(NEW), with_blanks([Decimal(v) for v in (7, 2, 0, 0, 0, 9)], 7)),
        Group(tuple(done), rejoined(["8", "2", "0", "0", "0", "0", "1", "0"], 7)),
    ]
    new, result = narrow(known, groups, equations_for(parents))
    assert result.fitting == [numbers(8, 2, 0, 0, 0, 0, 10)]
    assert new.agreed(0) == (True, Decimal(7))
    assert new.agreed(1) == (True, Decimal(2))


def test_a_reading_that_contradicts_a_certain_cell_is_not_taken() -> None:
    known = dict(zip(NEW[:-1], numbers(1, 2, 3, 0, 0, 0), strict=True))
    (outcome,) = narrow(known, [Group((NEW[-1],), (numbers(123), numbers(7)))], EQUATIONS)
    assert outcome.fitting == []


def test_a_run_of_digits_is_not_searched_for_ever() -> None:
    assert unglued("35213858", 7, [6]) == ()
    assert (3, 5, 2, 1, 3, 8, 22) in unglued("35213822", 7, [6])
    started = time.process_time()
    for digits in ("1" * 60, "123456789" * 6, "10" * 30):
        unglued(digits, 15, [4, 9, 14])
        unglued(digits, 7, [6])
    assert time.process_time() - started < 5


def test_torn_numbers_that_may_be_fewer() -> None:
    assert fewer_fit(["4", "5", "1", "0", "1", "4", "1", "61"], 7)
    assert not fewer_fit(["1", "0", "0", "0", "0", "0", "1"], 7)
    assert set(rejoined(["1", "2", "3"], 2)) == {(12, 3), (1, 23)}
    assert rejoined(["1", "2", "3"], 2, [1]) == ((1, 23),)
