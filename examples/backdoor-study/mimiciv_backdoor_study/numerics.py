"""Vectors as lists of floats, with sums that no Python release rounds differently.

``sum`` of floats changed in Python 3.12 and ``math.dist`` in 3.10. ``math.fsum`` is correctly rounded, so it has one
answer everywhere, whatever the order of its terms. NumPy is left alone even where it is installed: its sums depend on
the build and on the CPU.
"""
from math import fsum
from operator import mul
from typing import List, Sequence

Vector = List[float]
Matrix = List[Vector]

OUTPUT_DIGITS = 6


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """The inner product of two vectors of the same length."""
    return fsum(map(mul, left, right))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; of no values it is 0."""
    return fsum(values) / len(values) if values else 0.0


def subtract(left: Sequence[float], right: Sequence[float]) -> Vector:
    """``left - right``, element by element."""
    return [a - b for a, b in zip(left, right)]


def squared_distance(left: Sequence[float], right: Sequence[float]) -> float:
    """The squared Euclidean distance of two points."""
    return fsum([(a - b) * (a - b) for a, b in zip(left, right)])


def column_means(rows: Sequence[Sequence[float]]) -> Vector:
    """The mean of each column: (n, d) -> (d,)."""
    return [mean(column) for column in zip(*rows)]


def rounded(value: float, digits: int = OUTPUT_DIGITS) -> float:
    """The number as files have it: few digits, and never a negative zero."""
    return round(value, digits) + 0.0
