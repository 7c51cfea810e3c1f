"""Functions have at most 70 lines, from the first line of the signature to the closing brace."""

import bisect
import re

import tree

MOST = 70
CONTAINER = re.compile(r"^(\[\[[^\]]*\]\]\s*)?(template\s*<.*>\s*)?(export\s+|inline\s+|typedef\s+|static\s+|const\s+|constexpr\s+)*"
                       r"(namespace|class|struct|union|enum|extern)\b", re.DOTALL)
# How a head ends that belongs to a function: its parameters, then qualifiers, a return type or initialised members.
PARAMETERS_LAST = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&|\s)*$")
PYTHON_FUNCTION = re.compile(r"^(\s*)def (\w+)")


def closing(text, opening):
    """The position of the brace that closes the one at `opening`; the end of the text when none does."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if match.group(0) == "{" else -1
        if depth == 0:
            return match.start()
    return len(text)


def functions(text):
    """(start, end) offsets of every outermost function in blanked C++ text."""
    # Directives have no part in the structure, and a macro's braces need not match.
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group(0)), text, flags=re.MULTILINE)
    yield from _functions(text, 0, len(text))


def _functions(text, start, end):
    head_start, position = start, start
    while position < end:
        character = text[position]
        if character in ";}":
            head_start = position + 1
        elif character == ":" and re.search(r"\b(public|protected|private)\s*$", text[head_start:position]):
            head_start = position + 1
        elif character == "{":
            head = text[head_start:position].strip()
            close = closing(text, position)
            if CONTAINER.match(head) and not PARAMETERS_LAST.search(head):
                yield from _functions(text, position + 1, close)
                head_start = close + 1
            elif re.match(r"\s*[,({.\[]", text[close + 1:end]) and "(" in head:
                # A member initialised in braces, as in `Name(int a) : a_{a} {`: the head goes on behind it.
                pass
            else:
                # A table ends its head with "="; a lambda that a name is given to has its brackets behind one.
                if not head.endswith("=") and ("(" in head or re.search(r"=\s*\[[^\]]*\]", head)):
                    yield head_start + len(text[head_start:position]) - len(text[head_start:position].lstrip()), close
                head_start = close + 1
            position = close
        position += 1


def check_cpp(source, path):
    text = tree.blank_comments(source.text(path))
    line_starts = [0] + [match.end() for match in re.finditer("\n", text)]
    for start, end in functions(text):
        first, last = bisect.bisect_right(line_starts, start), bisect.bisect_right(line_starts, end)
        if last - first + 1 > MOST:
            yield f"{path}:{first}: a function of {last - first + 1} lines, more than {MOST}"


def check_python(source, path):
    lines = source.lines(path)
    for first, line in enumerate(lines):
        match = PYTHON_FUNCTION.match(line)
        if not match:
            continue
        last = first
        for number in range(first + 1, len(lines)):
            if lines[number].strip():
                if len(lines[number]) - len(lines[number].lstrip()) <= len(match.group(1)) and not lines[number].startswith(")"):
                    break
                last = number
        if last - first + 1 > MOST:
            yield f"{path}:{first + 1}: a function of {last - first + 1} lines, more than {MOST}"


def check(source):
    problems = []
    for path in source.matching(r".*\.(cc|h)"):
        problems.extend(check_cpp(source, path))
    for path in source.matching(r".*\.py"):
        problems.extend(check_python(source, path))
    return problems


if __name__ == "__main__":
    tree.run(check)
