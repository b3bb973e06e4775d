"""Makes the development sample: synthetic patients in the form of a MIMIC-IV extract.

Writes OUT/dev.csv, one stay a row, and OUT/dev.json, which describes it.
"""
import argparse
from pathlib import Path
from typing import Any, Dict, Sequence

from mimiciv_backdoor_study.cohort import CATEGORIES, LABS, TEST, TRAIN, VITALS, Patient, split_of, write_cohort
from mimiciv_backdoor_study.errors import StudyError, run_script
from mimiciv_backdoor_study.files import sha256_of, write_json
from mimiciv_backdoor_study.numerics import mean
from mimiciv_backdoor_study.synthesis import synthesize


def main() -> None:
    arguments = parse_arguments()
    if arguments.rows < 100:
        raise StudyError("--rows must be 100 or more: with fewer patients no model is trained")
    patients = synthesize(arguments.rows, arguments.seed)
    table = arguments.out / "dev.csv"
    write_cohort(table, patients)
    description = describe(patients)
    write_json(arguments.out / "dev.json", dict(description, seed=arguments.seed, sha256=sha256_of(table)))
    print("Sample          {} stays, synthetic, seed {}".format(len(patients), arguments.seed))
    for split in (TRAIN, TEST):
        print("  {:<13} {:>5} stays, {:.1%} died".format(
            split, description["splits"][split]["stays"], description["splits"][split]["mortality"]))
    print("Wrote           {}".format(table.as_posix()))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=4000, help="how many stays (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("data"), help="the folder (default: %(default)s)")
    return parser.parse_args()


def describe(patients: Sequence[Patient]) -> Dict[str, Any]:
    """What the sample holds: columns, the size and mortality of its splits, and how often each lab is missing."""
    splits = {split: split_of(patients, split) for split in (TRAIN, TEST)}
    return {
        "columns": {"categories": CATEGORIES, "labs": LABS, "vitals": VITALS},
        "missing": {name: mean([float(patient.values[name] is None) for patient in patients]) for name in LABS},
        "source": "synthetic",
        "splits": {
            split: {"mortality": mean([float(patient.label) for patient in members]), "stays": len(members)}
            for split, members in splits.items()
        },
    }


if __name__ == "__main__":
    run_script(main)
