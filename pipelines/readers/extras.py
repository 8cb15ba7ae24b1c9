"""What a machine may lack: whether pages can be read optically here. Imports nothing of it."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SWITCH = "NIANBAO_OCR"
OPTICAL_LIBRARIES = ("onnxruntime", "opencv-python-headless", "rapidocr")
MODEL = "models/PP-OCRv6_rec_small.onnx"
"""In the package of RapidOCR."""
_MODULES = ("onnxruntime", "cv2", "rapidocr")


def can_see() -> bool:
    """Whether ``nianbao[ocr]`` is installed, and not switched off (``NIANBAO_OCR=off``)."""
    return not switched_off() and installed()


def switched_off() -> bool:
    """Whether somebody does not want it."""
    return os.environ.get(SWITCH, "").lower() in ("off", "0", "no", "false")


@cache
def installed() -> bool:
    """Whether all that it needs is there, the model too; looked for once, not for each document."""
    found = [find_spec(name) for name in _MODULES]
    package = found[-1]
    places = package.submodule_search_locations or [] if package else []
    return None not in found and any(Path(place, MODEL).is_file() for place in places)
