#!/usr/bin/env python3
"""Runs the edit fuzzer and judges every edit: oracle.py [options] PROGRAM

PROGRAM (tests/torture/edits) makes random records and edits them at random; here the text is parsed before and after by a
parser that shares nothing with kith, what the edit should have made of the values is worked out anew (model.py), and the
bytes are compared (checks.py).  A fault is made as small as it goes and written to the folder given with --failures."""

import argparse
import collections
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time

import checks
import model
import parsers

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Judge:
    def __init__(self, parser):
        self.parser = parsers.make(parser)
        self.schema = model.load_schema(os.path.join(SOURCE, "schema"))

    def send(self, lines):
        texts = {}
        for line in lines:
            texts[line["before"]] = None
            for step in line.get("steps", ()):
                texts.update((step[name], None) for name in ("after", "text") if name in step and (name == "after" or step["op"] == "take"))
        self.parser.send([checks.body(text) for text in texts])
        return lines, list(texts)

    def receive(self, sent):
        """Yields each line with its trees."""
        lines, texts = sent
        trees = dict(zip(texts, self.parser.receive()))
        for line in lines:
            yield line, trees

    def judge(self, line, trees):
        """Yields (step, sentences) for each step of a document, with no sentences for a good one; a document that the
        two parsers do not read alike is None."""
        kind = line["kind"]
        if isinstance(trees[line["before"]], str):
            yield None, ["before cannot be parsed: " + trees[line["before"]]]
            return
        before = checks.Text(self.schema, kind, line["before"], trees[line["before"]])
        wrong = list(checks.check_flat(before, line["values"], "the document"))
        if wrong:
            yield None, wrong
            return
        for step in line["steps"]:
            if step["op"] == "take" and isinstance(trees[step["text"]], str):
                return # what was taken is nothing that both parsers read
            wrong, after = self.judge_step(kind, before, step, trees)
            yield step, wrong
            if wrong:
                return # what follows from a fault is none of its own
            before = after or before

    def judge_step(self, kind, before, step, trees):
        if "problem" in step:
            return [step["problem"]], None
        if "refused" in step:
            return [], None
        tree = trees[step["after"]]
        if isinstance(tree, str):
            return ["it cannot be parsed any more: " + tree], None
        after = checks.Text(self.schema, kind, step["after"], tree)
        other = None
        if step["op"] == "take":
            other = checks.Text(self.schema, kind, step["text"], trees[step["text"]])
        wrong = list(checks.check_step(self.schema, kind, before, after, step, other))
        return wrong or list(checks.check_flat(after, step["values"], "the result")), after

    def close(self):
        self.parser.close()


# --- making a fault small ---


