"""The results of a chart: observations and the components of panels, with what each says and when it was."""

from dataclasses import dataclass

from tests.differential import codes
from tests.differential.plain.chart import Chart, Json, coded, moment, texts, word
from tests.differential.plain.days import Span, period, span

COUNTED = ("final", "amended", "corrected", "preliminary")
RESULTS = ("laboratory", "vitals", "scores")


@dataclass
class Result:
    """One result."""

    names: frozenset[str]
    when: Span | None
    said: Json
    """The Observation, or the component of one, that holds the value."""

    @property
    def quantity(self) -> Json | None:
        if "valueInteger" in self.said:
            return {"value": self.said["valueInteger"]}
        return self.said.get("valueQuantity")

    @property
    def text(self) -> str | None:
        return self.said.get("valueString")

    @property
    def flags(self) -> list[str]:
        """The codes of its interpretation."""
        return [
            coding["code"] for concept in self.said.get("interpretation", []) for coding in concept.get("coding", [])
        ]


def results(chart: Chart, name: str) -> list[Result]:
    """The counting results of a block and of those that it holds, without those of the future."""
    return [each for each in _all(chart) if name in each.names and not _ahead(each, chart)]


def _ahead(result: Result, chart: Chart) -> bool:
    return result.when is not None and result.when.first > chart.today


def _all(chart: Chart) -> list[Result]:
    if "results" not in chart.memory:
        chart.memory["results"] = [
            result
            for observation in chart.of_type("Observation")
            if word(observation.get("status")) in COUNTED
            for result in _of_observation(observation)
        ]
    found: list[Result] = chart.memory["results"]
    return found


def _of_observation(observation: Json) -> list[Result]:
    limits = observation.get("effectivePeriod", {})
    when = period(span(limits.get("start")), span(limits.get("end"))) if limits else moment(observation, "effective")
    parts = [observation, *observation.get("component", [])]
    return [Result(_names(part["code"]), when, part) for part in parts if _has_value(part)]


def _has_value(part: Json) -> bool:
    return any(key.startswith("value") for key in part) or bool(part.get("interpretation"))


def _names(concept: Json) -> frozenset[str]:
    by_code = frozenset[str]().union(*(codes.named_by(*pair) for pair in coded(concept)))
    by_text = frozenset[str]().union(*(codes.named_by_text(text, ("scores",)) for text in texts(concept)))
    return frozenset(name for name in by_code | by_text if codes.blocks()[name]["kind"] in RESULTS)
