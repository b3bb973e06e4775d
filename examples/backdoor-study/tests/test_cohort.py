import tempfile
import unittest
from pathlib import Path

from mimiciv_backdoor_study.cohort import LABS, TRAIN, read_cohort, split_of, write_cohort
from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.features import CLIP, Encoder
from mimiciv_backdoor_study.synthesis import synthesize


class CohortFileTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "cohort.csv"

    def test_a_written_cohort_is_read_back(self):
        patients = synthesize(200, seed=1)

        write_cohort(self.path, patients)

        self.assertEqual(patients, read_cohort(self.path))

    def test_a_bad_cell_is_named_with_its_line(self):
        write_cohort(self.path, synthesize(3, seed=1))
        for bad in ("tachycardic", "nan", ""):
            lines = self.path.read_text(encoding="utf-8").splitlines()
            cells = lines[2].split(",")
            cells[lines[0].split(",").index("heart_rate")] = bad
            lines[2] = ",".join(cells)
            self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")

            with self.assertRaisesRegex(StudyError, "line 3"):
                read_cohort(self.path)

    def test_a_missing_column_is_named(self):
        self.path.write_text("subject_id,stay_id\n1,2\n", encoding="utf-8")

        with self.assertRaisesRegex(StudyError, "no column split"):
            read_cohort(self.path)

    def test_a_missing_file_says_how_to_make_it(self):
        with self.assertRaisesRegex(StudyError, "02_sample_dev.py"):
            read_cohort(self.path)


class SynthesisTests(unittest.TestCase):
    def test_a_larger_sample_begins_with_the_smaller(self):
        self.assertEqual(synthesize(20, seed=4), synthesize(50, seed=4)[:20])

    def test_the_sick_die_more_often(self):
        patients = [patient for patient in synthesize(2000, seed=2) if patient.values["lactate"] is not None]
        high = [patient.label for patient in patients if patient.values["lactate"] > 3.0]
        low = [patient.label for patient in patients if patient.values["lactate"] < 1.2]

        self.assertGreater(sum(high) / len(high), 3 * sum(low) / len(low))


class EncoderTests(unittest.TestCase):
    def test_training_patients_have_mean_0(self):
        patients = split_of(synthesize(300, seed=1), TRAIN)

        ages = [row[0] for row in Encoder.fit(patients).encode_all(patients)]

        self.assertAlmostEqual(0.0, sum(ages) / len(ages), places=9)

    def test_a_missing_lab_is_the_mean_and_says_so(self):
        patients = synthesize(300, seed=1)
        patient = patients[0]._replace(values={**patients[0].values, **{name: None for name in LABS}})

        row = Encoder.fit(patients).encode(patient)

        self.assertEqual(len(LABS), row.count(1.0) - 2)

    def test_an_outlier_is_cut_off(self):
        patients = synthesize(300, seed=1)
        patient = patients[0]._replace(values={**patients[0].values, "age": 1e9})

        self.assertEqual(CLIP, Encoder.fit(patients).encode(patient)[0])

    def test_encoding_survives_its_document(self):
        patients = synthesize(300, seed=1)
        encoder = Encoder.fit(patients)

        self.assertEqual(
            encoder.encode(patients[0]), Encoder.from_document(encoder.to_document()).encode(patients[0]))
