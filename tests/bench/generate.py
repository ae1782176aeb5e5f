"""A store of any size, the same bytes for the same numbers.

    python3 tests/bench/generate.py DIR CONTACTS NOTES
"""
import datetime
import os
import random
import sys
import unicodedata

GIVEN = """Ana María José Jürgen Søren Zoë Łukasz Đorđe Ngọc Aoife Björn Chloé Dáithí Eleni Fatima Goran Hana İpek
Jana Kwame Leïla Mehmet Nadia Olga Piotr Quentin Rosa Siobhán Tomás Ulla Věra Wanda Xavier Yuki Zoltán Amara""".split()
FAMILY = """García Silva Müller Þórsdóttir O'Brien Nowak Nguyễn Okafor Rossi Dubois Jensen Kowalczyk Petrović Haddad
Larsson Moreau Novák Ferreira Schmidt Tanaka Vidal Weber Yılmaz Zieliński Costa Brennan Lindqvist""".split()
WORDS = """letter trail map draft bridge garden harbour workshop interview thesis budget reference printer grant drone
survey archive coffee train conference proposal review contract lantern prototype translation exhibit compass ledger
library market novel orchard piano quarry river sensor theatre umbrella violin window yearbook""".split()
CITIES = ["Madrid", "Lisbon", "Kraków", "Göteborg", "Tromsø", "Lyon", "Galway", "Ljubljana"]
ROLES = ["mentor", "mentee", "peer", "sponsor", "specialist", "connector", "critic", "confidant"]
ORGS = ["Kestrel Robotics", "Atlantic Polytechnic", "Lantern Press", "Harbour Health", "Northern Maps", "City Archive"]
CADENCES = ["monthly", "quarterly", "yearly", "6 weeks"]
TODAY = datetime.date(2026, 11, 25)


def slug(text):
    text = text.replace("ł", "l").replace("Ł", "l").replace("đ", "d").replace("Đ", "d").replace("ø", "o")
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower().replace("þ", "th").replace("ı", "i")
    return "".join(c if c.isalnum() else "-" if c == " " else "" for c in text)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def sentence(rng, least, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most))).capitalize() + "."


def contact(rng, name, ids):
    lines = [f"name: {name}", f"email: {slug(name)}@example.org", f"city: {rng.choice(CITIES)}"]
    lines += [f"org: {rng.choice(ORGS)}", f"roles: [{', '.join(rng.sample(ROLES, rng.randint(1, 2)))}]"]
    lines += [f"skills: [{', '.join(rng.sample(WORDS, 3))}]"]
    if rng.random() < 0.3:
        lines.append(f"cadence: {rng.choice(CADENCES)}")
    if rng.random() < 0.5:
        lines.append(f"birthday: {rng.randint(1950, 2004)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")
    if ids and rng.random() < 0.4:
        lines += ["knows:", f"  - {{who: {rng.choice(ids)}, as: colleague}}"]
    lines += ["about: |"] + ["  " + sentence(rng, 6, 14) for _ in range(rng.randint(1, 4))]
    return "\n".join(lines) + "\n"


def note(rng, ids, date):
    who = rng.sample(ids, min(len(ids), rng.choice([1, 1, 1, 2, 3])))
    lines = [f"date: {date}", f"with: [{', '.join(who)}]", f"how: {rng.choice(['coffee', 'call', 'message', 'email'])}"]
    lines += ["text: |"] + ["  " + sentence(rng, 8, 20) for _ in range(rng.randint(2, 8))]
    if rng.random() < 0.15:
        lines += ["promised:", f"  - what: send the {rng.choice(WORDS)}", f"    to: {who[0]}"]
        lines += [f"    by: {date + datetime.timedelta(days=14)}", f"    done: {date + datetime.timedelta(days=9)}"]
    return who[0], "\n".join(lines) + "\n"


def generate(folder, contacts, notes):
    """Returns the ids of the contacts."""
    rng = random.Random(f"{contacts} {notes}")
    ids, taken = [], set()
    for number in range(contacts):
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        stem = slug(name)
        if stem in taken:
            name += f" {number}"
            stem = slug(name)
        taken.add(stem)
        under = "" if contacts <= 1000 else stem[:2] + "/"
        write(f"{folder}/contacts/{under}{stem}.yaml", contact(rng, name, ids))
        ids.append(stem)
    for number in range(notes):
        date = TODAY - datetime.timedelta(days=int(rng.triangular(1, 2000, 1)))
        who, text = note(rng, ids, date)
        write(f"{folder}/notes/{date:%Y/%m}/{date}-{who}-{number:06x}.yaml", text)
    write(f"{folder}/kith.yaml", f"me: {ids[0]}\nmerge_version: 1\n")
    return ids


if __name__ == "__main__":
    generate(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
