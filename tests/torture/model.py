"""What a record means, and what an edit makes of it, written from the manual and from lib/record/edit.h, not from kith's
code.  Of the schema only the rows are used (schema/*.def).

A record's state is a list of Members in the order of the file; a member is one of
    list:    texts                       a field with one value or several
    entries: [{sub: [texts]}, …]         a list of maps; a map that is no list is one entry
    table:   [(key, [texts]), …]
    own:     [(path, text), …]           a key that the schema does not know
"""

import copy
import os
import re

from parsers import LIST, MAP, is_scalar

SPLITS = {"DATE", "SPAN", "INT", "ENUM", "WORD", "REF", "WORD_OR_REF"}
KINDS = ("contact", "note", "group", "event", "opportunity", "need", "goal", "learning", "playbook", "kith")


class Field:
    def __init__(self, path, type_, merge, flags, of):
        self.path, self.type, self.merge, self.flags, self.of = path, type_, merge, flags, of
        self.name = path.split(".")[-1]
        self.children = {}
        self.rank = 0

    @property
    def is_list(self):
        return self.merge in ("SET", "ORDER", "KEYED")

    @property
    def splits(self):
        return self.type in SPLITS

    @property
    def key(self):
        """The sub-field that a scalar in the place of an entry stands for; the list itself where none is named."""
        children = list(self.children.values())
        if "PAIR" in self.flags and len(children) > 1:
            return children[1]
        return self.children[self.of.split()[0]] if self.of else self


def load_schema(folder):
    row = re.compile(r'^(FIELD|SUB)\(([^"]*),\s*"([^"]*)",', re.M)
    schema = {}
    with open(os.path.join(folder, "common.def"), encoding="utf-8") as file:
        common = file.read()
    for kind in KINDS:
        with open(os.path.join(folder, kind + ".def"), encoding="utf-8") as file:
            text = file.read().replace('#include "common.def"', common)
        fields = {}
        for macro, columns, of in row.findall(text):
            columns = [column.strip() for column in columns.split(",")]
            if macro == "FIELD":
                name, type_, merge, flags = columns
                fields[name] = Field(name, type_, merge, flags, of)
                fields[name].rank = len(fields)
            else:
                parent, name, type_, merge, flags = columns
                fields[parent].children[name] = Field(parent + "." + name, type_, merge, flags, of)
        schema[kind] = fields
    return schema


# --- reading ---


def trim(text):
    return text.strip(" \t\r\n")


def is_absent(node):
    return is_scalar(node) and node[0] and node[1] in ("", "~")


def says_nothing(node):
    return is_absent(node) or trim(node[1]) == "" if is_scalar(node) else not node[1]


def words(field, node):
    """The texts of a scalar; several where commas divide it."""
    pieces = node[1].split(",") if node[0] and field.splits else [node[1]]
    return [trim(piece) for piece in pieces if trim(piece)]


def scalar_texts(node):
    return [trim(node[1])] if is_scalar(node) and not is_absent(node) and trim(node[1]) else []


def list_texts(field, node):
    if is_scalar(node):
        return [] if is_absent(node) else words(field, node)
    if node[0] == MAP:
        return []
    return [text for item in node[1] for text in scalar_texts(item)]


def own_texts(path, node):
    if is_scalar(node):
        return [(path, text) for text in scalar_texts(node)]
    if node[0] == LIST:
        return [value for item in node[1] for value in own_texts(path, item)]
    return [value for key, item in node[1] for value in own_texts(path + "." + key[1], item)]


def read_entry(field, node):
    """A list of (sub-field's name or own path, [texts]) in the order of the file."""
    if is_scalar(node):
        return [(field.key.name, scalar_texts(node))]
    if node[0] == LIST:
        return []
    if "PAIR" in field.flags and len(node[1]) == 1 and node[1][0][0][1] not in field.children:
        first, second = list(field.children)[:2]
        return [(first, scalar_texts(node[1][0][0])), (second, scalar_texts(node[1][0][1]))]
    parts = []
    for key, value in node[1]:
        child = field.children.get(key[1])
        if child is None:
            parts.append((field.name + "." + key[1], [text for text in own_texts(field.name + "." + key[1], value)]))
        elif not says_nothing(value):
            parts.append((key[1], list_texts(child, value) if child.is_list else scalar_texts(value)))
    return parts


def read_entries(field, node):
    if is_scalar(node):
        return [[(field.key.name, [text])] for text in words(field.key, node)]
    if node[0] == MAP:
        return [read_entry(field, node)]
    return [read_entry(field, item) for item in node[1] if not says_nothing(item)]


