"""The helper library of the wellbeing workbook."""
