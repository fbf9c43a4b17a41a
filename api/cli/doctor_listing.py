"""What the doctor found, for people at a terminal."""

from rich.console import Console
from rich.text import Text

from index.doctor import Diagnosis

from .plain_text import harmless
from .terminal import terminal


def print_diagnosis(diagnosis: Diagnosis, console: Console | None = None) -> None:
    """Print faults first, then what is only worth knowing, then what was checked."""
    console = console or terminal()
    for finding in sorted(diagnosis.findings, key=lambda finding: not finding.fault):
        mark, style = ("✗", "red") if finding.fault else ("·", "yellow")
        console.print(Text(f"{mark} {harmless(finding.message)}", style))
    if diagnosis.state == "missing":
        return
    build = f"build {diagnosis.build}" if diagnosis.build else "no build"
    checked = ", ".join(f"{count} {what}" for what, count in diagnosis.checked.items()) or "nothing"
    console.print(f"{diagnosis.state}: {build} · {checked} checked")