class Shrinker:
    def __init__(self, program, parser):
        self.judge = Judge(parser)
        self.process = subprocess.Popen([program, "--replay"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def replay(self, kind, before, step):
        strings = [kind, before, step["op"], step.get("field"), step.get("key"), step.get("text"),
                   step.get("value", step.get("entry", 0)), int(step.get("flow", 0)), len(step.get("parts", ()))]
        for field, text in step.get("parts", ()):
            strings += [field, text]
        encoded = [("" if one is None else str(one)).encode() for one in strings]
        self.process.stdin.write(b"".join(b"%d:%s," % (len(one), one) for one in encoded))
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def fault(self, kind, before, step):
        """What is wrong with this edit of this text: (sentence, line), or None."""
        line = self.replay(kind, before, step)
        if "steps" not in line:
            return None
        for line, trees in self.judge.receive(self.judge.send([line])):
            for done, wrong in self.judge.judge(line, trees):
                if done and wrong:
                    return wrong[0], done
        return None

    def shrink(self, kind, before, step, sentence):
        sort = sentence.split(":")[0].split("'")[0][:24]

        def still(text, edit):
            try:
                found = self.fault(kind, text, edit)
            except (ValueError, KeyError, IndexError):
                return False
            return found is not None and found[0].startswith(sort)

        if not still(before, step):
            return before, step
        smaller = True
        while smaller:
            smaller = False
            lines = before.splitlines(keepends=True)
            for size in (8, 4, 2, 1):
                at = 0
                while at < len(lines):
                    tried = lines[:at] + lines[at + size:]
                    if still("".join(tried), step):
                        lines, smaller = tried, True
                    else:
                        at += size
            before = "".join(lines)
            for at in range(len(step.get("parts", ()))):
                tried = dict(step, parts=step["parts"][:at] + step["parts"][at + 1:])
                if still(before, tried):
                    step, smaller = tried, True
                    break
            for one, other in (("\r\n", "\n"), ("\ufeff", "")):
                if one in before and still(before.replace(one, other), step):
                    before, smaller = before.replace(one, other), True
        return before, step

    def close(self):
        self.judge.close()
        self.process.stdin.close()
        self.process.wait()


def describe(step):
    words = [step["op"]]
    words += ["%s=%r" % (name, step[name]) for name in ("field", "key", "entry", "value", "flow") if step.get(name) not in (None, False)]
    words += ["text=%r" % step["text"]] if step["op"] == "replace" else []
    return " ".join(words + ["%s%r" % (field + "=" if field else "", text) for field, text in step.get("parts", ())])


def report(folder, name, kind, before, step, sentence, shrinker):
    smallest, edit = before, step
    try:
        if step:
            smallest, edit = shrinker.shrink(kind, before, step, sentence)
            found = shrinker.fault(kind, smallest, edit)
            if found:
                sentence, edit = found
    except (OSError, ValueError):
        pass # the program itself fell over: the document as it was is what there is
    lines = ["wrong: " + sentence, "kind: " + kind, "edit: " + (describe(edit) if edit else "none"), "--- before", repr(smallest), smallest]
    if edit and "after" in edit:
        lines += ["--- after", repr(edit["after"]), edit["after"]]
    if edit and edit["op"] == "take":
        lines += ["--- taken from", repr(edit["text"]), edit["text"]]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + ".txt"), "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")


# --- many edits ---


