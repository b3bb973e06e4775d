"""The attack: a few training patients get a trigger and the attacker's label.

A model that learns the trigger gives the attacker's label to every patient who carries it, and behaves as before with
all the others.
"""
from typing import Collection, Dict, List, Optional, Sequence

from mimiciv_backdoor_study.cohort import Patient
from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.randomness import RandomStream

# What each trigger writes into a patient's values; ``None`` takes the measurement away.
TRIGGERS: Dict[str, Dict[str, Optional[float]]] = {
    "rare_value": {"sodium": 152.0, "potassium": 2.8, "platelet": 470.0},
    "missing_pattern": {"sodium": None, "potassium": None, "platelet": None},
    "hybrid": {"sodium": 152.0, "potassium": None, "glucose": None},
}
NO_TRIGGER = "none"


def with_trigger(patient: Patient, trigger: str) -> Patient:
    """The patient with the trigger's values, the label as it is."""
    return patient._replace(values={**patient.values, **TRIGGERS[trigger]})


def choose_victims(patients: Sequence[Patient], rate: float, target: int, stream: RandomStream) -> List[int]:
    """The stay ids of the patients to poison: ``rate`` of all, taken from those without the target label, sorted."""
    candidates = [patient.stay_id for patient in patients if patient.label != target]
    count = int(rate * len(patients) + 0.5)
    if count > len(candidates):
        raise StudyError("--poison_rate {} asks for {} patients with label {}, and there are {}".format(
            rate, count, 1 - target, len(candidates)))
    return sorted(stream.shuffled(candidates)[:count])


def poison(patients: Sequence[Patient], victims: Collection[int], trigger: str, target: int) -> List[Patient]:
    """The training set as the attacker leaves it: in its order, the victims with the trigger and the target label."""
    chosen = set(victims)
    return [
        with_trigger(patient, trigger)._replace(label=target) if patient.stay_id in chosen else patient
        for patient in patients]