class Member:
    def __init__(self, name, field, key, value):
        self.name, self.field, self.key, self.value = name, field, key, value
        if field is None:
            self.shape, self.content = "own", own_texts(name, value)
        elif says_nothing(value):
            self.shape, self.content = shape_of(field), []
        elif field.merge == "TABLE":
            pairs = value[1] if not is_scalar(value) and value[0] == MAP else []
            self.shape, self.content = "table", [(k[1], [] if is_absent(v) else list_texts(field, v)) for k, v in pairs]
        elif field.type == "MAP" and field.is_list:
            self.shape, self.content = "entries", read_entries(field, value)
        elif field.type == "MAP":
            self.shape = "entries"
            self.content = [[(field.name, scalar_texts(value))]] if is_scalar(value) else \
                [read_entry(field, value)] if value[0] == MAP else []
        else:
            self.shape = "list"
            self.content = list_texts(field, value) if field.is_list else scalar_texts(value)

    def flat(self):
        """As kith lists values: [path, key, entry, text]."""
        if self.shape == "own":
            return [[None, path, 0, text] for path, text in self.content]
        if self.shape == "list":
            return [[self.field.path, None, 0, text] for text in self.content]
        if self.shape == "table":
            return [[self.field.path, key, at, text] for at, (key, texts) in enumerate(self.content) for text in texts]
        values = []
        for at, entry in enumerate(self.content):
            for name, texts in entry:
                if name == self.field.name:
                    values += [[self.field.path, None, at, text] for text in texts]
                elif name in self.field.children:
                    values += [[self.field.path + "." + name, None, at, text] for text in texts]
                else:
                    values += [[None, path, 0, text] for path, text in texts]
        return values


def shape_of(field):
    if field is None:
        return "own"
    if field.merge == "TABLE":
        return "table"
    return "entries" if field.type == "MAP" else "list"


def read(schema, kind, tree):
    if tree is None or is_absent(tree):
        return []
    if is_scalar(tree) or tree[0] != MAP:
        raise ValueError("the root is no map")
    return [Member(key[1], schema[kind].get(key[1]), key, value) for key, value in tree[1]]


# --- editing ---


def changed_texts(op, present, given):
    given = [trim(text) for text in given if trim(text)]
    if op == "set":
        return given
    if op == "add":
        return present + [text for at, text in enumerate(given) if text not in present and text not in given[:at]]
    if op == "remove":
        return [text for text in present if text not in given]
    return []


def put(entry, name, texts):
    """Give a sub-field of an entry these texts."""
    for at, (other, _) in enumerate(entry):
        if other == name:
            entry[at] = (name, texts)
            return
    entry.append((name, texts))


def target(edit):
    """The top key that an edit is about."""
    return edit["field"].split(".")[0] if edit["field"] else edit["key"]


def intended(field, member, edit):
    """What the member must mean after the edit."""
    content = copy.deepcopy(member.content) if member else []
    op, given = edit["op"], [text for _, text in edit["parts"]]
    shape = shape_of(field)
    if op == "unset" and edit["field"] and "." not in edit["field"] and not (shape == "table" and edit["key"]):
        return []
    if shape == "own":
        return [(edit["key"], text) for text in changed_texts(op, [text for _, text in content], given)]
    if shape == "list":
        return changed_texts(op, content, given)
    if shape == "table":
        table = dict(content)
        texts = changed_texts(op, table.get(edit["key"], []), given)
        table[edit["key"]] = texts
        return list(table.items())
    if op == "add-entry":
        entry = []
        for path, text in edit["parts"]:
            name = path.split(".")[-1] if path else field.key.name
            put(entry, name, dict(entry).get(name, []) + [trim(text)])
        return content + [entry]
    if op == "remove-entry":
        return content[:edit["entry"]] + content[edit["entry"] + 1:]
    if edit["field"] == field.path: # texts for the entries' key
        raise ValueError("what this means is not written down")
    name = edit["field"].split(".")[-1]
    while len(content) <= edit["entry"]:
        content.append([])
    entry = content[edit["entry"]]
    put(entry, name, changed_texts(op, dict(entry).get(name, []), given))
    return content


def meaning(shape, content):
    """A content without what says nothing, and without orders that mean nothing."""
    if shape == "entries":
        entries = [sorted((name, texts) for name, texts in entry if texts) for entry in content]
        return [entry for entry in entries if entry]
    if shape == "table":
        return sorted((key, texts) for key, texts in content if texts)
    return content


def replaced(members, index, text):
    """The name of the member that holds the value with this number, and its content with the new text."""
    for member in members:
        values = member.flat()
        if index >= len(values):
            index -= len(values)
            continue
        content, text = copy.deepcopy(member.content), [trim(text)] if trim(text) else []
        if member.shape == "list":
            content[index:index + 1] = text
        elif member.shape == "own":
            content[index:index + 1] = [(content[index][0], one) for one in text]
        else:
            for entry in content if member.shape == "entries" else [content]:
                for at, (name, texts) in enumerate(entry):
                    if index < len(texts):
                        own = texts[index][0] if isinstance(texts[index], tuple) else None
                        texts[index:index + 1] = [(own, one) if own else one for one in text]
                        return member.name, content
                    index -= len(texts)
        return member.name, content
    raise IndexError


def ordered(schema, kind, members):
    """The names in the schema's order; a key it does not know stays behind the one it stood behind; conflicts come last."""
    groups, first = [], []
    last = [member.name for member in members if member.name == "conflicts"]
    for member in members:
        if member.name in last:
            continue
        if member.field:
            groups.append([member.field.rank, [member.name]])
        else:
            (groups[-1][1] if groups else first).append(member.name)
    groups.sort(key=lambda group: group[0])
    return first + [name for _, names in groups for name in names] + last
