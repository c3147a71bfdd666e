"""`wellbeing verify`: prove that a built page is as it was made, and from what."""

from pathlib import Path
from typing import Annotated

import typer

from .speaking import ROOT, console

Folder = Annotated[Path, typer.Argument(help="The folder of a build, such as build/2024.")]


Again = Annotated[bool, typer.Option("--recompute", help="Make the page again beside it, and compare every byte.")]


def verify(folder: Folder, recompute: Again = False) -> None:
    """Prove that every file of a build is as it was made, and tell whether it was made from what lies here.

    A manifest vouches for files and for itself, not for who wrote it: --recompute makes the page again from what lies
    here, takes nothing from the folder, and names each file that comes out otherwise.
    """
    from .. import integrity

    proof = integrity.verify(folder.resolve(), root=ROOT)
    made_from = {
        f"snapshot {proof.snapshot}": proof.same("data/"),
        "params": proof.same("params/"),
        f"code version {proof.code_version}": proof.same("wellbeing_lib/", "notebooks/", "requirements.lock"),
    }
    console.print("Every file is as its manifest says, and there is no other.")
    for name in proof.unproved:
        console.print(f"{name} lies beside the page and is not proved: no manifest names it.")
    for name, same in made_from.items():
        console.print(f"Made from {name}: {'the very one that lies here' if same else 'another than lies here'}.")
    console.print(f"Hash of the manifest, which stands for all of it: {proof.seal}")
    if not all(made_from.values()):
        raise typer.Exit(1)
    if recompute:
        from .. import report

        again = report.made_again(folder.resolve(), root=ROOT)
        console.print(f"Made again from what lies here: {again} files, every byte the same.")
