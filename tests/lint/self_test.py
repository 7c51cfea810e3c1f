"""Every rule is shown a sound tree, which it must pass, and unsound ones, which it must refuse with the right words."""

import pathlib
import tempfile
import unittest

import arrows
import file_size
import format as format_rule
import function_size
import layout
import ledger_purity
import permissions
import proto_comments
import proto_lint
import scripts
import targets
import tree
import words

SERVICE = """\
timebank_module(base LINK absl::strings)
# timebank_module(ghost DEPS base)
timebank_module(store DEPS base LINK RocksDB::rocksdb-shared)
timebank_module(ledger
                DEPS store base
                TEST_LINK rapidcheck timebank_oracle)
timebank_module(oracle DEPS base)
timebank_module(rpc DEPS base)
"""
SERVICE_README = """\
| `base` | what all use |
| `store` | bytes |
| `ledger` | rules |
| `oracle` | a plain model |
| `rpc` | the edge |
"""
PROTO = """\
syntax = "proto3";

// Words of the thing.
package timebank.v1;

import "google/protobuf/timestamp.proto";

// Says things. { " }
service ThingService {
  // Gets one.
  rpc GetThing(GetThingRequest)
      returns (GetThingResponse) {
    option (timebank.authorization.v1.required_permission) = "thing.read";
  }
}

// Asks.
message GetThingRequest {
  string name = 1;  // Which one.
  /* Where
     it is. */
  map<string, int32> places = 2 [
    deprecated = true
  ];
  // Either.
  oneof choice {
    // One.
    string one = 3;
    // Two.
    bytes two = 4;
  }
  reserved 5, 6;
}

// Answers.
message GetThingResponse {
  // 男.
  string answer = 1 [json_name = "// no comment {"];
}

// How it is.
enum Mood {
  // Not told.
  MOOD_UNSPECIFIED = 0;
  MOOD_GOOD = 1;  // Good.
}
"""
SOUND = {
    "CMakeLists.txt": "", "CMakePresets.json": "{}", "LICENSE": "", "README.md": "# A project\n",
    ".clang-format": "BasedOnStyle: Google\n", ".ci/run": "#!/usr/bin/env bash\nset -euo pipefail\ntests/run\n",
    "build/junk.txt": "", "cli/main.cc": '#include "service/base/log.h"\n#include "timebank/v1/thing.pb.h"\n',
    "deploy/quickstart": "#!/usr/bin/env bash\nset -euo pipefail\necho ok\n", "proto/timebank/v1/thing.proto": PROTO,
    "service/CMakeLists.txt": SERVICE, "service/README.md": SERVICE_README,
    "service/base/log.h": "#include <string>\n", "service/store/store.cc": '#include "rocksdb/db.h"\n#include "service/base/log.h"\n',
    "service/ledger/rules.cc": '#include <map>\n#include "service/store/store.h"\n#include "timebank/record/v1/entry.pb.h"\n',
    "service/ledger/rules_test.cc": '#include <random>\n#include "service/oracle/oracle.h"\n',
    "service/oracle/oracle.h": "", "service/rpc/handlers.cc": "#include <grpcpp/grpcpp.h>\n",
    "tests/e2e/day_test.cc": '#include "timebank/v1/thing.pb.h"\n',
}


