"""What the project says of inputs and settings, as text."""

from __future__ import annotations

import json

from segmentation.inputs import InputProblem, answered
from snapshots import rounded


def said(**request) -> str:
    """The answer to a question as text, or the message that it ended with."""
    question = {"ask": "source", "var": "transactions", "columns": {}, "format": {}}
    try:
        answer = answered({**question, **request})
    except InputProblem as problem:
        return str(problem)
    if "text" in answer:
        return answer["text"]
    return "\n".join(f"{key}: {json.dumps(rounded(answer[key]))}" for key in answer)


def blocks(found: dict[str, str]) -> str:
    """Texts one below the other, each under its name."""
    return "\n".join(f"== {name}\n{text}\n" for name, text in found.items())
