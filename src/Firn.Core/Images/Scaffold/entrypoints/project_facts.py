"""What pyproject.toml or setup.cfg says of a project without running its build: name, version, commands, folders.

Raises NotStatic, with the reason, wherever only the build backend could tell. Standard library only, Python 3.6.
"""
import os
import re

# Patterns are compiled where they are used: compiling one takes longer than most projects need in all.
SIMPLE_VERSION = (
    r"([1-9][0-9]*!)?(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*((a|b|rc)(0|[1-9][0-9]*))?"
    r"(\.post(0|[1-9][0-9]*))?(\.dev(0|[1-9][0-9]*))?(\+[a-z0-9]+(\.[a-z0-9]+)*)?")
PLAIN_VERSION = r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*"
NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
ENTRY_POINT = r"\s*(?P<module>\w+(\.\w+)*)\s*(:\s*(?P<attr>\w+(\.\w+)*)\s*)?(\[[^\]]*\]\s*)?"
HATCH_VERSION = r"""(?i)^(__version__|VERSION)(?: ?\: ?str)? *= *(['"])v?(?P<version>.+?)\2"""
PDM_VERSION = r"""^__version__\s*=\s*["'](?P<version>.+?)["']\s*(?:#.*)?$"""
# Dynamic fields that nothing at run time asks for.
UNASKED = {"readme", "description", "classifiers", "license", "license-files", "authors", "maintainers", "keywords",
           "urls", "version", "dependencies", "optional-dependencies"}


class NotStatic(Exception):
    pass


class Facts(object):
    def __init__(self, name, version, folders):
        if not isinstance(name, str) or not re.fullmatch(NAME, name):
            raise NotStatic("its name is %r" % (name,))
        self.name = name
        self.version = normal_version(version)
        self.folders = folders
        self.summary = self.requires_python = ""
        self.requires = []
        self.extras = {}
        self.entry_points = {}

    def check(self):
        for folder in self.folders:
            if not os.path.isdir(folder):
                raise NotStatic("%s is not there" % folder)
        for group, entries in self.entry_points.items():
            for name, target in entries.items():
                match = re.fullmatch(ENTRY_POINT, target) if isinstance(target, str) else None
                command = group in ("console_scripts", "gui_scripts")
                if not match or (command and not match.group("attr")) or "/" in name or "\n" in name or name in ("", ".", ".."):
                    raise NotStatic("the entry point %s is %r" % (name, target))
        return self


def normal_version(version):
    if not isinstance(version, str):
        raise NotStatic("its version is %r" % (version,))
    version = version.strip()
    if re.fullmatch(PLAIN_VERSION, version) or re.fullmatch(SIMPLE_VERSION, version):
        return version
    try:
        from pip._vendor.packaging.version import Version
        return str(Version(version))
    except Exception:
        raise NotStatic("its version is %r" % version)


def text_of(root, path):
    full = os.path.normpath(os.path.join(root, path))
    if not full.startswith(os.path.join(root, "")):
        raise NotStatic("%s lies outside" % path)
    try:
        with open(full, encoding="utf-8-sig") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        raise NotStatic("%s cannot be read: %s" % (path, error))


def load_toml(text):
    for module in ("tomllib", "tomli", "pip._vendor.tomli"):
        try:
            loads = __import__(module, fromlist=["loads"]).loads
            break
        except ImportError:
            pass
    else:
        from toml_reader import loads
    try:
        return loads(text)
    except ValueError as error:
        raise NotStatic("pyproject.toml: %s" % error)


def table(data, *names):
    for name in names:
        data = data.get(name, {})
        if not isinstance(data, dict):
            raise NotStatic("%s is no table" % name)
    return data


def read(root):
    if os.path.isfile(os.path.join(root, "pyproject.toml")):
        data = load_toml(text_of(root, "pyproject.toml"))
    else:
        data = {}
    backend = table(data, "build-system").get("build-backend", "setuptools.build_meta")
    if "backend-path" in table(data, "build-system"):
        raise NotStatic("it has a build backend of its own")
    if "project" not in data:
        if str(backend).startswith("setuptools.") and os.path.isfile(os.path.join(root, "setup.cfg")):
            must_have_plain_setup_py(root)
            return of_setup_cfg(root).check()
        raise NotStatic("pyproject.toml has no [project]" if data else "it has no pyproject.toml")
    readers = {"setuptools": setuptools, "hatchling": hatchling, "flit_core": flit, "poetry": poetry, "pdm": pdm,
               "uv_build": uv}
    reader = readers.get(str(backend).split(".")[0])
    if reader is None:
        raise NotStatic("its build backend is %s" % backend)
    project = table(data, "project")
    dynamic = project.get("dynamic", [])
    unknown = [field for field in dynamic if field not in UNASKED]
    if unknown:
        raise NotStatic("%s is dynamic" % unknown[0])
    return reader(root, data, project, dynamic).check()