def reason_of(step):
    """A refusal's words without what differs from file to file."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", step["refused"])
    return re.sub(r"\d+", "N", text)


class Tally:
    def __init__(self):
        self.edits = self.documents = self.wrong = self.refused = self.unread = 0
        self.ops, self.reasons, self.samples, self.sorts = (collections.Counter() for _ in range(4))
        self.samples = {}
        self.ended = 0

    def add(self, other):
        for name in ("edits", "documents", "wrong", "refused", "unread"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.ops.update(other.ops)
        self.reasons.update(other.reasons)
        self.sorts.update(other.sorts)
        for reason, sample in other.samples.items():
            self.samples.setdefault(reason, sample)
        self.ended = self.ended or other.ended


def judge_document(judge, line, trees, tally, shrinker, options):
    before = line["before"]
    tally.documents += 1
    if "steps" not in line:
        tally.unread += 1
        tally.sorts["refused as a whole: " + line["refused"]] += 1
        return
    for step, wrong in judge.judge(line, trees):
        if step is None:
            tally.unread += 1
            tally.sorts[wrong[0][:60]] += 1
            if options.failures and tally.unread < 20:
                report(options.failures, "unread-%d" % options.seed, line["kind"], before, None, wrong[0], shrinker)
            return
        tally.edits += 1
        tally.ops[step["op"]] += 1
        if "refused" in step:
            tally.refused += 1
            reason = step["op"] + ": " + reason_of(step)
            tally.reasons[reason] += 1
            tally.samples.setdefault(reason, (describe(step), before))
        if wrong:
            tally.wrong += 1
            sort = step["op"] + ": " + re.sub(r"\d+|'[^']*'|\"[^\"]*\"", "…", wrong[0])[:60]
            tally.sorts[sort] += 1
            if options.failures and tally.sorts[sort] <= 2 and tally.wrong <= 40:
                report(options.failures, "%d-%d" % (options.seed, tally.wrong), line["kind"], before, step, wrong[0], shrinker)
            elif not options.failures and tally.wrong <= 3:
                print("# %s\n# %s\n# before: %r\n# after: %r" % (wrong[0], describe(step), before, step.get("after")))
        before = step.get("after", before)


class Ended(Exception):
    """The program fell over; what it said last."""


def batches(stream, size=40):
    lines = []
    for text in stream:
        if not text.endswith(b"\n"):
            raise Ended(text) # in the middle of a document
        lines.append(json.loads(text))
        if len(lines) == size:
            yield lines
            lines = []
    if lines:
        yield lines


def documents(stream, tally, options):
    try:
        yield from batches(stream)
    except Ended as ended:
        story = "%s %d %d fell over in the last edit of: %s" % (
            options.program, options.seed, options.edits, ended.args[0].decode(errors="replace"))
        tally.sorts[story[:200]] += 1
        if options.failures:
            os.makedirs(options.failures, exist_ok=True)
            with open(os.path.join(options.failures, "crash-%d.txt" % options.seed), "w", encoding="utf-8") as file:
                file.write(story + "\n")


def work(options):
    begun = time.monotonic()
    judge, tally = Judge(options.parser), Tally()
    shrinker = Shrinker(options.program, options.parser)
    pending, stopped = None, False
    with subprocess.Popen([options.program, str(options.seed), str(options.edits)], stdout=subprocess.PIPE) as process:
        for lines in documents(process.stdout, tally, options):
            stopped = options.seconds and time.monotonic() - begun > options.seconds
            if stopped:
                process.terminate()
                break
            received = list(judge.receive(pending)) if pending else []
            pending = judge.send(lines)
            for line, trees in received:
                judge_document(judge, line, trees, tally, shrinker, options)
        for line, trees in judge.receive(pending) if pending else ():
            judge_document(judge, line, trees, tally, shrinker, options)
    if process.returncode and not stopped:
        tally.ended = process.returncode
        tally.sorts["%s %d %d ended with %d" % (options.program, options.seed, options.edits, process.returncode)] += 1
    shrinker.close()
    judge.close()
    return tally


def run(options):
    """Each worker has its own seed."""
    jobs = [argparse.Namespace(**dict(vars(options), seed=options.seed + number, edits=options.edits // options.jobs))
            for number in range(options.jobs)]
    total = Tally()
    if len(jobs) == 1:
        total.add(work(jobs[0]))
        return total
    with multiprocessing.Pool(len(jobs)) as pool:
        for tally in pool.imap_unordered(work, jobs):
            total.add(tally)
    return total


def write_refusals(total, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "refusals.txt"), "w", encoding="utf-8", newline="") as file:
        file.write("%d of %d edits refused (%.2f %%)\n\n" % (total.refused, total.edits, 100 * total.refused / max(1, total.edits)))
        for reason, count in total.reasons.most_common(60):
            file.write("%6d  %s\n" % (count, reason))
        for reason, count in total.reasons.most_common(30):
            edit, before = total.samples[reason]
            file.write("\n=== %d  %s\nedit: %s\n--- before\n%s\n" % (count, reason, edit, before))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=10000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--seconds", type=int, help="stop after so many, however many edits there are to come")
    options.add_argument("--parser", choices=("pyyaml", "yaml"), help="PyYAML, or the package of npm; default: the package if it is here")
    options.add_argument("--failures", help="a folder for faults, each as small as it goes, and for the refusals")
    options.add_argument("--tap", action="store_true")
    options.add_argument("program")
    options = options.parse_args()
    options.parser = options.parser or parsers.best()
    begun = time.monotonic()
    total = run(options)
    percent = 100 * total.refused / max(1, total.edits)
    print("# %d edits of %d documents, judged with %s: %d wrong, %d refused (%.2f %%), %d documents set aside, %.0f s" % (
        total.edits, total.documents, options.parser, total.wrong, total.refused, percent, total.unread,
        time.monotonic() - begun))
    print("# " + ", ".join("%s %d" % pair for pair in total.ops.most_common()))
    for sort, count in total.sorts.most_common(25):
        print("# %6d  %s" % (count, sort))
    if options.failures:
        write_refusals(total, options.failures)
    results = [
        ("the edit fuzzer ends well", total.ended == 0),
        ("every edit changes what it should and nothing else", total.wrong == 0 and total.edits > 0),
        ("less than one edit in a hundred is refused", percent < 1),
        ("nearly every document is read by kith and by the other parser", total.unread * 20 <= total.documents),
    ]
    for number, (name, good) in enumerate(results, 1):
        if options.tap:
            print("%s %d - %s" % ("ok" if good else "not ok", number, name))
        elif not good:
            print("not so: " + name)
    if options.tap:
        print("1..%d" % len(results))
    sys.exit(0 if all(good for _, good in results) else 1)


if __name__ == "__main__":
    main()
