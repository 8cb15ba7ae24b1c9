"""What a machine may lack: whether pages can be read optically here. Imports nothing of it."""

from __future__ import annotations

import os
from importlib.util import find_spec

SWITCH = "NIANBAO_OCR"
OPTICAL_LIBRARIES = ("onnxruntime", "opencv-python-headless", "rapidocr")
_MODULES = ("onnxruntime", "cv2", "rapidocr")


def can_see() -> bool:
    """Whether ``nianbao[ocr]`` is installed, and not switched off (``NIANBAO_OCR=off``)."""
    if os.environ.get(SWITCH, "").lower() == "off":
        return False
    return all(find_spec(name) is not None for name in _MODULES)
