"""Parsers of YAML that share nothing with kith: each turns texts into trees, and knows where every node stands.  Texts are
sent and their trees received, one list after the other, so that a parser in a process of its own works meanwhile.

A scalar is (plain, text, start, end) with plain a bool; a map is (MAP, [(key, value), …], start, end), a list is
(LIST, [item, …], start, end).  Places are in characters.  With a tree come its comments, or None where the parser does not tell
them (see comments below); what cannot be parsed is a str that says why."""

import json
import os
import subprocess

import yaml

MAP, LIST = 0, 1


class Unreadable(Exception):
    pass


class PyYAML:
    """The pure Python loader: the grandparent of libyaml, slow, and on every Debian."""

    def send(self, texts):
        self.texts = texts

    def receive(self):
        return [self.tree(text) for text in self.texts]

    def tree(self, text):
        try:
            node = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            return str(error)
        return (self.convert(node) if node is not None else None), None

    def convert(self, node):
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            return [node.style is None, node.value, start, end]
        if isinstance(node, yaml.SequenceNode):
            items = [self.convert(item) for item in node.value]
            return [LIST, items, start, end if node.flow_style else last_end(items, end)]
        pairs = [[self.convert(key), self.convert(value)] for key, value in node.value]
        return [MAP, pairs, start, end if node.flow_style else last_end([value for _, value in pairs], end)]

    def close(self):
        pass


def last_end(nodes, otherwise):
    return nodes[-1][3] if nodes else otherwise


SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parse.js")


def node_environment():
    """Where node finds its packages: those of npm, then those of Debian."""
    places = (os.environ.get("NODE_PATH"), os.getcwd() + "/node_modules", "/usr/share/nodejs")
    return dict(os.environ, NODE_PATH=os.pathsep.join(place for place in places if place))


class Node:
    """The package yaml in a process of its own: fast, and written from YAML's specification."""

    def __init__(self):
        self.process = subprocess.Popen(["node", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=node_environment())

    def send(self, texts):
        self.process.stdin.write(json.dumps(texts).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the parser in node ended")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def make(name):
    return PyYAML() if name == "pyyaml" else Node()


def best():
    try:
        found = subprocess.run(["node", "-e", "require('yaml')"], env=node_environment(), capture_output=True, check=False)
    except OSError:
        return "pyyaml"
    return "pyyaml" if found.returncode else "yaml"


def is_scalar(node):
    return isinstance(node[0], bool)


def scalars(node):
    """Every scalar, keys too, in the order of the text."""
    if is_scalar(node):
        yield node
    elif node[0] == LIST:
        for item in node[1]:
            yield from scalars(item)
    else:
        for key, value in node[1]:
            yield from scalars(key)
            yield from scalars(value)


def bare(node):
    """The tree without places, to be compared."""
    if is_scalar(node):
        return (node[0], node[1])
    if node[0] == LIST:
        return (LIST, [bare(item) for item in node[1]])
    return (MAP, [(bare(key), bare(value)) for key, value in node[1]])


def comments(text, tree):
    """(place, comment) for each comment: what starts with # between two scalars, or in the head of a block scalar."""
    if "#" not in text:
        return []
    found, at = [], 0
    for _, _, start, end in scalars(tree) if tree else ():
        if start > at:
            in_gap(text, at, start, found)
        at = max(at, start)
        if end > start and text[start] in "|>":
            line_end = text.find("\n", start, end)
            head_end = end if line_end < 0 else line_end
            in_gap(text, start, head_end, found)
        at = max(at, end)
    in_gap(text, at, len(text), found)
    return found


def in_gap(text, start, end, found):
    while True:
        start = text.find("#", start, end)
        if start < 0:
            return
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        if start == 0 or text[start - 1] in " \t\n\r,[]{}\ufeff":
            found.append((start, text[start:line_end].rstrip()))
            start = line_end
        else:
            start += 1
