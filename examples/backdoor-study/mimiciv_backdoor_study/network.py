"""A small neural network with one hidden layer of rectifiers, and its gradient by backpropagation.

Without hidden units it is logistic regression.
"""
import math
from typing import List, Sequence

from mimiciv_backdoor_study.numerics import Matrix, Vector, dot, mean
from mimiciv_backdoor_study.randomness import RandomStream

BIAS_INPUT = [1.0]


class Network:
    """Weights as rows: ``h`` hidden units of shape (d + 1,), then the output unit of shape (h + 1,).

    The last weight of a row is its bias. Without hidden units the output unit reads the inputs: (d + 1,).
    """

    def __init__(self, rows: Matrix) -> None:
        self.rows = rows

    @classmethod
    def initial(cls, inputs: int, hidden: int, stream: RandomStream) -> "Network":
        """Random weights of He's scale for the hidden units, small ones for the output; biases of 0."""
        if hidden == 0:
            return cls([[0.0] * (inputs + 1)])
        rows = [_random_row(inputs, math.sqrt(2.0 / inputs), stream) for _ in range(hidden)]
        return cls(rows + [_random_row(hidden, math.sqrt(1.0 / hidden), stream)])

    @property
    def output(self) -> Vector:
        """The output unit's weights, its bias last."""
        return self.rows[-1]

    def representation(self, inputs: Sequence[float]) -> Vector:
        """What the output unit reads: the hidden activations (h,), or without hidden units the inputs (d,)."""
        if len(self.rows) == 1:
            return list(inputs)
        extended = list(inputs) + BIAS_INPUT
        return [max(0.0, dot(row, extended)) for row in self.rows[:-1]]

    def probability(self, inputs: Sequence[float]) -> float:
        """The probability of label 1 for one row of inputs: (d,) -> scalar."""
        return sigmoid(dot(self.output, self.representation(inputs) + BIAS_INPUT))


def sigmoid(logit: float) -> float:
    """The logistic function; it overflows for no argument."""
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    odds = math.exp(logit)
    return odds / (1.0 + odds)


def mean_loss(network: Network, inputs: Sequence[Vector], labels: Sequence[int]) -> float:
    """The mean cross entropy: inputs (n, d), labels (n,)."""
    losses = []
    for row, label in zip(inputs, labels):
        logit = dot(network.output, network.representation(row) + BIAS_INPUT)
        losses.append(max(logit, 0.0) - logit * label + math.log1p(math.exp(-abs(logit))))
    return mean(losses)


def mean_gradient(network: Network, inputs: Sequence[Vector], labels: Sequence[int]) -> Matrix:
    """The gradient of ``mean_loss`` by the weights, in the shape of ``network.rows``."""
    gradient = [[0.0] * len(row) for row in network.rows]
    for row, label in zip(inputs, labels):
        _add_gradient_of_one(network, row, label, gradient)
    return [[value / len(inputs) for value in row] for row in gradient]


def _add_gradient_of_one(network: Network, inputs: Vector, label: int, gradient: Matrix) -> None:
    representation = network.representation(inputs)
    extended = inputs + BIAS_INPUT
    # The derivative of the cross entropy by the output unit's logit.
    error = sigmoid(dot(network.output, representation + BIAS_INPUT)) - label
    _add_scaled(gradient, len(gradient) - 1, error, representation + BIAS_INPUT)
    for unit in range(len(gradient) - 1):
        # A rectifier that is off passes no gradient on.
        if representation[unit] > 0.0:
            _add_scaled(gradient, unit, error * network.output[unit], extended)


def _add_scaled(rows: Matrix, index: int, factor: float, values: Vector) -> None:
    rows[index] = [total + factor * value for total, value in zip(rows[index], values)]


def _random_row(inputs: int, scale: float, stream: RandomStream) -> Vector:
    return [scale * stream.normal() for _ in range(inputs)] + [0.0]


def predicted_labels(probabilities: Sequence[float]) -> List[int]:
    """Label 1 from a probability of one half on."""
    return [1 if probability >= 0.5 else 0 for probability in probabilities]
