"""Guards with one thing switched off: a condition that never refuses, a filter left out, one side of an "and" or "or".

Mutants are made from the source of the functions in `tests.access.guards.GUARDS` and put in place by exchanging a function's code object, so that
everybody who has imported it gets the mutant, and the original comes back at the end.
"""

import ast
import contextlib
import copy
import inspect
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from tests.access.guards import GUARDS


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard with one thing switched off."""

    function: FunctionType
    where: str
    what: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"

    @property
    def app(self) -> str:
        return self.function.__module__.partition(".")[0]

    def in_place(self) -> contextlib.AbstractContextManager[None]:
        return exchanged(self.function, self.code)


@contextlib.contextmanager
def exchanged(function: FunctionType, code: CodeType) -> Iterator[None]:
    """A function with another body for as long as it lasts, for everybody who has imported it."""
    original = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = original


def guards() -> Iterator[tuple[str, FunctionType]]:
    """The guards by their whole names. Raises `AttributeError` for one that is no longer there: say so here."""
    for module_name, names in GUARDS.items():
        module = import_module(module_name)
        for name in names.split():
            found: Any = module
            for part in name.split("."):
                found = getattr(found, part)
            yield f"{module_name.removeprefix('accreditation.')}.{name}", found


def mutants() -> Iterator[Mutant]:
    """Every guard with every one thing switched off."""
    for where, function in guards():
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        definition = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        named: Counter[str] = Counter()
        for index, (what, _) in enumerate(_changes(definition)):
            changed = copy.deepcopy(definition)
            _, apply = list(_changes(changed))[index]
            apply()
            named[what] += 1
            again = f" ({named[what]})" if named[what] > 1 else ""
            yield Mutant(function, where, " ".join(f"{what}{again}".split()), _compiled(changed, function))


def touching(function: FunctionType, note: Callable[[], None]) -> CodeType:
    """A guard's own code that calls `note` first: how one sees which requests ask it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    name = f"_noted_{len(NOTES)}"
    NOTES[name] = note
    call = ast.parse(f"__import__('tests.access.mutants').access.mutants.NOTES[{name!r}]()").body[0]
    definition.body.insert(0, call)
    return _compiled(definition, function)


NOTES: dict[str, Callable[[], None]] = {}


def _compiled(definition: ast.FunctionDef, function: FunctionType) -> CodeType:
    definition.decorator_list = []
    module = ast.fix_missing_locations(ast.Module([definition], []))
    space = dict(function.__globals__)
    exec(compile(module, f"<mutant of {function.__name__}>", "exec"), space)  # noqa: S102
    return space[definition.name].__code__  # type: ignore[no-any-return]


def _changes(definition: ast.FunctionDef) -> Iterator[tuple[str, Callable[[], None]]]:
    """What can be switched off in a function: words for it, and the deed on this very tree."""
    for parent in _deciding(definition):
        for name, value in ast.iter_fields(parent):
            if isinstance(parent, ast.AnnAssign) and name == "annotation":
                continue
            for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.AST):
                    yield from _of_node(node, _putter(parent, name, place))


def _deciding(definition: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body, without the words of a refusal."""
    waiting: list[ast.AST] = [ast.Module(definition.body, [])]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [] if isinstance(node, ast.Raise) else ast.iter_child_nodes(node)


def _putter(parent: ast.AST, name: str, place: int | None) -> Callable[[ast.AST], None]:
    def put(node: ast.AST) -> None:
        if place is None:
            setattr(parent, name, node)
        else:
            getattr(parent, name)[place] = node

    return put


def _of_node(node: ast.AST, put: Callable[[ast.AST], None]) -> Iterator[tuple[str, Callable[[], None]]]:
    if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise | ast.Return):
        yield f"never: if {ast.unparse(node.test)}", lambda: setattr(node, "test", ast.Constant(False))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _is_check(node.value):
        yield f"without {ast.unparse(node)}", lambda: put(ast.Pass())
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("filter", "exclude")
    ):
        receiver = node.func.value
        words = ast.unparse(node)[-70:]
        yield f"without .{node.func.attr}(…) in {words}", lambda: put(_all(receiver))
    if isinstance(node, ast.BoolOp):
        for at in range(len(node.values)):
            rest = [one for number, one in enumerate(node.values) if number != at]
            short = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield f"without {ast.unparse(node.values[at])}", lambda short=short: put(short)  # type: ignore[misc]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield f"without {ast.unparse(node.left)[:60]}", lambda: put(node.right)
        yield f"without {ast.unparse(node.right)[:60]}", lambda: put(node.left)


def _is_check(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id.startswith(("check_", "need_", "_check"))


def _all(receiver: ast.expr) -> ast.expr:
    """`Model.objects.filter(…)` without its filter is `Model.objects.all()`."""
    if isinstance(receiver, ast.Attribute) and receiver.attr in (
        "objects",
        "team",
        "assignments",
        "snapshots",
    ):
        return ast.Call(ast.Attribute(receiver, "all", ast.Load()), [], [])
    return receiver