class SelfTest(unittest.TestCase):
    def problems(self, rule, changes=None, modes=None):
        """What `rule` finds in the sound tree with some files changed, or removed where the text is None."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {**SOUND, **(changes or {})}.items():
                if text is not None:
                    file = root / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text, encoding="utf-8")
                    file.chmod((modes or {}).get(path, 0o755 if text.startswith("#!") else 0o644))
            return rule.check(tree.Tree(root))

    def assert_refused(self, rule, changes, expected, **more):
        """`rule` finds exactly one thing in the changed tree, and says `expected` about it."""
        problems = self.problems(rule, changes, **more)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(expected, problems[0])

    def test_the_sound_tree_passes(self):
        for rule in (arrows, file_size, function_size, layout, ledger_purity, permissions, proto_comments, scripts, words):
            with self.subTest(rule=rule.__name__):
                self.assertEqual(self.problems(rule), [])

    def test_arrows_of_modules(self):
        for path, include, expected in [
                ("service/base/x.cc", '"service/store/store.h"', "module base declares no arrow to store"),
                ("service/ledger/x.cc", '"service/oracle/oracle.h"', "module ledger declares no arrow to oracle"),
                ("service/store/x.h", '"service/rpc/handlers.h"', "module store declares no arrow to rpc"),
                ("service/store/x_test.cc", '"service/ledger/rules.h"', "module store declares no arrow to ledger"),
                ("service/base/x.h", '"cli/client.h"', "the service knows nothing of cli"),
                ("service/store/x.cc", '"timebank/record/v1/entry.pb.h"', "on-disk messages belong to service/ledger"),
                ("service/rpc/x.cc", '"timebank/record/v1/entry.pb.h"', "on-disk messages belong to service/ledger"),
                ("service/ledger/x.cc", '"timebank/v1/thing.pb.h"', "API messages belong to service/rpc"),
                ("service/rpc/x.cc", '"timebank/authorization/v1/a.pb.h"', "permissions belong to service/auth"),
                ("service/store/x.cc", "<google/protobuf/message.h>", "this module knows no messages"),
                ("service/ledger/x.cc", "<grpcpp/server.h>", "gRPC belongs"),
                ("service/base/x.cc", '"grpc/grpc.h"', "gRPC belongs"),
                ("service/ledger/x.cc", "<rocksdb/db.h>", "RocksDB belongs"),
                ("tests/crash/x.cc", '"rocksdb/db.h"', "RocksDB belongs"),
                ("service/base/x.cc", '"log.h"', "path from the root")]:
            with self.subTest(path=path, include=include):
                self.assert_refused(arrows, {path: f"#include {include}\n"}, expected)

    def test_arrows_of_the_command_line_and_the_tests(self):
        for path, include, expected in [
                ("cli/x.cc", "service/ledger/rules.h", "cli may include only"),
                ("cli/x.cc", "timebank/record/v1/entry.pb.h", "cli may include only"),
                ("cli/x.cc", "tests/e2e/x.h", "cli may include only"),
                ("tests/e2e/x_test.cc", "service/base/log.h", "tests/e2e may include only"),
                ("tests/e2e/x_test.cc", "timebank/record/v1/entry.pb.h", "tests/e2e may include only")]:
            with self.subTest(path=path, include=include):
                self.assert_refused(arrows, {path: f'#  include "{include}"\n'}, expected)

    def test_arrows_of_the_declarations(self):
        self.assert_refused(arrows, {"service/CMakeLists.txt": SERVICE + "timebank_module(extra DEPS base)\n"}, "module extra")
        self.assert_refused(arrows, {"service/README.md": SERVICE_README.replace("| `rpc`", "| rpc")}, "what module rpc is")
        self.assert_refused(arrows, {"service/stray/x.cc": ""}, "service/stray: not declared")
        self.assert_refused(arrows, {"service/CMakeLists.txt": SERVICE.replace("rpc DEPS base", "rpc DEPS base ghost")}, "ghost")
        circle = SERVICE.replace("module(base", "module(base DEPS ledger")
        problems = self.problems(arrows, {"service/CMakeLists.txt": circle})
        self.assertEqual(sum("in a circle" in problem for problem in problems), 3, problems)

    def test_file_size(self):
        self.assertEqual(self.problems(file_size, {"service/base/x.cc": "\n" * 600, "tests/x.cc": "\n" * 800}), [])
        self.assert_refused(file_size, {"service/base/x.cc": "\n" * 601}, "601 lines, more than 600")
        self.assert_refused(file_size, {"service/base/x_test.cc": "\n" * 801}, "801 lines, more than 800")
        self.assert_refused(file_size, {"deploy/quickstart": "#!/bin/bash\n" + "\n" * 700}, "701 lines, more than 600")
        self.assert_refused(file_size, {f"service/base/x{i}.cc": "\n" * 121 for i in range(20)}, "median")
        self.assert_refused(file_size, {f"service/base/x{i}.cc": "\n" * 401 for i in range(4)}, "one file of ten")

    def test_function_size_of_cpp(self):
        # What stands before the body, on how many lines of its own and from which line, and what stands behind it.
        forms = [
            ("namespace a {\nint F(int a) {\n", 1, 2, "}\n}\n"),
            ("class A : public B<(1 > 0)> {\n public:\n  void F() const override {\n", 1, 3, "  }\n};\n"),
            ("A::A(int a) : a_(a), b_{a}, c_(std::move(a)) {\n", 1, 1, "}\n"),
            ("template <typename T>\nstd::vector<T> F(T a,\n                 T b) {\n", 3, 1, "}\n"),
            ("#define OPEN {\nTEST(A, B) {\n", 1, 2, "}\n"),
            ("const auto f = [](int a) {\n", 1, 1, "};\n"),
            ("struct tm F() {\n", 1, 1, "}\n"),
            ("int G() { return 1; }\n\nabsl::StatusOr<int> A::F(int a) && {\n", 1, 3, "}\n"),
        ]
        bodies = ["  f(\"}\", '{', R\"(})\");  // }\n", "  if (a) { b(); } else { c(); }\n", "  std::vector<int> v = {1, 2};\n"]
        for before, signature, line, behind in forms:
            for body in bodies:
                with self.subTest(form=before, body=body):
                    fits = before + body * (70 - signature - 1) + behind
                    self.assertEqual(self.problems(function_size, {"service/base/x.cc": fits}), [])
                    too_long = before + body * (70 - signature) + behind
                    self.assert_refused(function_size, {"service/base/x.cc": too_long}, f"x.cc:{line}: a function of 71 lines")

    def test_function_size_lets_tables_be_long(self):
        table = "constexpr Row kRows[] = {\n" + '    {"a", F(1)},\n' * 100 + "};\nenum class E {\n" + "  kA,\n" * 100 + "};\n"
        self.assertEqual(self.problems(function_size, {"service/base/x.cc": table}), [])

    def test_function_size_of_python(self):
        self.assertEqual(self.problems(function_size, {"tests/x.py": "def f():\n" + "    a()\n" * 69 + "b()\n"}), [])
        self.assert_refused(function_size, {"tests/x.py": "def f():\n" + "    a()\n" * 70 + "b()\n"}, "x.py:1: a function of 71 lines")

    def test_layout(self):
        self.assert_refused(layout, {"scripts/x": ""}, "scripts: the top level holds only")
        self.assert_refused(layout, {"notes.md": ""}, "notes.md: the top level holds only")
        self.assert_refused(layout, {"LICENSE": None}, "LICENSE: missing")
        self.assert_refused(layout, {"deploy/quickstart": None}, "deploy: missing")

    def test_ledger_purity(self):
        for header in ("chrono", "random", "thread", "mutex", "unordered_map", "absl/time/clock.h", "absl/container/flat_hash_map.h",
                       "absl/synchronization/mutex.h"):
            with self.subTest(header=header):
                self.assert_refused(ledger_purity, {"service/ledger/x.h": f"#include <{header}>\n"}, header)

    def test_proto_comments(self):
        path = "proto/timebank/v1/thing.proto"
        for comment, expected in [
                ('// Says things. { " }\n', "service ThingService"), ("  // Gets one.\n", "rpc GetThing"), ("// Asks.\n", "message"),
                ("  // Which one.", "field name"), ("  /* Where\n     it is. */\n", "field places"), ("  // Either.\n", "oneof choice"),
                ("    // Two.\n", "field two"), ("  // 男.\n", "field answer"), ("// How it is.\n", "enum Mood"),
                ("  // Not told.\n", "enum value MOOD_UNSPECIFIED"), ("  // Good.", "enum value MOOD_GOOD")]:
            with self.subTest(comment=comment):
                self.assertEqual(PROTO.count(comment), 1)
                self.assert_refused(proto_comments, {path: PROTO.replace(comment, "")}, expected)
        self.assert_refused(proto_comments, {path: PROTO.replace("// Gets one.", "//")}, "rpc GetThing has no comment")
        self.assert_refused(proto_comments, {path: PROTO.replace("// Asks.\n", "// Asks.\n\n")}, "message GetThingRequest has no comment")
        self.assert_refused(proto_comments, {path: None}, "no proto file was found")

    def test_permissions(self):
        path = "proto/timebank/v1/thing.proto"
        option = '    option (timebank.authorization.v1.required_permission) = "thing.read";\n'
        self.assert_refused(permissions, {path: PROTO.replace(option, "")}, "rpc GetThing names no required_permission")
        self.assert_refused(permissions, {path: PROTO.replace(option, "//" + option)}, "rpc GetThing names no required_permission")
        self.assert_refused(permissions, {path: PROTO.replace("thing.read", "")}, "not a noun.verb")
        self.assert_refused(permissions, {path: "// Nothing.\n"}, "no rpc was found")

    def test_scripts(self):
        bash = "#!/usr/bin/env bash\nset -euo pipefail\n"
        self.assert_refused(scripts, {"deploy/x": bash + "if true; then\n"}, "deploy/x")
        self.assert_refused(scripts, {"deploy/x": "#!/bin/bash\necho hello\n"}, "does not stop at errors")
        self.assert_refused(scripts, {"deploy/x": bash}, "may not be executed", modes={"deploy/x": 0o644})
        self.assert_refused(scripts, {"tests/x.py": "def f(:\n"}, "tests/x.py:1")
        self.assert_refused(scripts, {"deploy/x": "#!/usr/bin/python3\ndef f(:\n"}, "deploy/x:2")

    def test_words(self):
        for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "place" + "holder", "Place" + "holder"):
            with self.subTest(word=word):
                self.assert_refused(words, {"service/base/x.cc": f"int a;\n// {word}: later\n"}, f"x.cc:2: the word {word}")
                self.assert_refused(words, {"deploy/quickstart": f"#!/bin/sh\n# {word}\n"}, word)
        self.assertEqual(self.problems(words, {"deploy/x": "#!/bin/sh\nmktemp -d /tmp/x.XXXXXX\n"}), [])

    def test_format(self):
        sound = {path: "" for path in SOUND if path.endswith((".cc", ".h"))}
        self.assertEqual(self.problems(format_rule, sound), [])
        self.assert_refused(format_rule, {**sound, "cli/main.cc": "int  a( );\n"}, "cli/main.cc: not formatted")

    def test_targets(self):
        test = {"name": "base_test", "command": ["/b/bin/base_test"], "properties": [{"name": "LABELS", "value": ["quick"]}]}
        paths = ["service/base/log_test.cc"]
        compiled = {"service/base/log_test.cc": {"base_test"}}
        self.assertEqual(targets.compare(paths, compiled, [test]), [])
        not_built = {name: value for name, value in test.items() if name != "command"}
        self.assertEqual(targets.compare(paths, compiled, [not_built]), [])
        for arguments, expected in [
                ((paths, {}, [test]), "not in any CMake target"),
                ((paths, {"service/base/log_test.cc": {"other"}}, [test]), "which ctest does not run"),
                (([], {}, [{**test, "properties": []}]), "never run"),
                (([], {}, [{**test, "properties": [{"name": "LABELS", "value": ["slow"]}]}]), "never run")]:
            with self.subTest(expected=expected):
                problems = targets.compare(*arguments)
                self.assertEqual(len(problems), 1, problems)
                self.assertIn(expected, problems[0])

    def test_proto_lint(self):
        buf = {"proto/buf.yaml": "version: v2\nmodules:\n  - path: .\nlint:\n  use:\n    - STANDARD\n"}
        path = "proto/timebank/v1/thing.proto"
        self.assertEqual(self.problems(proto_lint, {**buf, path: 'syntax = "proto3";\n\npackage timebank.v1;\n'}), [])
        problems = self.problems(proto_lint, {**buf, path: 'syntax = "proto3";\n\npackage timebank.v1;\n\nmessage not_a_name {}\n'})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("not_a_name", problems[0])


if __name__ == "__main__":
    unittest.main()
