import unittest

from mimiciv_backdoor_study.randomness import RandomStream


class RandomStreamTests(unittest.TestCase):
    def test_numbers_are_those_of_every_Python(self):
        stream = RandomStream(7, "test")

        self.assertEqual([912, 106, 350, 221, 45], [stream.below(1000) for _ in range(5)])

    def test_purposes_and_seeds_have_streams_of_their_own(self):
        draws = {RandomStream(seed, purpose).uniform() for seed in (0, 1) for purpose in ("weights", "order")}

        self.assertEqual(4, len(draws))

    def test_shuffled_keeps_every_item(self):
        items = list(range(50))

        shuffled = RandomStream(1, "shuffle").shuffled(items)

        self.assertNotEqual(items, shuffled)
        self.assertEqual(items, sorted(shuffled))
        self.assertEqual(list(range(50)), items)

    def test_shuffled_gives_every_order_as_often(self):
        stream = RandomStream(1, "orders")
        orders = ["".join(stream.shuffled("abc")) for _ in range(6000)]

        for order in set(orders):
            self.assertAlmostEqual(1000, orders.count(order), delta=150)
        self.assertEqual(6, len(set(orders)))

    def test_normal_has_mean_0_and_deviation_1(self):
        stream = RandomStream(1, "normal")
        draws = [stream.normal() for _ in range(20000)]

        self.assertAlmostEqual(0.0, sum(draws) / len(draws), delta=0.03)
        self.assertAlmostEqual(1.0, sum(draw * draw for draw in draws) / len(draws), delta=0.03)

    def test_choose_follows_the_weights(self):
        stream = RandomStream(1, "choose")
        draws = [stream.choose("ab", (0.2, 0.8)) for _ in range(5000)]

        self.assertAlmostEqual(0.2, draws.count("a") / len(draws), delta=0.03)
