"""Parts a test that a chart may leave to a person: what proves it, what only raises the question, what refutes it."""

from dataclasses import replace
from typing import NamedTuple

from trials.language import Allergic, Done, Found, Node, Took


class Judged(NamedTuple):
    """It holds where `proof` does, or where a person says so while `hint` (if there is one) holds and `against` not."""

    proof: Node | None
    hint: Node | None
    against: Node | None = None


def judged(test: Node) -> Judged | None:
    """The parts of a test that may be left to a person; `None` where data alone decide it."""
    match test:
        case Found(names=names, supported_by=hints, refuted_by=against) if hints or test.absent == "ask":
            bare = replace(test, supported_by=(), refuted_by=(), absent="false", row=None)
            hint = replace(bare, names=hints, severe=False) if hints and test.absent != "ask" else None
            return Judged(bare if names else None, hint, replace(bare, names=against) if against else None)
        case Done(supported=supported) if supported or test.absent == "ask":
            bare_procedure = replace(test, supported=False, absent="false", row=None)
            return Judged(None, bare_procedure) if supported else Judged(bare_procedure, None)
        case Took(open_list=others) if others or test.absent == "ask":
            listed = replace(test, open_list=(), absent="false", row=None)
            other = replace(listed, names=others) if others and test.absent != "ask" else None
            return Judged(listed, other)
        case Allergic(supported=True):
            return Judged(None, replace(test, supported=False, row=None))
        case _:
            return None
