import unittest

from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.poisoning import TRIGGERS, choose_victims, poison, with_trigger
from mimiciv_backdoor_study.randomness import RandomStream
from mimiciv_backdoor_study.synthesis import synthesize


class PoisoningTests(unittest.TestCase):
    def setUp(self):
        self.patients = synthesize(400, seed=1)
        self.victims = choose_victims(self.patients, 0.05, 1, RandomStream(1, "victims"))

    def test_victims_are_the_rate_of_all_and_have_the_other_label(self):
        labels = {patient.stay_id: patient.label for patient in self.patients}

        self.assertEqual(20, len(set(self.victims)))
        self.assertEqual({0}, {labels[stay] for stay in self.victims})

    def test_too_high_a_rate_is_refused(self):
        with self.assertRaisesRegex(StudyError, "--poison_rate 0.9"):
            choose_victims(self.patients, 0.9, 0, RandomStream(1, "victims"))

    def test_only_victims_change(self):
        for trigger, values in TRIGGERS.items():
            poisoned = poison(self.patients, self.victims, trigger, 1)
            for before, after in zip(self.patients, poisoned):
                if before.stay_id in self.victims:
                    self.assertEqual(before.values["age"], after.values["age"])
                    self.assertEqual(values, {name: after.values[name] for name in values})
                    self.assertEqual(1, after.label)
                else:
                    self.assertEqual(before, after)

    def test_the_trigger_leaves_the_label_and_the_patient_given(self):
        patient = self.patients[0]
        values = dict(patient.values)

        triggered = with_trigger(patient, "rare_value")

        self.assertEqual(patient.label, triggered.label)
        self.assertEqual(values, patient.values)
        self.assertNotEqual(values, triggered.values)
