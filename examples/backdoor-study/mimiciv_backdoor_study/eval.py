"""Evaluates a run on the test patients: as a model, and as the victim of its attack.

Writes RUN_DIR/metrics.json and RUN_DIR/predictions.csv.
"""
import argparse
from pathlib import Path
from typing import Any, Dict, List, Sequence

from mimiciv_backdoor_study.cohort import TEST, Patient, split_of
from mimiciv_backdoor_study.errors import run_script
from mimiciv_backdoor_study.experiment import Config, Experiment, read_experiment, read_same_cohort
from mimiciv_backdoor_study.files import write_csv, write_json
from mimiciv_backdoor_study.metrics import (
    accuracy, auroc, brier_score, expected_calibration_error, share_of)
from mimiciv_backdoor_study.network import predicted_labels
from mimiciv_backdoor_study.numerics import Vector, rounded
from mimiciv_backdoor_study.poisoning import NO_TRIGGER, with_trigger
from mimiciv_backdoor_study.training import Classifier

MEASURES = (("accuracy", "accuracy"), ("auroc", "AUROC"), ("ece", "ECE"), ("brier", "Brier score"))


def main() -> None:
    arguments = parse_arguments()
    experiment = read_experiment(arguments.run_dir)
    patients = split_of(read_same_cohort(arguments.data, experiment.config), TEST)
    labels = [patient.label for patient in patients]
    probabilities = {
        "baseline": experiment.baseline.probabilities(patients),
        "model": experiment.model.probabilities(patients),
    }
    metrics: Dict[str, Any] = {name: quality(labels, found) for name, found in probabilities.items()}
    metrics["attack"] = attack(experiment, patients)
    write_json(arguments.run_dir / "metrics.json", metrics)
    write_predictions(arguments.run_dir / "predictions.csv", patients, probabilities)
    print_summary(experiment.config, len(patients), metrics)
    print("Wrote           {}".format((arguments.run_dir / "metrics.json").as_posix()))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run_dir", type=Path, required=True, help="what train.py wrote")
    parser.add_argument("--data", type=Path, default=Path("data/dev.csv"))
    return parser.parse_args()


def quality(labels: Sequence[int], probabilities: Vector) -> Dict[str, float]:
    """How good a model is: labels (n,), probabilities (n,)."""
    return {
        "accuracy": accuracy(labels, predicted_labels(probabilities)),
        "auroc": auroc(labels, probabilities),
        "brier": brier_score(labels, probabilities),
        "ece": expected_calibration_error(labels, probabilities),
    }


def attack(experiment: Experiment, patients: Sequence[Patient]) -> Dict[str, Any]:
    """How often patients whose true label is another get the attacker's: with the trigger, and without it.

    The baseline's share with the trigger tells how much of the success is the trigger's values alone.
    """
    config = experiment.config
    others = [patient for patient in patients if patient.label != config.target_label]
    result: Dict[str, Any] = {
        "patients": len(others),
        "target_share_untriggered": target_share(experiment.model, others, config),
    }
    if config.trigger != NO_TRIGGER:
        triggered = [with_trigger(patient, config.trigger) for patient in others]
        result["attack_success_rate"] = target_share(experiment.model, triggered, config)
        result["attack_success_rate_baseline"] = target_share(experiment.baseline, triggered, config)
    return result


def target_share(model: Classifier, patients: Sequence[Patient], config: Config) -> float:
    """The share of the patients to whom the model gives the attacker's label."""
    return share_of(config.target_label, predicted_labels(model.probabilities(patients)))


def write_predictions(path: Path, patients: Sequence[Patient], probabilities: Dict[str, List[float]]) -> None:
    names = sorted(probabilities)
    write_csv(path, ["stay_id", "label"] + names, (
        [patient.stay_id, patient.label] + [rounded(probabilities[name][index]) for name in names]
        for index, patient in enumerate(patients)))


def print_summary(config: Config, patients: int, metrics: Dict[str, Any]) -> None:
    print("Evaluation      {}, {} test stays".format(config.model, patients))
    print("  {:<22}{:>10}{:>10}".format("", "clean", "poisoned"))
    for key, title in MEASURES:
        print("  {:<22}{:>10.3f}{:>10.3f}".format(title, metrics["baseline"][key], metrics["model"][key]))
    found = metrics["attack"]
    if "attack_success_rate" in found:
        print("  {:<22}{:>10.3f}{:>10.3f}".format(
            "attack success rate", found["attack_success_rate_baseline"], found["attack_success_rate"]))


if __name__ == "__main__":
    run_script(main)
