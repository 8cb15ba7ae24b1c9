"""What every descriptor is told: one release and its files. What it says of them comes from the models.

No descriptor looks at a disk, a clock or the network: the same facts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

# As registered with IANA; DuckDB's own file type is not.
_MEDIA_TYPES = {
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".duckdb": "application/octet-stream",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def media_type(path: str) -> str:
    """IANA media type of a file of a release, by the end of its name; plain text where it has none."""
    return _MEDIA_TYPES.get(PurePosixPath(path).suffix, "text/plain")


@dataclass(frozen=True, slots=True)
class FileFact:
    """One data file of a release. ``path`` is relative to the release's folder, with ``/``.

    ``bytes`` and ``sha256`` (hexadecimal) are None where they differ from run to run for the same content (the DuckDB
    file, the workbook, the archive): ``SHA256SUMS`` has them. ``product`` is the dataset that the file holds, None
    where it holds several; ``slice`` says which part of it (``year=2024``), None for the whole.
    """

    path: str
    bytes: int | None
    sha256: str | None
    media_type: str
    product: str | None = None
    slice: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One release. ``rows`` counts the rows of each dataset; ``origins`` are codes of ``schemas.codes.ORIGINS``;
    ``years`` are the first and the last year that there is a report about; ``base_url`` is the address under which the
    folder of all releases is served, with a ``/`` at its end: without it addresses are relative to the release."""

    version: str
    previous_version: str | None
    rows: Mapping[str, int]
    origins: Sequence[str]
    files: Sequence[FileFact]
    base_url: str = ""
    years: tuple[int, int] | None = None

    @property
    def issued(self) -> str:
        """The day of the release, ISO 8601: the only clock there is."""
        return "-".join(self.version.split(".")[:3])

    def address(self, path: str = "") -> str:
        """Address of a file of this release, or of its folder."""
        return f"{self.base_url}{self.version}/{path}" if self.base_url else path or "./"

    def address_above(self, path: str = "") -> str:
        """Address of something beside this release, or of the folder of all releases."""
        return f"{self.base_url}{path}" if self.base_url else f"../{path}"

    def file(self, path: str) -> FileFact | None:
        """The data file of that path, where the release has one."""
        return next((fact for fact in self.files if fact.path == path), None)
