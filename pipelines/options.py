"""Where a run works and how: the settings that the command line gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.corrections import CORRECTIONS, DECISIONS

GIB = 1 << 30


@dataclass(slots=True, frozen=True)
class Options:
    """Where a run works and how.

    ``version`` None: today's date. ``workers`` 0: one a core; ``memory``: MiB that each may take, 0 for no limit;
    ``seconds``: a document that takes longer to read is given up. ``engine``: ``processes`` or ``dask``, which needs
    the address of a ``scheduler``. ``keep_bytes``: how much of what readers made is kept for later, 0 for nothing.
    ``base_url``: the address under which the folder of releases is served, for the descriptors.
    ``accept_shrinking``: somebody has looked, it is right that there is much less than in the last release.
    """

    raw: Path
    work: Path
    published: Path
    version: str | None = None
    workers: int = 0
    reader: str = "pipelines.readers:read"  # module:function
    corrections: Path = CORRECTIONS
    decisions: Path = DECISIONS
    seconds: float = 120.0
    memory: int = 2048
    engine: str = "processes"
    scheduler: str = ""
    keep_bytes: int = 20 * GIB
    base_url: str = ""
    accept_shrinking: bool = False

    @property
    def hashes(self) -> Path:
        """The file of hashes of the raw files."""
        return self.work / "hashes.txt"

    @property
    def sites(self) -> Path:
        """What the last run counted by site."""
        return self.work / "sites.json"

    @property
    def shards(self) -> Path:
        """The folder of the shards."""
        return self.work / "shards"

    @property
    def parsed(self) -> Path:
        """The folder of paragraphs and grids kept for later."""
        return self.work / "parsed"
