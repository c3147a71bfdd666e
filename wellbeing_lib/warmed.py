"""What every chapter needs, done once in the process that its kernel is forked from; nobody else imports this.

The fork server knows no other way to prepare itself than an import, and so this one module acts when it is imported.
"""

import gc

import babel.dates
import babel.messages.mofile
import babel.messages.pofile
import IPython.core.logger
import PIL.features

from . import lab, show
from .charts.canvas import Sheet, house_style
from .tables import compile_templates
from .wording.catalogue import translations

__all__ = ["PIL", "IPython", "babel", "lab", "show"]

compile_templates()
translations("fi")
with house_style():  # the first drawing loads the backend and the fonts
    Sheet(60, left=10, right=10, top=10, bottom=20).chart(alt="", caption="", table=())
gc.collect()
gc.freeze()  # a kernel's own collector need not look through all of this again
