"""Keeps the environment of the container for shells that sshd starts without it. Standard library only.

save FILE      writes this process's variables, each with a NUL behind it: nothing in them can be taken for code
session FILE   what sshd's ForceCommand runs: the user's shell, or the command asked for, with these variables
exports FILE   the variables as a shell's export lines, each value in single quotes
activate PREFIX  the same of what activating an environment of conda changes
"""
import errno
import os
import stat
import sys

# What belongs to one shell or one session, not to the container.
OWN = {b"_", b"PWD", b"OLDPWD", b"SHLVL", b"SHELL", b"TERM", b"HOSTNAME", b"COLUMNS", b"LINES", b"FIRN_LATER_RANK",
       b"FIRN_ENVIRONMENT", b"PASSWD"}


def save(path):
    lines = [name + b"=" + value for name, value in os.environb.items()
             if name not in OWN and not name.startswith((b"BASH", b"SSH_CLIENT", b"SSH_CONNECTION", b"SSH_TTY", b"SSH_AUTH_SOCK"))]
    new = path + ".%d" % os.getpid()
    try:
        os.unlink(new)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(b"".join(line + b"\0" for line in lines))
    os.rename(new, path)


def load(path):
    """Only from a file that is this user's alone."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(file, "rb") as stream:
        about = os.fstat(stream.fileno())
        if about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
            raise OSError(errno.EPERM, "not this user's alone", path)
        return [line.partition(b"=")[::2] for line in stream.read().split(b"\0") if line]


def session(path):
    try:
        for name, value in load(path):
            os.environb[name] = value
    except OSError as error:
        sys.stderr.write("firn: the environment of the container cannot be read: %s\n" % error)
    os.environ["FIRN_ENVIRONMENT"] = path
    shell = os.environ.get("SHELL") or "/bin/sh"
    command = os.environ.get("SSH_ORIGINAL_COMMAND")
    if command is not None:
        os.execv(shell, [shell, "-c", command])
    try:
        os.chdir(os.environ.get("PROJECT_ROOT_AT") or ".")
    except OSError:
        pass
    os.execv(shell, ["-" + os.path.basename(shell)])


def show(variables):
    out = getattr(sys.stdout, "buffer", sys.stdout)
    for name, value in variables:
        text = name.decode("latin-1")
        # A function that bash exports, and the like: no name for a shell.
        if not text.replace("_", "a").isalnum() or text[0].isdigit() or any(ord(letter) > 127 for letter in text):
            continue
        if value is None:
            out.write(b"unset " + name + b"\n")
        else:
            out.write(b"export " + name + b"='" + value.replace(b"'", b"'\\''") + b"'\n")


def exports(path):
    show(load(path))


def kept_variables(prefix):
    """What packages and `conda env config vars` keep, in conda's order (activate.py, _get_environment_env_vars)."""
    import json
    folder = os.path.join(prefix, "etc", "conda", "env_vars.d")
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder)) if os.path.isdir(folder) else []
    kept = {}
    for path in files + [os.path.join(prefix, "conda-meta", "state")]:
        try:
            with open(path, encoding="utf-8") as stream:
                found = json.load(stream)
            if path in files:
                kept.update(found)
            else:
                kept.update({name: value for name, value in found.get("env_vars", {}).items() if value != "***unset***"})
        except (OSError, ValueError, AttributeError) as error:
            if not isinstance(error, OSError) or error.errno != errno.ENOENT:
                sys.stderr.write("firn: %s cannot be read: %s\n" % (path, error))
    return {str(name): str(value) for name, value in kept.items()}


def activate(prefix):
    import shutil
    import subprocess
    before = dict(os.environb)
    os.environ.update(kept_variables(prefix))
    after = dict(os.environb)
    folder = os.path.join(prefix, "etc", "conda", "activate.d")
    scripts = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".sh")) if os.path.isdir(folder) else []
    if scripts:
        # Most are written for bash. What they print is not the command's output.
        code = 'exec 3>&1 >&2; for firn_script; do . "$firn_script"; done; exec "$0" -I -S -B -c "$FIRN_SHOW" >&3'
        show_all = "import os, sys; sys.stdout.buffer.write(b''.join(k + b'=' + v + b'\\0' for k, v in os.environb.items()))"
        shell = subprocess.Popen(
            [shutil.which("bash") or "/bin/sh", "-c", code, sys.executable] + scripts,
            env=dict(os.environ, FIRN_SHOW=show_all), stdout=subprocess.PIPE)
        output = shell.communicate()[0]
        if shell.returncode == 0:
            after = dict(item.partition(b"=")[::2] for item in output.split(b"\0") if item)
        else:
            sys.stderr.write("firn: the activation scripts in %s ended with %d, and are not used\n" % (folder, shell.returncode))
    own = OWN | {b"FIRN_SHOW"}
    names = [name for name in sorted(set(before) | set(after)) if before.get(name) != after.get(name) and name not in own]
    show([(name, after.get(name)) for name in names])


{"save": save, "session": session, "exports": exports, "activate": activate}[sys.argv[1]](sys.argv[2])
