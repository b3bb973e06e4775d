"""Gives the programs of the base's packages (pip, torchrun, ...) to this environment: theirs start the base's Python,
which does not see what is installed here. Written beside them, in this environment's own folder."""
import os
import re
import sys

try:
    from importlib.metadata import distributions
except ImportError:  # Python 3.7 and older
    sys.exit(0)

LAUNCHER = """#!%s
import re
import sys
from %s import %s
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])
    sys.exit(%s())
"""

folder = os.path.dirname(sys.executable)
for distribution in distributions():
    for entry in distribution.entry_points:
        value = re.match(r"([\w.]+)\s*:\s*(\w+)([\w.]*)", entry.value)
        path = os.path.join(folder, entry.name)
        if entry.group != "console_scripts" or not value or "/" in entry.name or os.path.lexists(path):
            continue
        module, name, rest = value.groups()
        with open(path, "w") as script:
            script.write(LAUNCHER % (sys.executable, module, name, name + rest))
        os.chmod(path, 0o755)
