"""Random numbers that stay the same from Python to Python.

The library promises that ``random.random()`` repeats for a seed, and promises it of no other method. So everything is
made from that one.
"""
import hashlib
import math
import random
from typing import List, Sequence, TypeVar

T = TypeVar("T")


class RandomStream:
    """The random numbers of one purpose: what one part draws never moves what another draws."""

    def __init__(self, seed: int, purpose: str) -> None:
        digest = hashlib.sha256("{}/{}".format(seed, purpose).encode("utf-8")).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big"))

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def below(self, bound: int) -> int:
        """A whole number in [0, bound)."""
        return int(self.uniform() * bound)

    def normal(self) -> float:
        """A standard normal number, by Box and Muller's transform."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform()))
        return radius * math.cos(2.0 * math.pi * self.uniform())

    def choose(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, as often as its weight says; the weights add up to 1."""
        remaining = self.uniform()
        for option, weight in zip(options, weights):
            remaining -= weight
            if remaining < 0.0:
                return option
        return options[-1]

    def shuffled(self, items: Sequence[T]) -> List[T]:
        """The items in random order (Fisher and Yates); the sequence itself stays as it is."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result
