"""Each rule against a sample that breaks it and one that keeps it. Run by scripts/test."""

import unittest

import docs
import house
import levels


def house_faults(relative, text):
    return [what for _, what in house.faults_of(relative, text)]


def level_faults(relative, *headers):
    return [what for _, what in levels.faults_of(relative, enumerate(headers, 1))]


HEADER = "// What it is.\n"


class Levels(unittest.TestCase):
    def test_a_lower_level_may_be_included(self):
        self.assertEqual(level_faults("libs/wire/src/a.cpp", "vf/json/parse.hpp"), [])

    def test_the_same_level_may_not(self):
        self.assertIn("level 3", level_faults("libs/http/src/a.cpp", "vf/kafka/sink.hpp")[0])

    def test_a_higher_level_may_not(self):
        self.assertIn("level 2", level_faults("libs/base/src/a.cpp", "vf/runtime/task.hpp")[0])

    def test_vendor_headers_stay_in_their_folder(self):
        for header in ("librdkafka/rdkafka.h", "pqxx/pqxx", "rapidjson/reader.h",
                       "openssl/evp.h", "boost/beast/core.hpp", "prometheus/registry.h"):
            with self.subTest(header):
                self.assertTrue(level_faults("services/console/keys.cpp", header))

    def test_vendor_headers_are_at_home_in_theirs(self):
        self.assertEqual(level_faults("libs/kafka/src/a.cpp", "librdkafka/rdkafka.h"), [])
        self.assertEqual(level_faults("libs/http/src/a.cpp", "boost/beast/core.hpp"), [])

    def test_messages_are_seen_by_wire_and_facts_alone(self):
        for header in ("google/protobuf/message_lite.h", "vf/v1/user_facts.pb.h"):
            with self.subTest(header):
                for relative in ("libs/wire/src/a.cpp", "libs/facts/src/a.cpp"):
                    self.assertEqual(level_faults(relative, header), [])
                for relative in ("libs/facts/include/vf/facts/a.hpp", "services/normaliser/a.cpp"):
                    self.assertTrue(level_faults(relative, header))

    def test_facts_are_below_the_database(self):
        self.assertEqual(level_faults("libs/facts/src/a.cpp", "vf/json/parse.hpp"), [])
        self.assertTrue(level_faults("libs/facts/src/a.cpp", "vf/postgres/pool.hpp"))

    def test_asio_is_in_no_public_header_but_those_of_runtime(self):
        self.assertTrue(level_faults("libs/kafka/include/vf/kafka/a.hpp", "boost/asio/post.hpp"))
        self.assertEqual(
            level_faults("libs/runtime/include/vf/runtime/a.hpp", "boost/asio/post.hpp"), [])

    def test_a_service_includes_itself_alone(self):
        self.assertTrue(level_faults("services/console/app.cpp", "normaliser/store.hpp"))
        self.assertEqual(level_faults("services/console/app.cpp", "console/config.hpp"), [])

    def test_includes_do_not_climb(self):
        self.assertTrue(level_faults("services/console/keys.cpp", "../normaliser/decode.hpp"))


