"""Files with the same bytes on every platform and at every time: UTF-8, line feeds, sorted keys, rounded numbers."""
import csv
import hashlib
import json
from pathlib import Path
from typing import Any, Iterable, Sequence

from mimiciv_backdoor_study.errors import StudyError
from mimiciv_backdoor_study.numerics import rounded


def write_json(path: Path, document: Any) -> None:
    """Writes a document whose floats are rounded to the study's digits."""
    text = json.dumps(_rounded(document), indent=1, sort_keys=True, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((text + "\n").encode("utf-8"))


def read_json(path: Path, hint: str) -> Any:
    """Reads a document; where it is missing or no JSON, the error ends with the hint."""
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise StudyError("cannot read {}: {}; {}".format(path, error.strerror, hint)) from error
    except ValueError as error:
        raise StudyError("{} is not JSON ({}); {}".format(path, error, hint)) from error


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a table; a cell of ``None`` is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
