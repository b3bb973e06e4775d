"""The run directory: what ``train.py`` leaves for ``eval.py`` and ``detect.py``.

    config.json     what was asked for, and the digest of the cohort
    model.json      the classifier trained on the poisoned patients
    baseline.json   the same, trained on the patients as they were
    poison.json     the poisoned stays: the truth, for judging a defence
    training.json   the loss after each epoch
"""
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

from mimiciv_backdoor_study.cohort import Patient, read_cohort
from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.features import Encoder
from mimiciv_backdoor_study.files import read_json, sha256_of, write_json
from mimiciv_backdoor_study.network import Network
from mimiciv_backdoor_study.training import Classifier

HINT = "make it with mimiciv_backdoor_study/train.py"


class Config(NamedTuple):
    """The settings of one experiment. A ``poison_rate`` of 0 is an experiment without an attack."""

    model: str
    hidden_units: int
    epochs: int
    trigger: str
    poison_rate: float
    target_label: int
    seed: int
    data_sha256: str


class Experiment(NamedTuple):
    """A run directory as it was read. ``victims`` are the stay ids of the poisoned patients, sorted."""

    config: Config
    model: Classifier
    baseline: Classifier
    victims: List[int]


def write_experiment(folder: Path, experiment: Experiment, losses: Dict[str, Sequence[float]]) -> None:
    """Writes the run directory's files."""
    write_json(folder / "config.json", experiment.config._asdict())
    write_json(folder / "model.json", _classifier_document(experiment.model))
    write_json(folder / "baseline.json", _classifier_document(experiment.baseline))
    write_json(folder / "poison.json", {"stay_ids": experiment.victims})
    write_json(folder / "training.json", {"loss": losses})


def read_experiment(folder: Path) -> Experiment:
    """Reads the run directory's files."""
    config = read_json(folder / "config.json", HINT)
    model = read_json(folder / "model.json", HINT)
    baseline = read_json(folder / "baseline.json", HINT)
    poison = read_json(folder / "poison.json", HINT)
    try:
        return Experiment(
            Config(**config), _classifier_of(model), _classifier_of(baseline), poison["stay_ids"])
    except (KeyError, TypeError) as error:
        raise StudyError("{} holds no run of this study ({}); {}".format(folder, error, HINT)) from error


def read_same_cohort(path: Path, config: Config) -> List[Patient]:
    """Reads the cohort, which must be the one that the experiment was trained on, byte for byte."""
    patients = read_cohort(path)
    if sha256_of(path) != config.data_sha256:
        raise StudyError("{} is not the cohort that the run was trained on; train again".format(path))
    return patients


def _classifier_document(classifier: Classifier) -> Dict[str, Any]:
    return {"encoder": classifier.encoder.to_document(), "rows": classifier.network.rows}


def _classifier_of(document: Dict[str, Any]) -> Classifier:
    return Classifier(Encoder.from_document(document["encoder"]), Network(document["rows"]))
