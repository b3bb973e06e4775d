"""Installs the project so that it runs from its checkout, for the entrypoint. Standard library only, Python 3.6.

install_project.py ROOT RUN    puts it into a folder of its own below RUN, and prints lines VARIABLE=VALUE
install_project.py --paths ROOT    prints where its packages are, for PYTHONPATH; writes nothing

What pip would write is written here without pip: metadata, a .pth and the commands. The folder's name is a digest of
its content, it is made beside and renamed, so it is whole or absent, and a project that changed gets a new one. A lock
that the kernel keeps, and lets go of when its owner dies, makes one of many ranks do it. Nothing is written to ROOT.
"""
import os
import signal
import sys


def say(text):
    sys.stderr.write("firn: %s\n" % text)
    sys.stderr.flush()


def fail(text):
    say(text)
    sys.exit(1)


def sha256(content=b""):
    # hashlib loads OpenSSL, which takes longer than all digests here.
    for module in ("_sha2", "_sha256", "hashlib"):
        try:
            return __import__(module).sha256(content)
        except ImportError:
            pass


def digest_of(*parts):
    value = sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        value.update(b"%d:" % len(part) + part)
    return value.hexdigest()[:16]


def site_packages(base):
    import site
    if sys.version_info < (3, 7):  # there it asks sysconfig, which knows one base only
        return os.path.join(base, "lib", "python3.6", "site-packages")
    site.USER_SITE = None
    site.USER_BASE = base
    return site.getusersitepackages()


def launcher(target):
    module, _, attr = target.partition("[")[0].partition(":")
    python = sys.executable
    first = "#!%s\n" % python
    if len(first) > 127 or " " in python:
        # More than the kernel reads of a first line, or what it would split: sh reads this as a command, Python as a text.
        first = "#!/bin/sh\n'''exec' \"%s\" \"$0\" \"$@\"\n' '''\n" % python
    attr = attr.strip()
    return "%simport sys\nfrom %s import %s\nif __name__ == '__main__':\n    sys.exit(%s())\n" % (
        first, module.strip(), attr.split(".")[0], attr)


def metadata(facts):
    lines = ["Metadata-Version: 2.1", "Name: " + facts.name, "Version: " + facts.version]
    if facts.summary:
        lines.append("Summary: " + " ".join(facts.summary.split()))
    if facts.requires_python:
        lines.append("Requires-Python: " + facts.requires_python)
    lines += ["Requires-Dist: " + line for line in facts.requires]
    for extra in facts.extras:
        lines.append("Provides-Extra: " + extra)
        for line in facts.extras[extra]:
            line, _, marker = line.partition(";")
            marker = "(%s) and " % marker.strip() if marker.strip() else ""
            lines.append('Requires-Dist: %s ; %sextra == "%s"' % (line.strip(), marker, extra))
    return "\n".join(lines) + "\n"


def files_of(facts, root, base):
    """What pip would write, by path: bytes, and whether it is a command."""
    import re
    site = os.path.relpath(site_packages(base), base)
    name = re.sub(r"[-_.]+", "_", facts.name).lower()
    url = re.sub(r"[^A-Za-z0-9/._~-]", lambda found: "".join("%%%02X" % byte for byte in os.fsencode(found.group())), root)
    info = os.path.join(site, "%s-%s.dist-info" % (name, facts.version))
    texts = {
        os.path.join(site, "_%s.pth" % name): b"".join(os.fsencode(folder) + b"\n" for folder in facts.folders),
        os.path.join(info, "METADATA"): metadata(facts),
        os.path.join(info, "INSTALLER"): "firn\n",
        os.path.join(info, "REQUESTED"): "",
        os.path.join(info, "direct_url.json"):
            '{"dir_info": {"editable": true}, "url": "file://%s"}' % url,
    }
    if facts.entry_points:
        texts[os.path.join(info, "entry_points.txt")] = "\n".join(
            "[%s]\n%s" % (group, "".join("%s = %s\n" % entry for entry in sorted(entries.items())))
            for group, entries in sorted(facts.entry_points.items()))
    files = dict((path, (text if isinstance(text, bytes) else text.encode("utf-8"), False))
                 for path, text in texts.items())
    for group in ("console_scripts", "gui_scripts"):
        for command, target in facts.entry_points.get(group, {}).items():
            files[os.path.join("bin", command)] = (launcher(target).encode("utf-8", "surrogateescape"), True)
    files[os.path.join(info, "RECORD")] = (record(files, site, os.path.join(info, "RECORD")), False)
    return files


