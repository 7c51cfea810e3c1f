"""Nothing unfinished is left lying about in the sources."""

import re

import tree

# Written apart, so that this file passes its own rule.
BANNED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "(?i:place" + "holder)")) + r")\b")
SOURCES = (r".*\.(cc|h|proto|py|cmake|json|yaml|sh|md|sql)", r".*CMakeLists\.txt")


def check(source):
    problems = []
    scripts = [path for path in source.paths if tree.is_script(source, path)]
    for path in source.matching(*SOURCES) + scripts:
        for number, line in enumerate(source.lines(path), 1):
            match = BANNED.search(line)
            if match:
                problems.append(f"{path}:{number}: the word {match.group(0)}")
    return problems


if __name__ == "__main__":
    tree.run(check)
