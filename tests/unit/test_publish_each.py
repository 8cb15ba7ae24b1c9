"""What is done for two products at a time: what fails or is interrupted ends all of it at once."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import NoReturn

import pytest

from pipelines import publish
from pipelines.store import Store
from schemas.products import PRODUCTS, Changes, Observations, Product, Statements

ROWS = {product.name(): 1 for product in PRODUCTS} | {"statements": 1000}
LONG = "SELECT count(*) FROM range(10000000000) AS numbers(i) WHERE i % 7 = 3"  # half a minute and more


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    Store(tmp_path / "staged.duckdb").close()
    return tmp_path / "staged.duckdb"


def test_every_product_has_its_result_and_they_stand_in_order(staged: Path) -> None:
    begun: list[type[Product]] = []
    longest = threading.Event()

    def name(own: Store, product: type[Product]) -> str:
        if product is Statements:
            longest.set()
        elif len(begun) < 2:
            longest.wait(5)  # the thread that was given it may be slow to begin
        begun.append(product)
        return str(own.scalar(f"SELECT '{product.name()}'"))

    with Store(staged, read_only=True, released=True) as database:
        found = publish._each(database, PRODUCTS, ROWS, name)
    assert list(found.items()) == [(product, product.name()) for product in PRODUCTS]
    assert Statements in begun[:2]  # the longest is among the first


def test_the_first_of_those_that_fail_is_told(staged: Path) -> None:
    """The one on which the others rest, whichever comes to its end first."""
    first = threading.Event()

    def fail(_: Store, product: type[Product]) -> NoReturn:
        if product is Observations:
            first.wait(10)
        else:
            first.set()
        raise ValueError(product.name())

    with Store(staged, read_only=True, released=True) as database, pytest.raises(ValueError, match=r"^observations$"):
        publish._each(database, [Observations, Statements], ROWS, fail)


@pytest.mark.parametrize("how", ["failure", "interrupt"])
def test_what_runs_beside_is_stopped_and_nothing_more_begins(staged: Path, how: str) -> None:
    begun: list[str] = []
    running = threading.Event()

    def work(own: Store, product: type[Product]) -> None:
        begun.append(product.name())
        if product is Observations:
            running.wait(10)
            if how == "failure":
                raise ValueError
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        if product is Statements:
            running.set()
        own.scalar("SELECT 1")
        own.scalar(LONG)

    wanted = [Observations, Statements, *(item for item in PRODUCTS if item not in (Observations, Statements, Changes))]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    rows, started = ROWS | {"observations": 999}, time.monotonic()
    try:
        with (
            Store(staged, read_only=True, released=True) as database,
            pytest.raises(ValueError if how == "failure" else KeyboardInterrupt),
        ):
            publish._each(database, wanted, rows, work)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 20
    assert sorted(begun[:2]) == ["observations", "statements"]
    assert len(begun) <= 3  # what failed made room before anybody knew
