"""The rules are a pure state machine: no clock, no randomness, no thread, no order that a hash decides."""

import arrows
import tree

BANNED = {
    "chrono", "ctime", "time.h", "sys/time.h", "random", "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic",
    "unordered_map", "unordered_set", "absl/time/clock.h", "service/base/clock.h", "cstdlib",
}
BANNED_FOLDERS = ("absl/random/", "absl/synchronization/", "absl/container/flat_hash_", "absl/container/node_hash_", "grpc")


def check(source):
    problems = []
    for path in source.matching(r"service/ledger/.*\.(cc|h)"):
        if tree.is_test(path):
            continue
        for number, included, _ in arrows.includes(source, path):
            if included in BANNED or included.startswith(BANNED_FOLDERS):
                problems.append(f"{path}:{number}: {included}: the rules must give the same bytes everywhere and always")
    return problems


if __name__ == "__main__":
    tree.run(check)
