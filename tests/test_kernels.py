"""Kernels that are forks behave like ordinary ones, and nothing of them stays behind."""

import asyncio
import json
import multiprocessing.util
import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from textwrap import indent

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from wellbeing_lib import kernels

IS_FORK = "import multiprocessing; multiprocessing.parent_process() is not None"
# Elsewhere the system does not tell which processes are left, and without a forkserver ordinary kernels are used.
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads the process table in /proc")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no forkserver")


@pytest.fixture(autouse=True)
def forks_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test before these left in the environment: a fork that failed once turns forking off for its run."""
    monkeypatch.delenv("WELLBEING_KERNELS", raising=False)


@pytest.fixture(scope="module", autouse=True)
def _warmed():
    kernels.warm("pandas", "matplotlib.pyplot")


def written(folder: Path, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"{uuid.uuid4().hex}.ipynb"
    nbformat.write(notebook, path)
    return path


def executed(path: Path, **arguments) -> list[list]:
    """The outputs of each cell, from a fork unless `arguments` say otherwise."""
    arguments = arguments or kernels.engine_arguments(cwd=path.parent)
    notebook = papermill.execute_notebook(path, None, **arguments)
    return [cell.outputs for cell in notebook.cells]


def shown(path: Path, **arguments) -> list[str]:
    """The plain text that each cell shows."""
    return [outputs[-1].data["text/plain"] for outputs in executed(path, **arguments)]


@pytest.fixture
def start_runner(tmp_path):
    """Start a runner of its own, whose processes carry a mark in their environment and whose files have a folder."""
    (tmp_path / "temporary").mkdir()

    def start(body: str, **environment: str) -> subprocess.Popen:
        script = tmp_path / "runner.py"
        script.write_text(f"from wellbeing_lib import kernels\nif __name__ == '__main__':\n{indent(body, '    ')}")
        marks = {"MARK": str(tmp_path), "TMPDIR": str(tmp_path / "temporary")}
        env = {**os.environ, **marks, **environment}
        return subprocess.Popen([sys.executable, script], env=env, stdout=subprocess.PIPE, text=True)

    yield start
    for pid in marked(tmp_path):  # none, if the test has passed
        os.kill(pid, signal.SIGKILL)


def marked(folder: Path | str) -> list[int]:
    """The living processes of the runner started for `folder`, and of their descendants."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or another's
            if f"MARK={folder}\0".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def becomes(condition, *, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_outputs_equal_those_of_an_ordinary_kernel(tmp_path):
    path = written(
        tmp_path,
        "import os, sys, warnings; print('out'); print('err', file=sys.stderr); os.getcwd()",
        "21 * 2",
        "_, In[2], __name__",
        "import pandas; pandas.DataFrame({'share': [0.5, float('nan')]})",
        "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.gca()",
        "plt.get_backend()",
        "!echo $HOME",
        "class Town: pass\nimport pickle; type(pickle.loads(pickle.dumps(Town()))) is Town",
        "import multiprocessing as mp; mp.get_start_method(), mp.current_process().daemon",
        "mp.get_context('fork').Pool(1).map(abs, [-3])",
        "'' in sys.path, sys.executable, __builtins__.__name__",
        "import numpy; (numpy.ones((500, 500)) @ numpy.ones((500, 500))).sum()",
    )
    ordinary = executed(path, progress_bar=False, cwd=tmp_path)

    assert executed(path) == ordinary
    assert "image/png" in str(ordinary)
    assert shown(written(tmp_path, IS_FORK)) == ["True"]


def test_a_kernel_sees_nothing_of_the_one_before(tmp_path):
    first = written(
        tmp_path,
        "secret = 1\nimport builtins, json, os, sys\nsys.modules['leak'] = json.leak = builtins.leak = sys\n"
        "os.environ['LEAK'] = '1'; os.chdir('/'); secret",
    )
    second = written(
        tmp_path,
        "import builtins, json, os, sys\n"
        "'secret' in dir(), 'leak' in sys.modules, hasattr(json, 'leak'), hasattr(builtins, 'leak'), os.getenv('LEAK')",
        "os.getpid()",
    )
    assert shown(first) == ["1"]
    leaks, pid = shown(second)
    assert leaks == str((False, False, False, False, None))
    assert shown(second)[1] != pid


def test_random_numbers_differ_between_kernels(tmp_path):
    path = written(tmp_path, "import numpy, random; float(numpy.random.random())", "random.random()")
    assert not set(shown(path)) & set(shown(path))


def test_environment_and_folder_are_those_of_the_moment(tmp_path, monkeypatch):
    folder = tmp_path / "ä folder"
    folder.mkdir()
    path = written(tmp_path, "import os; os.getcwd()", "[os.getenv('SEEN'), 'PYTEST_VERSION' in os.environ]")

    monkeypatch.setenv("SEEN", "yes")
    assert shown(path, **kernels.engine_arguments(cwd=folder)) == [repr(str(folder)), "['yes', True]"]
    monkeypatch.setenv("SEEN", "no")
    monkeypatch.delenv("PYTEST_VERSION")  # was there when the server was started
    by_papermill = {"kernel_manager_class": kernels.Manager, "progress_bar": False, "cwd": folder}
    assert shown(path, **by_papermill) == [repr(str(folder)), "['no', False]"]


@pytest.mark.parametrize("kind", ["forked", "ordinary"])
@pytest.mark.parametrize("profile", ["home", "IPYTHONDIR"])
def test_nothing_of_the_user_runs_before_the_first_cell(tmp_path, monkeypatch, kind, profile):
    """No kernel of their own, no startup file or setting of IPython, no PYTHONSTARTUP; also with a profile named."""
    folder = tmp_path / ".ipython" / "profile_default"
    (folder / "startup").mkdir(parents=True)
    (folder / "startup" / "00.py").write_text("USER_1 = 1", encoding="utf-8")
    (folder / "ipython_config.py").write_text("c.InteractiveShellApp.exec_lines = ['USER_2 = 2']", encoding="utf-8")
    (folder / "ipython_kernel_config.py").write_text("c.IPKernelApp.exec_lines = ['USER_3 = 3']", encoding="utf-8")
    (tmp_path / "startup.py").write_text("USER_4 = 4", encoding="utf-8")
    spec = tmp_path / ".local" / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "python"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / ".local" / "share" / "jupyter"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    if profile == "IPYTHONDIR":
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    if kind == "ordinary":
        monkeypatch.setenv("WELLBEING_KERNELS", "ordinary")

    assert shown(written(tmp_path, "[name for name in dir() if name.startswith('USER')]")) == ["[]"]


def test_parameters_arrive_and_the_notebook_is_written(tmp_path):
    path, target = written(tmp_path, "year"), tmp_path / "out.ipynb"
    arguments = kernels.engine_arguments(cwd=tmp_path)
    papermill.execute_notebook(path, target, parameters={"year": 2024}, **arguments)
    assert nbformat.read(target, as_version=4).cells[-1].outputs[0].data["text/plain"] == "2024"


def test_errors_are_the_usual_ones(tmp_path):
    path = written(tmp_path, "raise KeyError('205')")
    with pytest.raises(papermill.PapermillExecutionError, match="KeyError: '205'"):
        executed(path)
    client = NotebookClient(nbformat.read(path, as_version=4), kernel_manager_class=kernels.Manager)
    with pytest.raises(CellExecutionError, match="KeyError"):
        client.execute()
    with pytest.raises(DeadKernelError):
        executed(written(tmp_path, "import os; os._exit(3)"))


def test_a_cell_that_takes_too_long_is_interrupted(tmp_path):
    path = written(
        tmp_path, "import time\ntry:\n    time.sleep(600)\nexcept KeyboardInterrupt:\n    print('interrupted')"
    )
    arguments = {**kernels.engine_arguments(cwd=tmp_path), "execution_timeout": 1, "interrupt_on_timeout": True}
    assert [output.text for output in executed(path, **arguments)[0]] == ["interrupted\n"]


def test_ordinary_kernels_on_request(tmp_path, monkeypatch):
    monkeypatch.setenv("WELLBEING_KERNELS", "ordinary")
    assert shown(written(tmp_path, IS_FORK)) == ["False"]


def test_ten_rounds_in_threads(tmp_path):
    paths = [written(tmp_path, f"import time; time.sleep(0.02); {number}") for number in range(4)]
    for _ in range(10):
        assert kernels.run_in_threads(shown, paths, threads=4) == [["0"], ["1"], ["2"], ["3"]]


def test_an_error_in_one_thread_ends_the_others(tmp_path):
    paths = [
        written(tmp_path, "while True: pass"),
        written(tmp_path, "raise KeyError('205')"),
        *[written(tmp_path)] * 9,
    ]
    with pytest.raises(papermill.PapermillExecutionError, match="KeyError: '205'"):
        kernels.run_in_threads(executed, paths, threads=2)


@needs_proc
def test_ten_in_a_row_leave_no_process_and_no_file(tmp_path, start_runner):
    path = written(tmp_path, "'\\N{SNOWMAN}'")
    body = (
        "import glob, json, os, papermill, test_kernels\n"
        "counts = []\n"
        "for _ in range(10):\n"
        f"    papermill.execute_notebook({str(path)!r}, None, **kernels.engine_arguments(cwd={str(tmp_path)!r}))\n"
        "    files = [os.listdir(folder) for folder in glob.glob(os.environ['TMPDIR'] + '/*')]\n"
        "    counts.append([len(test_kernels.marked(os.environ['MARK'])), *map(len, files)])\n"
        "print(json.dumps(counts))\n"
    )
    runner = start_runner(body, PYTHONPATH=str(Path(__file__).parent))
    counts = json.loads(runner.communicate(timeout=120)[0])

    # The runner, multiprocessing's resource tracker and fork server, and the keeper of its folder with one socket.
    # The folder holds that socket and the empty profile of the kernels.
    assert counts == [[4, 2]] * 10
    assert becomes(lambda: marked(tmp_path) == [])
    assert list((tmp_path / "temporary").iterdir()) == []
    assert {entry.name for entry in tmp_path.iterdir()} == {path.name, "runner.py", "temporary"}


@needs_proc
def test_nothing_outlives_a_killed_runner(tmp_path, start_runner):
    busy = "import subprocess, pathlib; subprocess.Popen(['sleep', '1000']); pathlib.Path('{}').touch()\n{}"
    paths = [
        str(written(tmp_path, busy.format("python", "while True: pass"))),
        # A loop in C holds Python's lock, so that no thread of the kernel can do anything.
        str(written(tmp_path, busy.format("c", "sum(range(10**13))"))),
    ]
    body = (
        "import asyncio, papermill\n"
        "idle = kernels.Manager(kernel_name='python3')\n"
        "asyncio.run(idle.start_kernel())\n"
        f"arguments = kernels.engine_arguments(cwd={str(tmp_path)!r})\n"
        "def execute(path): papermill.execute_notebook(path, None, **arguments)\n"
        f"kernels.run_in_threads(execute, {paths}, threads=2)\n"
    )
    runner = start_runner(body)
    assert becomes(lambda: (tmp_path / "python").exists() and (tmp_path / "c").exists())
    assert len(marked(tmp_path)) == 9  # runner, tracker, server, keeper, three kernels, two sleepers

    with runner:
        runner.send_signal(signal.SIGKILL)
    assert becomes(lambda: marked(tmp_path) == [])
    assert list((tmp_path / "temporary").iterdir()) == []


@needs_proc
def test_ctrl_c_ends_busy_kernels(tmp_path, start_runner):
    path = str(written(tmp_path, "import pathlib; pathlib.Path('busy').touch()\nwhile True: pass"))
    body = (
        "import papermill\n"
        f"arguments = kernels.engine_arguments(cwd={str(tmp_path)!r})\n"
        "def execute(path): papermill.execute_notebook(path, None, **arguments)\n"
        "try:\n"
        f"    kernels.run_in_threads(execute, [{path!r}] * 3, threads=1)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    runner = start_runner(body)
    assert becomes((tmp_path / "busy").exists)
    runner.send_signal(signal.SIGINT)
    assert runner.communicate(timeout=60)[0] == "interrupted\n"
    assert becomes(lambda: marked(tmp_path) == [])


@needs_proc
def test_ordinary_kernels_where_the_server_fails(tmp_path, start_runner):
    (tmp_path / "broken.py").write_text("import os; os._exit(1)")
    path = written(tmp_path, IS_FORK)
    body = (
        "import papermill\n"
        "kernels.warm('broken')\n"
        f"arguments = kernels.engine_arguments(cwd={str(tmp_path)!r})\n"
        f"notebook = papermill.execute_notebook({str(path)!r}, None, **arguments)\n"
        "print(notebook.cells[0].outputs[0].data['text/plain'])\n"
    )
    runner = start_runner(body, PYTHONPATH=str(tmp_path))
    assert runner.communicate(timeout=120)[0] == "False\n"
    assert becomes(lambda: marked(tmp_path) == [])


# nobody else


STRANGER = """
import os, sys, zmq
from jupyter_client.session import Session

address, key, mark = sys.argv[1:]
os.chdir("/")
if os.geteuid() == 0 and key != "ours":
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
context = zmq.Context()
session = Session(key=(os.environ["KEY"] if key == "ours" else key).encode())
for number in range(1, 6):  # every channel of the kernel
    socket = context.socket(zmq.DEALER)
    socket.connect(f"ipc://{address}-{number}")
    session.send(socket, "execute_request", {"code": f"open({mark!r}, 'w').close()", "silent": False})
    socket.close(linger=3000)
context.term()
"""


@needs_proc
@pytest.mark.parametrize("key", ["", "a wrong one", "ours"])
def test_only_who_has_the_key_can_run_code_in_a_kernel(tmp_path: Path, key: str) -> None:
    """Root tries it as nobody, others as themselves; with the key the same attack runs code, so it is one."""
    mark = tmp_path / "ran"

    async def attacked() -> bool:
        manager = kernels.Manager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            await asyncio.to_thread(
                subprocess.run, [sys.executable, "-c", STRANGER, manager.ip, key, str(mark)],
                env=os.environ | {"KEY": manager.session.key.decode()}, check=True,
            )  # fmt: skip
            return becomes(mark.exists, seconds=3)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(attacked()) == (key == "ours")
    private = Path(multiprocessing.util.get_temp_dir())
    assert private.stat().st_mode & 0o077 == 0  # where the files with the keys of kernels lie
