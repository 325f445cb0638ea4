"""The house rules, run over every file; and each rule shown to catch an offender.

A rule takes a file's path (from the top folder) and its text, and yields `line, message`.
"""

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
Finding = tuple[int, str]
Rule = Callable[[str, str], Iterator[Finding]]

NOT_OURS = {"__pycache__", "node_modules", "build", "dist", "secrets"}
TEXT = {".py", ".md", ".toml", ".mako", ".yaml", ".yml", ".json", ".ts", ".js", ".html", ".css"}
TEXT |= {".txt", ".in", ".lock", ".sh", ".sql", ".csv", ".feature", ".cfg", ".dockerignore", ""}

# Who may import whom. The longest matching owner decides; top modules such as app join everything.
VALUES = ("matching", "exchange.core")
SEAMS = ("exchange.errors", "exchange.clock", "exchange.ids", "exchange.observability")
TABLES = ("exchange.storage",)
LAYERS: dict[str, tuple[str, ...]] = {
    "matching": ("matching",),
    "exchange.core": VALUES,
    "exchange.errors": VALUES,
    "exchange.clock": VALUES,
    "exchange.ids": (*VALUES, "exchange.errors"),
    "exchange.observability": VALUES,
    "exchange.config": VALUES,
    "exchange.rulebook": (*VALUES, "exchange.rulebook"),
    "exchange.storage": (*VALUES, *SEAMS, "exchange.storage"),
    "exchange.sequencer": (*VALUES, *SEAMS, *TABLES, "exchange.sequencer"),
    "exchange.audit": (*VALUES, *SEAMS, *TABLES, "exchange.sequencer", "exchange.audit"),
    "exchange.api": (
        *(*VALUES, *SEAMS, *TABLES),
        *("exchange.config", "exchange.rulebook", "exchange.sequencer.gateway", "exchange.api"),
    ),
}
FEATURE = LAYERS["exchange.api"]
LIFECYCLE = (
    *("exchange.storage.embedded", "exchange.storage.embedded_home"),
    *("exchange.storage.migrate", "exchange.storage.tending"),
)

IMPURE = {
    *(
        "asyncio",
        "time",
        "random",
        "uuid",
        "os",
        "logging",
        "secrets",
        "socket",
        "ssl",
        "threading",
    ),
    *("multiprocessing", "subprocess", "concurrent", "selectors", "signal", "locale", "tempfile"),
    *("pathlib", "shutil", "io", "sqlite3", "urllib", "http", "sys"),
}
CLOCK_CALLS = {"now", "utcnow", "today"}
UNREPEATABLE_CALLS = {"open", "input", "print", "hash", "id"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "base"}

LEFT_OVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.",
    "yarn" + "pkg.com",
    "art" + "ifactory",
)
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/Us" + "ers/", "/ho" + "me/")
MACHINE = re.compile("|".join((*map(re.escape, HOSTS), *(rf"(?<![\w.~-]){p}\w" for p in PLACES))))


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


def code(*parts: str) -> Callable[[str], bool]:
    return lambda path: path.endswith(".py") and path.startswith(parts)


PURE = code("matching/", "exchange/core/")
CLIENTS = code("clients/")
ALL_CODE = code("")


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: str, source: str) -> Iterator[Finding]:
    package = path.rsplit("/", 1)[0].split("/")
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def within(name: str, *owners: str) -> bool:
    return any(name == owner or name.startswith(f"{owner}.") for owner in owners)


def layers(path: str, source: str) -> Iterator[Finding]:
    module = module_of(path)
    feature = path.startswith("exchange/") and path.count("/") > 1
    owner = next((name for name in LAYERS if within(module, name)), None)
    if owner is None and not feature:
        return
    own = ".".join(module.split(".")[:2])
    allowed = LAYERS[owner] if owner else (*FEATURE, own)
    for line, name in imports(path, source):
        ours = within(name, "matching", "exchange", "migrations", "tests", "steppe")
        lifecycle = within(name, *LIFECYCLE) and own != "exchange.storage"
        if ours and (lifecycle or not within(name, *allowed)):
            yield line, f"{own} may not import {name}"


def purity(path: str, source: str) -> Iterator[Finding]:
    if path == "matching/__main__.py":
        return  # the command around the library reads files and speaks to a terminal
    for line, name in imports(path, source):
        root = name.split(".")[0]
        known = root in sys.stdlib_module_names or root in {"msgspec", "matching", "exchange"}
        if root in IMPURE or not known:
            yield line, f"pure code may not import {root}"
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS:
                yield node.lineno, f"pure code is told the time: .{node.func.attr}()"
            if isinstance(node.func, ast.Name) and node.func.id in UNREPEATABLE_CALLS:
                yield node.lineno, f"pure code may not call {node.func.id}()"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield node.lineno, "pure code does not wait"


