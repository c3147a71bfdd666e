"""The measures' forms: one spreadsheet a branch and partner, written, filled by people, read back into params."""

from .merging import Answered, Merged, answers_of, merged, personal_in_forms
from .writing import write_forms

__all__ = ["Answered", "Merged", "answers_of", "merged", "personal_in_forms", "write_forms"]
