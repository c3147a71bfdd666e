"""A replica of Sotkanet and Statistics Finland on loopback: a real HTTP server that speaks the recorded contract.

It serves a folder such as `fixtures/upstream` (a few facts and some made-up figures) or, given that of
`WELLBEING_UPSTREAM`, all the real rows, one vintage at a time. `fault` makes the next answers go wrong in a chosen way.
Started by hand, `python -m tests.replica`, it says its addresses and runs until it is interrupted.
"""

import csv
import datetime
import gzip
import io
import json
import os
import random
import sys
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.real import upstream

SMALL = Path(__file__).parent / "fixtures" / "upstream"
STATFIN = SMALL / "statfin.json"
_DEFAULT_CLIENTS = ("python", "curl", "java", "okhttp", "httpx", "wget")
_DAYS = {"2013-09": "2013-09-16", "2025": "2025-04-29", "2026-04": "2026-04-15", "2026-05": "2026-05-20"}


@dataclass
class World:
    """What the services know: regions, indicators with their metadata, and the rows of each."""

    regions: list[dict]
    indicators: dict[int, dict]
    rows: dict[int, list[tuple]]  # region, year, gender, value, abs_value


def copy_params(to: Path, *, keep: tuple[str, ...] = (), change: dict[str, dict[str, Any]] | None = None) -> Path:
    """A copy of params/ with only some indicators of the catalogue, or all, and with some of their fields changed."""
    folder = to / "params"
    folder.mkdir(parents=True)
    for path in (Path(__file__).parent.parent / "params").glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    if keep or change:
        catalogue = yaml.load((folder / "indicators.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)["indicators"]
        chosen = {
            key: entry | (change or {}).get(key, {}) for key, entry in catalogue.items() if key in keep or not keep
        }
        text = yaml.dump({"indicators": chosen}, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (folder / "indicators.yaml").write_text(text, encoding="utf-8")
    return folder


def small_world() -> World:
    """The few indicators of the fixtures."""
    folder = SMALL
    indicators = json.loads((folder / "indicators.json").read_text(encoding="utf-8"))
    rows = _rows((folder / "observations.csv").read_text(encoding="utf-8"), None)
    world = World(json.loads((folder / "regions.json").read_text(encoding="utf-8")), {}, {})
    world.indicators = {one["id"]: one for one in indicators}
    world.rows = {id_: found for id_, (_, found) in rows.items()}
    return world


def real_world(folder: Path, vintage: str | None = None) -> World:
    """All the real rows: of each indicator the newest vintage, or the chosen one where it has that."""
    sotkanet = folder / "sotkanet"
    indicators = {one["id"]: one for one in json.loads((sotkanet / "indicators-2016.json").read_text(encoding="utf-8"))}
    with (folder / "indicator-candidates.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            title = {"fi": line["title_fi"], "en": line["title_en"], "sv": ""}
            indicators.setdefault(int(line["id"]), {"id": int(line["id"]), "title": title, "classifications": {}})
    for path in (sotkanet / "indicators").glob("*.json"):
        one = json.loads(path.read_text(encoding="utf-8"))
        indicators[one["id"]] = one
    rows = _rows(gzip.decompress((sotkanet / "observations.csv.gz").read_bytes()).decode(), vintage)
    for id_ in rows.keys() - indicators.keys():  # real rows whose title nobody has recorded
        indicators[id_] = {"id": id_, "title": {"fi": f"Indikaattori {id_}", "en": f"Indicator {id_}", "sv": ""}}
    for id_, one in indicators.items():
        newest, found = rows.get(id_, ("", []))
        years = [row[1] for row in found] or [1990, 2024]
        one.setdefault("range", {"start": min(years), "end": max(years)})
        one.setdefault("data-updated", _DAYS.get(newest, "2025-01-31"))
    regions = json.loads((sotkanet / "regions-2016.json").read_text(encoding="utf-8"))
    return World(regions, indicators, {id_: found for id_, (_, found) in rows.items()})


def _rows(text: str, vintage: str | None) -> dict[int, tuple[str, list[tuple]]]:
    """Indicator -> the vintage served and its rows."""
    found: defaultdict[int, defaultdict[str, list[tuple]]] = defaultdict(lambda: defaultdict(list))
    for line in csv.DictReader(io.StringIO(text)):
        count = float(line["abs_value"]) if line["abs_value"] else None
        row = (int(line["region"]), int(line["year"]), line["gender"], float(line["value"]), count)
        found[int(line["indicator"])][line["vintage"]].append(row)
    return {
        id_: (chosen, vintages[chosen])
        for id_, vintages in found.items()
        for chosen in [vintage if vintage in vintages else max(vintages)]
    }


@dataclass
class Fault:
    """One way to go wrong, for the next `times` answers to a path that holds `on`."""

    kind: str
    on: str
    times: int
    retry_after: str = "0"


@dataclass
class Replica:
    """Both services on one port of loopback; a context manager."""

    world: World
    other_codes: bool = False
    cells_allowed: int = 120_000
    port: int = 0
    requests: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    on_request: Any = None

    def __enter__(self) -> "Replica":
        self.tables = _statfin_tables(self.other_codes)
        replica = self

        class Handler(_Handler):
            served = replica

        self.server = _Server(("127.0.0.1", self.port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def sotkanet(self) -> str:
        """The base address of the replica of Sotkanet."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/rest/1.1"

    @property
    def statfin(self) -> str:
        """The base address of the replica of Statistics Finland."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/PxWeb/api/v1/fi"

    def fault(self, kind: str, *, on: str = "", times: int = 1, retry_after: str = "0") -> None:
        """Let the next answers go wrong."""
        self.faults.append(Fault(kind, on, times, retry_after))

    def next_fault(self, path: str) -> Fault | None:
        """The fault of this answer, used up by it."""
        for fault in self.faults:
            if fault.times > 0 and fault.on in path:
                fault.times -= 1
                return fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    served: Replica
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Tests read `requests`, not a log."""

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: Any) -> None:
        path = urllib.parse.unquote(self.path)
        self.served.requests.append(f"{self.command} {path}")
        if self.served.on_request:
            self.served.on_request(len(self.served.requests))
        agent = self.headers.get("User-Agent", "").casefold()
        fault = self.served.next_fault(path)
        if not agent or agent.startswith(_DEFAULT_CLIENTS):
            self._send(403, b"Forbidden", "text/plain")
        elif fault and fault.kind in _STATUSES:
            headers = {"Retry-After": fault.retry_after} if fault.kind in ("429", "503") else {}
            self._send(int(fault.kind), b"<html>later</html>", "text/html", headers)
        elif fault and fault.kind == "html":
            self._send(200, b"<!DOCTYPE html><html><body>Service break</body></html>", "text/html")
        else:
            self._data(path, body, fault.kind if fault else "")

    def _data(self, path: str, body: Any, fault: str) -> None:
        route, _, query = path.partition("?")
        if route.startswith("/rest/1.1"):
            status, content = _sotkanet(self.served.world, route.removeprefix("/rest/1.1"), query)
        else:
            status, content = _statfin(self.served, route.removeprefix("/PxWeb/api/v1/fi/"), body)
        if status != 200:
            return self._send(status, b"", "text/plain")
        if fault in _SPOILERS and isinstance(content, list):
            content = _SPOILERS[fault](content)
        if fault in ("csv", "csv comma") and isinstance(content, list):
            return self._send(200, _as_csv(content, "," if fault == "csv comma" else "."), "text/csv;charset=UTF-8")
        payload = json.dumps(content, ensure_ascii=False).encode()
        if fault == "truncated":
            return self._send(200, payload[: len(payload) * 2 // 3], "application/json")
        if fault in ("cut", "slow"):
            return self._drip(payload, cut=fault == "cut")
        return self._send(200, payload, "application/json")

    def _send(self, status: int, payload: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def _drip(self, payload: bytes, *, cut: bool) -> None:
        """Send a part and cut the line, or send it in small pieces with pauses."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload[: len(payload) // 2])
        self.wfile.flush()
        if cut:
            self.close_connection = True
            return
        time.sleep(0.3)
        self.wfile.write(payload[len(payload) // 2 :])


_STATUSES = ("400", "403", "429", "500", "502", "503")


def _sotkanet(world: World, route: str, query: str) -> tuple[int, Any]:
    if route == "/regions":
        return 200, world.regions
    if route == "/indicators":
        names = ("id", "title", "organization", "classifications")
        return 200, [{name: one[name] for name in names if name in one} for one in world.indicators.values()]
    if route.startswith("/indicators/"):
        id_ = route.rpartition("/")[2]
        return (200, world.indicators[int(id_)]) if id_.isdigit() and int(id_) in world.indicators else (404, None)
    if route != "/json":
        return 404, None
    asked = urllib.parse.parse_qs(query)
    if any("," in year for year in asked.get("years", [","])) or len(asked.get("indicator", [])) != 1:
        return 400, None
    id_, years, sexes = int(asked["indicator"][0]), set(map(int, asked["years"])), set(asked.get("genders", ["total"]))
    found = []
    for region, year, gender, value, count in world.rows.get(id_, []):
        if year in years and gender in sexes:
            row = {"indicator": id_, "region": region, "year": year, "gender": gender, "value": _plain(value)}
            found.append(row if count is None else row | {"absValue": _plain(count)})
    return 200, found


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


def _duplicated(rows: list[dict]) -> list[dict]:
    return rows + rows[:5]


def _conflicting(rows: list[dict]) -> list[dict]:
    return rows + [{**row, "value": row["value"] + 1} for row in rows[:1]]


def _shuffled(rows: list[dict]) -> list[dict]:
    return random.Random(7).sample(rows, len(rows))


def _as_strings(rows: list[dict]) -> list[dict]:
    """As older answers were written."""
    names = {"value": "primary value", "absValue": "absolute value"}
    return [{names.get(name, name): str(value) for name, value in row.items()} for row in rows]


def _with_null(rows: list[dict]) -> list[dict]:
    return [{**row, "value": None} if number == 0 else row for number, row in enumerate(rows)]


def _of_another(rows: list[dict]) -> list[dict]:
    return [{**row, "indicator": row["indicator"] + 1} for row in rows]


def _of_strange_region(rows: list[dict]) -> list[dict]:
    return rows + [{**row, "region": 999_999} for row in rows[:1]]


def _as_csv(rows: list[dict], point: str) -> bytes:
    names = ("indicator", "region", "year", "gender", "value")
    lines = ["indicator;region;year;gender;primary value;absolute value"]
    for row in rows:
        fields = [str(row[name]) for name in names] + [str(row.get("absValue", ""))]
        lines.append(";".join(part.replace(".", point) for part in fields))
    return ("\r\n".join(lines) + "\r\n").encode()


_SPOILERS = {
    "duplicated": _duplicated,
    "conflicting": _conflicting,
    "shuffled": _shuffled,
    "strings": _as_strings,
    "null": _with_null,
    "another indicator": _of_another,
    "strange region": _of_strange_region,
}


def _statfin_tables(other_codes: bool) -> dict[str, dict]:
    """Path -> table: its name, the time of its edition, its variables and its cells by the codes of their values."""
    tables = {}
    for table in json.loads(STATFIN.read_text(encoding="utf-8")):
        if other_codes:
            codes = {one["code"]: f"x_{number}_20270101" for number, one in enumerate(table["variables"])}
            table["variables"] = [{**one, "code": codes[one["code"]]} for one in reversed(table["variables"])]
            table["cells"] = [[*reversed(cell[:-1]), cell[-1]] for cell in table["cells"]]
        table["cells"] = {tuple(cell[:-1]): cell[-1] for cell in table["cells"]}
        tables[table["path"]] = table
    return tables


def _statfin(replica: Replica, route: str, body: Any) -> tuple[int, Any]:
    table = replica.tables.get(route)
    if table is None:
        within = [one for path, one in replica.tables.items() if path.startswith(route + "/")]
        entry = [
            {"id": one["path"].rpartition("/")[2], "type": "t", "text": one["text"], "updated": one["updated"]}
            for one in within
        ]
        return (200, entry) if within else (404, None)
    if body is None:
        return 200, {"title": table["text"], "variables": table["variables"]}
    chosen = {one["code"]: one["selection"]["values"] for one in body["query"]}
    selected = []
    for one in table["variables"]:
        values = chosen.pop(one["code"], None) or [value for value in one["values"] if value == "SSS"]
        if not values or not set(values) <= set(one["values"]):
            return 400, None
        selected.append([value for value in one["values"] if value in values])
    cells = [table["cells"].get(key) for key in _product(selected)]
    if chosen or len(cells) > replica.cells_allowed:
        return 403 if not chosen else 400, None
    return 200, _jsonstat(table, selected, cells)


def _product(selected: list[list[str]]) -> Iterator[tuple[str, ...]]:
    if not selected:
        yield ()
        return
    for value in selected[0]:
        for rest in _product(selected[1:]):
            yield (value, *rest)


def _jsonstat(table: dict, selected: list[list[str]], cells: list) -> dict:
    """The dataset as PxWeb answers it in 2026: versioned codes, roles, null with a status where a cell is missing."""
    dimension, roles = {}, {}
    for one, values in zip(table["variables"], selected, strict=True):
        labels = dict(zip(one["values"], one["valueTexts"], strict=True))
        index = {value: number for number, value in enumerate(values)}
        dimension[one["code"]] = {
            "label": one["text"],
            "category": {"index": index, "label": {v: labels[v] for v in values}},
        }
        role = {"Alue": "geo", "Kunta": "geo", "Vuosi": "time", "Kuukausi": "time", "Tiedot": "metric"}.get(one["text"])
        if role:
            roles[role] = [one["code"]]
    status = {str(number): "." for number, cell in enumerate(cells) if cell is None}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": table["text"],
        "updated": table["updated"] + "Z",
        "role": roles,
        "id": [one["code"] for one in table["variables"]],
        "size": [len(values) for values in selected],
        "dimension": dimension,
        "value": cells,
        **({"status": status} if status else {}),
    }


def main() -> None:
    """Serve the real rows where WELLBEING_UPSTREAM is set, else the small fixtures, until interrupted."""
    folder = upstream()
    world = real_world(folder, os.environ.get("REPLICA_VINTAGE")) if folder else small_world()
    with Replica(world, port=int(os.environ.get("REPLICA_PORT", "0"))) as replica:
        lines = [f"WELLBEING_SOTKANET_URL={replica.sotkanet}", f"WELLBEING_STATFIN_URL={replica.statfin}"]
        sys.stdout.write("\n".join([*lines, "WELLBEING_PACE=0", f"# since {datetime.datetime.now():%H:%M}", ""]))
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
