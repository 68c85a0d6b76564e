"""The problem an input may raise, under the name its readers know it by."""

from segmentation.wording.problem import InputProblem, closest, listed, plain

__all__ = ["InputProblem", "closest", "listed", "plain"]
