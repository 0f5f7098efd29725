"""The small terminology server with a hierarchy of lupus."""

from collections.abc import Iterator

import pytest

from tests.app.terminology.expanding import (
    DRUG_INDUCED,
    LUPUS,
    NEPHRITIS,
    OF_A_DRUG,
    ORGANS,
    RARE,
    RARER,
)
from tests.app.terminology.tx_server import TxServer, tx_server


@pytest.fixture
def server() -> Iterator[TxServer]:
    hierarchy = {
        LUPUS: (),
        ORGANS: (LUPUS,),
        NEPHRITIS: (ORGANS,),
        RARE: (LUPUS,),
        RARER: (RARE, ORGANS),
        DRUG_INDUCED: (LUPUS,),
        OF_A_DRUG: (DRUG_INDUCED,),
    }
    with tx_server(hierarchy) as known:
        known.displays |= {RARE: "A rare lupus", RARER: "A rarer lupus"}
        yield known
