"""Every *_test.cc is compiled, its program is run by ctest, and every test has a label that tests/run asks for.

Arguments: the source tree, the build tree, the ctest program.
"""

import json
import pathlib
import re
import subprocess

import tree

LABELS = {"quick", "long"}


def registered_tests(build, ctest):
    shown = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    return json.loads(shown.stdout)["tests"]


def compiled_files(build, root):
    """Path from the root → the targets it is compiled for."""
    result = {}
    for command in json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8")):
        path = (pathlib.Path(command["directory"]) / command["file"]).resolve()
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", command.get("output", "") + " " + command.get("command", ""))
        if path.is_relative_to(root) and target:
            result.setdefault(path.relative_to(root).as_posix(), set()).add(target.group(1))
    return result


def compare(tests, compiled, registered):
    """`tests`: paths; `compiled`: path → targets; `registered`: the tests of `ctest --show-only=json-v1`."""
    problems = []
    # ctest leaves the command out for a program that is not built yet; its test has the program's name.
    run = {pathlib.PurePath(word).name for test in registered for word in test.get("command", [test["name"]])}
    for path in tests:
        if path not in compiled:
            problems.append(f"{path}: not in any CMake target")
        elif not compiled[path] & run:
            problems.append(f"{path}: compiled for {', '.join(sorted(compiled[path]))}, which ctest does not run")
    for test in registered:
        labels = {label for item in test.get("properties", []) if item["name"] == "LABELS" for label in item["value"]}
        if not labels & LABELS:
            problems.append(f"test {test['name']}: has neither of the labels {', '.join(sorted(LABELS))}, so it is never run")
    return problems


def check(source, build, ctest):
    return compare(source.matching(r".*_test\.cc"), compiled_files(build, source.root), registered_tests(build, ctest))


if __name__ == "__main__":
    tree.run(check)
