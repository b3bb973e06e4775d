"""Mini-batch gradient descent with momentum."""
from typing import List, NamedTuple, Sequence, Tuple

from mimiciv_backdoor_study.cohort import Patient
from mimiciv_backdoor_study.features import Encoder
from mimiciv_backdoor_study.network import Network, mean_gradient, mean_loss
from mimiciv_backdoor_study.numerics import Matrix, Vector
from mimiciv_backdoor_study.randomness import RandomStream


class Settings(NamedTuple):
    """How a network is trained. ``hidden`` is 0 for logistic regression."""

    epochs: int
    hidden: int
    seed: int
    batch: int = 16
    learning_rate: float = 0.05
    momentum: float = 0.9
    decay: float = 1e-4


class Classifier(NamedTuple):
    """An encoder and the network that reads what it encodes."""

    encoder: Encoder
    network: Network

    def probabilities(self, patients: Sequence[Patient]) -> Vector:
        """The probability of death of each patient: (n,)."""
        return [self.network.probability(row) for row in self.encoder.encode_all(patients)]

    def representations(self, patients: Sequence[Patient]) -> Matrix:
        """What the network's last unit reads, a row for each patient: (n, h)."""
        return [self.network.representation(row) for row in self.encoder.encode_all(patients)]


def train(patients: Sequence[Patient], settings: Settings) -> Tuple[Classifier, List[float]]:
    """Trains a classifier; returns it with the mean loss on the training patients after each epoch."""
    encoder = Encoder.fit(patients)
    inputs = encoder.encode_all(patients)
    labels = [patient.label for patient in patients]
    network = Network.initial(len(inputs[0]), settings.hidden, RandomStream(settings.seed, "weights"))
    order = RandomStream(settings.seed, "order")
    velocity = [[0.0] * len(row) for row in network.rows]
    losses = []
    for _ in range(settings.epochs):
        _descend(network, velocity, inputs, labels, order.shuffled(range(len(inputs))), settings)
        losses.append(mean_loss(network, inputs, labels))
    return Classifier(encoder, network), losses


def _descend(network: Network, velocity: Matrix, inputs: Sequence[Vector], labels: Sequence[int],
             order: Sequence[int], settings: Settings) -> None:
    """One epoch: every batch, in the order given, moves the weights once."""
    for start in range(0, len(order), settings.batch):
        batch = order[start:start + settings.batch]
        gradient = mean_gradient(network, [inputs[i] for i in batch], [labels[i] for i in batch])
        for index, weights in enumerate(network.rows):
            velocity[index] = [
                settings.momentum * speed + slope + settings.decay * weight
                for speed, slope, weight in zip(velocity[index], gradient[index], weights)]
            network.rows[index] = [
                weight - settings.learning_rate * speed for weight, speed in zip(weights, velocity[index])]
