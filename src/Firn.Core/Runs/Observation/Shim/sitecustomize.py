# Firn's observer: appends to a report what this process imports (docs/observe.md). Python imports this file at its start
# because its folder is first in PYTHONPATH. It takes the folder out of sys.path again and gives way to the user's own
# sitecustomize. It works in every Python from 2.7 on, imports nothing that is not loaded, and never raises.
import os
import sys


def _observe(folder):
    import atexit
    try:
        from _thread import get_ident
    except ImportError:
        from thread import get_ident

    # Taken now: a program may replace them in os (pyfakefs) or take them away at its end.
    open_file, write_file, close_file, getpid = os.open, os.write, os.close, os.getpid
    modules, text_type = sys.modules, type(u'')
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, 'O_CLOEXEC', 0) | getattr(os, 'O_NOFOLLOW', 0)
    library = os.path.dirname(os.__file__) + os.sep
    packages = (library + 'site-packages' + os.sep, library + 'dist-packages' + os.sep)
    silent = frozenset(sys.builtin_module_names) | getattr(sys, 'stdlib_module_names', frozenset())
    process = [None]
    pending = {}
    seen = set()

    def line(kind, *values):
        parts = [kind]
        for value in values:
            if isinstance(value, text_type) and text_type is not str:
                value = value.encode('utf-8')
            value = value if isinstance(value, str) else str(value)
            parts.append(value.replace('\\', '\\\\').replace('\n', '\\n').replace('\r', '\\r').replace('\t', '\\t'))
        return '\t'.join(parts) + '\n'

    def header(kind, pid):
        process[0] = pid
        return line(
            'P', kind, pid, getattr(os, 'getppid', int)(), '.'.join([str(part) for part in sys.version_info[:3]]),
            sys.executable or '', sys.prefix, getattr(sys, 'base_prefix', sys.prefix), library)

    # Opened for each line: a descriptor that stays open could be closed, and its number reused, by the program.
    def append(text):
        try:
            pid = getpid()
            if pid != process[0]:
                text = header('fork', pid) + text
            if str is text_type:
                text = text.encode('utf-8', 'surrogateescape')
            descriptor = open_file(folder + os.sep + str(pid) + '.report', flags, 384)
            try:
                write_file(descriptor, text)
            finally:
                close_file(descriptor)
        except Exception:
            pass

    # By the dictionary: asking a lazy module for an attribute would load it.
    def members(module):
        try:
            return object.__getattribute__(module, '__dict__')
        except Exception:
            return {}

    def file_line(name):
        path = members(modules.get(name)).get('__file__')
        if not isinstance(path, (str, text_type)) or name in seen:
            return ''
        seen.add(name)
        if path.startswith(library) and not path.startswith(packages):
            return ''
        return line('F', name, path)

    # A package whose folders several distributions share does not tell whose its modules are.
    def is_shared(path):
        return path.__class__ is not list or len(path) > 1

    def parent_is_shared(name):
        parent = members(modules.get(name.rpartition('.')[0]))
        return '__path__' in parent and (parent.get('__file__') is None or is_shared(parent['__path__']))

    class Finder(object):
        # A module is in sys.modules by the next import of its thread: its file is written then.
        def find_spec(self, name, path=None, target=None):
            try:
                ident = get_ident()
                text = ''
                if ident in pending:
                    text = file_line(pending.pop(ident))
                if path is None or is_shared(path):
                    pending[ident] = name
                    if name not in silent:
                        text += line('I', name)
                if text:
                    append(text)
            except Exception:
                pass

        if sys.version_info[0] < 3:
            find_module = find_spec

    def loaded():
        text = ''
        for name in list(modules):
            if name.find('.') < 0 or parent_is_shared(name):
                text += file_line(name)
        return text

    def maps():
        try:
            with open('/proc/self/maps', 'rb') as stream:
                lines = stream.read().split(b'\n')
        except Exception:
            return ''
        paths = set()
        for entry in lines:
            start = entry.find(b'/')
            if start > 0 and entry.find(b'.so', start) > 0:
                paths.add(entry[start:])
        decode = (lambda path: path) if str is not text_type else (lambda path: path.decode('utf-8', 'surrogateescape'))
        return ''.join([line('L', decode(path)) for path in sorted(paths)])

    def finish():
        try:
            text = loaded()
            spec = members(modules.get('__main__')).get('__spec__')
            path = members(modules.get('__main__')).get('__file__')
            if spec is not None and path and '.' not in spec.name:
                text += line('F', spec.name, path)
            append(text + maps() + line('E'))
        except Exception:
            pass

    # Coverage and debuggers leave code alone that is in no file.
    for function in (
            Finder.find_spec, line, header, append, members, file_line, is_shared, parent_is_shared, loaded, maps, finish):
        code = getattr(function, '__code__', None)
        if hasattr(code, 'replace'):
            function.__code__ = code.replace(co_filename='<frozen firn>')

    append(header('start', getpid()) + loaded())
    sys.meta_path.insert(0, Finder())
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=lambda: append(''))
    atexit.register(finish)


def _start():
    folder = os.path.dirname(os.path.abspath(__file__))
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    try:
        # With PYTHONPYCACHEPREFIX the bytecode of this file would stay there, one for each run.
        cached = globals().get('__cached__')
        if cached and getattr(sys, 'pycache_prefix', None):
            os.unlink(cached)
            for _ in range(2):
                cached = os.path.dirname(cached)
                os.rmdir(cached)
    except Exception:
        pass
    try:
        _observe(os.path.dirname(folder))
    except Exception:
        pass


# Python 2 empties a module that nobody holds.
_self = sys.modules.pop(__name__, None)
_start()
if __name__ == 'sitecustomize':
    import sitecustomize
