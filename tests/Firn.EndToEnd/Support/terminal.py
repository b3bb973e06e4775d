# A shell on a pseudo terminal, driven by lines of a script: "send TEXT" (with Python's escapes), "expect TEXT", "absent TEXT
# SECONDS", "wait SECONDS". Prints what came, and ends with 1 where an expected text did not.
import ast, os, pty, select, sys, time

LIMIT = 90
pid, terminal = pty.fork()
if pid == 0:
    os.environ["PS1"] = "$ "
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i", "-b"])
seen = b""


def read(seconds):
    global seen
    if select.select([terminal], [], [], seconds)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            time.sleep(seconds)


def expect(text):
    global seen
    end = time.time() + LIMIT
    while text not in seen:
        read(0.1)
        if time.time() > end:
            print("missing", text, "in", seen)
            os.kill(pid, 9)
            sys.exit(1)
    seen = seen[seen.index(text) + len(text):]


def pause(seconds):
    end = time.time() + seconds
    while time.time() < end:
        read(0.05)


expect(b"$ ")
for line in open(sys.argv[1]).read().splitlines():
    verb, _, rest = line.partition(" ")
    if verb == "wait":
        pause(float(rest))
        continue
    text = ast.literal_eval("b'''" + rest + "'''") if verb != "absent" else rest.rsplit(" ", 1)[0].encode()
    if verb == "send":
        os.write(terminal, text)
    elif verb == "expect":
        expect(text)
    else:
        pause(float(rest.rsplit(" ", 1)[1]))
        if text in seen:
            print("there is", text, "in", seen)
            os.kill(pid, 9)
            sys.exit(1)
os.kill(pid, 9)
