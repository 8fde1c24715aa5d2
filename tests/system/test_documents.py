""".ci/security.md and .ci/pages.md name files and tests that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`((?:accreditation|mentors|portfolios|templates|tests|static|\.ci)/[^`\s]*)`")


@pytest.mark.parametrize("document", [".ci/security.md", ".ci/pages.md"])
def test_every_file_and_test_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text()
    names = NAMED.findall(text)
    missing = []
    for name in names:
        file, _, function = name.partition("::")
        path = ROOT / file
        if not path.exists() or function and f"def {function}(" not in path.read_text():
            missing.append(name)
    assert not missing, f"{document} names what there is not: {', '.join(missing)}"
    assert len(names) > 100


def test_each_of_the_forty_threats_has_its_line() -> None:
    """The numbers are those of the list that the system was designed against."""
    numbers = {
        int(number) for number in re.findall(r"^\| (\d+)\. ", (ROOT / ".ci/security.md").read_text(), re.M)
    }
    assert numbers == {*range(1, 41)}


def test_each_of_the_twenty_complaints_has_its_line() -> None:
    numbers = [
        int(number) for number in re.findall(r"^\| (\d+) \| ", (ROOT / ".ci/pages.md").read_text(), re.M)
    ]
    assert numbers == [*range(1, 21)]
