"""Tells a procedure that looks for something from one that does something: a test for hepatitis is no hepatitis.

The words of an unmapped procedure may hint at a diagnosis ("excision of a melanoma"); those of an examination say only
that somebody looked, as a screening code does.
"""

from collections.abc import Iterable

from mappings.folding import by_words

_LOOKS = (
    "_screening",
    "_test_",
    "_tests_",
    "_testing_",
    "_measurement",
    "_assay",
    "_assessment",
    "_auscultation",
    "_echocardiogra",
    "_electrocardiogra",
    "_imaging",
    "_tomogra",
    "_radiogra",
    "_ultraso",
    "_x_ray",
    "筛查",
    "检测",
    "超声",
)
_DOES = (
    "ectomy",
    "excis",
    "resect",
    "remov",
    "ablat",
    "biops",
    "guid",
    "plant",
    "graft",
    "insert",
    "repair",
    "therap",
    "treat",
    "infus",
    "inject",
    "dialy",
    "ventilat",
    "切除",
    "移植",
    "治疗",
    "活检",
)
"""What does something, or takes something, hints at its reason also where it is seen in a picture."""


def examines(texts: Iterable[str]) -> bool:
    """Whether the words are those of an examination alone."""
    said = by_words(" | ".join(texts)) + "_"
    return any(word in said for word in _LOOKS) and not any(word in said for word in _DOES)