class House(unittest.TestCase):
    def test_a_long_line(self):
        self.assertTrue(house_faults("libs/base/src/a.cpp", "x" * 101))
        self.assertEqual(house_faults("libs/base/src/a.cpp", "x" * 100), [])

    def test_sizes_at_the_limit_and_above(self):
        for relative, most in (("services/console/app.cpp", 200), ("libs/base/src/a.cpp", 400),
                               ("libs/base/tests/a_test.cpp", 500)):
            with self.subTest(relative):
                self.assertEqual(house_faults(relative, "int a;\n" * most), [])
                self.assertTrue(house_faults(relative, "int a;\n" * (most + 1)))
        self.assertEqual(house_faults("libs/x/include/vf/x/a.hpp", HEADER + "int a;\n" * 149), [])
        self.assertTrue(house_faults("libs/x/include/vf/x/a.hpp", HEADER + "int a;\n" * 150))

    def test_a_long_function(self):
        def function(lines):
            return "void f() {\n" + "    x();\n" * (lines - 2) + "}\n"
        self.assertEqual(house_faults("libs/base/src/a.cpp", function(70)), [])
        self.assertTrue(house_faults("libs/base/src/a.cpp", function(71)))

    def test_banned_words(self):
        for line in ("asio::detached", "std::cout << 1;", "std::this_thread::sleep_for(1s);",
                     "#include <format>", "auto t = std::chrono::system_clock::now();",
                     "// TO" + "DO later", "// normali" + "ze it"):
            with self.subTest(line):
                self.assertTrue(house_faults("services/console/a.cpp", line))

    def test_a_word_in_a_string_is_no_code(self):
        self.assertEqual(house_faults("services/console/a.cpp", 'log("std::cout");'), [])

    def test_banned_file_names(self):
        for name in ("libs/base/src/utils.cpp", "libs/base/src/string_helpers.cpp",
                     "services/console/common.cpp"):
            with self.subTest(name):
                self.assertTrue(house_faults(name, "int a;\n"))

    def test_using_namespace_in_a_header(self):
        self.assertTrue(house_faults("libs/x/include/vf/x/a.hpp", HEADER + "using namespace std;\n"))

    def test_try_outside_library_sources(self):
        self.assertTrue(house_faults("services/console/a.cpp", "    try {"))
        self.assertEqual(house_faults("libs/postgres/src/a.cpp", "    try {"), [])

    def test_a_header_without_its_opening_lines(self):
        self.assertTrue(house_faults("libs/x/include/vf/x/a.hpp", "#pragma once\n"))

    def test_words_that_the_glossary_replaces(self):
        bad = ("    auto made = read(row);", "    const postgres::params& with;", "    f(at);",
               "    desk_context.told();", "    at.store.write();", "void f(postgres::transaction& in) {",
               "    inside_.query(sql);", "    scene fixture;")
        good = ("    // what was made and told", '    log("made");', "    rows.at(0);", "    v.at(i).x;",
                "#include <netinet/in.h>", "    std::ranges::find(words, name);", "    f(R\"(at)\");")
        for line in bad:
            with self.subTest(line):
                self.assertTrue(house_faults("services/console/a.cpp", line))
        for line in good:
            with self.subTest(line):
                self.assertEqual(house_faults("services/console/a.cpp", line), [])

    def test_a_date_that_is_near_now_or_will_be(self):
        tests = ("libs/base/tests/a_test.cpp", "services/console/tests/memory_store.hpp",
                 "tests/integration/scene.hpp", "tests/e2e/a_test.py", "tests/support/doors/a.py",
                 "scripts/lib/demo.py")
        for relative in tests:
            for good in ("2024-12-31T23:59:59Z", "2019-03-01", "2100-02-29", "x02030-11-1"):
                with self.subTest(relative + " " + good):
                    self.assertEqual(house_faults(relative, f'// x\nauto a = "{good}";'), [])
            for bad in ("25-01-01", "26-11-20T12:00:00Z", "31-10", "99-12-3"):
                with self.subTest(relative + " " + bad):
                    self.assertTrue(house_faults(relative, f'// x\nauto a = "20{bad}";'))
        self.assertEqual(house_faults("services/console/a.cpp", "// 20" + "26-11-20"), [])

    def test_a_table_without_an_owner(self):
        where = "deploy/migrations/0002_x.sql"
        self.assertTrue(house_faults(where, "CREATE TABLE a (b int);\n"))
        self.assertTrue(house_faults(where, "-- owner: somebody\nCREATE TABLE a (b int);\n"))
        self.assertEqual(house_faults(where, "-- owner: console\nCREATE TABLE a (b int);\n"), [])

    def test_a_header_nobody_includes(self):
        files = ["libs/x/include/vf/x/a.hpp", "libs/x/src/a.cpp"]
        dead = {files[0]: HEADER, files[1]: ""}
        alive = {files[0]: HEADER, files[1]: '#include "vf/x/a.hpp"\n'}
        self.assertTrue(list(house.dead_headers(files, dead)))
        self.assertEqual(list(house.dead_headers(files, alive)), [])

    def test_the_schema_version_is_the_newest_migration(self):
        header = "libs/postgres/include/vf/postgres/migrations.hpp"
        files = [header, "deploy/migrations/0002_x.sql"]
        self.assertTrue(list(house.schema_version_fault(files, {header: "schema_version = 1;"})))
        self.assertEqual(
            list(house.schema_version_fault(files, {header: "schema_version = 2;"})), [])


class Docs(unittest.TestCase):
    def test_a_path_that_is_not_there(self):
        page = "see `libs/base/src/gone.cpp` and `libs/base/src/clock.cpp`"
        faults = list(docs.faults_of("README.md", page, lambda path: "gone" not in path))
        self.assertEqual(faults, ["README.md:1: there is no libs/base/src/gone.cpp"])

    def test_a_setting_or_metric_that_a_page_does_not_have(self):
        sources = 'reader.text("VF_A", "B"); registry.make_counter("vf_b_total", "B")'
        self.assertEqual(list(docs.unsaid("p", sources, "`VF_A` and `vf_b_total`")), [])
        self.assertEqual(list(docs.unsaid("p", sources, "`VF_A`, VF_b_total")),
                         ["p:1: vf_b_total is not in it"])


if __name__ == "__main__":
    unittest.main()