def basic(project, version, folders):
    facts = Facts(project.get("name"), version, folders)
    facts.summary = project.get("description", "")
    facts.requires_python = project.get("requires-python", "")
    facts.requires = project.get("dependencies", [])
    facts.extras = table(project, "optional-dependencies")
    points = dict(table(project, "entry-points"))
    for group, key in (("console_scripts", "scripts"), ("gui_scripts", "gui-scripts")):
        if table(project, key):
            points[group] = table(project, key)
    facts.entry_points = dict((group, table(points, group)) for group in points)
    for values in [facts.requires] + list(facts.extras.values()):
        if not isinstance(values, list) or not all(isinstance(value, str) and "\n" not in value for value in values):
            raise NotStatic("its dependencies are no list of lines")
    return facts


def must_not_be_dynamic(dynamic, *fields):
    for field in fields or ("version", "dependencies", "optional-dependencies"):
        if field in dynamic:
            raise NotStatic("%s is dynamic" % field)


def module_version(root, folder, dotted):
    """The value of an assignment at the top of a module, read and not run, as setuptools does it."""
    import ast
    module, _, name = dotted.rpartition(".")
    base = os.path.join(os.path.relpath(folder, root), *module.split("."))
    path = next((path for path in (os.path.join(base, "__init__.py"), base + ".py")
                 if module and os.path.isfile(os.path.join(root, path))), None)
    if path is None:
        raise NotStatic("the module of %s is not there" % dotted)
    try:
        for node in ast.parse(text_of(root, path)).body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            if any(isinstance(target, ast.Name) and target.id == name for target in targets) and node.value is not None:
                value = ast.literal_eval(node.value)
                return ".".join(map(str, value)) if isinstance(value, (list, tuple)) else value
    except (ValueError, SyntaxError):
        pass
    raise NotStatic("%s is not written out" % dotted)


def pattern_version(root, path, pattern):
    try:
        match = re.compile(pattern, re.MULTILINE).search(text_of(root, path))
    except re.error:
        match = None
    if not match or "version" not in match.groupdict():
        raise NotStatic("there is no version in %s" % path)
    return match.group("version")


def lines_of(root, value):
    """setuptools' {file = ...}: requirements, one a line."""
    files = value.get("file") if isinstance(value, dict) else None
    lines = []
    for path in [files] if isinstance(files, str) else files or []:
        lines += [line.split(" #")[0].strip() for line in text_of(root, path).split("\n")]
    lines = [line for line in lines if line and not line.startswith("#")]
    if files is None or any(line.startswith("-") or line.endswith("\\") for line in lines):
        raise NotStatic("its dependencies are dynamic")
    return lines


def must_have_plain_setup_py(root):
    """setup.py may do anything: only one that calls setup() without arguments says nothing of its own."""
    if not os.path.exists(os.path.join(root, "setup.py")):
        return
    import ast
    try:
        body = ast.parse(text_of(root, "setup.py")).body
    except (SyntaxError, ValueError):
        raise NotStatic("setup.py is not understood")
    if body and isinstance(body[-1], ast.If) and not body[-1].orelse and getattr(
            getattr(body[-1].test, "left", None), "id", "") == "__name__":
        body = body[:-1] + body[-1].body
    for node in body:
        call = node.value if isinstance(node, ast.Expr) else None
        plain = (isinstance(call, ast.Call) and not call.args and not call.keywords
                 and getattr(call.func, "id", getattr(call.func, "attr", "")) == "setup")
        text = isinstance(call, getattr(ast, "Constant", ())) or call.__class__.__name__ == "Str"
        imports = isinstance(node, (ast.Import, ast.ImportFrom)) and "setuptools" in (
            [alias.name for alias in node.names] + [getattr(node, "module", None)])
        if not (plain or text or imports):
            raise NotStatic("setup.py does something of its own")


