"""The measures' forms: one spreadsheet a branch and partner, written, filled by people, read back into params."""

from .merging import Answered, Merged, answers_of, merged
from .writing import write_forms

__all__ = ["Answered", "Merged", "answers_of", "merged", "write_forms"]
