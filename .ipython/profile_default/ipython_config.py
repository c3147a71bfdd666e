"""What every notebook of `make lab` starts with: a saved change of the library is there at the next cell."""

c = get_config()  # noqa: F821 - IPython puts it here
c.InteractiveShellApp.extensions = ["autoreload"]
c.InteractiveShellApp.exec_lines = ["%autoreload 2"]
c.InteractiveShellApp.exec_PYTHONSTARTUP = False  # a notebook is the same for everybody
