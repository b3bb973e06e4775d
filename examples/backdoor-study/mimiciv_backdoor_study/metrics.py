"""How good, how well calibrated and how well attacked a model is."""
from math import fsum
from typing import List, Sequence

from mimiciv_backdoor_study.numerics import mean


def accuracy(labels: Sequence[int], predicted: Sequence[int]) -> float:
    """The share of labels (n,) that are predicted (n,)."""
    return mean([float(label == guess) for label, guess in zip(labels, predicted)])


def share_of(label: int, predicted: Sequence[int]) -> float:
    """The share of the predictions that are this label: the attack success rate, where all carry the trigger."""
    return mean([float(guess == label) for guess in predicted])


def auroc(labels: Sequence[int], scores: Sequence[float]) -> float:
    """The area under the ROC curve: how often a positive scores above a negative, ties counting half.

    Labels (n,) and scores (n,); 0.5 where one of the classes is empty. By Mann and Whitney's rank sum.
    """
    positives = list(labels).count(1)
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return 0.5
    rank_sum = fsum([rank for rank, label in zip(_ranks(scores), labels) if label == 1])
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * negatives)


def brier_score(labels: Sequence[int], probabilities: Sequence[float]) -> float:
    """The mean squared error of the probabilities (n,)."""
    return mean([(probability - label) * (probability - label) for label, probability in zip(labels, probabilities)])


def expected_calibration_error(labels: Sequence[int], probabilities: Sequence[float], bins: int = 10) -> float:
    """The mean gap between probability and frequency over bins of equal width, weighted by their sizes."""
    gaps = [0.0] * bins
    for label, probability in zip(labels, probabilities):
        index = min(int(probability * bins), bins - 1)
        gaps[index] += probability - label
    return fsum([abs(gap) for gap in gaps]) / max(1, len(labels))


def _ranks(scores: Sequence[float]) -> List[float]:
    """The rank of each score, counted from 1; equal scores share the mean of theirs."""
    order = sorted(range(len(scores)), key=lambda index: scores[index])
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + 1 + end) / 2.0
        start = end
    return ranks
