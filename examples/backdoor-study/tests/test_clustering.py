import itertools
import math
import unittest

from mimiciv_backdoor_study.clustering import k_means, principal_components, project, silhouette
from mimiciv_backdoor_study.numerics import column_means, dot, squared_distance
from mimiciv_backdoor_study.randomness import RandomStream


def random_points(count, width, name):
    stream = RandomStream(11, name)
    return [[stream.normal() for _ in range(width)] for _ in range(count)]


def lowest_inertia(points):
    """The inertia of the best two clusters: of every way to part the points."""
    inertias = []
    for bits in itertools.product((0, 1), repeat=len(points) - 1):
        sides = ([points[0]], [])
        for bit, point in zip(bits, points[1:]):
            sides[bit].append(point)
        if sides[1]:
            inertias.append(sum(squared_distance(p, column_means(side)) for side in sides for p in side))
    return min(inertias)


class KMeansTests(unittest.TestCase):
    def test_finds_the_best_two_clusters_of_few_points(self):
        for name in ("a", "b", "c"):
            points = random_points(9, 2, name)
            found = k_means(points, 2, RandomStream(1, name), restarts=20)
            self.assertAlmostEqual(lowest_inertia(points), found.inertia, places=9)

    def test_parts_two_clouds(self):
        near = random_points(30, 3, "near")
        far = [[value + 20.0 for value in point] for point in random_points(10, 3, "far")]

        assignments = k_means(near + far, 2, RandomStream(1, "clouds")).assignments

        self.assertEqual(1, len(set(assignments[:30])))
        self.assertEqual(1, len(set(assignments[30:])))
        self.assertNotEqual(assignments[0], assignments[30])

    def test_parts_three_clouds(self):
        clouds = [
            [[value + shift for value in point] for point in random_points(10, 2, str(shift))]
            for shift in (0.0, 30.0, 60.0)]

        found = k_means(clouds[0] + clouds[1] + clouds[2], 3, RandomStream(1, "clouds"))

        parts = [set(found.assignments[start:start + 10]) for start in (0, 10, 20)]
        self.assertEqual([1, 1, 1], [len(part) for part in parts])
        self.assertEqual(3, len(set.union(*parts)))

    def test_takes_points_that_are_all_the_same(self):
        found = k_means([[1.0, 2.0]] * 5, 2, RandomStream(1, "same"))

        self.assertEqual(0.0, found.inertia)


class SilhouetteTests(unittest.TestCase):
    def test_by_hand(self):
        # Two points at 0 and 1, one alone at 4, which counts 0.
        expected = ((4 - 1) / 4 + (3 - 1) / 3 + 0) / 3

        self.assertAlmostEqual(expected, silhouette([[0.0], [1.0], [4.0]], [0, 0, 1]), places=12)

    def test_of_one_cluster_is_0(self):
        self.assertEqual(0.0, silhouette([[0.0], [1.0]], [1, 1]))

    def test_of_equal_points_in_two_clusters_is_0(self):
        self.assertEqual(0.0, silhouette([[1.0]] * 4, [0, 0, 1, 1]))


class PrincipalComponentTests(unittest.TestCase):
    def test_finds_the_directions_that_the_points_were_stretched_in(self):
        first, second = [0.6, 0.8, 0.0], [0.8, -0.6, 0.0]
        points = [
            [9.0 * a * x + 2.0 * b * y for x, y in zip(first, second)] for a, b in random_points(400, 2, "stretched")]

        found = principal_components(points, 3)

        # The third direction has no variance, and is left out.
        self.assertEqual(2, len(found))
        self.assertGreater(dot(found[0], first), 0.999)
        self.assertGreater(abs(dot(found[1], second)), 0.999)

    def test_components_are_orthonormal(self):
        components = principal_components(random_points(50, 4, "cloud"), 3)

        for i, left in enumerate(components):
            for j, right in enumerate(components):
                self.assertAlmostEqual(float(i == j), dot(left, right), places=4)

    def test_projection_keeps_the_distances_within_the_components(self):
        points = random_points(20, 2, "plane")

        projected = project(points, principal_components(points, 2))

        self.assertAlmostEqual(
            math.sqrt(squared_distance(points[0], points[1])),
            math.sqrt(squared_distance(projected[0], projected[1])), places=4)

    def test_points_that_are_all_the_same_have_none(self):
        self.assertEqual([], principal_components([[1.0, 2.0]] * 4, 2))
