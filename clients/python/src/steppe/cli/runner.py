"""Running a verb: build its request, send it or only show it, show the answer, set the exit."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import typer

from steppe.cli.exits import Exit, complain, exit_code
from steppe.cli.options import parameters
from steppe.cli.output import OutputForm, show, show_request
from steppe.cli.profiles import Profile, resolve
from steppe.cli.verbs import Verb
from steppe.client import Client
from steppe.errors import SteppeError
from steppe.request import Request

Connect = Callable[[Profile], Client]

_PANEL = "Connection and output"


def connect(profile: Profile) -> Client:
    """Return the client of a profile. Raises: as `Profile.credentials`."""
    return Client(profile.url, credentials=profile.credentials())


@dataclass(frozen=True, slots=True)
class Common:
    """The options that every verb has."""

    output: OutputForm
    dry_run: bool
    profile: str | None
    url: str | None
    all: bool = False


def command(verb: Verb, connect: Connect) -> Callable[..., None]:
    """Return the function that typer runs for a verb, with the verb's options as its signature."""
    own = parameters(verb.build)
    paged = any(one.name == "cursor" for one in own)

    def run(**values: Any) -> None:
        shared = {one.name: values.pop(one.name) for one in _common(paged=paged)}
        _run(verb, Common(**shared), values, connect)

    run.__doc__ = (verb.build.__doc__ or "").partition("\n\n    Raises:")[0]
    signature = inspect.Signature([*own, *_common(paged=paged)])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    return run


def _run(verb: Verb, common: Common, values: dict[str, Any], connect: Connect) -> None:
    try:
        profile = resolve(common.profile, common.url)
        request = verb.build(**{k: v for k, v in values.items() if v is not None}).untyped()
        client = connect(profile)
    except (ValueError, TypeError, OSError) as error:
        fail(str(error), Exit.USAGE)
    with client:
        if common.dry_run:
            show_request(request, profile.url, client.headers(request), common.output)
            return
        if not (request.public or profile.client_id):
            fail("no credentials: set STEPPE_CLIENT_ID or a profile", Exit.NOT_AUTHORISED)
        try:
            answer = _all_pages(client, request) if common.all else client.send(request)
        except SteppeError as error:
            complain(error, common.output)
            raise typer.Exit(exit_code(error)) from None
    show(answer, common.output, verb.columns)
    if _partly_refused(answer):
        raise typer.Exit(Exit.REFUSED)


def fail(message: str, code: Exit) -> NoReturn:
    """Say why and leave."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(code)


def _all_pages(client: Client, request: Request[Any]) -> dict[str, Any]:
    items: list[Any] = []
    while True:
        page = client.send(request)
        items.extend(page["items"])
        if not page.get("next_cursor"):
            return {"items": items, "next_cursor": None}
        request = request.after(page["next_cursor"])


def _partly_refused(answer: Any) -> bool:
    results = answer.get("results") if isinstance(answer, dict) else None
    return isinstance(results, list) and any(one.get("status") == "refused" for one in results)


def _common(*, paged: bool) -> list[inspect.Parameter]:
    options: list[tuple[str, Any, Any]] = [
        (
            "output",
            Annotated[OutputForm, _option("--output", "-o", help="Form of the answer.")],
            "table",
        ),
        (
            "dry_run",
            Annotated[bool, _option("--dry-run", help="Show the request, send nothing.")],
            False,
        ),
        (
            "profile",
            Annotated[str | None, _option("--profile", help="Profile of the configuration file.")],
            None,
        ),
        ("url", Annotated[str | None, _option("--url", help="Address of the venue.")], None),
    ]
    if paged:
        options.append(
            ("all", Annotated[bool, _option("--all", help="Go through all pages.")], False)
        )
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in options
    ]


def _option(*names: str, help: str) -> Any:  # noqa: A002 - typer's word
    return typer.Option(*names, help=help, rich_help_panel=_PANEL)
