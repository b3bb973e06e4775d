"""Keeps the environment of the container for shells that sshd starts without it. Standard library only.

save FILE      writes this process's variables, each with a NUL behind it: nothing in them can be taken for code
session FILE   what sshd's ForceCommand runs: the user's shell, or the command asked for, with these variables
exports FILE   the variables as a shell's export lines, each value in single quotes
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


def exports(path):
    out = getattr(sys.stdout, "buffer", sys.stdout)
    for name, value in load(path):
        text = name.decode("latin-1")
        # A function that bash exports, and the like: no name for a shell.
        if text.replace("_", "a").isalnum() and not text[0].isdigit() and all(ord(letter) < 128 for letter in text):
            out.write(b"export " + name + b"='" + value.replace(b"'", b"'\\''") + b"'\n")


{"save": save, "session": session, "exports": exports}[sys.argv[1]](sys.argv[2])
