"""What a user can mend, said in one line, without a stack trace."""
import sys
from typing import Callable


class StudyError(Exception):
    """A failure whose message says what is wrong and what to do."""


def run_script(main: Callable[[], None]) -> None:
    """Runs a script's ``main``; what a user can mend becomes a line on standard error and exit code 1."""
    try:
        main()
    except (StudyError, OSError) as error:
        sys.exit("error: {}".format(error))
