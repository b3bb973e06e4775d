"""For projects whose build backend has to be asked: `pip install -e` into a folder of its own. Leaves nothing in ROOT."""
import os
import re
import signal
import subprocess
import sys

from install_project import digest_of, fail, put, say, site_packages

LEFT_BEHIND = re.compile(r".*\.egg-info|build|\.pdm-build|\.eggs|__pycache__")


def install(root, projects, user_site, reason):
    contents = []
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        try:
            with open(os.path.join(root, name), "rb") as stream:
                contents.append(stream.read())
        except OSError:
            contents.append(b"")
    folder = os.path.join(projects, digest_of(root, sys.executable, sys.version, str(user_site), *contents))
    if not os.path.isdir(folder):
        say("pip installs the project, since %s" % reason)
        missing = missing_of(build_requires(root, contents[0]))
        if missing:
            say("%s is not in the image, so pip downloads what the build needs" % missing[0])
        put(folder, lambda staging: run_pip(root, staging, user_site, bool(missing)))
    return folder


def build_requires(root, pyproject):
    from project_facts import NotStatic, load_toml
    requires = None
    try:
        requires = load_toml(pyproject.decode("utf-8-sig")).get("build-system", {}).get("requires")
    except (NotStatic, ValueError, AttributeError):
        pass  # pip says it better
    return requires if isinstance(requires, list) else ["setuptools"]


def missing_of(requires):
    there = set()
    for folder in sys.path:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            match = re.match(r"(.+?)(-[^-]*)?\.(dist-info|egg-info)$", name)
            if match:
                there.add(re.sub(r"[-_.]+", "-", match.group(1)).lower())
    names = [re.match(r"\s*([A-Za-z0-9._-]*)", str(requirement)).group(1) for requirement in requires
             if ";" not in str(requirement)]
    # wheel is asked for by habit; setuptools has its own since 70.1.
    return [name for name in names if re.sub(r"[-_.]+", "-", name).lower() not in there | {"wheel"}]


def run_pip(root, staging, user_site, isolated):
    import importlib.util
    if importlib.util.find_spec("pip") is None:
        fail("the environment has no pip, which this project needs")
    before = dict((place, names_in(place)) for place in places_of(root))
    try:
        failed = call_pip(root, staging, user_site, isolated, elsewhere=True)
        if failed and not isolated and os.path.isfile(os.path.join(root, "setup.py")):
            # A setuptools before 64 has editable installs of the old kind alone, which need their egg-info in the checkout.
            os.makedirs(site_packages(staging), exist_ok=True)
            failed = call_pip(root, staging, user_site, isolated, elsewhere=False)
    finally:
        clean(root, before, site_packages(staging))
    if failed:
        for line in failed.strip().split("\n")[-25:]:
            sys.stderr.write("firn:   %s\n" % line)
        fail("pip cannot install %s (SKIP_INSTALL_PROJECT=1 goes on without)" % root)


def call_pip(root, staging, user_site, isolated, elsewhere):
    """What pip said, where it failed."""
    variables = dict(os.environ, PYTHONUSERBASE=staging, PYTHONDONTWRITEBYTECODE="1", PIP_BREAK_SYSTEM_PACKAGES="1",
                     PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"):
        variables.pop(name, None)
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--ignore-installed", "--no-warn-script-location"]
    command += ["--user"] if user_site else ["--prefix", staging]
    command += [] if isolated else ["--no-build-isolation"]
    if elsewhere:
        # What setuptools would write into the checkout, which may be read-only, or another user's.
        variables["DIST_EXTRA_CONFIG"] = os.path.join(staging, "distutils.cfg")
        with open(variables["DIST_EXTRA_CONFIG"], "w") as stream:
            stream.write("[egg_info]\negg_base = %s\n[build]\nbuild_base = %s\n" % (staging, os.path.join(staging, "build")))
        command.append("--use-pep517")
        if not user_site:
            variables["PIP_CONFIG_SETTINGS"] = "editable_mode=compat"  # a finder works in .pth files of a site folder only
    process = subprocess.Popen(command + ["--editable", root], cwd=staging, env=variables, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output = process.communicate()[0].decode("utf-8", "replace")
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return (output or "pip returned %d" % process.returncode) if process.returncode != 0 else ""


def places_of(root):
    return [place for place in (root, os.path.join(root, "src")) if os.path.isdir(place)]


def names_in(place):
    return set(os.listdir(place))


def clean(root, before, site):
    """Takes away what builds leave in a checkout; what is needed there, such as built extensions, gets its owner."""
    import shutil
    legacy = os.path.isdir(site) and any(name.endswith(".egg-link") for name in os.listdir(site))
    owner = os.stat(root)
    for place in before:
        for name in names_in(place) - before[place]:
            path = os.path.join(place, name)
            if LEFT_BEHIND.fullmatch(name) and not (legacy and name.endswith(".egg-info")):
                shutil.rmtree(path, ignore_errors=True)
            elif os.getuid() == 0 and owner.st_uid != 0:
                give(path, owner)


def give(path, owner):
    paths = [path]
    for folder, folders, files in os.walk(path):
        paths += [os.path.join(folder, name) for name in folders + files]
    for path in paths:
        os.lchown(path, owner.st_uid, owner.st_gid)
