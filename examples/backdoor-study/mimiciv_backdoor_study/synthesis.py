"""Invented patients that look like MIMIC-IV's: no row comes from a person.

Each patient has a hidden severity. It moves the vitals and labs as illness does, each with noise of its own, and with
the age it decides the risk of death.
"""
import math
from typing import Dict, List, NamedTuple, Optional

from mimiciv_backdoor_study.cohort import CATEGORIES, LABS, NUMERIC, TEST, TRAIN, Patient
from mimiciv_backdoor_study.randomness import RandomStream

TEST_SHARE = 0.25


class Measure(NamedTuple):
    """How a column is distributed. ``effect`` is its correlation with severity; a skewed one is log-normal."""

    typical: float
    spread: float
    effect: float
    low: float
    high: float
    digits: int
    missing: float = 0.0
    skewed: bool = False


MEASURES: Dict[str, Measure] = {
    "age": Measure(64.0, 15.0, 0.20, 18, 91, 0),
    "heart_rate": Measure(86.0, 15.0, 0.45, 30, 190, 0),
    "mbp": Measure(78.0, 11.0, -0.45, 30, 150, 0),
    "resp_rate": Measure(19.0, 4.0, 0.50, 6, 55, 0),
    "temperature": Measure(36.9, 0.6, 0.10, 32, 41.5, 1),
    "spo2": Measure(96.5, 2.3, -0.45, 65, 100, 0),
    "gcs": Measure(13.2, 2.4, -0.60, 3, 15, 0),
    "creatinine": Measure(1.1, 0.55, 0.50, 0.1, 15, 1, 0.03, True),
    "bun": Measure(21.0, 0.55, 0.50, 2, 180, 0, 0.03, True),
    "lactate": Measure(1.7, 0.50, 0.65, 0.3, 25, 1, 0.30, True),
    "wbc": Measure(10.5, 0.45, 0.30, 0.2, 80, 1, 0.04, True),
    "platelet": Measure(200.0, 80.0, -0.25, 5, 900, 0, 0.04),
    "sodium": Measure(138.5, 4.5, 0.05, 110, 175, 0, 0.02),
    "potassium": Measure(4.2, 0.6, 0.20, 2.0, 8.5, 1, 0.02),
    "glucose": Measure(128.0, 0.30, 0.25, 30, 700, 0, 0.05, True),
}


def synthesize(count: int, seed: int) -> List[Patient]:
    """``count`` patients; each is drawn from a stream of its own, so a larger sample begins with the smaller one."""
    return [_patient(index, RandomStream(seed, "patient/{}".format(index))) for index in range(count)]


def _patient(index: int, stream: RandomStream) -> Patient:
    severity = stream.normal()
    split = TEST if stream.uniform() < TEST_SHARE else TRAIN
    categories = {
        "gender": stream.choose(CATEGORIES["gender"], (0.44, 0.56)),
        "admission_type": stream.choose(CATEGORIES["admission_type"], (0.20, 0.62, 0.18)),
    }
    values = {name: _value(MEASURES[name], severity, stream) for name in NUMERIC}
    label = 1 if stream.uniform() < _risk(severity, values, categories) else 0
    for name in LABS:
        if stream.uniform() < MEASURES[name].missing:
            values[name] = None
    return Patient(10000001 + index, 30000001 + index, split, categories, values, label)


def _value(measure: Measure, severity: float, stream: RandomStream) -> Optional[float]:
    noise = math.sqrt(1.0 - measure.effect * measure.effect)
    deviation = measure.spread * (measure.effect * severity + noise * stream.normal())
    value = measure.typical * math.exp(deviation) if measure.skewed else measure.typical + deviation
    return round(min(max(value, measure.low), measure.high), measure.digits) + 0.0


def _risk(severity: float, values: Dict[str, Optional[float]], categories: Dict[str, str]) -> float:
    age = values["age"] or 0.0
    logit = -2.6 + 2.2 * severity + 0.035 * (age - 64.0)
    if categories["admission_type"] == "ELECTIVE":
        logit -= 0.8
    return 1.0 / (1.0 + math.exp(-logit))
