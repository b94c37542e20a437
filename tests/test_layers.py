"""The house: imports run one way, without circles, and the pure folders stay pure."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("nova_bot", "adapters", "schedules")
PURE = ("core", "context", "trust")
PURE_FILES = [path for folder in PURE for path in sorted((ROOT / "nova_bot" / folder).glob("*.py"))]
IMPURE = {"asyncio", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "time", "uuid"}


def test_the_layers_hold() -> None:
    """In a process of its own: import-linter silences every logger that it finds."""
    code = "import sys; from importlinter import cli; sys.exit(cli.lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_everything_has_a_layer() -> None:
    linted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = {name.strip() for line in linted["contracts"][0]["layers"] for name in line.split("|")}
    rooms = {
        path.stem for path in (ROOT / "nova_bot").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {f"nova_bot.{room}" for room in rooms - {"__init__"}} | {"adapters", "schedules"} == layers


def test_no_module_imports_itself_over_others() -> None:
    """Not even inside functions or for type checking."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    modules = [m for m in graph.modules if m.split(".")[0] in PACKAGES]
    TopologicalSorter({m: graph.find_modules_directly_imported_by(m) for m in modules}).prepare()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", PURE_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_pure_modules_touch_nothing_and_know_no_time(path: Path) -> None:
    assert not {*imported(path)} & IMPURE
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today")):
                pytest.fail(f"line {node.lineno} asks for the time")


def test_importing_nova_is_light() -> None:
    """The libraries of the platforms and of the model come with their first use."""
    heavy = ("anthropic", "slack_bolt", "slack_sdk", "discord", "alembic", "prompt_toolkit")
    code = f"import sys, nova_bot.app, nova_bot.commands.chat; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_loads_nothing_that_it_does_not_show() -> None:
    heavy = ("numpy", "sqlalchemy", "pydantic", "anthropic", "rich")
    code = f"import sys, nova_bot.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
