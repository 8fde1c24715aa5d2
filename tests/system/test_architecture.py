"""The house as it was drawn: who imports whom, what the rules may know, what stands in no file and on no page."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accreditation", "mentors", "portfolios")
TOP = set(APPS) | {"templates", "static", "tests", "requirements"}
TOP |= {"manage.py", "pyproject.toml", "docker-compose.yml", "README.md", "Makefile", "Dockerfile"}


def tracked() -> list[Path]:
    """Every file that git knows, as a path from the repository's root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).exists()]


def imports(source: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_import_contracts() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_contract_can_break(tmp_path: Path) -> None:
    """The contracts are read as they are meant: a rule that imports Django is found."""
    for app in APPS:
        (tmp_path / app).mkdir()
        (tmp_path / app / "__init__.py").touch()
    for room in ("rules", "models", "config"):
        (tmp_path / "accreditation" / room).mkdir()
        (tmp_path / "accreditation" / room / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    program = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    assert subprocess.run(program, cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "accreditation" / "rules" / "wrong.py").write_text("import django\n")
    (tmp_path / "accreditation" / "models" / "wrong.py").write_text("import mentors\n")
    broken = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert broken.returncode == 1
    assert "2 broken" in broken.stdout


def test_the_package_is_empty() -> None:
    """Else importing the pure rules would load Django."""
    assert (ROOT / "accreditation" / "__init__.py").read_text() == ""


def test_rules_import_the_standard_library_only() -> None:
    rules = sorted((ROOT / "accreditation" / "rules").rglob("*.py"))
    assert rules
    for source in rules:
        for name in imports(source):
            known = name.split(".")[0] in sys.stdlib_module_names or name.startswith("accreditation.rules")
            assert known, f"{source.name} imports {name}"


def test_rules_load_without_django() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "accreditation" / "rules").rglob("*.py")
    ]
    words = f"import sys, {', '.join(modules)}; sys.exit(bool({{'django', 'celery'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("clock", ["today", "now", "utcnow", "time", "localdate", "monotonic"])
def test_rules_read_no_clock(clock: str) -> None:
    for source in (ROOT / "accreditation" / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr != clock, f"{source.name}:{node.lineno} reads a clock"


def test_only_the_composition_reads_the_environment() -> None:
    """Settings come from one file; a module that read the environment itself could not be configured in a test."""
    started = "accreditation/backups/engines.py"  # hands the environment on to the programs of PostgreSQL
    allowed = {"accreditation/config", "accreditation/management", started}
    for app in APPS:
        for source in (ROOT / app).rglob("*.py"):
            where = source.relative_to(ROOT)
            if not any(where.is_relative_to(place) for place in allowed):
                assert not re.search(r"\bos\.(environ|getenv)\b", source.read_text()), where


def test_the_top_level_is_as_agreed() -> None:
    top = {path.parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_no_file_names_a_registry_or_this_machine() -> None:
    words = re.compile(
        r"p[y]pi\.org|p[y]thonhosted|registry\.n[p]mjs|deb\.d[e]bian\.org|/wo[r]k/(main|shared)"
    )
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8000]:
            found = words.search(content.decode(errors="replace"))
            assert not found, f"{path}: {found}"


def test_pages_carry_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would refuse them in the browser (data is no script); letters and mails are no pages."""
    words = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\s(?:src=|type=\"application/json\"))|\son[a-z]+=\"|href=\"javascript:",
        re.I,
    )
    for source in (ROOT / "templates").rglob("*.html"):
        where = source.relative_to(ROOT / "templates")
        if where.parts[0] not in {"letters", "mail"}:
            found = words.search(source.read_text())
            assert not found, f"{where}: {found}"
