"""One line of print as a picture → its text, by the small PP-OCRv6 model that RapidOCR's package brings along.

The model is run by onnxruntime itself: RapidOCR tells one text and its score, and here the rivals of each sign count.
A lone ``0`` and a lone ``O`` look the same and share the score; in a number both are 0, so their shares are added up.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pipelines.readers.extras import MODEL
from pipelines.readers.ink import Picture

_HEIGHT = 48
_WIDEST = 3200
ALIKE = {"0": "OoＯｏ０", "1": "IlｌＩ１|｜丨Ⅰ", **dict(zip("23456789", "２３４５６７８９", strict=True))}
"""What else a figure may be taken for by itself that is no other figure."""
_FIGURES = str.maketrans({other: figure for figure, others in ALIKE.items() for other in others})


class Told(NamedTuple):
    """What a line says, how sure its least sure sign is, from 0 to 1, and all of them on average."""

    text: str
    score: float = 0.0
    mean: float = 0.0


def as_figures(text: str) -> str:
    """A text that may be a number, with figures for what looks like them."""
    return text.translate(_FIGURES)


class Recogniser:
    """The model, once loaded; raises what onnxruntime raises where the package does not hold it."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # As many processes read at once as there are cores.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = str(files("rapidocr").joinpath(MODEL))
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        signs = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._signs = ["", *signs, " "]  # the first one parts equal signs
        places = {sign: place for place, sign in enumerate(self._signs)}
        self._alike = [
            (places[figure], [places[other] for other in others if other in places]) for figure, others in ALIKE.items()
        ]

    def look(self, picture: Picture) -> tuple[Told, Told]:
        """The line as it reads, and as a number, where it is one: each sign that looks like a figure is that figure."""
        shares = self._run(picture)
        text = self._decoded(shares)
        figures = shares.copy()
        for figure, others in self._alike:
            figures[:, figure] += figures[:, others].sum(axis=1)
            figures[:, others] = 0.0
        return text, self._decoded(figures)

    def _run(self, picture: Picture) -> NDArray[np.float32]:
        height, width = picture.shape[:2]
        wanted = min(_WIDEST, max(_HEIGHT, math.ceil(_HEIGHT * width / height)))
        scale = _HEIGHT / height
        resized = cv2.resize(picture, (min(wanted, max(1, math.ceil(width * scale))), _HEIGHT))
        line = np.zeros((1, 3, _HEIGHT, wanted), np.float32)
        line[0, :, :, : resized.shape[1]] = resized.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0
        found: Any = self._session.run(None, {self._input: line})
        shares: NDArray[np.float32] = found[0][0]
        return shares

    def _decoded(self, shares: NDArray[np.float32]) -> Told:
        best = shares.argmax(axis=1)
        kept = np.flatnonzero((best != 0) & (best != np.concatenate(([-1], best[:-1]))))
        if not len(kept):
            return Told("")
        text = "".join(self._signs[place] for place in best[kept])
        sure = shares[kept, best[kept]]
        return Told(text.strip(), float(sure.min()), float(sure.mean()))


@cache
def recogniser() -> Recogniser:
    """The one of this process."""
    return Recogniser()
