"""Every service, rpc, message, field and enum value says in a comment what it is."""

import re

import proto_syntax
import tree


def has_words(comment):
    # One Chinese character is a word.
    return len("".join(re.findall(r"\w", comment)).encode()) >= 3


def leading_comment(lines, first):
    """The comment lines directly above line `first`."""
    result = []
    inside_block = False
    for line in reversed(lines[:first]):
        stripped = line.strip()
        if stripped.endswith("*/"):
            inside_block = not stripped.startswith("/*")
        elif stripped.startswith("/*"):
            inside_block = False
        elif not inside_block and not stripped.startswith("//"):
            break
        result.append(stripped)
    return " ".join(result)


def trailing_comment(lines, last):
    """The comment behind the end of the declaration."""
    if last >= len(lines):
        return ""
    without_strings = re.sub(r'"(?:\\.|[^"\\])*"', "", lines[last])
    match = re.search(r"//(.*)|/\*(.*?)\*/", without_strings)
    return match.group(0) if match else ""


def check(source):
    problems = []
    files = source.matching(r"proto/.*\.proto")
    if not files:
        return ["proto: no proto file was found"]
    for path in files:
        lines = source.lines(path)
        for declaration in proto_syntax.declarations(source.text(path)):
            if not (has_words(leading_comment(lines, declaration.first)) or has_words(trailing_comment(lines, declaration.last))):
                problems.append(f"{path}:{declaration.first + 1}: {declaration.kind} {declaration.name} has no comment")
    return problems


if __name__ == "__main__":
    tree.run(check)
