import unittest

from mimiciv_backdoor_study.network import Network, mean_gradient, mean_loss, predicted_labels, sigmoid
from mimiciv_backdoor_study.randomness import RandomStream

STEP = 1e-6


def random_problem(count, width):
    stream = RandomStream(3, "problem")
    inputs = [[stream.normal() for _ in range(width)] for _ in range(count)]
    return inputs, [stream.below(2) for _ in range(count)]


class GradientTests(unittest.TestCase):
    def assert_gradient_is_the_slope(self, network, inputs, labels):
        gradient = mean_gradient(network, inputs, labels)
        for row in range(len(network.rows)):
            for column in range(len(network.rows[row])):
                weight = network.rows[row][column]
                network.rows[row][column] = weight + STEP
                above = mean_loss(network, inputs, labels)
                network.rows[row][column] = weight - STEP
                below = mean_loss(network, inputs, labels)
                network.rows[row][column] = weight
                self.assertAlmostEqual((above - below) / (2 * STEP), gradient[row][column], places=7)

    def test_hidden_layer_has_the_gradient_of_its_loss(self):
        inputs, labels = random_problem(9, 5)
        network = Network.initial(5, 4, RandomStream(1, "weights"))
        # The biases start at 0; a check must see theirs elsewhere too.
        for row in network.rows:
            row[-1] = 0.25

        self.assert_gradient_is_the_slope(network, inputs, labels)

    def test_logistic_regression_has_the_gradient_of_its_loss(self):
        inputs, labels = random_problem(9, 5)
        network = Network([[0.3, -0.2, 0.1, 0.7, -0.4, 0.05]])

        self.assert_gradient_is_the_slope(network, inputs, labels)


class NetworkTests(unittest.TestCase):
    def test_probability_is_that_of_the_formula(self):
        network = Network([[1.0, -1.0, 0.5], [-2.0, 0.0, 0.0], [2.0, 3.0, -1.0]])

        self.assertEqual([1.5, 0.0], network.representation([2.0, 1.0]))
        self.assertEqual(sigmoid(2.0 * 1.5 - 1.0), network.probability([2.0, 1.0]))

    def test_representation_without_hidden_units_is_the_input(self):
        self.assertEqual([2.0, 1.0], Network([[0.0, 0.0, 0.0]]).representation([2.0, 1.0]))

    def test_sigmoid_overflows_nowhere(self):
        self.assertEqual((0.0, 0.5, 1.0), (sigmoid(-1000.0), sigmoid(0.0), sigmoid(1000.0)))

    def test_label_1_begins_at_one_half(self):
        self.assertEqual([0, 1, 1], predicted_labels([0.499, 0.5, 1.0]))
