"""The command line: `yibao` and `rebuild-index`.

Modules that take long to import are imported by the command that needs them: an answer is there quickly.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from ingest.errors import BadInputError, IndexUnusableError, NotFoundError, YibaoError

from ..settings import PREFIX, Backend, Settings, load_settings, shown_default
from ..version import package_version
from .completion import SHELLS, completion_script

EXIT_CODES = """\b
Exit codes:
  0  done; also where the corpus has no answer, which the output says
  1  something outside the program failed (disk, memory, network); with --strict, an unusable file
  2  an option, question, filter or file cannot be used as given
  3  a folder, file, index, article or passage does not exist
  4  the index exists but cannot be read
  5  another process holds what is needed
  130  interrupted
"""

MODES = click.Choice(["hybrid", "dense", "keyword"])
KINDS = click.Choice(["body", "table", "teaser"])
F = TypeVar("F", bound=Callable[..., Any])


class _Failure(click.ClickException):
    """One line on standard error, and the exit code of the error."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code  # type: ignore[misc] # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        click.secho(f"Error: {self.message}", file=file or sys.stderr, err=file is None, fg="red")


class _OneLineErrors(click.Command):
    """Turns what users, files and machines can do wrong into one line and an exit code; never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except YibaoError as error:
            raise _Failure(str(error), error.exit_code) from None
        except BrokenPipeError:
            # The reader of a pipe has seen enough. Python would complain again while flushing at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except KeyboardInterrupt:
            raise _Failure("interrupted", 130) from None
        except (OSError, MemoryError) as error:
            raise _Failure(str(error) or type(error).__name__, 1) from None


def _setting(flag: str, *names: str, **options: Any) -> Callable[[F], F]:
    """An option whose help and default are those of the setting of the same name."""
    name = flag.split("/", maxsplit=1)[0].strip("-").replace("-", "_")
    field = Settings.model_fields[name]
    shown = f"default {shown_default(field.default)}" if field.default is not None else "no default"
    text = f"{field.description}  [{PREFIX}{name.upper()}; {shown}]"
    return click.option(flag, *names, name, default=None, help=text, **options)


_INDEX = _setting("--index", type=click.Path(path_type=Path), metavar="DIR")
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for pipes.")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(package_version(), prog_name="yibao")
def main() -> None:
    """Search scraped articles about 医保 / 社保 by meaning and by word.

    Settings are YIBAO_* environment variables or lines of yibao.toml in the working folder.
    """


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("question", required=False)
@click.option(
    "--batch",
    metavar="FILE",
    help='Answer each line {"id", "question", "filters"?} of FILE, or of standard input for "-".',
)
@_INDEX
@click.option("-k", type=int, default=10, show_default=True, help="How many results, 1 to 100.")
@click.option("--mode", type=MODES, default="hybrid", show_default=True, help="Both legs, or one.")
@click.option("--region", metavar="R", help="Only this province, city or district, and places inside it.")
@click.option("--since", metavar="DATE", help="Only what was published on this date (2025-01-31) or later.")
@click.option("--kind", type=KINDS, help="Only passages of this kind.")
@click.option("--explain", is_flag=True, help="Say where each score came from.")
@_AS_JSON
def search(
    *,
    question: str | None,
    batch: str | None,
    index: Path | None,
    k: int,
    mode: str,
    region: str | None,
    since: str | None,
    kind: str | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION with passages of the index, best first."""
    if (question is None) == (batch is None):
        raise BadInputError("give either a question or --batch FILE, such as: yibao search 断缴后余额能用吗")
    settings = load_settings()
    from search import Searcher

    from ..locating import located

    searcher = Searcher.open(located(settings, index), settings.model, settings.reranker)
    filters = {"region": region, "since": since, "kind": kind}
    if batch is not None:
        _answer_batch(searcher, _read_batch(batch), filters, k, mode)
        return
    response = searcher.search(question or "", k=k, mode=mode, **filters)  # type: ignore[arg-type]
    if as_json:
        click.echo(json.dumps(response.to_dict(), ensure_ascii=False))
    else:
        from .listing import print_response

        print_response(response, explain=explain)


def _answer_batch(
    searcher: Any, items: list[dict[str, Any]], filters: dict[str, str | None], k: int, mode: str
) -> None:
    """One JSON line out for each line in, in order; a line that cannot be answered becomes an error line."""
    from ..batch import answer_item
    from .progress import steps

    failed = 0
    for item in steps(items, "answering"):
        line = answer_item(searcher, item, k=k, mode=mode, filters=filters)
        failed += "error" in line
        click.echo(json.dumps(line, ensure_ascii=False))
    if failed:
        raise BadInputError(
            f'{failed} of {len(items)} questions could not be answered; their lines hold "error"'
        )


