"""The command line put together: one typer command for each verb, and a few that stay local."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from steppe.cli import keyfiles
from steppe.cli.exits import Exit
from steppe.cli.output import OutputForm, show
from steppe.cli.profiles import config_path, load_profiles
from steppe.cli.recomputing import recomputing
from steppe.cli.runner import Connect, command, connect, fail
from steppe.cli.verbs import GROUPS, VERBS

_EPILOG = (
    "Exit codes: 0 done, 2 usage, 3 refused by the market, 4 not authorised, 5 not found, "
    "6 conflict, 7 unavailable, 8 outcome unknown (send it again with the same id)."
)

Output = Annotated[OutputForm, typer.Option("--output", "-o", help="Form of the answer.")]


def make_app(connect: Connect = connect) -> typer.Typer:
    """Return the command line; `connect` makes the client of a profile."""
    app = typer.Typer(
        name="steppe",
        help="Steppe, an exchange for environmental rights: what its members and staff type.",
        epilog=_EPILOG,
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
    )
    app.callback()(_root)
    groups = {
        name: typer.Typer(name=name, help=text, no_args_is_help=True, epilog=_EPILOG)
        for name, text in GROUPS.items()
    }
    for verb in VERBS:
        *group, name = verb.words.split()
        home = groups[group[0]] if group else app
        home.command(name, epilog=_EPILOG)(command(verb, connect))
    groups["plans"].command("recompute", epilog=_EPILOG)(recomputing(connect))
    groups["keys"].command("generate")(_generate_key)
    groups["profiles"].command("list")(_list_profiles)
    groups["profiles"].command("path")(_show_path)
    for group_app in groups.values():
        app.add_typer(group_app)
    return app


def main() -> None:
    """Run the command line."""
    make_app()()


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(version("steppe"))
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def _generate_key(
    file: Annotated[Path, typer.Argument(help="File to write the private key to.")],
) -> None:
    """Make an Ed25519 key pair: the private key into FILE, its public half (a JWK) shown."""
    try:
        public = keyfiles.generate(file)
    except OSError as error:
        fail(f"cannot write {file}: {error.strerror}", Exit.USAGE)
    show(public, "json")


def _list_profiles(*, output: Output = "table") -> None:
    """List the profiles of the configuration file. Secrets are not shown."""
    try:
        file = load_profiles(config_path())
    except (ValueError, OSError) as error:
        fail(str(error), Exit.USAGE)
    items = [
        {
            "profile": name,
            "default": name == file.default,
            "url": profile.url,
            "client_id": profile.client_id,
            "key_file": profile.key_file,
        }
        for name, profile in file.profiles.items()
    ]
    show({"items": items, "next_cursor": None}, output)


def _show_path() -> None:
    """Show where the configuration file is, or would be."""
    typer.echo(str(config_path()))
