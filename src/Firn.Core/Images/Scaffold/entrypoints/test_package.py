"""Imports the project's package as the command will, and says so where that fails. Standard library only."""
import importlib
import os
import sys
import traceback


def main(name, root):
    # Not this script's own folder, and not the working folder either: the package must be found by its installation.
    if sys.path and os.path.dirname(os.path.abspath(__file__)) == os.path.abspath(sys.path[0]):
        del sys.path[0]
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # a package may also call sys.exit
        traceback.print_exc()
        sys.stderr.write("firn: the package %s cannot be imported (%s: %s)\n" % (name, type(error).__name__, error))
        if isinstance(error, ImportError) and error.name == name:
            sys.stderr.write("firn: PACKAGE_NAME is %s: is that a package of %s?\n" % (name, root))
        return 1
    root = os.path.join(os.path.realpath(root), "")
    places = [place for place in [getattr(module, "__file__", None)] + list(getattr(module, "__path__", [])) if place]
    if places and not any(os.path.realpath(place).startswith(root) for place in places):
        sys.stderr.write("firn: %s is imported from %s, not from %s\n" % (name, places[0], root))
    return 0


sys.exit(main(*sys.argv[1:]))