def setuptools(root, data, project, dynamic):
    must_have_plain_setup_py(root)
    tool = table(data, "tool", "setuptools")
    if "ext-modules" in tool or "cmdclass" in tool or "setuptools_scm" in data.get("tool", {}):
        raise NotStatic("setuptools builds something, or asks Git")
    folder = setuptools_folder(root, tool.get("package-dir", {}), tool.get("packages"))
    said = table(tool, "dynamic")
    version = project.get("version")
    if "version" in dynamic:
        source = said.get("version", {})
        if isinstance(source, dict) and isinstance(source.get("attr"), str):
            version = module_version(root, folder, source["attr"])
        elif isinstance(source, dict) and isinstance(source.get("file"), str):
            version = text_of(root, source["file"])
        else:
            raise NotStatic("version is dynamic")
    facts = basic(project, version, [folder])
    if "dependencies" in dynamic:
        facts.requires = lines_of(root, said.get("dependencies"))
    if "optional-dependencies" in dynamic:
        facts.extras = dict((extra, lines_of(root, value))
                            for extra, value in table(said, "optional-dependencies").items())
    return facts


def setuptools_folder(root, package_dir, packages):
    if not isinstance(package_dir, dict) or any(name != "" for name in package_dir):
        # "pkg = src/pkg" is the same as "= src"; anything else moves a package.
        if isinstance(package_dir, dict) and all(name and path.split("/")[-1] == name for name, path in package_dir.items()):
            parents = set(path.rpartition("/")[0] for path in package_dir.values())
            if len(parents) == 1:
                return os.path.join(root, parents.pop()).rstrip("/")
        raise NotStatic("package-dir moves packages")
    where = package_dir.get("")
    if where is None and isinstance(packages, dict):
        found = table(packages, "find").get("where", [])
        if len(found) > 1:
            raise NotStatic("packages are in several folders")
        where = found[0] if found else None
    if where is None and packages is None and os.path.isdir(os.path.join(root, "src")):
        where = "src"
    return os.path.normpath(os.path.join(root, where or "."))


def of_setup_cfg(root):
    import configparser
    config = configparser.ConfigParser(interpolation=None)
    config.optionxform = str
    try:
        config.read_string(text_of(root, "setup.cfg"))
    except configparser.Error:
        raise NotStatic("setup.cfg is not understood")

    def get(section, key):
        return config.get(section, key.replace("-", "_"), fallback=config.get(section, key.replace("_", "-"), fallback=""))

    def pairs(text):
        return dict(tuple(part.strip() for part in line.partition("=")[::2]) for line in text.split("\n") if "=" in line)

    if get("options", "ext_modules") or get("options", "cmdclass") or get("options", "setup_requires"):
        raise NotStatic("setup.cfg asks for a build")
    where = get("options.packages.find", "where")
    packages = {"find": {"where": [where] if where else []}} if get("options", "packages") else None
    folder = setuptools_folder(root, pairs(get("options", "package_dir")), packages)
    version = get("metadata", "version")
    if version.startswith("attr:"):
        version = module_version(root, folder, version[5:].strip())
    elif version.startswith("file:"):
        version = text_of(root, version[5:].strip())
    facts = Facts(get("metadata", "name"), version or None, [folder])
    facts.summary = get("metadata", "description").split("\n")[0]
    facts.requires_python = get("options", "python_requires")
    facts.requires = [line.strip() for line in get("options", "install_requires").split("\n") if line.strip()]
    if any(line.startswith("file:") for line in facts.requires):
        raise NotStatic("its dependencies are dynamic")
    if config.has_section("options.extras_require"):
        facts.extras = dict((extra, [line.strip() for line in lines.split("\n") if line.strip()])
                            for extra, lines in config.items("options.extras_require"))
    points = get("options", "entry_points")
    if points.startswith("file:"):
        raise NotStatic("its entry points are dynamic")
    if config.has_section("options.entry_points"):
        facts.entry_points = dict((group, pairs(text)) for group, text in config.items("options.entry_points"))
    elif points:
        raise NotStatic("entry_points is one text")
    return facts


