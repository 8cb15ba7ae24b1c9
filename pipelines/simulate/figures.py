"""Made-up figures that obey every identity of a form, for invented bureaus only."""

from __future__ import annotations

import random

from pipelines.simulate.report import Report
from schemas.forms import Key


def figures(form: str, seed: int, zeros: float = 0.0, forms: dict[str, str] | None = None) -> dict[Key, str]:
    """One whole report's cells. ``zeros`` is the share of cells drawn as 0; otherwise numbers mostly differ, so that
    a value read from a neighbouring cell shows. The same arguments give the same figures."""
    draw = random.Random(f"{form}/{seed}")
    report = Report("", 2000, form, {}, forms or {})
    keys = report.form_keys()
    values: dict[Key, int] = {}
    for key in keys:
        value = draw.randrange(2, 90) if key[0] != "disclosure" else draw.randrange(2, 4000)
        values[key] = 0 if draw.random() < zeros else value
    _balance(values, keys)
    printed = {key: str(values[key]) for key in keys}
    for key in keys:
        if key[1:] == ("fees", "amount"):
            printed[key] = f"{draw.randrange(1000, 99999)}.{draw.randrange(1, 10)}"
        if key[1:] == ("procurement", "amount"):
            printed[key] = f"{draw.randrange(100000, 99999999)}元"
    return printed


def _balance(values: dict[Key, int], keys: list[Key]) -> None:
    """Make the printed sums true: columns of table three first, then every row total."""
    columns = [key[2] for key in keys if key[:2] == ("requests", "new")]
    items = [k[1] for k in keys if k[0] == "requests" and k[1].startswith("result.") and k[1] != "result.total"]
    items = list(dict.fromkeys(items))
    for column in columns:
        if column == "total":
            continue
        done = sum(values["requests", item, column] for item in items)
        values["requests", "result.total", column] = done
        # New requests are what is left of the balance; the carried rows are kept small enough for it.
        carried_in = min(values["requests", "carried_in", column], done)
        values["requests", "carried_in", column] = carried_in
        values["requests", "new", column] = done + values["requests", "carried_out", column] - carried_in
    for section, indicator in dict.fromkeys(key[:2] for key in keys):
        if section != "disclosure":
            parts = [k for k in keys if k[:2] == (section, indicator) and k[2] != "total"]
            values[section, indicator, "total"] = sum(values[part] for part in parts)
