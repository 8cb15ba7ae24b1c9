"""The data dictionary: every column of every dataset, as the models explain it. It speaks of no release."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemas.table import dictionary

if TYPE_CHECKING:
    from schemas.products import Product


def dictionary_csv(products: Sequence[type[Product]]) -> str:
    """One row for each column: titles, description, unit and codes."""
    rows = [row for product in products for row in dictionary(product.model)]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
