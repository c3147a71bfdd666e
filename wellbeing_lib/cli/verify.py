"""`wellbeing verify`: prove that a built page is as it was made, and from what."""

from pathlib import Path
from typing import Annotated

import typer

from .speaking import ROOT, console

Folder = Annotated[Path, typer.Argument(help="The folder of a build, such as build/2024.")]


def verify(folder: Folder) -> None:
    """Prove that every file of a build is as it was made, and tell whether it was made from what lies here."""
    from .. import integrity

    proof = integrity.verify(folder.resolve(), root=ROOT)
    made_from = {
        f"snapshot {proof.snapshot}": proof.same("data/"),
        "params": proof.same("params/"),
        f"code version {proof.code_version}": proof.same("wellbeing_lib/", "notebooks/", "requirements.lock"),
    }
    console.print("Every file is as it was made.")
    for name, same in made_from.items():
        console.print(f"Made from {name}: {'the very one that lies here' if same else 'another than lies here'}.")
    console.print(f"Hash of the manifest, which stands for all of it: {proof.seal}")
    if not all(made_from.values()):
        raise typer.Exit(1)
