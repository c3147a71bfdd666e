"""The command line: every command is a few lines that call the library and say what came of it.

A module here holds the commands of one subject. Nothing heavy is imported before a command has to do something heavy.
"""

import typer

from . import batch, check, data, forms, pdf, report, verify, versions, watch, year
from .speaking import Speaking

app = typer.Typer(cls=Speaking, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(report.report)
app.command()(batch.batch)
app.command()(pdf.pdf)
app.add_typer(forms.forms, name="forms")
forms.forms.command("indicators")(data.indicators)
app.add_typer(data.data, name="data")
app.command()(year.new_year)
app.command()(year.findings)
app.command()(check.check)
app.command()(check.schemas)
app.command()(verify.verify)
app.command()(versions.handover)
app.command()(versions.diff)
app.command()(watch.watch)


@app.callback()
def wellbeing() -> None:
    """The annual assessment of a municipality's wellbeing plan."""
