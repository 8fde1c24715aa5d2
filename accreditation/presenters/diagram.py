"""The state machine as a Mermaid diagram, drawn from `accreditation.states` and from nothing else."""

from accreditation.enums import SubmissionState
from accreditation.roles import ROLES
from accreditation.states import FINAL, MOVES

START, END = "<!-- states -->", "<!-- /states -->"
"""The lines between which README shows the diagram."""


def mermaid() -> str:
    """The diagram's text: every state with its name on pages, every move with who may make it."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.value}' for state in SubmissionState]
    lines.append(f"    [*] --> {SubmissionState.DRAFT.value}")
    for move in MOVES.values():
        who = " or ".join(sorted(ROLES[role].title.lower() for role in move.roles))
        for source in SubmissionState:
            if source.value in move.sources:
                lines.append(f"    {source.value} --> {move.target}: {move.name.replace('_', ' ')} ({who})")
    lines += [f"    {state.value} --> [*]" for state in SubmissionState if state.value in FINAL]
    return "\n".join(lines)


def block() -> str:
    """The diagram as README holds it, with its two marker lines."""
    return f"{START}\n```mermaid\n{mermaid()}\n```\n{END}"
