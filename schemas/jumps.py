"""When a change from one year to the next is unusual enough to be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Jump:
    """When a change from one year to the next is unusual: both figures at least ``floor`` (in the unit of the form),
    one at least ``factor`` times the other, and the logarithm of their ratio more than ``z`` robust deviations
    (median absolute deviation × 1.4826, at least ``spread``) from the median of a reference: of at least ``peers``
    agencies with the same cell and years, and of at least ``own`` other changes of the agency itself. Where both
    references are there, both must find it unusual. The single results of requests change too much from year to year
    to be judged."""

    floor: int = 30
    factor: float = 3.0
    z: float = 5.0
    spread: float = 0.1
    peers: int = 20
    own: int = 5


JUMP = Jump()
YUAN_RATIO = (3.5, 4.5)
"""log10 of an amount over that of another year of the agency that tells 元 from 万元."""
YUAN_FLOOR = 100
"""The larger of the two must be at least this many 万元: small amounts grow a thousandfold by themselves."""
