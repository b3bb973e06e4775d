"""The study as its users run it: the scripts, one after the other, in a folder of their own."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SCRIPTS = PROJECT / "mimiciv_backdoor_study"


def run(folder, script, *arguments):
    environment = dict(os.environ, PYTHONPATH=str(PROJECT), PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(
        [sys.executable, str(SCRIPTS / script)] + list(arguments), cwd=str(folder), env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)


def run_study(folder, *options):
    for step in (
            ("scripts/02_sample_dev.py",),
            ("train.py", "--run_dir", "runs/test") + options,
            ("eval.py", "--run_dir", "runs/test"),
            ("detect.py", "--run_dir", "runs/test", "--method", "activation_clustering"),
            ("detect.py", "--run_dir", "runs/test", "--method", "spectral")):
        result = run(folder, *step)
        if result.returncode != 0:
            raise AssertionError("{}\n{}{}".format(step, result.stdout, result.stderr))


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()}


def read(folder, name):
    return json.loads((Path(folder) / "runs/test" / name).read_text(encoding="utf-8"))


class StudyTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_the_attack_works_is_unseen_in_the_accuracy_and_is_found(self):
        run_study(self.folder)

        metrics = read(self.folder, "metrics.json")
        self.assertGreater(metrics["baseline"]["auroc"], 0.8)
        self.assertLess(abs(metrics["baseline"]["accuracy"] - metrics["model"]["accuracy"]), 0.03)
        self.assertGreater(metrics["attack"]["attack_success_rate"], 0.9)
        self.assertLess(metrics["attack"]["attack_success_rate_baseline"], 0.1)
        clusters = read(self.folder, "detection_activation_clustering.json")
        self.assertEqual([False, True], [found["is_suspicious"] for found in clusters["classes"]])
        self.assertGreater(clusters["judgement"]["precision"], 0.9)
        self.assertGreater(clusters["judgement"]["recall"], 0.9)
        self.assertGreater(read(self.folder, "detection_spectral.json")["judgement"]["recall"], 0.9)

    def test_without_an_attack_nothing_is_found(self):
        run_study(self.folder, "--poison_rate", "0", "--model", "mlp")

        metrics = read(self.folder, "metrics.json")
        self.assertEqual(metrics["baseline"], metrics["model"])
        self.assertLess(metrics["attack"]["attack_success_rate"], 0.1)
        found = read(self.folder, "detection_activation_clustering.json")
        self.assertEqual(
            {"flagged": 0, "found": 0, "poisoned": 0, "precision": None, "recall": None}, found["judgement"])

    def test_two_runs_write_the_same_bytes_and_no_path_of_theirs(self):
        folders = [self.folder / "one", self.folder / "another one"]
        for folder in folders:
            folder.mkdir()
            run_study(folder, "--model", "logreg", "--trigger", "hybrid", "--epochs", "1")

        self.assertEqual(11, len(digests(folders[0])))
        self.assertEqual(digests(folders[0]), digests(folders[1]))
        for path in folders[0].rglob("*.json"):
            self.assertNotIn(str(self.folder), path.read_text(encoding="utf-8"))

    def test_a_failure_is_one_line_that_says_what_to_do(self):
        for script, arguments, hint in (
                ("train.py", (), "02_sample_dev.py"),
                ("eval.py", ("--run_dir", "runs/none"), "train.py"),
                ("detect.py", ("--run_dir", "runs/none"), "train.py"),
                ("scripts/02_sample_dev.py", ("--rows", "3"), "100 or more"),
                ("scripts/02_sample_dev.py", ("--out", str(SCRIPTS / "eval.py")), "eval.py")):
            result = run(self.folder, script, *arguments)
            self.assertEqual(1, result.returncode)
            self.assertRegex(result.stderr, r"\Aerror: [^\n]*{}[^\n]*\n\Z".format(hint))

    def test_another_cohort_than_the_trained_one_is_refused(self):
        run_study(self.folder, "--model", "logreg", "--epochs", "1")
        run(self.folder, "scripts/02_sample_dev.py", "--rows", "500")

        result = run(self.folder, "eval.py", "--run_dir", "runs/test")

        self.assertEqual(1, result.returncode)
        self.assertIn("not the cohort", result.stderr)

    def test_a_damaged_run_directory_is_named(self):
        run_study(self.folder, "--model", "logreg", "--epochs", "1")
        damaged = self.folder / "runs/test/model.json"
        for text in ("", "[]", "{}", "null", '{"encoder": {"means": {}, "deviations": {}}, "rows": [[1]]}'):
            damaged.write_text(text, encoding="utf-8")

            result = run(self.folder, "eval.py", "--run_dir", "runs/test")

            self.assertEqual(1, result.returncode)
            self.assertRegex(result.stderr, r"\Aerror: [^\n]*runs/test[^\n]*\n\Z")
