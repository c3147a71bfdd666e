"""Takes each mechanism away that docs/reliability.md or a test promises something by, and sees that test fail.

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
    "test_interruption::test_ctrl_c_while_it_begins_shows_no_traceback": (
        "wellbeing_lib/clusters.py", "        with without_ctrl_c():\n", "        if True:\n",
    ),
    "test_interruption::test_a_full_folder_for_temporary_files_is_said_in_one_sentence": (
        "wellbeing_lib/cli/speaking.py", '("lxml.etree", "SerialisationError")', '("", "")',
    ),
    "test_batch::test_nobody_else_can_talk_to_a_batch_that_is_making_pages": (
        "wellbeing_lib/clusters.py",
        '    security = Security.temporary()\n    common: dict[str, Any] = {"protocol": "tls://",',
        '    __import__("dask").config.set({"distributed.comm.require-encryption": False})\n    security = Security()\n'
        '    common: dict[str, Any] = {"protocol": "tcp://",',
    ),
    "test_batch::test_a_scheduler_that_anybody_could_be_is_refused": (
        "wellbeing_lib/clusters.py", 'if not scheduler.startswith("tls://"):', "if False:",
    ),
    "test_kernels::test_only_who_has_the_key_can_run_code_in_a_kernel": (
        "wellbeing_lib/kernels.py", "        self.provisioner = Provisioner(",
        '        self.session.key = b""\n        self.provisioner = Provisioner(',
    ),
    "test_sources_hostile::test_an_answer_that_never_ends_is_given_up": (
        "wellbeing_lib/sources/web.py", "asyncio.timeout(self._patience.whole_answer)", "asyncio.timeout(None)",
    ),
    "test_sources_hostile::test_a_small_answer_takes_no_large_memory": (
        "wellbeing_lib/sources/web.py", 'if encoding not in ("gzip", "identity", ""):', "if False:",
    ),
    "test_sources_hostile::test_no_part_of_an_answer_is_unpacked_beyond_the_largest": (
        "wellbeing_lib/sources/web.py", "decompress(part, most + 1 - len(content))", "decompress(part)",
    ),
    "test_sources_hostile::test_a_redirect_to_another_host_or_without_https_is_not_followed": (
        "wellbeing_lib/sources/web.py", "if not self._is_ours(request.url):", "if False:",
    ),
    "test_sources_hostile::test_redirects_in_a_circle_end": (
        "wellbeing_lib/sources/web.py", "for _ in range(_REDIRECTS + 1):", "while True:",
    ),
    "test_personal::test_every_text_stops_the_year_as_a_title_a_remark_and_as_evidence": (
        "wellbeing_lib/params/loading.py", "    refuse_personal(content, ", "    (lambda *_: None)(content, ",
    ),
    "test_personal::test_every_text_is_stopped_as_a_remark_as_evidence_and_as_a_comment": (
        "wellbeing_lib/forms/reading.py", "            form.faults += form.personal\n            return form",
        "            pass",
    ),
    "test_personal::test_every_text_in_own_figures_is_stopped": (
        "wellbeing_lib/sources/own_reading.py", "    refuse_personal_sheets(paths, numbers=False)\n", "",
    ),
    "test_personal::test_a_form_is_searched_however_its_ending_is_written": (
        "wellbeing_lib/forms/merging.py", 'path.suffix.casefold() == ".xlsx"', 'path.suffix == ".xlsx"',
    ),
    "test_personal::test_a_cell_of_a_csv_that_is_no_figure_is_searched": (
        "wellbeing_lib/spreadsheet_texts.py", "if not _FIGURE.fullmatch(one):",
        'if re.search(r"[^\\d\\s.,\\-+]", one):',
    ),
    "test_personal::test_each_command_stops_at_params_forms_and_own_figures": (
        "wellbeing_lib/cli/report.py", "    refuse_personal(params)\n", "",
    ),
    "test_personal::test_an_allowed_text_passes_and_nothing_else": (
        "wellbeing_lib/params/personal.py",
        "if all(isinstance(text, str) and not is_blank(text) for text in said):", "if True:",
    ),
    "test_personal::test_who_approves_confirms_that_no_person_is_named": (
        "wellbeing_lib/params/models.py", 'self.decision == "approved" and not self.no_personal_data', "False",
    ),
    "test_personal::test_a_blank_text_is_not_filled_in_params": (
        "wellbeing_lib/params/models.py", "    if text and is_blank(plain):", "    if False:",
    ),
    "test_personal::test_a_blank_cell_is_not_filled_in_a_form": (
        "wellbeing_lib/spreadsheets.py", "isinstance(self.value, str) and is_blank(self.value)", 'self.value == ""',
    ),
    "test_personal::test_a_form_signed_on_an_impossible_day_is_refused": (
        "wellbeing_lib/forms/reading.py", "    if why := impossible_date(day, year):", "    if why := None:",
    ),
    "test_personal::test_an_impossible_day_in_params_is_refused": (
        "wellbeing_lib/params/models.py", "if (why := impossible_date(day, self.year))", "if (why := None)",
    ),
    "test_observations::test_a_snapshot_of_a_day_to_come_is_refused": (
        "wellbeing_lib/observations.py", "        refuse_later(folder.name, shown)\n", "        pass\n",
    ),
    "test_params::test_only_another_code_is_refused_in_every_file_that_names_its_municipality": (
        "wellbeing_lib/params/loading.py", "    require_same(municipality, folder, named)\n", "",
    ),
    "test_params::test_an_id_stands_once_in_a_plan": (
        "wellbeing_lib/params/loading.py", "for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]", "for id_ in ()]",
    ),
    "test_rounds::test_a_new_year_names_its_municipality_and_is_of_no_other": (
        "wellbeing_lib/rounds.py", "    require_same(municipality, folder, {", "    str({",
    ),
    "test_report::test_a_page_leads_only_to_years_that_are_built_and_is_made_again_when_that_changes": (
        "wellbeing_lib/manifest.py", "if any(linked.get(one) != at_hand.", "if any(False and at_hand.",
    ),
    "test_report::test_a_chapter_that_brings_in_what_is_not_the_pages_is_refused": (
        "wellbeing_lib/report/__init__.py", "    if undeclared:\n", "    if False:\n",
    ),
    "test_report::test_cells_tagged_lab_are_neither_run_nor_shown": (
        "wellbeing_lib/report/chapters.py", " if access.LAB not in access.tags_of(cell)]", "]",
    ),
    "test_report::test_a_misspelt_parameter_of_a_notebook_is_refused": (
        "wellbeing_lib/report/chapters.py", "    if faults:\n        raise InputError(faults)\n    runs", "    runs",
    ),
    "test_files::test_a_file_that_becomes_a_pipe_just_before_it_is_opened_is_refused": (
        "wellbeing_lib/files.py", "            _refuse_kind(found.st_mode, shown)  # it", "            # it",
    ),
    "test_files::test_a_workbook_of_endless_parts_is_refused_before_it_is_built": (
        "wellbeing_lib/spreadsheets.py", "_MOST_TAGS = 1_500_000", "_MOST_TAGS = 10**12",
    ),
    "test_project::test_a_licence_is_accepted_by_its_whole_name": (
        "tests/supply.py", "    if licence in ACCEPTED:\n", "    if any(one in licence for one in ACCEPTED):\n",
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
