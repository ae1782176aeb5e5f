"""Whether an edit changed what it should and nothing else.  Each check yields sentences about what is wrong."""

import collections

import model
from parsers import LIST, MAP, bare, comments, is_scalar, scalars


class Text:
    """A text with its parse."""

    def __init__(self, schema, kind, text, parsed):
        tree, found = parsed
        self.bom = text.startswith("\ufeff")
        self.text = text[1:] if self.bom else text
        self.tree = tree
        self.members = model.read(schema, kind, tree)
        self.by_name = {member.name: member for member in self.members}
        self.bare = {member.name: bare(member.value) for member in self.members}
        self.comments = comments(self.text, tree) if found is None else found

    def line_start(self, place):
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place):
        """Behind the line feed of the line that this place is in."""
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found + 1

    def dash_before(self, place):
        """The last dash before a place that is in no comment."""
        place = self.text.rfind("-", 0, place)
        while any(start <= place < start + len(comment) for start, comment in self.comments):
            place = self.text.rfind("-", 0, place)
        return place


def body(text):
    return text[1:] if text.startswith("\ufeff") else text


def last_line_end(document, node):
    """Behind the last line that a value stands in; a block scalar's end may already be the next line's start."""
    end = node[3]
    while end > node[2] and document.text[end - 1] in " \t\r\n":
        end -= 1
    return max(document.line_end(end), node[3])


def same_start(one, other):
    if one == other[:len(one)]:
        return len(one)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def difference(one, other):
    """The place in `one` that is not in `other`, as (start, end), and how many characters stand there in `other`."""
    start = same_start(one, other)
    rest = min(len(one), len(other)) - start
    back = same_start(one[::-1][:rest], other[::-1][:rest])
    return start, len(one) - back, len(other) - back - start


# --- the bytes ---


def check_bytes(before, after):
    old, new = before.text, after.text
    if before.bom != after.bom:
        yield "the byte order mark came or went"
    if old and new and old.endswith("\n") != new.endswith("\n") and not (after.members and ends_with_block(after)):
        yield "the final newline came or went"
    feeds, pairs = old.count("\n"), old.count("\r\n")
    new_feeds, new_pairs = new.count("\n"), new.count("\r\n")
    if feeds and pairs == feeds and new_pairs != new_feeds:
        yield "a line feed in a file of CRLF"
    if pairs == 0 and new.count("\r") > old.count("\r"):
        yield "a carriage return in a file without any"


def only_adds(old, new, most):
    """Whether new is old with something put in, or old so small that it does not matter."""
    rest = iter(new)
    return len(old) <= most or all(character in rest for character in old)


def check_region(before, after, region, inserts):
    start, end, added = difference(before.text, after.text)
    if start == end and not added:
        return
    if region is None:
        if not only_adds(before.text[start:end], after.text[start:start + added], inserts) and not (before.members and is_open_block(before)):
            yield "a new key changed %r" % before.text[start:end]
    elif not (after.text.startswith(before.text[:region[0]]) and after.text.endswith(before.text[region[1]:]) and
              len(after.text) >= region[0] + len(before.text) - region[1]):
        yield "bytes outside of the value changed: %r at %d, not in %r" % (before.text[start:end], start, region)
    elif inserts is not None and not only_adds(before.text[start:end], after.text[start:start + added], inserts) and \
            not is_open_block(before): # whose indicator says from now on what the file's end said
        yield "an addition changed %r" % before.text[start:end]


def region_of(before, member):
    """Where an edit of this member may change bytes."""
    start, end = before.line_start(member.key[2]), last_line_end(before, member.value)
    if before.tree[2] < len(before.text) and before.text[before.tree[2]] == "{":
        place = before.members.index(member)
        if place:
            start = before.members[place - 1].value[3]
        if place + 1 < len(before.members):
            end = before.members[place + 1].key[2]
        else:
            end = before.tree[3]
    return to_the_end(before, start, end)


def to_the_end(before, start, end):
    """What ends a file that has no final newline takes the line breaks before it along."""
    if end >= len(before.text):
        while start and before.text[start - 1] in " \t\r\n":
            start -= 1
    return start, end


