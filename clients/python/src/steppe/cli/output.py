"""Showing answers: as tables for people, as JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from steppe.request import Request

OutputForm = Literal["table", "json"]

_WIDTH_OF_PIPES = 240


def show(answer: Any, form: OutputForm, columns: Sequence[str] = ()) -> None:
    """Print an answer, as decoded from JSON. A table of a list has the `columns` given."""
    if form == "json":
        typer.echo(_pretty(answer))
        return
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_PIPES, highlight=False)
    if isinstance(answer, dict) and isinstance(answer.get("items"), list):
        console.print(_rows(answer["items"], columns))
        if answer.get("next_cursor"):
            typer.echo(f"more: --cursor {answer['next_cursor']}, or --all", err=True)
        return
    for part in _parts(answer if isinstance(answer, dict) else {"answer": answer}):
        console.print(part)


def show_request(
    request: Request[Any], url: str, headers: Mapping[str, str], form: OutputForm
) -> None:
    """Print a request that is not sent. Who asks is left out: no secret is shown."""
    query = "&".join(f"{name}={value}" for name, value in request.params.items())
    target = f"{url}{request.path}{'?' if query else ''}{query}"
    if form == "json":
        shown = {"method": request.method, "url": target, "headers": headers}
        typer.echo(_pretty({**shown, "body": request.body}))
        return
    typer.echo(f"{request.method} {target}")
    for name, value in headers.items():
        typer.echo(f"{name}: {value}")
    if request.file is not None:
        typer.echo(f"\n({len(request.file)} bytes)")
    if request.body is not None:
        typer.echo(f"\n{_pretty(request.body)}")


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _parts(answer: Mapping[str, Any]) -> list[Table]:
    """Return an object as a table of its simple fields, and one for each list of objects in it."""
    simple = Table(box=None, show_header=False)
    lists = []
    for name, value in answer.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lists.append(_rows(value, (), title=name))
        else:
            simple.add_row(Text(name, style="bold"), _cell(value))
    return [simple, *lists]


def _rows(
    items: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str | None = None
) -> Table:
    names = columns or list(dict.fromkeys(name for item in items for name in item))
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for name in names:
        values = [item.get(name) for item in items]
        numeric = any(values) and all(value is None or _is_number(value) for value in values)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for item in items:
        table.add_row(*(_cell(item.get(name)) for name in names))
    return table


def _cell(value: Any) -> Text:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case dict():
            text = " ".join(f"{name}={_cell(inner)}" for name, inner in value.items())
        case list():
            text = ", ".join(str(_cell(inner)) for inner in value)
        case _:
            text = str(value)
    return Text(text)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    text = str(value).removeprefix("-").replace(".", "", 1)
    return text.isascii() and text.isdigit()
