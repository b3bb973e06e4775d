import unittest

from mimiciv_backdoor_study.metrics import accuracy, auroc, brier_score, expected_calibration_error, share_of
from mimiciv_backdoor_study.randomness import RandomStream


def auroc_by_pairs(labels, scores):
    """The definition: every positive against every negative."""
    pairs = [
        1.0 if positive > negative else 0.5 if positive == negative else 0.0
        for positive, label in zip(scores, labels) if label == 1
        for negative, other in zip(scores, labels) if other == 0]
    return sum(pairs) / len(pairs)


class MetricTests(unittest.TestCase):
    def test_auroc_equals_the_comparison_of_all_pairs(self):
        stream = RandomStream(5, "scores")
        for levels in (2, 7, 1000):
            labels = [0, 1] + [stream.below(2) for _ in range(60)]
            # Few levels make many ties.
            scores = [stream.below(levels) / levels for _ in labels]
            self.assertAlmostEqual(auroc_by_pairs(labels, scores), auroc(labels, scores), places=12)

    def test_auroc_of_a_perfect_and_of_a_wrong_order(self):
        self.assertEqual(1.0, auroc([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]))
        self.assertEqual(0.0, auroc([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]))

    def test_auroc_of_one_class_says_nothing(self):
        self.assertEqual(0.5, auroc([1, 1], [0.2, 0.9]))

    def test_ece_by_hand(self):
        # Two bins: 0.1 and 0.1 with one death of two, 0.9 and 0.7 with two of two.
        found = expected_calibration_error([0, 1, 1, 1], [0.1, 0.1, 0.9, 0.7], bins=2)

        self.assertAlmostEqual(0.5 * abs(0.1 - 0.5) + 0.5 * abs(0.8 - 1.0), found, places=12)

    def test_ece_takes_a_probability_of_one_into_the_last_bin(self):
        self.assertEqual(0.0, expected_calibration_error([1, 0], [1.0, 0.0]))

    def test_ece_keeps_the_last_bins_apart(self):
        # In one bin their gaps, -0.05 and +0.85, would be set off against each other.
        self.assertAlmostEqual((0.05 + 0.85) / 2, expected_calibration_error([1, 0], [0.95, 0.85]), places=12)

    def test_brier_score_by_hand(self):
        self.assertAlmostEqual((0.25 + 0.01) / 2, brier_score([1, 0], [0.5, 0.1]), places=12)

    def test_shares_by_hand(self):
        self.assertEqual(0.75, accuracy([1, 0, 1, 0], [1, 0, 0, 0]))
        self.assertEqual(0.25, share_of(1, [1, 0, 0, 0]))
        self.assertEqual(0.0, share_of(1, []))
