"""The declarations of a proto file, as far as the rules need them. Not a parser: protoc refuses what is not proto."""

import re

import tree

BLOCK = re.compile(r"\s*(service|message|enum|rpc|oneof|extend)\s+(\.?[\w.]+)")
FIELD = re.compile(r"\s*(?:(?:repeated|optional)\s+)?(?:map\s*<[^>]*>|\.?[\w.]+)\s+(\w+)\s*=\s*\d+")
VALUE = re.compile(r"\s*(\w+)\s*=\s*-?(?:0x[0-9a-fA-F]+|\d+)")
NOT_DECLARATIONS = re.compile(r"\s*(syntax|package|import|option|reserved|extensions)\b")


class Declaration:
    """A service, rpc, message, field, oneof, enum or enum value, from `start` to `end` of the file; its head ends at `head_end`."""

    def __init__(self, kind, name, start, head_end, end):
        self.kind, self.name, self.start, self.head_end, self.end = kind, name, start, head_end, end
        self.first = self.last = 0
        self.text = ""

    def locate(self, text):
        """Fills in the lines of the head, counted from 0, and the whole text without comments."""
        self.first = text.count("\n", 0, self.start)
        self.last = text.count("\n", 0, self.head_end)
        self.text = text[self.start:self.end]
        return self


def _end_of(text, start):
    """Where the statement that begins at `start` ends, and whether with a block of its own."""
    depth = 0
    for position in range(start, len(text)):
        if text[position] in "[(":
            depth += 1
        elif text[position] in "])":
            depth -= 1
        elif depth == 0 and text[position] in ";{":
            return position, text[position] == "{"
        elif depth == 0 and text[position] == "}":
            return position, False
    return len(text), False


def _close_of(text, opening):
    depth = 0
    for position in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text)


def _declarations(text, start, end, inside):
    position = start
    while position < end:
        if text[position].isspace() or text[position] in ";}":
            position += 1
            continue
        statement_end, has_block = _end_of(text, position)
        close = _close_of(text, statement_end) if has_block else statement_end
        head = text[position:statement_end]
        block = BLOCK.match(head)
        if NOT_DECLARATIONS.match(head) and not block:
            pass
        elif block:
            kind = block.group(1)
            if kind != "extend":
                yield Declaration(kind, block.group(2), position, statement_end, close + 1)
            if has_block and kind != "rpc":
                # Extensions and the members of a oneof are fields like any other.
                yield from _declarations(text, statement_end + 1, close, "enum" if kind == "enum" else "message")
        else:
            match = (VALUE if inside == "enum" else FIELD).match(head)
            if match:
                kind = "enum value" if inside == "enum" else "field"
                yield Declaration(kind, match.group(1), position, statement_end, close + 1)
        position = close + 1


def declarations(text):
    """Every declaration in the text of a proto file, in order."""
    blanked = tree.blank_comments(text)
    with_strings = tree.blank_comments(text, strings=False)
    return [declaration.locate(with_strings) for declaration in _declarations(blanked, 0, len(blanked), "file")]
