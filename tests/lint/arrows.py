"""Modules include only what their timebank_module() call in service/CMakeLists.txt declares."""

import re

import tree

# Which modules may read which messages and libraries; the rest of the house must not know that they exist.
OWNERS = [
    (r"timebank/record/", {"ledger"}, "the on-disk messages belong to service/ledger"),
    (r"timebank/v1/", {"rpc", "server"}, "the API messages belong to service/rpc"),
    (r"timebank/authorization/", {"auth"}, "the permissions belong to service/auth"),
    (r"google/protobuf/", {"ledger", "auth", "rpc", "server"}, "this module knows no messages"),
    (r"grpc(pp|\+\+)?/", {"rpc", "server"}, "gRPC belongs to service/rpc and service/server"),
    (r"rocksdb/", {"store"}, "RocksDB belongs to service/store"),
]
CODE = r".*\.(cc|h)"


def modules(text):
    """Name → the words of DEPS, LINK and TEST_LINK, from the calls of timebank_module()."""
    text = re.sub(r"#[^\n]*", "", text)
    result = {}
    for call in re.findall(r"timebank_module\(([^()]*)\)", text):
        name, *words = call.split()
        sections = {"DEPS": [], "LINK": [], "TEST_LINK": []}
        section = None
        for word in words:
            if word in sections:
                section = word
            elif section:
                sections[section].append(word)
        result[name] = sections
    return result


def includes(source, path):
    """(line number, included path, whether in quotes) of every include in the file."""
    for number, line in enumerate(source.lines(path), 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def cycles(declared):
    """One line for each module that reaches itself along DEPS."""
    for name in declared:
        reached, waiting = set(), list(declared[name]["DEPS"])
        while waiting:
            module = waiting.pop()
            if module not in reached and module in declared:
                reached.add(module)
                waiting.extend(declared[module]["DEPS"])
        if name in reached:
            yield f"service/CMakeLists.txt: module {name} depends on itself in a circle"


def check_modules(source, declared):
    """The calls themselves: known names, no circle, a line in the README, a folder."""
    if not declared:
        yield "service/CMakeLists.txt: no timebank_module() call was found"
    folders = {path.split("/")[1] for path in source.matching(r"service/[^/]+/" + CODE)}
    for folder in sorted(folders - set(declared)):
        yield f"service/{folder}: not declared with timebank_module() in service/CMakeLists.txt"
    readme = source.text("service/README.md")
    for name, sections in declared.items():
        for dependency in sections["DEPS"]:
            if dependency not in declared:
                yield f"service/CMakeLists.txt: module {name} depends on {dependency}, which is not declared"
        if not re.search(rf"^[|*-]\s*`{name}`\s*\S", readme, re.MULTILINE):
            yield f"service/README.md: no line says what module {name} is"
    yield from cycles(declared)


def check_service(source, declared):
    """What the modules include."""
    for path in source.matching(r"service/[^/]+/" + CODE):
        name = path.split("/")[1]
        sections = declared.get(name, {"DEPS": [], "TEST_LINK": []})
        allowed = {name, *sections["DEPS"]}
        if tree.is_test(path):
            allowed.update(library.removeprefix("timebank_") for library in sections["TEST_LINK"])
        for number, included, _ in includes(source, path):
            place = f"{path}:{number}: {included}"
            parts = included.split("/")
            if parts[0] == "service" and parts[1] not in allowed:
                yield f"{place}: module {name} declares no arrow to {parts[1]}"
            if parts[0] in ("cli", "tests"):
                yield f"{place}: the service knows nothing of {parts[0]}"
            for prefix, owners, reason in OWNERS:
                if re.match(prefix, included) and name not in owners:
                    yield f"{place}: {reason}"


def check_outside(source):
    """What the command line and the tests include, and how everybody writes an include."""
    for path in source.matching(CODE):
        for number, included, quoted in includes(source, path):
            place = f"{path}:{number}: {included}"
            if quoted and "/" not in included:
                yield f"{place}: write the path from the root of the repository"
            if path.startswith("cli/") and re.match(r"service/(?!(merkle|base)/)|tests/|timebank/(?!v1/)", included):
                yield f"{place}: cli may include only the API messages, merkle and base"
            if path.startswith("tests/e2e/") and re.match(r"service/|cli/|timebank/(?!v1/)", included):
                yield f"{place}: tests/e2e may include only the API messages"
            if path.startswith(("cli/", "tests/")) and re.match(r"rocksdb/", included):
                yield f"{place}: RocksDB belongs to service/store"


def check(source):
    declared = modules(source.text("service/CMakeLists.txt"))
    return [*check_modules(source, declared), *check_service(source, declared), *check_outside(source)]


if __name__ == "__main__":
    tree.run(check)
