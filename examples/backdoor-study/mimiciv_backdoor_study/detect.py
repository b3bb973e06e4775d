"""Looks for poisoned patients in a run's training set, without knowing which they are, and judges what was found.

Writes RUN_DIR/detection_METHOD.json.
"""
import argparse
from pathlib import Path
from typing import Any, Collection, Dict, List, Optional, Sequence

from mimiciv_backdoor_study.cohort import TRAIN, Patient, split_of
from mimiciv_backdoor_study.defences import ClassFinding, activation_clustering, spectral_signatures
from mimiciv_backdoor_study.errors import StudyError, run_script
from mimiciv_backdoor_study.experiment import Experiment, read_experiment, read_same_cohort
from mimiciv_backdoor_study.files import write_json
from mimiciv_backdoor_study.poisoning import poison

ACTIVATION_CLUSTERING, SPECTRAL = "activation_clustering", "spectral"
VERDICTS = {True: "SUSPICIOUS", False: "clean", None: "undecided"}


def main() -> None:
    arguments = parse_arguments()
    if not 0.0 < arguments.expected_rate <= 0.5:
        raise StudyError("--expected_rate must be above 0, and 0.5 at most")
    experiment = read_experiment(arguments.run_dir)
    patients = training_set(experiment, split_of(read_same_cohort(arguments.data, experiment.config), TRAIN))
    if arguments.method == ACTIVATION_CLUSTERING:
        findings = activation_clustering(experiment.model, patients, experiment.config.seed)
    else:
        findings = spectral_signatures(experiment.model, patients, arguments.expected_rate)
    judgement = judge(findings, experiment.victims)
    path = arguments.run_dir / "detection_{}.json".format(arguments.method)
    write_json(path, {
        "classes": [finding._asdict() for finding in findings], "judgement": judgement, "method": arguments.method})
    print_summary(arguments.method, findings, judgement)
    print("Wrote           {}".format(path.as_posix()))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run_dir", type=Path, required=True, help="what train.py wrote")
    parser.add_argument("--method", choices=(ACTIVATION_CLUSTERING, SPECTRAL), default=ACTIVATION_CLUSTERING)
    parser.add_argument("--expected_rate", type=float, default=0.05,
                        help="spectral: the share of poisoned patients to expect at most (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=Path("data/dev.csv"))
    return parser.parse_args()


def training_set(experiment: Experiment, patients: Sequence[Patient]) -> List[Patient]:
    """The training patients as the model saw them, with the poison in."""
    if not experiment.victims:
        return list(patients)
    return poison(patients, experiment.victims, experiment.config.trigger, experiment.config.target_label)


def judge(findings: Sequence[ClassFinding], victims: Collection[int]) -> Dict[str, Any]:
    """Compares the flagged patients with the poisoned ones; a share of nothing is ``None``."""
    flagged = {stay for finding in findings for stay in finding.flagged}
    found = len(flagged.intersection(victims))
    return {
        "flagged": len(flagged),
        "found": found,
        "poisoned": len(victims),
        "precision": found / len(flagged) if flagged else None,
        "recall": found / len(victims) if victims else None,
    }


def print_summary(method: str, findings: Sequence[ClassFinding], judgement: Dict[str, Any]) -> None:
    print("Detection       {}".format(method))
    for finding in findings:
        print("  {:<13} {:<10} {:>5} stays, {}".format(
            "label {}".format(finding.label), VERDICTS[finding.is_suspicious], finding.patients,
            ", ".join("{} {:.3f}".format(name, finding.figures[name]) for name in sorted(finding.figures))))
    print("  flagged       {}, of which {} of {} poisoned: precision {}, recall {}".format(
        judgement["flagged"], judgement["found"], judgement["poisoned"],
        text_of(judgement["precision"]), text_of(judgement["recall"])))


def text_of(share: Optional[float]) -> str:
    return "-" if share is None else "{:.3f}".format(share)


if __name__ == "__main__":
    run_script(main)