def set_order(_path: str, source: str) -> Iterator[Finding]:
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.For | ast.comprehension):
            over = node.iter
            made = isinstance(over, ast.Call) and isinstance(over.func, ast.Name)
            if isinstance(over, ast.Set | ast.SetComp) or (
                made and over.func.id in {"set", "frozenset"}  # type: ignore[attr-defined]
            ):
                yield over.lineno, "a set has no order to iterate in"


def integers_only(_path: str, source: str) -> Iterator[Finding]:
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"float literal {node.value}"
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float in integer code"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node.lineno, "true division makes a float: use // or a named rounding"


def file_size(path: str, source: str) -> Iterator[Finding]:
    most = 499 if path.startswith("tests/") else 400
    lines = source.count("\n")
    if lines > most:
        yield lines, f"{lines} lines, at most {most}: split it by meaning"


def function_size(_path: str, source: str) -> Iterator[Finding]:
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > 60:
                yield node.lineno, f"{node.name} has {lines} lines, at most 60"


def inner_imports(_path: str, source: str) -> Iterator[Finding]:
    for function in ast.walk(parsed(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, "import inside a function"


def foreign(*roots: str) -> Rule:
    def rule(path: str, source: str) -> Iterator[Finding]:
        for line, name in imports(path, source):
            if within(name, *roots):
                yield line, f"may not import {name}"

    return rule


def unfinished(_path: str, source: str) -> Iterator[Finding]:
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(raised, ast.Name) and raised.id == "NotImplementedError":
                yield node.lineno, "raise NotImplementedError: finish it or leave it out"


def left_over(_path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := LEFT_OVER.search(line):
            yield number, f"{found[0]}: do it or leave it out"


def machines(_path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := MACHINE.search(line):
            yield number, f"names a registry or a machine's path: {found[0]}"


def page_size(most: int) -> Rule:
    def rule(_path: str, text: str) -> Iterator[Finding]:
        lines = text.count("\n")
        if lines > most:
            yield lines, f"{lines} lines, at most {most}"

    return rule


def vague_names(path: str, _source: str) -> Iterator[Finding]:
    for part in path.removesuffix(".py").split("/"):
        if part in VAGUE:
            yield 1, f"a module called {part} says nothing"


OURS = ("exchange", "matching", "migrations", "tests")
NO_APPLICATION = foreign("exchange", "matching", "steppe", "tests")
NO_SERVER = foreign(*OURS)

RULES: dict[str, tuple[Callable[[str], bool], Rule]] = {
    "layers": (code("exchange/", "matching/"), layers),
    "purity": (PURE, purity),
    "set_order": (PURE, set_order),
    "integers_only": (PURE, integers_only),
    "file_size": (ALL_CODE, file_size),
    "function_size": (ALL_CODE, function_size),
    "inner_imports": (ALL_CODE, inner_imports),
    "migrations_apart": (code("migrations/"), NO_APPLICATION),
    "clients_apart": (CLIENTS, NO_SERVER),
    "unfinished": (ALL_CODE, unfinished),
    "left_over": (lambda _path: True, left_over),
    "machines": (lambda _path: True, machines),
    "readme_size": (lambda path: path.split("/")[-1] == "README.md", page_size(150)),
    "decision_size": (
        lambda path: path.startswith("exchange/decisions/") and path.endswith(".md"),
        page_size(70),
    ),
    "vague_names": (ALL_CODE, vague_names),
}


def files() -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(TOP):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_OURS
            and (not name.startswith(".") or name == ".ci")
            and not name.endswith(".egg-info")
        )
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix in TEXT and name != ".git":
                yield file.relative_to(TOP).as_posix(), file.read_text(encoding="utf-8")


def findings(name: str, path: str, text: str) -> list[str]:
    concerns, rule = RULES[name]
    if not concerns(path):
        return []
    return [f"{path}:{line}: {message}" for line, message in rule(path, text)]


@pytest.mark.parametrize("name", RULES)
def test_every_file_keeps_the_rule(name: str) -> None:
    found = [line for path, text in files() for line in findings(name, path, text)]
    assert not found, "\n" + "\n".join(found)


# rule, path, an offender, and what is just allowed there
SAMPLES = [
    ("layers", "matching/book.py", "from exchange.core import types", "import matching.levels"),
    ("layers", "exchange/core/a.py", "import exchange.storage.tables", "from matching import Side"),
    ("layers", "exchange/core/a.py", "from ..storage import tables", "from .types import Seq"),
    ("layers", "exchange/storage/a.py", "from exchange import sequencer", "import exchange.core.a"),
    ("layers", "exchange/sequencer/a.py", "import exchange.app", "import exchange.storage.a"),
    ("layers", "exchange/orders/a.py", "import exchange.auctions.a", "import exchange.orders.b"),
    (
        "layers",
        "exchange/orders/router.py",
        "from exchange.sequencer.journal import Journal",
        "from exchange.sequencer.gateway import Gateway",
    ),
    (
        "layers",
        "exchange/orders/queries.py",
        "from exchange.storage.migrate import head",
        "from exchange.storage.tables import journal",
    ),
    ("layers", "exchange/audit/a.py", "import exchange.app", "import exchange.sequencer.postgres"),
    ("layers", "exchange/api/a.py", "import exchange.orders.a", "import exchange.api.b"),
    ("purity", "exchange/core/a.py", "import time", "import enum"),
    ("purity", "matching/a.py", "from os import path", "import msgspec"),
    ("purity", "matching/a.py", "import pydantic", "import bisect"),
    ("purity", "exchange/core/a.py", "x = datetime.now()", "x = datetime.combine(a, b)"),
    ("purity", "exchange/core/a.py", "x = hash('a')", "x = sha256(b'a')"),
    ("purity", "exchange/core/a.py", "async def f(): ...", "def f(): ..."),
    ("set_order", "exchange/core/a.py", "for x in {1, 2}: ...", "for x in (1, 2): ..."),
    ("set_order", "matching/a.py", "y = [x for x in set(a)]", "y = [x for x in sorted(set(a))]"),
    ("integers_only", "matching/a.py", "x = 0.5", "x = 5"),
    ("integers_only", "exchange/core/a.py", "x = float(y)", "x = int(y)"),
    ("integers_only", "exchange/core/a.py", "x = y / 2", "x = y // 2"),
    ("integers_only", "exchange/core/a.py", "x /= 2", "x //= 2"),
    ("file_size", "exchange/app.py", "x = 1\n" * 401, "x = 1\n" * 400),
    ("file_size", "tests/test_a.py", "x = 1\n" * 500, "x = 1\n" * 499),
    (
        "function_size",
        "exchange/app.py",
        "def f():\n" + "    x = 1\n" * 60,
        "def f():\n" + "    x = 1\n" * 59,
    ),
    ("inner_imports", "exchange/app.py", "def f():\n    import json", "import json"),
    ("inner_imports", "tests/test_a.py", "class A:\n    async def f(self): import json", "x = 1"),
    ("migrations_apart", "migrations/env.py", "import exchange.storage.tables", "import alembic"),
    ("clients_apart", "clients/python/a.py", "from matching import Side", "import steppe.models"),
    ("unfinished", "exchange/a.py", "raise NotImplementedError('x')", "raise ValueError('x')"),
    ("unfinished", "tests/test_a.py", "raise NotImplementedError", "raise"),
    ("left_over", "README.md", "\n# TO" + "DO later", "a todo list"),
    ("left_over", "exchange/a.py", "x = 1  # FIX" + "ME", "x = 1  # why"),
    ("machines", "requirements/a.lock", "--index" + "-url https://" + HOSTS[0], "alembic==1.2"),
    ("machines", "exchange/a.py", f"x = '{PLACES[0]}x'", "x = '/var/lib/x'"),
    ("readme_size", "matching/README.md", "a\n" * 151, "a\n" * 150),
    ("decision_size", "exchange/decisions/0001-a.md", "a\n" * 71, "a\n" * 70),
    ("vague_names", "exchange/api/utils.py", "", None),
    ("vague_names", "exchange/common/a.py", "", None),
]


@pytest.mark.parametrize(("name", "path", "offender", "allowed"), SAMPLES)
def test_the_rule_catches_its_offender(
    name: str,
    path: str,
    offender: str,
    allowed: str | None,
) -> None:
    found = findings(name, path, offender)
    assert found
    assert all(re.match(rf"{re.escape(path)}:\d+: \S", line) for line in found)
    if allowed is not None:
        assert findings(name, path, allowed) == []


def test_every_rule_has_an_offender() -> None:
    assert {name for name, *_ in SAMPLES} == set(RULES)


def test_the_rules_see_the_tree() -> None:
    paths = {path for path, _ in files()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "exchange/core/types.py"} <= paths
    assert not any(path.startswith(".venv/") for path in paths)
