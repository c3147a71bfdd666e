"""Takes each mechanism away that docs/reliability.md promises something by, and sees the test named there fail.

`python -m tests.mutants` tries all of them in copies of the project, `python -m tests.mutants name` those whose test
has it in its name. A test that still passes without the mechanism holds nothing; exit code 1 then.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*cache", ".hypothesis", "*.egg-info")
INERT = '    if _CONTROL.search(plain):\n        raise ValueError("holds a control character; type it again")\n'
# test -> the file, what stands there, and what stands there without the mechanism
MUTANTS = {
    "test_interruption::test_a_death_at_any_step_leaves_one_version_or_what_ends_it": (
        "wellbeing_lib/publishing.py", "key=lambda p: p.name == manifest.NAME", "key=lambda p: p.name != manifest.NAME",
    ),
    "test_interruption::test_kills_at_random_moments_lose_nothing": (
        "wellbeing_lib/publishing.py", "        if left.is_dir():\n", "        if False:\n",
    ),
    "test_interruption::test_ctrl_c_leaves_the_last_page_and_no_process": (
        "wellbeing_lib/publishing.py", "            shutil.rmtree(made, ignore_errors=True)", "            pass",
    ),
    "test_interruption::test_a_second_build_of_a_year_is_refused_in_one_sentence": (
        "wellbeing_lib/locks.py", "        held.acquire()\n", "        pass\n",
    ),
    "test_interruption::test_the_lock_ends_with_its_process": (
        "wellbeing_lib/locks.py", "        held.acquire()\n    except Timeout:",
        '        lock.open("x").close()\n    except (Timeout, FileExistsError):',
    ),
    "test_interruption::test_a_full_disk_leaves_the_last_page_and_a_larger_one_heals": (
        "wellbeing_lib/cli/speaking.py", '("ENOSPC", ', "(",
    ),
    "test_interruption::test_a_folder_that_must_not_be_written_is_said_in_one_sentence": (
        "wellbeing_lib/cli/speaking.py", '"EROFS", ', "",
    ),
    "test_interruption::test_what_is_saved_while_a_page_is_made_stops_it": (
        "wellbeing_lib/report/__init__.py", "            _refuse_changed(", "            str(",
    ),
    "test_interruption::test_a_clock_set_back_hides_no_change": (
        "wellbeing_lib/manifest.py", "sha256(path.read_bytes()) for path in sorted",
        "sha256(str(path.stat().st_mtime_ns).encode()) for path in sorted",
    ),
    "test_report::test_a_failing_cell_leaves_the_last_good_page": (
        "wellbeing_lib/report/__init__.py", '    (made / "FAILED.html").replace(folder / "FAILED.html")',
        '    (made / "FAILED.html").replace(folder / "appendix.fi.html")',
    ),
    "test_report::test_a_draft_never_replaces_an_approved_page": (
        "wellbeing_lib/report/__init__.py", "        _refuse_draft_over_approved(first, folder)\n", "",
    ),
    "test_sources_fetching::test_a_kept_answer_that_is_not_whole_is_asked_again": (
        "wellbeing_lib/sources/runs.py", 'if digest.decode("ascii", "replace") == hashlib.sha256(text).hexdigest()',
        "if text",
    ),
    "test_batch::test_a_killed_batch_leaves_no_process_and_ends_the_same_when_started_again": (
        "wellbeing_lib/publishing.py", "        if left.is_dir():\n", "        if False:\n",
    ),
    "test_observations::test_a_snapshot_is_never_overwritten_and_never_edited": (
        "wellbeing_lib/observations.py", "    if folder.exists():\n", "    if False:\n",
    ),
    "test_fuzz::test_a_door_gives_a_right_result_or_sentences": ("wellbeing_lib/params/texts.py", INERT, ""),
    "test_fuzz::test_a_page_from_odd_inputs_is_right_or_refused": (
        "wellbeing_lib/open_data.py", '    exact = f"{figure.value:.10g}"', '    exact = f"{figure.value:.2g}"',
    ),
    "test_injection::test_nothing_acts_in_a_real_browser_and_nothing_is_asked_of_anybody": (
        "wellbeing_lib/tables.py", "select_autoescape(default=True,", "select_autoescape(default=False,",
    ),
    "test_injection::test_no_text_becomes_an_element_or_an_attribute": (
        "wellbeing_lib/tables.py", "select_autoescape(default=True,", "select_autoescape(default=False,",
    ),
    "test_injection::test_the_policy_of_the_page_forbids_everything_but_our_own_style_and_script": (
        "wellbeing_lib/template/page.html.j2", "script-src '{{ script_hash }}'", "script-src 'unsafe-inline'",
    ),
    "test_injection::test_a_text_written_into_a_spreadsheet_is_never_a_formula": (
        "wellbeing_lib/workbook.py", '    cell.data_type = "s"\n', "",
    ),
    "test_injection::test_no_text_of_people_is_in_the_code_of_a_notebook": (
        "wellbeing_lib/report/chapters.py", '"municipality": page.params.area, "language"',
        '"municipality": page.params.area, "place": page.place, "language"',
    ),
    "test_injection::test_no_name_of_a_file_comes_from_a_text": (
        "wellbeing_lib/attachments.py", '(folder / f"{CHARTS.get(kind, kind)}-{name}.svg")',
        """(folder / f"{CHARTS.get(kind, kind)}-{''.join(filter(str.isalnum, str(image['alt'])))[:80]}.svg")""",
    ),
    "test_injection::test_make_runs_nothing_that_a_value_holds": (
        "Makefile", 'report --year "$$YEAR" --municipality "$$MUNICIPALITY"', 'report --year $(YEAR) --municipality ""',
    ),
    "test_injection::test_what_could_act_on_a_terminal_is_refused_and_shown_harmless": (
        "wellbeing_lib/faults.py", "return _ACTIVE.sub(lambda found: ascii(found.group())[1:-1], text)", "return text",
    ),
    "test_no_network::test_only_sources_imports_what_can_leave_the_machine": (
        "wellbeing_lib/tables.py", "from jinja2 import", "import urllib.request\nfrom jinja2 import",
    ),
    "test_params::test_yaml_that_would_be_misread_is_refused": (
        "wellbeing_lib/params/reading.py", "        _refuse_odd(text, shown)\n", "",
    ),
    "test_sources_web::test_a_drip_of_bytes_and_a_flood_end": (
        "wellbeing_lib/sources/web.py", "asyncio.timeout(self._patience.whole_answer)", "asyncio.timeout(None)",
    ),
    "test_integrity::test_an_input_that_is_another_now_is_told": (
        "wellbeing_lib/integrity.py", "if before.get(name) != now.get(name))", "if False)",
    ),
    "test_integrity::test_one_byte_changed_anywhere_is_found": (
        "wellbeing_lib/integrity.py", "elif manifest.sha256(path.read_bytes()) != digest:", "elif False:",
    ),
    "test_integrity::test_a_file_lost_or_added_is_found": (
        "wellbeing_lib/integrity.py", "        if not known and ", "        if False and ",
    ),
    "test_report::test_two_builds_from_scratch_give_the_same_bytes": (
        "wellbeing_lib/workbook.py", "path.write_bytes(_without_clock(raw))", "path.write_bytes(raw.getvalue())",
    ),
    "test_integrity::test_nothing_of_person_or_machine_is_in_any_output": (
        "wellbeing_lib/report/chapters.py", '    notebook.metadata.pop("papermill", None)\n', "",
    ),
    "test_sources_own_figures::test_fewer_than_five_people_are_hidden": (
        "wellbeing_lib/sources/own_figures.py", " | few_outside\n", "\n",
    ),
    "test_sources_own_figures::test_nothing_of_a_hidden_row_can_be_computed_back": (
        "wellbeing_lib/sources/own_figures.py", "figures[~small]", "figures",
    ),
    "test_project::test_the_lock_holds_every_dependency_with_hashes_and_no_address": (
        "requirements.lock", " --hash=sha256:", " --hash=md5:",
    ),
}  # fmt: skip


def holds(test: str) -> bool:
    """Whether the test fails in a copy of the project without the mechanism."""
    module, name = test.split("::")
    path, old, new = MUTANTS[test]
    with tempfile.TemporaryDirectory(prefix="wellbeing-mutant-") as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        text = (root / path).read_text(encoding="utf-8")
        if not old or old not in text:
            raise ValueError(f"{test}: {path} does not hold {old!r}")
        (root / path).write_text(text.replace(old, new), encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(root), "TMPDIR": folder}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            f"tests/{module}.py",
            "-k",
            name,
        ]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    said = re.findall(r"^E +(.+)$", done.stdout, re.MULTILINE)
    sys.stdout.write(
        f"{'fails as it should' if done.returncode == 1 else 'STILL PASSES'}: {test}: {''.join(said[:1])[:150]}\n"
    )
    sys.stdout.flush()
    return done.returncode == 1


def main(names: list[str]) -> int:
    """Try the mutants, one a processor at a time."""
    chosen = [test for test in MUTANTS if not names or any(name in test for name in names)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(holds, chosen))
    sys.stdout.write(f"{sum(found)} of {len(found)} tests fail without their mechanism\n")
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
