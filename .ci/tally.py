"""Adds up the test reports (trx) of `dotnet test`: tally.py RESULTS PROJECT...

The last line is "N passed, N failed". Exit status 1 where a test failed, a project has no report, or a report is of a
run that ended early or ran nothing.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
FAILED = ("failed", "error", "timeout", "aborted")


def read(path):
    """The assembly of a report, whether its run was completed, and its counters."""
    root = ElementTree.parse(path).getroot()
    summary = root.find(f"{NAMESPACE}ResultSummary")
    counters = {name: int(count) for name, count in summary.find(f"{NAMESPACE}Counters").attrib.items()}
    storage = root.find(f".//{NAMESPACE}UnitTest")
    assembly = pathlib.PurePath(storage.get("storage")).stem.lower() if storage is not None else None
    return assembly, summary.get("outcome") in ("Completed", "Passed", "Failed"), counters


def main(results, projects):
    passed = failed = skipped = 0
    sound = True
    seen = set()
    for path in sorted(pathlib.Path(results).rglob("*.trx")):
        assembly, completed, counters = read(path)
        if not completed:
            print(f"{assembly or path.name}: the run ended early")
            sound = False
        seen.add(assembly)
        failures = sum(counters.get(name, 0) for name in FAILED)
        passed += counters.get("passed", 0)
        failed += failures
        skipped += counters.get("total", 0) - counters.get("passed", 0) - failures
    for project in projects:
        name = pathlib.PurePath(project).stem
        if name.lower() not in seen:
            print(f"{name}: no test ran")
            sound = False
    if skipped:
        print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed")
    return 0 if sound and failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
