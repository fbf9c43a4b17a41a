"""Shell completion of `yibao`, as click makes it."""

import click
from click.shell_completion import get_completion_class

#: Shells that click completes in.
SHELLS = ("bash", "zsh", "fish")
#: What click's script sets when it asks for completions.
_VARIABLE = "_YIBAO_COMPLETE"


def completion_script(command: click.Command, shell: str) -> str:
    """The script that a shell of `SHELLS` reads to complete `yibao`. Raises RuntimeError for an outdated bash."""
    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(f"{shell!r} is none of {', '.join(SHELLS)}")
    return kind(command, {}, "yibao", _VARIABLE).source()
