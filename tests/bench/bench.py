"""Measures kith against something plain, both in the same run.

Figures of two machines, or of two days, are not comparable; a ratio is.  Each
measure therefore comes with a baseline that does the least any program would
have to do, and the two take turns.

A measure is a function marked @measure.  It is given the Bench (the store, its
contacts, the programs) and returns rows: (what, kith in ms, baseline in ms, what the baseline is).
"""
import argparse
import glob
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import time

import generate
import history

MEASURES = {}


def measure(function):
    MEASURES[function.__name__.replace("_", "-")] = function
    return function


class Bench:
    def __init__(self, arguments):
        self.build = arguments.build
        self.work = arguments.work
        self.rounds = arguments.rounds
        self.history_contacts = arguments.history_contacts
        self.history_notes = arguments.history_notes
        self.store = f"{self.work}/store"
        self.contacts = generate.generate(self.store, arguments.contacts, arguments.notes)
        self.run("git", "-C", self.store, "init", "-q")
        os.environ["KITH_STORE"] = self.store

    def run(self, *command):
        """Milliseconds of one command, which must succeed."""
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begun) * 1000

    def cpu(self, *command):
        """Milliseconds on a processor: so that one core is compared with one core, and no disk with none."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.run(*command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000

    def take_turns(self, *commands):
        """The median of each, from a small program, because starting one from Python costs more than a query."""
        words = [f"{self.build}/tests/bench/turns", str(self.rounds)]
        for command in commands:
            words += ["--", *command]
        lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        return [float(line) / 1000 for line in lines]

    def touch_all(self):
        for folder, _, names in os.walk(self.store):
            for name in names:
                if name.endswith(".yaml"):
                    os.utime(f"{folder}/{name}")

    def forget_index(self):
        shutil.rmtree(f"{os.environ['XDG_CACHE_HOME']}/kith", ignore_errors=True)


def plain_index(bench):
    """What a bare program would ask: names and text of all records in one FTS5 table."""
    path = f"{bench.work}/plain.db"
    if not os.path.exists(path):
        with sqlite3.connect(path) as db:
            db.execute("pragma journal_mode = wal")
            db.execute("create virtual table f using fts5(id, text, tokenize = 'unicode61 remove_diacritics 2')")
            for folder, _, names in os.walk(bench.store):
                for name in sorted(names):
                    if name.endswith(".yaml"):
                        with open(f"{folder}/{name}", encoding="utf-8") as file:
                            db.execute("insert into f values (?, ?)", (name[:-5], file.read()))
        db.close()
    return path


@measure
def first_index(bench):
    """From nothing to an answer, against git taking in the same files."""
    kith, git = [], []
    for _ in range(3):
        bench.forget_index()
        kith.append(bench.run(f"{bench.build}/kith", "list", bench.contacts[0]))
        shutil.rmtree(f"{bench.work}/copy", ignore_errors=True)
        bench.run("git", "init", "-q", f"{bench.work}/copy")
        git.append(bench.run("git", f"--git-dir={bench.work}/copy/.git", f"--work-tree={bench.store}", "add", "-A"))
    return [("first index", statistics.median(kith), statistics.median(git), "git add of the same files")]


@measure
def cold_query(bench):
    """A fresh process asks for one name, with the index there."""
    name = bench.contacts[len(bench.contacts) // 2]
    plain = [f"{bench.build}/tests/bench/plain_query", plain_index(bench), name.split("-")[0]]
    kith = [f"{bench.build}/kith", "list", name]
    bench.run(*kith)
    stale, checked, floor = bench.take_turns([*kith, "--stale-ok"], kith, plain)
    what = "SQLite alone"
    return [("cold query, --stale-ok", stale, floor, what), ("cold query, every file checked", checked, floor, what)]


@measure
def single_edit(bench):
    """One field of one record changed, by a fresh process, against a cold query, which every command begins with.

    At most twice a query is aimed at, with the disk's and git's time apart: so the first row is of a store without git, and
    nothing waits for the disk; the next ones add what was left out."""
    kith = f"{bench.build}/kith"
    plain = f"{bench.work}/without-git"
    shutil.copytree(bench.store, plain, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True)
    first = next(f"contacts/{name}" for name in sorted(os.listdir(f"{plain}/contacts")))
    while os.path.isdir(f"{plain}/{first}"):
        first += "/" + sorted(os.listdir(f"{plain}/{first}"))[0]

    def edits(what, store, **environment):
        os.environ.update(environment, KITH_STORE=store)
        bench.run(kith, "list", "--ids", bench.contacts[0])
        commands = [[kith, "set", f"{store}/{first}", f"city={city}", "--stale-ok"] for city in ("Porto", "Lisbon")]
        one, other, query = bench.take_turns(*commands, [kith, "list", "--ids", bench.contacts[0], "--stale-ok"])
        for name in environment:
            del os.environ[name]
        os.environ["KITH_STORE"] = bench.store
        return (what, (one + other) / 2, query, "a cold query")

    return [edits("one field edited", plain, LD_PRELOAD=f"{bench.build}/tests/tools/shim_nosync.so"),
            edits("one field edited, on the disk", plain),
            edits("one field edited, committed", bench.store)]


@measure
def check(bench):
    """Every fault of every record, against reading the files and parsing them with libyaml."""
    kith = [f"{bench.build}/kith", "check", "--no-pager"]
    plain = [f"{bench.build}/tests/bench/plain_parse", bench.store]

    rounds = {"without an index": bench.forget_index, "index up to date": None, "every file written anew": bench.touch_all}
    rows = []
    for what, prepare in rounds.items():
        if what == "index up to date":
            bench.run(f"{bench.build}/kith", "list", bench.contacts[0])
        took, floor = [], []
        for _ in range(3):
            if prepare:
                prepare()
            took.append(bench.cpu(*kith))
            floor.append(bench.cpu(*plain))
        rows.append((f"check, {what}", statistics.median(took), statistics.median(floor), "libyaml alone"))
    return rows


@measure
def merge(bench):
    """One record of which two versions exist, against parsing its three texts with libyaml: at most five times that."""
    lines = subprocess.run([f"{bench.build}/tests/bench/merge_record"], check=True, capture_output=True, text=True).stdout
    rows = [line.rsplit(", ", 2) for line in lines.splitlines()]
    return [(f"merge, {what}", float(kith) / 1000, float(floor) / 1000, "libyaml alone") for what, kith, floor in rows]


def forget_new_objects(folder, packs):
    """What a merge wrote, git's or kith's: the next one writes it again."""
    for path in glob.glob(f"{folder}/.git/objects/??"):
        shutil.rmtree(path)
    for path in glob.glob(f"{folder}/.git/objects/pack/*"):
        if path not in packs:
            os.unlink(path)


@measure
def tree_merge(bench):
    """Two branches merged, each in a process of its own, against git merging the same two: on a processor, because kith syncs to the disk what git
    leaves to luck.  The start of each process is in it; the row that merges nothing tells how much that is."""
    folder = f"{bench.work}/history"
    history.make(folder, bench.history_contacts, bench.history_notes)
    git, kith = shutil.which("git"), f"{bench.build}/tests/bench/merge_trees"
    packs = set(glob.glob(f"{folder}/.git/objects/pack/*"))
    branches = {
        "nothing": ("main", "edit"),
        "one edited against 1,000": ("edit", "many"),
        "one added against 1,000": ("add", "many"),
        "1,000 and other 1,000": ("left", "right"),
        "the same 1,000": ("city", "about"),
    }
    rows = []
    for what, names in branches.items():
        commits = [subprocess.run([git, "-C", folder, "rev-parse", name], check=True, capture_output=True, text=True).stdout.strip()
                   for name in names]
        plain = [git, "-C", folder, "merge-base", *commits] if what == "nothing" else [git, "-C", folder, "merge-tree", "--write-tree", *commits]
        took, floor = [], []
        for _ in range(9):
            forget_new_objects(folder, packs)
            took.append(bench.cpu(kith, folder, *commits))
            forget_new_objects(folder, packs)
            floor.append(bench.cpu(*plain))
        rows.append((f"merged, {what}", statistics.median(took), statistics.median(floor), "git merge-base" if what == "nothing" else "git merge-tree"))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--contacts", type=int, default=1000)
    parser.add_argument("--notes", type=int, default=5000)
    parser.add_argument("--history-contacts", type=int, default=10000, help="of the history whose branches are merged")
    parser.add_argument("--history-notes", type=int, default=50000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("names", nargs="*", help="of measures: " + ", ".join(MEASURES))
    arguments = parser.parse_args()
    bench = Bench(arguments)
    print(f"{arguments.contacts} contacts, {arguments.notes} notes; medians in ms")
    print(f"{'':36} {'kith':>9} {'baseline':>9} {'ratio':>7}")
    for name, function in MEASURES.items():
        if arguments.names and name not in arguments.names:
            continue
        for what, kith, baseline, against in function(bench):
            print(f"{what:36} {kith:9.2f} {baseline:9.2f} {kith / baseline:6.2f}x  {against}", flush=True)


main()
