"""Measures kith against something plain, both in the same run.

Figures of two machines, or of two days, are not comparable; a ratio is.  Each
measure therefore comes with a baseline that does the least any program would
have to do, and the two take turns.

A measure is a function marked @measure.  It is given the Bench (the store, its
contacts, the programs) and returns rows: (what, kith in ms, baseline in ms, what the baseline is).
"""
import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import time

import generate

MEASURES = {}


def measure(function):
    MEASURES[function.__name__.replace("_", "-")] = function
    return function


class Bench:
    def __init__(self, arguments):
        self.build = arguments.build
        self.work = arguments.work
        self.rounds = arguments.rounds
        self.store = f"{self.work}/store"
        self.contacts = generate.generate(self.store, arguments.contacts, arguments.notes)
        self.run("git", "-C", self.store, "init", "-q")
        os.environ["KITH_STORE"] = self.store

    def run(self, *command):
        """Milliseconds of one command, which must succeed."""
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begun) * 1000

    def take_turns(self, *commands):
        """The median of each, from a small program, because starting one from Python costs more than a query."""
        words = [f"{self.build}/tests/bench/turns", str(self.rounds)]
        for command in commands:
            words += ["--", *command]
        lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
        return [float(line) / 1000 for line in lines]

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--contacts", type=int, default=1000)
    parser.add_argument("--notes", type=int, default=5000)
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
