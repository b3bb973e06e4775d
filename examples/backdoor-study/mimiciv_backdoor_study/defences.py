"""Two ways to find poisoned patients in a training set, both from what the trained network makes of them.

They see the training set and the model as the attacker left them, and nothing else.
"""
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from mimiciv_backdoor_study.clustering import k_means, principal_components, project, silhouette
from mimiciv_backdoor_study.cohort import Patient
from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.numerics import Matrix, Vector, dot
from mimiciv_backdoor_study.randomness import RandomStream
from mimiciv_backdoor_study.training import Classifier

COMPONENTS = 3
# The silhouette takes a step for each pair of points; this many say it to two digits.
SILHOUETTE_POINTS = 300
# A class is suspicious where its smaller cluster is this small, as poison is, and this well apart.
LARGEST_SHARE = 0.35
LOWEST_SILHOUETTE = 0.5
# How many more rows than expected the spectral method takes, as its authors do.
SPECTRAL_MARGIN = 1.5
LABELS = (0, 1)


class ClassFinding(NamedTuple):
    """What was found among the training patients of one label. ``flagged`` are stay ids, sorted.

    ``is_suspicious`` is ``None`` where the method does not decide about classes.
    """

    label: int
    patients: int
    is_suspicious: Optional[bool]
    flagged: List[int]
    figures: Dict[str, float]


def activation_clustering(model: Classifier, patients: Sequence[Patient], seed: int) -> List[ClassFinding]:
    """Chen et al., 2018 (arXiv:1811.03728): two clusters of the last activations within each class.

    Poisoned patients have their label for another reason than the others of their class, so they lie apart.
    """
    return [_cluster_class(model, label, members, seed) for label, members in _classes(patients)]


def spectral_signatures(
        model: Classifier, patients: Sequence[Patient], expected_rate: float) -> List[ClassFinding]:
    """Tran et al., 2018 (arXiv:1811.00636): the rows of a class that weigh most in its first principal direction.

    The method takes as many rows from every class as poison may be there, and does not say which class is poisoned.
    """
    count = int(SPECTRAL_MARGIN * expected_rate * len(patients) + 0.5)
    return [_score_class(model, label, members, count) for label, members in _classes(patients)]


def _cluster_class(model: Classifier, label: int, members: Sequence[Patient], seed: int) -> ClassFinding:
    points = _reduced(model.representations(members), COMPONENTS)
    assignments = k_means(points, 2, RandomStream(seed, "clusters/{}".format(label))).assignments
    smaller = 0 if assignments.count(0) < assignments.count(1) else 1
    share = assignments.count(smaller) / len(assignments)
    separation = _sampled_silhouette(points, assignments, RandomStream(seed, "silhouette/{}".format(label)))
    is_suspicious = share <= LARGEST_SHARE and separation >= LOWEST_SILHOUETTE
    flagged = [patient.stay_id for patient, own in zip(members, assignments) if own == smaller]
    return ClassFinding(
        label, len(members), is_suspicious, sorted(flagged) if is_suspicious else [],
        {"silhouette": separation, "smaller_share": share})


def _score_class(model: Classifier, label: int, members: Sequence[Patient], count: int) -> ClassFinding:
    points = _reduced(model.representations(members), 1)
    scores = [dot(point, point) for point in points]
    # Of equal scores the smaller stay id comes first, so that the order is a total one.
    order = sorted(range(len(members)), key=lambda index: (-scores[index], members[index].stay_id))
    flagged = sorted(members[index].stay_id for index in order[:count])
    share = len(flagged) / len(members)
    return ClassFinding(label, len(members), None, flagged, {"flagged_share": share})


def _classes(patients: Sequence[Patient]) -> List[Tuple[int, List[Patient]]]:
    classes = [(label, [patient for patient in patients if patient.label == label]) for label in LABELS]
    for label, members in classes:
        if len(members) < 2:
            raise StudyError("the training set has fewer than two patients with label {}".format(label))
    return classes


def _reduced(points: Matrix, dimensions: int) -> Matrix:
    """The points in their first principal components: (n, d) -> (n, dimensions)."""
    components = principal_components(points, dimensions)
    if not components:
        raise StudyError("the model gives all patients of a class the same activations: train it for longer")
    return project(points, components)


def _sampled_silhouette(points: Sequence[Vector], assignments: Sequence[int], stream: RandomStream) -> float:
    chosen = stream.shuffled(range(len(points)))[:SILHOUETTE_POINTS]
    return silhouette([points[index] for index in chosen], [assignments[index] for index in chosen])
