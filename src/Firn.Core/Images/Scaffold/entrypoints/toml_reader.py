"""A strict reader of the TOML that pyproject.toml is made of, for Pythons before 3.11 without tomli or pip.

Tables, arrays of tables, dotted and quoted keys, all four kinds of strings, arrays, inline tables, booleans, integers
and decimals. Anything else is a ValueError: then the caller leaves the project to pip.
"""
import re

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9_]*)(\.[0-9_]+)?(?![0-9A-Za-z:._-])")
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_END = re.compile(r"[ \t]*(#[^\n]*)?(\r?\n|$)")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


class _Reader(object):
    def __init__(self, text):
        self.text = text
        self.at = 0

    def error(self):
        line = self.text.count("\n", 0, self.at) + 1
        return ValueError("line %d is not understood" % line)

    def skip(self, pattern):
        match = pattern.match(self.text, self.at)
        if not match:
            raise self.error()
        self.at = match.end()
        return match.group()

    def next_is(self, token):
        return self.text.startswith(token, self.at)

    def take(self, token):
        if not self.next_is(token):
            raise self.error()
        self.at += len(token)

    def key(self):
        parts = []
        while True:
            self.skip(_SPACE)
            if self.next_is('"""') or self.next_is("'''"):
                raise self.error()
            parts.append(self.string() if self.next_is('"') or self.next_is("'") else self.skip(_BARE))
            self.skip(_SPACE)
            if not self.next_is("."):
                return parts
            self.at += 1

    def string(self):
        quote = self.text[self.at]
        long = self.next_is(quote * 3)
        self.at += 3 if long else 1
        if long:
            self.at += 2 if self.next_is("\r\n") else 1 if self.next_is("\n") else 0
        out = []
        while True:
            if self.at >= len(self.text):
                raise self.error()
            if self.next_is(quote * 3 if long else quote):
                self.at += 3 if long else 1
                while long and self.next_is(quote):  # up to two quotes may stand before the end
                    out.append(quote)
                    self.at += 1
                return "".join(out)
            letter = self.text[self.at]
            self.at += 1
            if letter == "\n" and not long:
                raise self.error()
            out.append(self.escape(long) if letter == "\\" and quote == '"' else letter)

    def escape(self, long):
        letter = self.text[self.at:self.at + 1]
        if letter in ("u", "U"):
            digits = self.text[self.at + 1:self.at + (5 if letter == "u" else 9)]
            self.at += 1 + len(digits)
            return chr(int(digits, 16))
        if letter in _ESCAPES:
            self.at += 1
            return _ESCAPES[letter]
        if long and re.compile(r"[ \t]*\r?\n").match(self.text, self.at):
            self.skip(re.compile(r"\s*"))
            return ""
        raise self.error()

    def value(self):
        for word, value in (("true", True), ("false", False)):
            if self.next_is(word):
                self.at += len(word)
                return value
        if self.next_is('"') or self.next_is("'"):
            return self.string()
        if self.next_is("["):
            return self.items("]", _GAP, self.value, [])
        if self.next_is("{"):
            table = {}
            self.items("}", _SPACE, lambda: self.pair(table), [])
            return table
        number = self.skip(_NUMBER).replace("_", "")
        return float(number) if "." in number else int(number)

    def items(self, end, gap, read, found):
        self.at += 1
        while True:
            self.skip(gap)
            if self.next_is(end):
                self.at += 1
                return found
            found.append(read())
            self.skip(gap)
            if not self.next_is(end):
                self.take(",")

    def pair(self, table):
        parts = self.key()
        self.take("=")
        self.skip(_SPACE)
        table = self.table(table, parts[:-1])
        if parts[-1] in table:
            raise self.error()
        table[parts[-1]] = self.value()

    def table(self, table, parts):
        for part in parts:
            table = table.setdefault(part, {})
            if isinstance(table, list):
                table = table[-1] if table else None
            if not isinstance(table, dict):
                raise self.error()
        return table

    def document(self):
        root = current = {}
        while True:
            self.skip(_GAP)
            if self.at >= len(self.text):
                return root
            if self.next_is("["):
                many = self.next_is("[[")
                self.at += 2 if many else 1
                parts = self.key()
                self.take("]]" if many else "]")
                current = self.table(root, parts[:-1] if many else parts)
                if many:
                    array = current.setdefault(parts[-1], [])
                    if not isinstance(array, list):
                        raise self.error()
                    current = {}
                    array.append(current)
            else:
                self.pair(current)
            self.skip(_END)


def loads(text):
    return _Reader(text).document()
