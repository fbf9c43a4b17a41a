"""The exception tree of the project.

Every error a user can cause is a `YibaoError`: its message names the value that was wrong and the cure. The
command line turns it into one line and `exit_code`, the HTTP service into `status`; neither shows a traceback.
"""


class YibaoError(Exception):
    """Base of every error that a user's input, files or settings can cause.

    told  what callers over a network read: the message, unless it names what only the operator should know
    """

    exit_code = 1
    status = 500

    def __init__(self, message: str = "", *, told: str | None = None) -> None:
        super().__init__(message)
        self.told = message if told is None else told


class BadInputError(YibaoError):
    """A question, filter, option or file that cannot be used as given."""

    exit_code = 2
    status = 400


class StrictError(YibaoError):
    """A corpus with files that cannot be used, where `--strict` asked that there be none."""

    status = 400


class NotFoundError(YibaoError):
    """A corpus, index, article or passage that does not exist."""

    exit_code = 3
    status = 404


class IndexUnusableError(YibaoError):
    """An index that exists but cannot be read: damaged, of another format, or made with another model."""

    exit_code = 4
    status = 503


class UnavailableError(IndexUnusableError):
    """An index on another machine that does not answer now; asked later, it may."""


class BusyError(YibaoError):
    """Another process holds what is needed, such as the lock of a rebuild."""

    exit_code = 5
    status = 409
