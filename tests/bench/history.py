"""A repository of any size, written by git fast-import in one pack, with branches to merge.

    python3 tests/bench/history.py DIR CONTACTS NOTES

Branches: `edit` changed a record; `add` added one; `many` changed 1000 records and added 100; `city` and `about` changed a field each of the
same 1000 records; `left` and `right` changed 1000 records each, none of them the same.
"""
import subprocess
import sys

CITIES = ["Madrid", "Lisbon", "Krakow", "Lyon", "Galway", "Ljubljana"]
SOME = 1000


def contact_path(number):
    return f"contacts/{number * 7919 % 676 // 26 + 97:c}{number * 7919 % 26 + 97:c}/person-{number}.yaml"


def contact(number, city=None, about=""):
    lines = [f"name: Person {number}", f"email: person-{number}@example.org", f"city: {city or CITIES[number % 6]}"]
    lines += ["org: Kestrel Robotics", "roles: [mentor, peer]", f"skills: [trail, map, harbour-{number % 50}]", "cadence: quarterly"]
    lines += [f"birthday: {1950 + number % 54}-{number % 12 + 1:02}-{number % 28 + 1:02}", "knows:"]
    lines += [f"  - {{who: person-{number // 2}, as: colleague}}", "about: |"]
    lines += [f"  Draft bridge {number * 31 % 1009} garden workshop interview {line} lantern." for line in range(4)]
    return "\n".join(lines) + f"{about}\n"


def note_path(number):
    year, day = 2020 + number % 7, number // 7 % 336
    return f"notes/{year}/{day // 28 + 1:02}/{year}-{day // 28 + 1:02}-{day % 28 + 1:02}-person-{number}.yaml"


def note(number, contacts, more=""):
    date = note_path(number).split("/")[-1][:10]
    lines = [f"date: {date}", f"with: [person-{number % contacts}]", "how: coffee", "text: |"]
    lines += [f"  Ledger {number * 37 % 1013} library market novel {line} orchard piano quarry." for line in range(5)]
    return "\n".join(lines) + f"{more}\n"


class Import:
    def __init__(self, folder):
        subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
        self.process = subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE)
        self.time = 1700000000

    def write(self, text):
        self.process.stdin.write(text.encode())

    def commit(self, branch, files, start=None):
        self.time += 60
        self.write(f"commit refs/heads/{branch}\ncommitter me <me@example.org> {self.time} +0100\ndata 5\nmade\n\n")
        if start:
            self.write(f"from refs/heads/{start}\n")
        for path, text in files:
            self.write(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n")

    def close(self):
        self.process.stdin.close()
        if self.process.wait():
            raise SystemExit("git fast-import failed")


def make(folder, contacts, notes):
    imported = Import(folder)
    step, note_step = max(contacts // 2 // SOME, 1), max(notes // 2 // SOME, 1)
    whole = ((contact_path(n), contact(n)) for n in range(contacts))
    imported.commit("main", whole)
    imported.commit("main", ((note_path(n), note(n, contacts)) for n in range(notes)))
    imported.commit("main", [("kith.yaml", "me: person-0\nmerge_version: 1\n")])
    some = [n * step for n in range(min(SOME, contacts // 2))]
    half = [n * note_step for n in range(SOME // 2)]
    added = [(note_path(n), note(n, contacts)) for n in range(notes, notes + 100)]
    imported.commit("edit", [(contact_path(3), contact(3, "Oslo"))], "main")
    imported.commit("add", [(note_path(notes + 200), note(notes + 200, contacts))], "main")
    imported.commit("many", [(contact_path(n + 4), contact(n + 4, "Rome")) for n in some] + added, "main")
    imported.commit("city", [(contact_path(n), contact(n, "Bern")) for n in some], "main")
    imported.commit("about", [(contact_path(n), contact(n, about="\n  And more.")) for n in some], "main")
    for branch, odd in ("left", 0), ("right", 1):
        files = [(contact_path(n + odd), contact(n + odd, "Turin")) for n in some[::2]]
        imported.commit(branch, files + [(note_path(n * 2 + odd), note(n * 2 + odd, contacts, "\n  Later.")) for n in half], "main")
    imported.close()


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
