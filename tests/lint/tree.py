"""The source tree as the rules see it: its files, their text, and the way every rule reports."""

import pathlib
import re
import sys

# Folders that hold nothing written by hand (see .gitignore).
SKIPPED_FOLDERS = {".git", "build", "data", "node_modules", "__pycache__"}


class Tree:
    """The files below `root`, named by their path from there with forward slashes."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.paths = sorted(self._walk(self.root))

    def _walk(self, folder):
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                if entry.name not in SKIPPED_FOLDERS:
                    yield from self._walk(entry)
            else:
                yield entry.relative_to(self.root).as_posix()

    def matching(self, *patterns):
        """The paths that match one of the regular expressions in full."""
        return [path for path in self.paths if any(re.fullmatch(pattern, path) for pattern in patterns)]

    def text(self, path):
        """The text of a file; "" when there is no such file. Bytes that are not UTF-8 become U+FFFD."""
        file = self.root / path
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""

    def lines(self, path):
        return self.text(path).splitlines()


def is_test(path):
    """Whether the file is of the tests, which may be longer and may reach further."""
    return path.startswith("tests/") or re.search(r"_test\.(cc|h)$", path) is not None


def is_script(tree, path):
    """Whether the file says by its first line that it is a program of its own."""
    return "." not in path.rsplit("/", 1)[-1] and tree.text(path).startswith("#!")


def blank_comments(text, strings=True):
    """C++ or proto text with comments, and the inside of strings, blanked out; every other character stays where it was."""
    pattern = re.compile(
        r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'(?!\d)""",
        re.DOTALL)

    def blank(match):
        found = match.group(0)
        inner = re.sub(r"[^\n]", " ", found)
        if found[0] == "/":
            return inner
        # The marks of a string stay, so that `extern "C"` and an argument remain one.
        return found[0].replace("R", '"') + inner[1:-1] + found[-1] if strings else found

    return pattern.sub(blank, text)


def run(check, *arguments):
    """Runs a rule as a program: prints what it finds and ends with 1 when that is anything."""
    tree = Tree(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    problems = check(tree, *sys.argv[2:], *arguments)
    for problem in problems:
        print(problem)
    print(f"{len(tree.paths)} files, {len(problems)} problems")
    sys.exit(1 if problems else 0)
