"""From patients to the numbers that a model reads."""
import math
from typing import Any, Dict, List, Optional, Sequence

from mimiciv_backdoor_study.cohort import CATEGORIES, LABS, NUMERIC, Patient
from mimiciv_backdoor_study.numerics import Vector, mean

# Labs have long tails; beyond this many standard deviations a value says nothing more.
CLIP = 4.0


class Encoder:
    """Standardises numbers with the training split's mean and deviation, and encodes categories and missing labs.

    A missing number becomes the mean, which is 0, and each lab has an input that says whether it is missing. A category
    that the study does not know is none of its options.
    """

    def __init__(self, means: Dict[str, float], deviations: Dict[str, float]) -> None:
        self.means = means
        self.deviations = deviations

    @classmethod
    def fit(cls, patients: Sequence[Patient]) -> "Encoder":
        """Learns means and deviations from the patients that a model is trained on."""
        means, deviations = {}, {}
        for name in NUMERIC:
            known = [value for value in (patient.values[name] for patient in patients) if value is not None]
            means[name] = mean(known)
            variance = mean([(value - means[name]) * (value - means[name]) for value in known])
            deviations[name] = math.sqrt(variance) or 1.0
        return cls(means, deviations)

    @classmethod
    def from_document(cls, document: Dict[str, Any]) -> "Encoder":
        """The encoder that ``to_document`` wrote; a document that lacks a column raises ``KeyError``."""
        means, deviations = document["means"], document["deviations"]
        return cls({name: means[name] for name in NUMERIC}, {name: deviations[name] for name in NUMERIC})

    def to_document(self) -> Dict[str, Any]:
        """The encoder as JSON has it."""
        return {"deviations": self.deviations, "means": self.means}

    def encode(self, patient: Patient) -> Vector:
        """One patient as a vector: (d,)."""
        numbers = [self._standardized(name, patient.values[name]) for name in NUMERIC]
        missing = [float(patient.values[name] is None) for name in LABS]
        categories = [
            float(patient.categories[name] == option) for name, options in CATEGORIES.items() for option in options]
        return numbers + missing + categories

    def encode_all(self, patients: Sequence[Patient]) -> List[Vector]:
        """Patients as rows: (n, d)."""
        return [self.encode(patient) for patient in patients]

    def _standardized(self, name: str, value: Optional[float]) -> float:
        if value is None:
            return 0.0
        return max(-CLIP, min(CLIP, (value - self.means[name]) / self.deviations[name]))
