#!/usr/bin/env python3
"""Attacks Firn: a fault at each system call that changes a file, in each command that writes, and then a look at what is left.

    tests/attacks/attacks.py --firn PATH [--commands archive,gc] [--faults EIO,ENOSPC,kill,gc] [--most N] [--jobs N]

Each trial begins with a copy of the same state, runs the command with one fault (see faults.c) and then demands that

  - the command ended with an exit code of its own, and where it failed said so in one error and one hint;
  - all that was acknowledged before, or by the command itself, is there: results and archives come back;
  - `firn store check --read-data` finds no damage;
  - the same command, run again without a fault, does it.

Faults: EIO (the call fails once), ENOSPC (it and all that need room fail from there on), kill (the process dies there), gc
(the process is suspended there while `firn store gc --grace 0` runs). --most N takes N calls of each command, evenly, in
place of all. Needs Linux on x86-64, gcc and a Python with venv. Exit code 1 where a trial failed.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
FAULTS = ["EIO", "ENOSPC", "kill", "gc"]
TIMEOUT = 300
# The system's own, which is not archived with its environments: a trial takes a second.
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable


def wheel(folder, name, files):
    """A wheel, which create takes; unpacked it is what archive takes."""
    info = f"{name}-1.0.dist-info"
    files = {**files, f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: attacks\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    rows = []
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).decode().rstrip("=")
            rows.append(f"{file},sha256={digest},{len(content.encode())}")
            archive.writestr(file, content)
        archive.writestr(f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,"]) + "\n")
    return path


def environment(prefix, wheels):
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", prefix], check=True)
    site = next(pathlib.Path(prefix).glob("lib/python*/site-packages"))
    for path in wheels:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(site)
        next(site.glob(f"{path.name.split('-')[0]}-*.dist-info")).joinpath("INSTALLER").write_text("pip\n")


class Trial:
    """A folder with a copy of the state, and the commands in it."""

    def __init__(self, attack, folder):
        self.attack, self.folder = attack, folder
        shutil.copytree(attack.state, folder, symlinks=True)
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FIRN_", "XDG_", "PYTHON", "VIRTUAL_ENV"))},
            "HOME": str(folder / "home"), "FIRN_STORE": str(folder / "store"), "FIRN_CACHE": str(folder / "cache"),
            "FIRN_ENVIRONMENTS": str(folder / "environments"), "TMPDIR": str(folder / "temporary"), "NO_COLOR": "1", "DOTNET_EnableDiagnostics": "0",
        }

    def start(self, *command):
        return subprocess.Popen([*map(str, command)], cwd=self.folder / "work", env=self.variables, text=True, errors="replace",
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *command):
        process = self.start(*command)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return 124, out, "did not end"
        return process.returncode, out, err

    def firn(self, *arguments):
        return self.run(self.attack.firn, *arguments)

    def must(self, what, *arguments):
        code, out, err = self.firn(*arguments)
        if code != 0:
            raise AssertionError(f"{what}: firn {' '.join(map(str, arguments))}: exit code {code}\n{out[-1500:]}{err[-1500:]}")
        return out

    def remove(self):
        shutil.rmtree(self.folder, onerror=lambda function, path, error: (os.chmod(os.path.dirname(path), 0o700), function(path)))


class Command:
    """What is attacked: its arguments, what proves that it was done, and how it may fail."""

    def __init__(self, name, arguments, proof, failures=(1,), gc=True, below=".", prefix=None, again=()):
        self.name, self.arguments, self.proof, self.failures, self.gc, self.below = name, arguments, proof, failures, gc, below
        # What it makes whole or not at all, and what it must be told to do it again where that is there.
        self.prefix, self.again = prefix, again


def fetched(analysis, name, content):
    def proof(trial):
        trial.must("acknowledged, and lost", "results", "fetch", analysis, name, "-o", trial.folder / "proof", "--force")
        path = trial.folder / "proof" if (trial.folder / "proof").is_file() else trial.folder / "proof" / name
        if path.read_text() != content:
            raise AssertionError(f"{analysis} {name} is not what was acknowledged")
        trial_remove(trial.folder / "proof")
    return proof


def trial_remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def restorable(capture):
    def proof(trial):
        trial.must("acknowledged, and cannot be restored", "restore", trial.folder / capture, "--to", trial.folder / "proof")
        trial.must("the restored environment differs", "verify", trial.folder / capture, trial.folder / "proof")
        shutil.rmtree(trial.folder / "proof")
    return proof


def verified(prefix):
    def proof(trial):
        trial.must("it is there, and differs", "verify", trial.folder / "older", trial.folder / prefix)
    return proof


def there(prefix):
    def proof(trial):
        code, out, err = trial.run(trial.folder / prefix / "bin" / "python", "-c", "import beta; assert beta.VALUE == 2")
        if code != 0:
            raise AssertionError(f"{prefix} is said to be made, and does not run: {out}{err}")
    return proof


class Attack:
    def __init__(self, firn, work):
        self.firn, self.work = pathlib.Path(firn).resolve(), pathlib.Path(work)
        self.state, self.tool = self.work / "state", self.work / "faults"
        subprocess.run(["gcc", "-O1", "-Wall", "-o", self.tool, HERE / "faults.c"], check=True)
        self.environment, self.wheels = self.work / "environment", self.work / "wheels"
        self.wheels.mkdir()
        alpha = wheel(self.wheels, "alpha", {"alpha/__init__.py": "VALUE = 1\n", "alpha/data.txt": "x" * 1000})
        beta = wheel(self.wheels, "beta", {"beta/__init__.py": "import alpha\nVALUE = 2\n"})
        environment(self.environment, [alpha, beta])
        environment(self.work / "older", [alpha])
        self.commands = {command.name: command for command in [
            Command("add", ["results", "add", "s/new", "in"], fetched("s/new", "in/one", "one")),
            Command("archive", ["capture", self.environment, "-o", "../capture", "--archive", "--yes"], restorable("capture")),
            Command("run", ["run", "--env", self.environment, "--as", "s/run", "--output", "o", "--", "sh", "-c", "echo result > o"],
                    # The command's own writes are its own.
                    fetched("s/run", "o", "result\n"), failures=(1, 125), below="store"),
            Command("restore", ["restore", "../older", "--to", "../restored"], verified("restored"), gc=False, prefix="restored", again=None),
            Command("create", ["create", "-f", "requirements.txt", "--to", "../created", "--no-index", "--find-links", self.wheels,
                               "--without-pip", "--python", PYTHON], there("created"), prefix="created", again=["--update"]),
            Command("gc", ["store", "gc", "--grace", "0"], lambda trial: None, failures=(1, 3, 4), gc=False),
        ]}
        self.prepare()

    def prepare(self):
        """What was acknowledged before, something to collect, and work."""
        for name in ("work/in", "home", "cache", "store", "temporary"):
            (self.state / name).mkdir(parents=True)
        (self.state / "work/in/one").write_text("one")
        (self.state / "work/in/two").write_text("two" * 1000)
        (self.state / "work/requirements.txt").write_text("alpha==1.0\nbeta==1.0\n")
        (self.state / "work/kept").write_text("kept")
        (self.state / "work/unneeded").write_text("unneeded")
        state = self.state
        self.state = self.work / "empty"
        shutil.copytree(state, self.state)
        shutil.rmtree(state)
        trial = Trial(self, state)
        trial.must("the state", "results", "add", "s/kept", "kept")
        trial.must("the state", "results", "add", "s/gone", "unneeded")
        trial.must("the state", "results", "forget", "s/gone@1")
        trial.must("the state", "capture", self.work / "older", "-o", "../older", "--archive", "--yes")
        self.state = state

    def count(self, command):
        trial = Trial(self, self.work / f"count-{command.name}")
        log = self.work / f"calls-{command.name}"
        code, out, err = trial.run(self.tool, "-b", trial.folder / command.below, "-m", "count", "-l", log, "--", self.firn, *command.arguments)
        if code != 0:
            raise AssertionError(f"{command.name} fails without a fault: exit code {code}\n{out}{err}")
        command.proof(trial)
        calls = log.read_text().splitlines()
        must_be_durable(calls, str(trial.folder / "store"))
        trial.remove()
        return calls

    def attack(self, command, fault, nth):
        """One trial; what is wrong, or None."""
        trial = Trial(self, self.work / f"{command.name}-{fault}-{nth}")
        try:
            self.judge(trial, command, fault, *self.strike(trial, command, fault, nth))
            trial.remove()
            return None
        except AssertionError as failure:
            trial.remove()
            return str(failure)

    def strike(self, trial, command, fault, nth):
        mode = {"EIO": ["once", "-e", "EIO"], "ENOSPC": ["sticky", "-e", "ENOSPC"], "kill": ["kill"], "gc": ["stop"]}[fault]
        process = trial.start(self.tool, "-b", trial.folder / command.below, "-n", nth, "-m", *mode, "--", self.firn, *command.arguments)
        if fault == "gc":
            child = stopped_child(process)
            if child:
                trial.firn("store", "gc", "--grace", "0")
                os.kill(child, signal.SIGCONT)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise AssertionError("it did not end") from None
        return process.returncode, out, err

    def judge(self, trial, command, fault, code, out, err):
        said = f"exit code {code}\n{out[-800:]}{err[-1500:]}"
        if fault == "kill":
            # Where a fault comes after the last call there is nobody left to kill.
            if code not in (137, 0):
                raise AssertionError(f"killed, but {said}")
        elif code != 0:
            if code not in command.failures:
                raise AssertionError(f"not its exit code: {said}")
            if code != 4 and (err.count("error: ") != 1 or err.count("hint: ") != 1 or "   at " in err):
                raise AssertionError(f"not one error and one hint: {said}")
        trial.must("damage", "store", "check", "--read-data")
        fetched("s/kept", "kept", "kept")(trial)
        if code == 0:
            command.proof(trial)
        restorable("older")(trial)
        is_there = command.prefix is not None and (trial.folder / command.prefix).exists()
        if is_there:
            command.proof(trial)
        if not is_there or command.again is not None:
            trial.must("it cannot be done again", *command.arguments, *(command.again if is_there else ()))
            command.proof(trial)
            trial.must("damage after it was done again", "store", "check", "--read-data")


def must_be_durable(calls, store):
    """Before a record gets its name, every folder that was made in the store must survive a power cut."""
    made = set()
    for line in calls:
        _, name, *paths = line.split(" ")
        path = paths[0]
        if name == "mkdir" and path.startswith(store + "/") and not path.startswith(store + "/tmp"):
            made.add(path)
        elif name == "syncfs":
            made.clear()
        elif name == "fsync":
            made = {folder for folder in made if os.path.dirname(folder) != path}
        elif name in ("link", "renameat2") and paths[1].startswith((store + "/analyses/", store + "/environments/")) and made:
            raise AssertionError(f"a record is written while the names of new folders are not durable: {sorted(made)}")


def stopped_child(process):
    """The suspended command below the tool; None where it ended before."""
    for _ in range(TIMEOUT * 100):
        if process.poll() is not None:
            return None
        try:
            children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for child in map(int, children):
                if pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(") ", 1)[1][0] == "T":
                    return child
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.01)
    return None


def chosen(count, most):
    """Numbers from 1 to count: all, or most of them, evenly."""
    if most is None or most >= count:
        return range(1, count + 1)
    return sorted({1 + (i * (count - 1)) // max(1, most - 1) for i in range(most)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--firn", required=True)
    parser.add_argument("--commands", default="add,archive,run,restore,create,gc")
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--most", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    work = tempfile.mkdtemp(prefix="firn-attacks-", dir=base)
    failures = 0
    try:
        attack = Attack(arguments.firn, work)
        print(f"{'command':10}{'fault':8}{'calls':>7}{'trials':>8}{'failed':>8}", flush=True)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for name in arguments.commands.split(","):
                command = attack.commands[name]
                calls = attack.count(command)
                for fault in arguments.faults.split(","):
                    if fault == "gc" and not command.gc:
                        continue
                    numbers = list(chosen(len(calls), arguments.most))
                    results = pool.map(lambda nth: attack.attack(command, fault, nth), numbers)
                    wrong = [(nth, result) for nth, result in zip(numbers, results) if result]
                    print(f"{name:10}{fault:8}{len(calls):7}{len(numbers):8}{len(wrong):8}", flush=True)
                    for nth, result in wrong[:20]:
                        print(f"  {name}, {fault} at call {calls[nth - 1]}\n    " + result.replace("\n", "\n    "), flush=True)
                    failures += len(wrong)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