def hatchling(root, data, project, dynamic):
    must_not_be_dynamic(dynamic, "dependencies", "optional-dependencies")
    hatch = table(data, "tool", "hatch")
    wheel = table(hatch, "build", "targets", "wheel")
    if table(hatch, "build", "hooks") or table(wheel, "hooks") or table(hatch, "metadata", "hooks"):
        raise NotStatic("hatch has hooks")
    for part in (table(hatch, "build"), wheel):
        for key in ("sources", "force-include", "only-include", "dev-mode-exact", "editable", "include"):
            if part.get(key):
                raise NotStatic("hatch has %s" % key)
    version = project.get("version")
    if "version" in dynamic:
        source = table(hatch, "version")
        if source.get("source", "regex") != "regex" or not isinstance(source.get("path"), str) or "scheme" in source:
            raise NotStatic("version is dynamic")
        pattern = source.get("pattern", True)
        version = pattern_version(root, source["path"], HATCH_VERSION if pattern is True else pattern)
    dirs = wheel.get("dev-mode-dirs", table(hatch, "build").get("dev-mode-dirs"))
    packages = wheel.get("packages", table(hatch, "build").get("packages"))
    if dirs is None and packages:
        dirs = [os.path.dirname(package.rstrip("/")) or "." for package in packages]
    if dirs is None:
        dirs = [module_folder(root, project.get("name"), ("src", "."))]
    return basic(project, version, unique(os.path.normpath(os.path.join(root, folder)) for folder in dirs))


def unique(values):
    found = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def module_folder(root, name, places):
    """The first of the places with a package, or a module, of the project's name."""
    name = re.sub(r"[-_.]+", "_", str(name))
    for place in places:
        for path in (os.path.join(name, "__init__.py"), name + ".py",
                     os.path.join(name.lower(), "__init__.py"), name.lower() + ".py"):
            if os.path.isfile(os.path.join(root, place, path)):
                return place
    raise NotStatic("there is no package %s" % name)


def flit(root, data, project, dynamic):
    must_not_be_dynamic(dynamic, "dependencies", "optional-dependencies")
    module = table(data, "tool", "flit", "module").get("name", project.get("name"))
    folder = os.path.normpath(os.path.join(root, module_folder(root, module.replace(".", os.sep), ("src", "."))))
    version = project.get("version")
    if "version" in dynamic:
        version = module_version(root, folder, re.sub("[-.]+", "_", module) + ".__version__")
    return basic(project, version, [folder])


def poetry(root, data, project, dynamic):
    must_not_be_dynamic(dynamic, "dependencies", "optional-dependencies")
    tool = table(data, "tool", "poetry")
    if tool.get("build") or tool.get("scripts") or tool.get("plugins") or tool.get("dependencies"):
        raise NotStatic("poetry has more than [project] says")
    packages = tool.get("packages")
    if packages is None:
        folders = [module_folder(root, project.get("name"), (".", "src"))]
    else:
        if any("to" in package for package in packages):
            raise NotStatic("poetry moves packages")
        folders = [package.get("from", ".") for package in packages]
    version = tool.get("version") if "version" in dynamic else project.get("version")
    return basic(project, version, unique(os.path.normpath(os.path.join(root, folder)) for folder in folders))


def pdm(root, data, project, dynamic):
    must_not_be_dynamic(dynamic, "dependencies", "optional-dependencies")
    tool = table(data, "tool", "pdm")
    build = table(tool, "build")
    if os.path.exists(os.path.join(root, "pdm_build.py")) or any(key in build for key in ("run-setuptools", "custom-hook", "hooks")):
        raise NotStatic("pdm has hooks")
    version = project.get("version")
    if "version" in dynamic:
        source = table(tool, "version")
        if source.get("source") != "file" or not isinstance(source.get("path"), str):
            raise NotStatic("version is dynamic")
        version = pattern_version(root, source["path"], PDM_VERSION)
    folder = build.get("package-dir") or ("src" if os.path.isdir(os.path.join(root, "src")) else ".")
    return basic(project, version, [os.path.normpath(os.path.join(root, folder))])


def uv(root, data, project, dynamic):
    must_not_be_dynamic(dynamic)
    folder = table(data, "tool", "uv", "build-backend").get("module-root", "src")
    return basic(project, project.get("version"), [os.path.normpath(os.path.join(root, folder))])
