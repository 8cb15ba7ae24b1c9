"""PDFium's functions that are asked for each character and each drawn path of a page, called by bare addresses.

That ctypes looks at the type of every handle and every reference costs more than these calls themselves. Here both are
numbers, what comes out is written into arrays that are made once, and the interpreter's lock is not let go in between.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2.raw as raw


def _bare(function: Any) -> Callable[..., Any]:
    def kind(declared: Any) -> Any:
        return ctypes.c_void_p if hasattr(declared, "contents") else declared

    prototype = ctypes.PYFUNCTYPE(kind(function.restype), *map(kind, function.argtypes))
    return prototype(address(function))


def address(handle: Any) -> int:
    """Where a handle of PDFium, or one of its functions, lies."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def places(array: ctypes.Array[Any]) -> Sequence[int]:
    """Where each number of an array lies."""
    start, size = ctypes.addressof(array), ctypes.sizeof(array) // len(array)
    return [start + place * size for place in range(len(array))]


page_object = _bare(raw.FPDFPage_GetObject)
form_object = _bare(raw.FPDFFormObj_GetObject)
kind_of = _bare(raw.FPDFPageObj_GetType)
bounds_of = _bare(raw.FPDFPageObj_GetBounds)
draw_mode = _bare(raw.FPDFPath_GetDrawMode)
stroke_color = _bare(raw.FPDFPageObj_GetStrokeColor)
fill_color = _bare(raw.FPDFPageObj_GetFillColor)
has_transparency = _bare(raw.FPDFPageObj_HasTransparency)
stroke_width = _bare(raw.FPDFPageObj_GetStrokeWidth)
matrix_of = _bare(raw.FPDFPageObj_GetMatrix)
segments_of = _bare(raw.FPDFPath_CountSegments)
segment_of = _bare(raw.FPDFPath_GetPathSegment)
segment_point = _bare(raw.FPDFPathSegment_GetPoint)
segment_kind = _bare(raw.FPDFPathSegment_GetType)
segment_close = _bare(raw.FPDFPathSegment_GetClose)
clip_of = _bare(raw.FPDFPageObj_GetClipPath)
clips_of = _bare(raw.FPDFClipPath_CountPaths)
clip_segments_of = _bare(raw.FPDFClipPath_CountPathSegments)
clip_segment_of = _bare(raw.FPDFClipPath_GetPathSegment)
objects_of_form = _bare(raw.FPDFFormObj_CountObjects)
render_mode = _bare(raw.FPDFTextObj_GetTextRenderMode)
text_object = _bare(raw.FPDFText_GetTextObject)
char_box = _bare(raw.FPDFText_GetLooseCharBox)
char_ink = _bare(raw.FPDFText_GetCharBox)
char_origin = _bare(raw.FPDFText_GetCharOrigin)
