"""The catcher of identifiers, measured on invented texts. Both are by the same hand: real logs will do worse."""

import pytest

from portfolios.identifiers import find, is_nhs
from tests.portfolios.identifier_texts import WITH, WITHOUT


def test_recall_and_false_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [text for text in WITH if not find(text)]
    alarms = [(text, [one.words for one in find(text)]) for text in WITHOUT if find(text)]
    with capsys.disabled():
        print(
            f"\nidentifiers: {len(WITH) - len(missed)} of {len(WITH)} caught, "
            f"{len(alarms)} false alarms in {len(WITHOUT)} texts without; missed {missed}, alarms {alarms}"
        )
    assert len(WITH) + len(WITHOUT) >= 150
    assert len(missed) <= len(WITH) * 0.03
    assert len(alarms) <= len(WITHOUT) * 0.05


@pytest.mark.parametrize("number", ["9434765919", "4010232137", "9990123454"])
def test_one_wrong_digit_is_no_nhs_number(number: str) -> None:
    assert is_nhs(number)
    for place in range(10):
        for digit in "0123456789":
            if digit != number[place]:
                assert not is_nhs(number[:place] + digit + number[place + 1 :])


def test_the_place_is_that_in_the_text_as_it_was_typed() -> None:
    text = "Knee, ９４３\u2009４７６ ５９１９, and Mr Smith"
    places = find(text)
    assert [text[one.start : one.end] for one in places] == ["９４３\u2009４７６ ５９１９", "Mr Smith"]
    assert [one.like for one in places] == ["an NHS number", "a name"]


def test_a_long_text_takes_no_long_time() -> None:
    for text in ("1 " * 10_000, "Mr A. " * 5_000, "born " * 5_000, "9" * 20_000, "A" * 20_000):
        find(text)
