"""Raw cells as workers wrote them → rows of the pandera models; what does not fit becomes a finding and quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def normalize(documents: pa.Table, cells: pa.Table, findings: pa.Table) -> dict[str, pd.DataFrame]:
    """One batch (best 100 documents or more): the three tables of a shard (``pipelines.shards.Shard``), any number joined.

    Returns frames ``documents``, ``statements``, ``findings``, ``quarantine`` for ``Store.replace_documents``. Raises
    ``ValueError`` naming the column where the shard lacks one. Bad rows never raise.
    """
    raise NotImplementedError