def entry_region(before, member, entry):
    """The same for one entry of a list of maps, where its list says which."""
    value = member.value
    if is_scalar(value) or value[0] != LIST:
        return region_of(before, member)
    items = [item for item in value[1] if not model.says_nothing(item)]
    if entry >= len(items) or len(items) == 1:
        return region_of(before, member)
    at = value[1].index(items[entry])
    if before.text[value[2]] == "[":
        return (value[1][at - 1][3] if at else value[2]), (value[1][at + 1][2] if at + 1 < len(value[1]) else value[3])
    start, end = before.line_start(items[entry][2]), last_line_end(before, items[entry])
    if at == 0:
        start = before.line_start(member.key[2])
    else: # the dash may stand in a line above
        start = min(start, before.line_start(before.dash_before(items[entry][2])))
    return to_the_end(before, start, end)


# --- comments ---


def may_go(before, member, edit, after_member):
    """The places of the comments that an edit may take away: behind what went, or inside it."""
    if member is None:
        return []
    start, end = member.key[2], last_line_end(before, member.value)
    if edit["op"] in ("unset", "take") and not edit.get("entry_key") or after_member is None:
        return [(start, end)]
    value, gone = member.value, []
    if edit["op"] == "set" and (is_reordered(member, after_member) or is_nested(value) and not member.field):
        return [(start, end)]
    were, kept = (collections.Counter(text for _, text in all_texts(one.value)) for one in (member, after_member))
    for node in items_of(value):
        texts = [text for _, text in all_texts(node)]
        if any(kept[text] < were[text] for text in texts) or edit["op"] in ("remove-entry", "unset"):
            gone.append((before.line_start(node[2]), last_line_end(before, node)))
    if not is_scalar(value) and value[0] == MAP: # keys that went, with what is behind them
        stay = {key[1] for key, _ in after_member.value[1]} if not is_scalar(after_member.value) and after_member.value[0] == MAP else ()
        gone += [(key[2], last_line_end(before, item)) for key, item in value[1] if key[1] not in stay]
    if is_scalar(after_member.value) != is_scalar(value) or model.says_nothing(after_member.value):
        gone.append((start, end))
    return gone


def is_reordered(member, after_member):
    """Whether values that stay do so in another order: what moves is written anew."""
    old, new = ([text for _, text in all_texts(one.value)] for one in (member, after_member))
    return [text for text in old if text in new] != [text for text in new if text in old]


def items_of(value):
    if is_scalar(value):
        return []
    if value[0] == LIST:
        return [node for item in value[1] for node in [item] + items_of(item)]
    return [node for _, item in value[1] for node in [item] + items_of(item)]


def all_texts(node):
    """Nothing, which is written ~ or not at all, is None: it is not the text "~"."""
    return [(scalar[0], None if model.is_absent(scalar) else model.trim(scalar[1])) for scalar in scalars(node)]


def check_comments(before, after, gone):
    """Every comment is still there, in order, but for those that may go; no other came."""
    new, at = [comment for _, comment in after.comments], 0
    for place, comment in before.comments:
        if at < len(new) and new[at] == comment:
            at += 1
        elif not any(start <= place < end for start, end in gone):
            yield "the comment %r is gone, or elsewhere" % comment
            return
    if at < len(new):
        yield "a comment came from nowhere: %r" % new[at]


# --- the values ---


def ends_with_block(document):
    node = document.members[-1].value
    while not is_scalar(node) and node[1]:
        node = node[1][-1] if node[0] == LIST else node[1][-1][1]
    return is_scalar(node) and document.text[node[2]:node[2] + 1] in tuple("|>")


def is_open_block(document):
    """Whether the text ends inside a block scalar, without a newline: the parsers do not agree on what that says."""
    return not document.text.endswith("\n") and ends_with_block(document)


def check_others(before, after, name):
    for member in before.members:
        if member.name == name:
            continue
        if member.name not in after.bare:
            yield "%s is gone" % member.name
        elif after.bare[member.name] != before.bare[member.name] and not (member is before.members[-1] and is_open_block(before)):
            yield "%s changed" % member.name
    for member in after.members:
        if member.name != name and member.name not in before.bare:
            yield "%s came" % member.name


def check_order(schema, kind, before, after, name):
    rest = [member.name for member in before.members if member.name != name]
    if [member.name for member in after.members if member.name != name] != rest:
        yield "the keys stand in another order"
        return
    names = [member.name for member in after.members]
    if name in before.by_name:
        if name in names and names != [member.name for member in before.members]:
            yield "%s was moved" % name
    elif name in names and name in schema[kind]:
        known = [schema[kind][name].rank for name in names if name in schema[kind]]
        others = [schema[kind][name].rank for name in rest if name in schema[kind]]
        if others == sorted(others) and known != sorted(known):
            yield "%s is not in the schema's place" % name


