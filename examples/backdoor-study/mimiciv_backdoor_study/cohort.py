"""Patients of an intensive care unit: the columns that the study uses, and their file.

The columns carry the names that MIMIC-IV's derived tables have, so that a real extract with the same header takes the
place of the sample.
"""
import csv
import math
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.files import write_csv

VITALS = ("age", "heart_rate", "mbp", "resp_rate", "temperature", "spo2", "gcs")
LABS = ("creatinine", "bun", "lactate", "wbc", "platelet", "sodium", "potassium", "glucose")
NUMERIC = VITALS + LABS
CATEGORIES: Dict[str, Tuple[str, ...]] = {
    "gender": ("F", "M"),
    "admission_type": ("ELECTIVE", "EMERGENCY", "URGENT"),
}
LABEL = "hospital_expire_flag"
HEADER = ("subject_id", "stay_id", "split") + tuple(CATEGORIES) + NUMERIC + (LABEL,)
TRAIN, TEST = "train", "test"


class Patient(NamedTuple):
    """One stay. A lab that was not taken has the value ``None``; the label is 1 for a death in hospital."""

    subject_id: int
    stay_id: int
    split: str
    categories: Dict[str, str]
    values: Dict[str, Optional[float]]
    label: int


def write_cohort(path: Path, patients: Sequence[Patient]) -> None:
    """Writes the patients as CSV, in their order."""
    write_csv(path, HEADER, (_cells(patient) for patient in patients))


def read_cohort(path: Path) -> List[Patient]:
    """Reads the patients in the file's order; an unknown header or a bad cell is an error that names its line."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in HEADER if name not in (reader.fieldnames or ())]
            if missing:
                raise StudyError("{} has no column {}".format(path, missing[0]))
            return [_patient(path, reader.line_num, row) for row in reader]
    except OSError as error:
        raise StudyError(
            "cannot read {}: {}; make a sample with mimiciv_backdoor_study/scripts/02_sample_dev.py".format(
                path, error.strerror)) from error
    except UnicodeDecodeError as error:
        raise StudyError("{} is not UTF-8 text".format(path)) from error


def split_of(patients: Sequence[Patient], split: str) -> List[Patient]:
    """The patients of one split, in their order; none is an error."""
    found = [patient for patient in patients if patient.split == split]
    if not found:
        raise StudyError("the cohort has no patients in its split '{}'".format(split))
    return found


def _cells(patient: Patient) -> List[Any]:
    return ([patient.subject_id, patient.stay_id, patient.split]
            + [patient.categories[name] for name in CATEGORIES]
            + [_plain(patient.values[name]) for name in NUMERIC]
            + [patient.label])


def _plain(value: Optional[float]) -> Optional[float]:
    return int(value) if value is not None and value.is_integer() else value


def _patient(path: Path, line: int, row: Dict[str, str]) -> Patient:
    try:
        return Patient(
            subject_id=int(row["subject_id"]),
            stay_id=int(row["stay_id"]),
            split=row["split"],
            categories={name: row[name] for name in CATEGORIES},
            values={name: _number(name, row[name]) for name in NUMERIC},
            label=_label(row[LABEL]))
    except (TypeError, ValueError) as error:
        raise StudyError("{}, line {}: {}".format(path, line, error)) from error


def _number(name: str, text: str) -> Optional[float]:
    value = float(text) if text else None
    if value is None and name not in LABS:
        raise ValueError("{} is empty".format(name))
    if value is not None and not math.isfinite(value):
        raise ValueError("{} must be a number, not {!r}".format(name, text))
    return value


def _label(text: str) -> int:
    if text not in ("0", "1"):
        raise ValueError("{} must be 0 or 1, not {!r}".format(LABEL, text))
    return int(text)