def _read_batch(name: str) -> list[dict[str, Any]]:
    """The questions of a file, or of standard input for "-"."""
    try:
        with click.open_file(name, encoding="utf-8-sig") as lines:
            return list(_items(name, lines))
    except FileNotFoundError:
        raise NotFoundError(f"there is no question file {name}") from None
    except UnicodeDecodeError:
        raise BadInputError(f"{name} is not UTF-8 text; convert it first") from None
    except OSError as error:
        raise BadInputError(f"{name} cannot be read: {error.strerror}") from None


def _items(name: str, lines: IO[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadInputError(f"{name}, line {number} is not JSON: {error.msg}") from None
        if not isinstance(item, dict):
            raise BadInputError(f'{name}, line {number} is not an object like {{"id", "question"}}')
        yield item


def rebuild_index_command(name: str) -> click.Command:
    """The command that makes the index, under the name given."""

    @click.command(
        name,
        cls=_OneLineErrors,
        epilog=EXIT_CODES,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    @_setting("--corpus", type=click.Path(path_type=Path), multiple=True, metavar="DIR")
    @_INDEX
    @_setting("--model", metavar="NAME")
    @_setting("--backend", type=click.Choice(["local", "milvus"]))
    @click.option(
        "--ray",
        metavar="ADDRESS",
        help="Read, and embed with a model that takes long, on the Ray cluster at host:port, ray://host:port or auto.",
    )
    @click.option("--full", is_flag=True, help="Read and embed everything anew.")
    @click.option(
        "--strict", is_flag=True, help="Fail where a file cannot be read, instead of leaving it out."
    )
    @_AS_JSON
    def rebuild_index(
        *,
        corpus: tuple[Path, ...],
        index: Path | None,
        model: str | None,
        backend: Backend | None,
        ray: str | None,
        full: bool,
        strict: bool,
        as_json: bool,
    ) -> None:
        """Read the corpus and build the index; what has not changed is not embedded again.

        --corpus can be given several times. The index in use is replaced at the very end, in one step.
        """
        from ingest.field_mapping import FieldMapping

        from ..locating import destination
        from .rebuilding import rebuild_and_report

        settings = load_settings()
        folder = index or settings.index
        rebuild_and_report(
            list(corpus or settings.corpus),
            folder,
            milvus=destination(settings, folder, backend),
            ray=ray,
            model=model or settings.model,
            full=full,
            strict=strict,
            as_json=as_json,
            mapping=FieldMapping.naming(settings.fields),
        )

    return rebuild_index


main.add_command(rebuild_index_command("rebuild-index"))
#: The script `rebuild-index`.
rebuild_index_main = rebuild_index_command("rebuild-index")


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("questions", type=click.Path(path_type=Path))
@_INDEX
@click.option("--mode", type=MODES, default="hybrid", show_default=True, help="Both legs, or one.")
@click.option(
    "--failures", is_flag=True, help="Print the questions whose first result does not answer, as JSON lines."
)
@_AS_JSON
@click.option(
    "--compare",
    "compared",
    metavar="MODE|INDEX",
    help="Answer with another mode or index folder too, and say whether the difference is more than luck.",
)
def evaluate(
    *, questions: Path, index: Path | None, mode: str, failures: bool, as_json: bool, compared: str | None
) -> None:
    """Score the index on the labelled QUESTIONS.jsonl: nDCG@10, MRR@10, recall@5, success@1, refusals.

    QUESTIONS may also be a BEIR-style folder of corpus.jsonl(.gz), queries.jsonl and qrels.tsv, which is indexed by
    itself in a temporary place.
    """
    from search.evaluation.comparison import compare
    from search.evaluation.scoring import failures_jsonl

    from .evaluating import evaluations

    settings = load_settings()
    chosen = index or settings.index
    scores, *others = evaluations(questions, chosen, mode, compared, settings, failures=failures)  # type: ignore[arg-type]
    if others:
        names = None if scores.mode != others[0].mode else (str(chosen), str(compared))
        comparison = compare(scores, others[0], names).to_dict()
        if as_json:
            click.echo(json.dumps(comparison, ensure_ascii=False))
        else:
            from .score_table import print_comparison

            print_comparison(comparison)
        return
    if failures:
        click.echo(failures_jsonl(scores))
    elif as_json:
        click.echo(json.dumps(scores.to_dict(), ensure_ascii=False))
    else:
        from .score_table import print_scores

        print_scores(scores.to_dict())


_INDEX_FOLDER = click.argument("index", type=click.Path(path_type=Path), metavar="[INDEX]", required=False)


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@_INDEX_FOLDER
@_setting("--model", metavar="NAME")
@_AS_JSON
def doctor(*, index: Path | None, model: str | None, as_json: bool) -> None:
    """Check every byte and every passage of INDEX, and say what is wrong and how to mend it.

    Nothing is changed. The exit code is 0 for a healthy index, 4 for a damaged one, 3 where there is none.
    """
    from index.doctor import diagnose

    from ..locating import located
    from .doctor_listing import print_diagnosis

    settings = load_settings()
    diagnosis = diagnose(located(settings, index), model or settings.model)
    if as_json:
        click.echo(json.dumps(diagnosis.to_dict(), ensure_ascii=False))
    else:
        print_diagnosis(diagnosis)
    if diagnosis.state == "missing":
        raise NotFoundError(f"there is no index in {diagnosis.index}")
    if diagnosis.state == "damaged":
        raise IndexUnusableError(
            f"the index {diagnosis.index} is damaged; each fault is listed with its cure"
        )


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("index", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(*, index: Path, file: Path) -> None:
    """Write the live build of INDEX into FILE, a ZIP file; safe while it is served and rebuilt."""
    from index.backup import back_up

    manifest = back_up(index, file)
    click.echo(f"build {manifest.build_id} of {index} is in {file}")


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("index", type=click.Path(path_type=Path))
def restore(*, file: Path, index: Path) -> None:
    """Make the build in FILE, which `yibao backup` wrote, the live one of INDEX; a running service takes it up."""
    from index.backup import restore as restore_build

    manifest = restore_build(file, index)
    click.echo(f"build {manifest.build_id} of {index} is what {file} holds")


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@_INDEX
@_setting("--host")
@_setting("--port", type=click.IntRange(0, 65535))
@_setting("--workers", type=click.IntRange(1, 64))
@_setting("--reload-index/--no-reload-index")
def serve(**options: Any) -> None:
    """Serve the HTTP interface and the search page until interrupted.

    The service starts without an index, too: /readyz and the page then say what is missing.
    """
    from ..server import run

    # Worker processes read their settings from the environment.
    for name, value in options.items():
        if value is not None:
            os.environ[PREFIX + name.upper()] = str(value)
    run(load_settings())


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@_AS_JSON
def inspect(file: Path, as_json: bool) -> None:
    """Show what is understood of one scraped FILE: title, sections, tables, teasers, and what is left out."""
    from ingest.inspection import inspect as understand

    document = understand(file)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        from .inspection_listing import print_inspection

        print_inspection(document)


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@_INDEX
@click.option(
    "--http", is_flag=True, help="Speak streamable HTTP at /mcp instead of standard input and output."
)
@_setting("--host")
@_setting("--mcp-port", "--port", type=click.IntRange(0, 65535))
def mcp(*, index: Path | None, http: bool, host: str | None, mcp_port: int | None) -> None:
    """Serve the search to agents by the Model Context Protocol: search, read_article, list_regions.

    An MCP client starts this command by itself; with --http it runs until interrupted and takes many clients.
    """
    from ..agents.mcp import build_server
    from ..agents.mcp_serving import open_early, serve_http, serve_stdio
    from ..locating import located
    from ..serving import SearcherHolder

    settings = load_settings()
    holder = SearcherHolder(
        located(settings, index), settings.model, settings.reranker, reload=settings.reload_index
    )
    server = build_server(holder)
    open_early(holder)
    if http:
        port = settings.mcp_port if mcp_port is None else mcp_port
        serve_http(server, settings.model_copy(update={"host": host or settings.host, "port": port}))
    else:
        serve_stdio(server)


@main.group()
def feedback() -> None:
    """What readers said of the answers, as `POST /feedback` keeps it."""


@feedback.command("export", cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@_setting("--feedback", type=click.Path(path_type=Path), metavar="FILE")
@_AS_JSON
def export_feedback(*, file: Path, feedback: Path | None, as_json: bool) -> None:
    """Write FILE of labelled questions for `yibao evaluate`, and print how much was said.

    A question is written when more readers found a passage helpful than not. For "-", the questions go to standard
    output and the numbers to standard error.
    """
    from ..feedback.export import export

    numbers = export(feedback or load_settings().feedback, None if str(file) == "-" else file)
    click.echo(numbers.as_json() if as_json else numbers.as_text(), err=str(file) == "-")


@main.command(cls=_OneLineErrors, epilog=EXIT_CODES)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    \b
    bash:  eval "$(yibao completion bash)"             in ~/.bashrc
    zsh:   eval "$(yibao completion zsh)"              in ~/.zshrc
    fish:  yibao completion fish > ~/.config/fish/completions/yibao.fish
    """
    click.echo(completion_script(main, shell))