def check_flat(document, values, when):
    mine = [value for member in document.members for value in member.flat()]
    if mine != values:
        yield "kith reads %s otherwise: %s" % (when, first_difference(mine, values))


def first_difference(mine, theirs):
    for one, other in zip(mine, theirs):
        if one != other:
            return "not %r but %r" % (one, other)
    return "%d values, not %d" % (len(theirs), len(mine))


# --- each edit ---


def check_step(schema, kind, before, after, edit, other):
    """`other` is the document that a member is taken from."""
    if edit["op"] == "order":
        yield from check_reorder(schema, kind, before, after)
        return
    if edit["op"] == "replace":
        name, want = model.replaced(before.members, edit["value"], edit["text"])
    elif edit["op"] == "take":
        name, want = edit["key"], None
    else:
        name = model.target(edit)
        want = model.intended(schema[kind].get(name), before.by_name.get(name), edit)
    member, after_member = before.by_name.get(name), after.by_name.get(name)
    yield from check_bytes(before, after)
    yield from check_others(before, after, name)
    yield from check_order(schema, kind, before, after, name)
    if edit["op"] == "take":
        yield from check_taken(before, after, edit, other)
        return
    shape = model.shape_of(schema[kind].get(name))
    meant = model.meaning(shape, want)
    is_now = model.meaning(shape, after_member.content if after_member else [])
    if shape == "own" and member and is_nested(member.value) and edit["op"] in ("add", "remove"):
        return # kith may leave alone what it cannot know the sense of
    if is_now != meant:
        yield "%s should be %r and is %r" % (name, meant, is_now)
        return
    was = model.meaning(shape, member.content if member else [])
    changes_nothing = was == meant and edit["op"] in ("set", "add", "remove", "replace") and edit.get("parts") != [] and \
        not (shape == "own" and member and is_nested(member.value))
    if changes_nothing and before.text != after.text:
        yield "nothing should change, and %r did" % (difference(before.text, after.text),)
    yield from check_places(before, after, edit, member, after_member)


def is_nested(value):
    return not is_scalar(value) and (value[0] == MAP or not all(is_scalar(item) for item in value[1]))


def check_places(before, after, edit, member, after_member):
    edit = dict(edit, entry_key="." in (edit.get("field") or "") or bool(edit.get("field") and edit.get("key")))
    region, inserts = None, 3
    if member:
        region, inserts = region_of(before, member), None
        if edit["op"] == "remove-entry" or (edit["entry_key"] and edit["op"] != "replace" and not edit.get("key")):
            region = entry_region(before, member, edit["entry"])
        if edit["op"] in ("add", "add-entry") and not edit["entry_key"] and adds_to_list(member, after_member):
            inserts = 4
    yield from check_region(before, after, region, inserts)
    if [comment for _, comment in before.comments] != [comment for _, comment in after.comments]:
        yield from check_comments(before, after, may_go(before, member, edit, after_member))


def adds_to_list(member, after_member):
    return bool(after_member) and not is_scalar(member.value) and member.value[0] == LIST and member.value[1] and \
        any(not model.says_nothing(item) for item in member.value[1])


def needed_quotes(before, now, taken):
    """Whether a plain text with a question mark came into braces, where PyYAML reads it in quotes only."""
    return taken[0] is True and "?" in taken[1] and now == (False, taken[1]) and before.tree is not None and \
        before.text[before.tree[2]:before.tree[2] + 1] == "{"


def check_taken(before, after, edit, other):
    name = edit["key"]
    open_end = other.members[-1].name == name and is_open_block(other)
    if name not in after.bare or (after.bare[name] != other.bare[name] and not open_end and not needed_quotes(before, after.bare[name], other.bare[name])):
        yield "%s should be %r and is %r" % (name, other.bare[name], after.bare.get(name))
    member = before.by_name.get(name)
    yield from check_region(before, after, region_of(before, member) if member else None, None if member else 3)


def check_reorder(schema, kind, before, after):
    yield from check_bytes(before, after)
    names = [member.name for member in after.members]
    wanted = model.ordered(schema, kind, before.members)
    if names != wanted:
        yield "the keys should be in the order %s, and are %s" % (" ".join(wanted), " ".join(names))
    for name, value in before.bare.items():
        if after.bare.get(name) != value:
            yield "%s changed" % name
    if sorted(comment for _, comment in before.comments) != sorted(comment for _, comment in after.comments):
        yield "a comment came or went"
    if [member.name for member in before.members] == wanted and before.text != after.text:
        yield "it was in order, and changed"
