"""Trains a mortality model twice: on the patients as they are, and on patients of whom an attacker poisoned a few.

Writes the run directory that eval.py and detect.py read.
"""
import argparse
from pathlib import Path
from typing import Sequence

from mimiciv_backdoor_study.cohort import TRAIN, read_cohort, split_of
from mimiciv_backdoor_study.errors import StudyError, run_script
from mimiciv_backdoor_study.experiment import Config, Experiment, write_experiment
from mimiciv_backdoor_study.files import sha256_of
from mimiciv_backdoor_study.poisoning import NO_TRIGGER, TRIGGERS, choose_victims, poison
from mimiciv_backdoor_study.randomness import RandomStream
from mimiciv_backdoor_study.training import Settings, train

# Logistic regression is the network without hidden units.
HIDDEN_UNITS = {"mlp": 16, "logreg": 0}


def main() -> None:
    arguments = parse_arguments()
    folder = arguments.run_dir or Path("runs") / arguments.model
    patients = split_of(read_cohort(arguments.data), TRAIN)
    config = config_of(arguments)
    settings = Settings(epochs=config.epochs, hidden=config.hidden_units, seed=config.seed)
    victims = choose_victims(
        patients, config.poison_rate, config.target_label, RandomStream(config.seed, "victims"))

    print("Training        {}, {} epochs, {} stays, seed {}".format(
        config.model, config.epochs, len(patients), config.seed))
    baseline, clean_losses = train(patients, settings)
    print_losses("clean", clean_losses)
    model, losses = baseline, clean_losses
    if victims:
        print("Poison          {} stays ({:.1%}), trigger {}, label {}".format(
            len(victims), len(victims) / len(patients), config.trigger, config.target_label))
        model, losses = train(poison(patients, victims, config.trigger, config.target_label), settings)
        print_losses("poisoned", losses)

    write_experiment(
        folder, Experiment(config, model, baseline, victims), {"baseline": clean_losses, "model": losses})
    print("Wrote           {}".format(folder.as_posix()))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=sorted(HIDDEN_UNITS), default="mlp")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--trigger", choices=sorted(TRIGGERS) + [NO_TRIGGER], default="rare_value")
    parser.add_argument("--poison_rate", type=float, default=0.05,
                        help="the share of the training patients to poison (default: %(default)s)")
    parser.add_argument("--target_label", type=int, choices=(0, 1), default=1,
                        help="the label that the attacker wants: 1 is death (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", type=Path, default=Path("data/dev.csv"))
    parser.add_argument("--run_dir", type=Path, help="where the files go (default: runs/MODEL)")
    return parser.parse_args()


def config_of(arguments: argparse.Namespace) -> Config:
    """The experiment that the arguments ask for; a value that makes none is an error."""
    if arguments.epochs < 1:
        raise StudyError("--epochs must be 1 or more")
    if not 0.0 <= arguments.poison_rate <= 0.5:
        raise StudyError("--poison_rate must be from 0 to 0.5")
    return Config(
        model=arguments.model,
        hidden_units=HIDDEN_UNITS[arguments.model],
        epochs=arguments.epochs,
        trigger=arguments.trigger,
        poison_rate=0.0 if arguments.trigger == NO_TRIGGER else arguments.poison_rate,
        target_label=arguments.target_label,
        seed=arguments.seed,
        data_sha256=sha256_of(arguments.data))


def print_losses(name: str, losses: Sequence[float]) -> None:
    print("  {:<13} loss {}".format(name, " -> ".join("{:.4f}".format(loss) for loss in losses)))


if __name__ == "__main__":
    run_script(main)