def record(files, site, own):
    from binascii import b2a_base64
    lines = []
    for path, (content, _) in sorted(files.items()):
        digest = b2a_base64(sha256(content).digest()).decode().rstrip("=\n").replace("+", "-").replace("/", "_")
        lines.append("%s,sha256=%s,%d\n" % (quoted(os.path.relpath(path, site)), digest, len(content)))
    lines.append(quoted(os.path.relpath(own, site)) + ",,\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def quoted(path):
    return '"%s"' % path.replace('"', '""') if "," in path or '"' in path else path


def write(files, folder):
    for path, (content, command) in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(content)
        if command:
            os.chmod(path, 0o755)


class Lock(object):
    """Held by this process alone on this node. The kernel lets go of it with the process, however that ends."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        import fcntl
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: several may install, and one of the equal folders stays

    def __exit__(self, *error):
        os.close(self.file)


def put(folder, make):
    """Makes the folder whole, or not at all. Returns whether it was made."""
    if os.path.isdir(folder):
        return False
    staging = os.path.join(os.path.dirname(folder), ".new-%s" % "".join("%02x" % byte for byte in os.urandom(8)))
    os.mkdir(staging, 0o700)
    try:
        make(staging)
        os.rename(staging, folder)
        return True
    except OSError:
        if not os.path.isdir(folder):
            raise
        return False
    finally:
        if os.path.isdir(staging):
            import shutil
            shutil.rmtree(staging, ignore_errors=True)


def still_whole(folder, files):
    return all(os.path.exists(os.path.join(folder, path)) for path in files)


def check_python(facts):
    """Only what a plain comparison of numbers can tell; pip's message for the rest."""
    import re
    here = sys.version_info[:3]
    for part in facts.requires_python.split(","):
        match = re.match(r"\s*(>=|<=|<|>)\s*([0-9]+(?:\.[0-9]+)*)\s*$", part)
        if match:
            there = tuple(int(number) for number in match.group(2).split("."))
            there += (0,) * (3 - len(there))
            if not {">=": here >= there, "<=": here <= there, "<": here < there, ">": here > there}[match.group(1)]:
                fail("%s needs Python %s, and this is %s" % (facts.name, facts.requires_python, ".".join(map(str, here))))


def install(root, run):
    import site
    from project_facts import NotStatic, read
    # The user's own base stays in use; then, and where Python takes no user site (a closed virtual environment,
    # PYTHONNOUSERSITE), the project is put on PYTHONPATH.
    theirs = os.environ.get("PYTHONUSERBASE", "")
    user_site = bool(site.ENABLE_USER_SITE) and (not theirs or theirs.startswith(os.path.join(run, "")))
    projects = os.path.join(run, "projects")
    os.makedirs(projects, mode=0o700, exist_ok=True)
    # The folder has one name on all nodes, since it stands in variables: where nodes share /tmp, the first that is whole stays.
    with Lock(os.path.join(projects, ".lock-" + digest_of(root, os.uname().nodename))):
        try:
            facts = read(root)
        except NotStatic as reason:
            import pip_fallback
            folder = pip_fallback.install(root, projects, user_site, str(reason))
        else:
            check_python(facts)
            folder = put_static(facts, root, projects)
    print("BIN=" + os.path.join(folder, "bin"))
    if user_site:
        print("PYTHONUSERBASE=" + folder)
    else:
        print("PYTHONPATH=" + os.pathsep.join([site_packages(folder)] + paths_in(site_packages(folder))))


def put_static(facts, root, projects):
    # The paths in it are relative to the folder, whatever its name will be.
    files = files_of(facts, root, projects)
    folder = os.path.join(projects, digest_of(
        root, sys.executable, sys.version, *[part for path in sorted(files) for part in (path, files[path][0])]))
    if os.path.isdir(folder) and not still_whole(folder, files):
        import shutil
        shutil.rmtree(folder)  # a cleaner of /tmp was here
    if put(folder, lambda staging: write(files, staging)):
        say("%s %s runs from %s" % (facts.name, facts.version, root))
    command = next((path for path in files if path.startswith("bin/")), None)
    if command and not os.access(os.path.join(folder, command), os.X_OK):
        say("its commands cannot be started: %s is mounted noexec (TMPDIR names another folder)" % projects)
    return folder


def paths_in(folder):
    """What the .pth files in the folder add, since PYTHONPATH does not read them."""
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".pth"):
            with open(os.path.join(folder, name), "rb") as stream:
                found += [os.fsdecode(line) for line in stream.read().split(b"\n") if line.startswith(b"/")]
    return found


def paths(root):
    from project_facts import NotStatic, read
    try:
        folders = read(root).folders
    except NotStatic:
        source = os.path.join(root, "src")
        folders = [source if os.path.isdir(source) else root]
    print(os.pathsep.join(folders))


def main(arguments):
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGTERM, lambda *ignored: sys.exit(143))
    only_paths = arguments[0] == "--paths"
    root = os.path.normpath(arguments[1] if only_paths else arguments[0])
    if "\n" in root:
        fail("the project's folder has a line break in its name")
    if not any(os.path.isfile(os.path.join(root, name)) for name in ("pyproject.toml", "setup.cfg", "setup.py")):
        fail("there is no pyproject.toml, setup.cfg or setup.py in %s: mount the project there, or set "
             "SKIP_INSTALL_PROJECT=1" % root)
    if only_paths:
        paths(root)
    else:
        install(root, arguments[1])


if __name__ == "__main__":
    main(sys.argv[1:])
