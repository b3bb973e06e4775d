"""Principal components, k-means and the silhouette, for a few thousand points of a few dimensions."""
import math
from math import fsum
from typing import Dict, List, NamedTuple, Sequence

from mimiciv_backdoor_study.numerics import Matrix, Vector, column_means, dot, mean, squared_distance, subtract
from mimiciv_backdoor_study.randomness import RandomStream

POWER_ITERATIONS = 200
KMEANS_ITERATIONS = 100
CONVERGED = 1e-12


class Clusters(NamedTuple):
    """``assignments`` (n,) are indices into ``centers`` (k, d); ``inertia`` is the sum of the squared distances."""

    assignments: List[int]
    centers: Matrix
    inertia: float


def principal_components(points: Sequence[Vector], count: int) -> Matrix:
    """The directions of largest variance, as rows of unit length: (n, d) -> (count, d) at most.

    Fewer where the points have fewer dimensions. A direction's sign is the one that makes its largest entry positive.
    """
    center = column_means(points)
    columns = [subtract(column, [middle] * len(column)) for column, middle in zip(zip(*points), center)]
    covariance = [[dot(left, right) / len(points) for right in columns] for left in columns]
    components: Matrix = []
    for _ in range(min(count, len(columns))):
        direction = _leading_direction(covariance)
        variance = dot(direction, [dot(row, direction) for row in covariance])
        if variance <= CONVERGED:
            break
        components.append(direction)
        covariance = [
            [value - variance * a * b for value, b in zip(row, direction)] for row, a in zip(covariance, direction)]
    return components


def project(points: Sequence[Vector], components: Matrix) -> Matrix:
    """The centred points in the components' coordinates: (n, d), (c, d) -> (n, c)."""
    center = column_means(points)
    return [[dot(subtract(point, center), component) for component in components] for point in points]


def k_means(points: Sequence[Vector], count: int, stream: RandomStream, restarts: int = 4) -> Clusters:
    """Lloyd's algorithm from several k-means++ starts; the clusters with the lowest inertia."""
    best = None
    for _ in range(restarts):
        found = _lloyd(points, _spread_centers(points, count, stream))
        if best is None or found.inertia < best.inertia:
            best = found
    assert best is not None
    return best


def silhouette(points: Sequence[Vector], assignments: Sequence[int]) -> float:
    """The mean silhouette of the points (n, d), in [-1, 1]; 0 where there is only one cluster. Takes n * n steps.

    A point's silhouette is (b - a) / max(a, b): a is its mean distance to its own cluster's others, b to the nearest
    other cluster. A point alone in its cluster counts 0, as Rousseeuw has it.
    """
    labels = sorted(set(assignments))
    if len(labels) < 2:
        return 0.0
    members = {label: [p for p, own in zip(points, assignments) if own == label] for label in labels}
    return mean([_silhouette_of(point, own, members) for point, own in zip(points, assignments)])


def _silhouette_of(point: Vector, own: int, members: Dict[int, Matrix]) -> float:
    if len(members[own]) == 1:
        return 0.0
    totals = {
        label: fsum([math.sqrt(squared_distance(point, other)) for other in others])
        for label, others in members.items()}
    inside = totals[own] / (len(members[own]) - 1)
    outside = min(totals[label] / len(members[label]) for label in members if label != own)
    larger = max(inside, outside)
    return (outside - inside) / larger if larger > 0.0 else 0.0


def _lloyd(points: Sequence[Vector], centers: Matrix) -> Clusters:
    assignments: List[int] = []
    for _ in range(KMEANS_ITERATIONS):
        previous, assignments = assignments, [_nearest(point, centers) for point in points]
        if assignments == previous:
            break
        centers = [_center_of(points, assignments, index, center) for index, center in enumerate(centers)]
    inertia = fsum([squared_distance(point, centers[own]) for point, own in zip(points, assignments)])
    return Clusters(assignments, centers, inertia)


def _nearest(point: Vector, centers: Matrix) -> int:
    distances = [squared_distance(point, center) for center in centers]
    return distances.index(min(distances))


def _center_of(points: Sequence[Vector], assignments: Sequence[int], index: int, old: Vector) -> Vector:
    """The mean of a cluster's points; an empty cluster keeps its centre."""
    own = [point for point, assignment in zip(points, assignments) if assignment == index]
    return column_means(own) if own else old


def _spread_centers(points: Sequence[Vector], count: int, stream: RandomStream) -> Matrix:
    """k-means++: each centre is a point drawn with the squared distance to the centres before as its weight."""
    centers = [points[stream.below(len(points))]]
    while len(centers) < count:
        weights = [min(squared_distance(point, center) for center in centers) for point in points]
        total = fsum(weights)
        if total == 0.0:
            centers.append(points[stream.below(len(points))])
        else:
            centers.append(stream.choose(points, [weight / total for weight in weights]))
    return centers


def _leading_direction(matrix: Matrix) -> Vector:
    """The eigenvector of a symmetric matrix's largest eigenvalue, by power iteration from its largest row."""
    lengths = [dot(row, row) for row in matrix]
    direction = _normalized(matrix[lengths.index(max(lengths))])
    for _ in range(POWER_ITERATIONS):
        previous, direction = direction, _normalized([dot(row, direction) for row in matrix])
        if squared_distance(previous, direction) < CONVERGED:
            break
    largest = max(direction, key=abs)
    return [-value for value in direction] if largest < 0.0 else direction


def _normalized(vector: Vector) -> Vector:
    length = math.sqrt(dot(vector, vector))
    return [value / length for value in vector] if length > 0.0 else vector
