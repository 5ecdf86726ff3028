"""The grouping of perf's samples, on lines as perf writes them."""

import unittest

from stacks import group_of, profiles_of, read_samples, short

SCRIPT = """ingest-gateway    41 
\tffffffff8161bba8 tcp_sendmsg ([kernel.kallsyms])
\t          eed4b3 vf::http::server_connection::reply(vf::http::response) (/x/ingest-gateway)

ingest-gateway    41 
\t          aa0001 rd_kafka_broker_produce (/usr/lib/librdkafka.so.1)

postgres: vf vf  77 
\t          1 ExecInsert (/usr/lib/postgresql/15/bin/postgres)

somebody else    99 
\t          1 main (/bin/true)
"""


class Grouping(unittest.TestCase):
    def test_whose_code_a_frame_is(self):
        for symbol, library, group in [
                ("tcp_sendmsg", "[kernel.kallsyms]", "kernel"),
                ("__vdso_clock_gettime", "[vdso]", "kernel"),
                ("malloc", "/usr/lib/libc.so.6", "allocator"),
                ("mi_free", "/x/ingest-gateway", "allocator"),
                ("operator new(unsigned long)", "/usr/lib/libstdc++.so.6", "allocator"),
                ("__memmove_avx_unaligned_erms", "/usr/lib/libc.so.6", "memcpy and the like"),
                ("rd_kafka_produce", "/usr/lib/librdkafka.so.1", "librdkafka"),
                ("PQexec", "/usr/lib/libpq.so.5", "libpq"),
                ("vf::json::parse(std::string_view)", "/x/ingest-gateway", "json"),
                ("rapidjson::Reader<vf::json::handler>::Parse", "/x/normaliser", "json"),
                ("vf::wire::encode(vf::wire::ingest_record const&)", "/x/normaliser", "vf::wire"),
                ("boost::asio::detail::task<vf::http::work>::run", "/x/a", "boost"),
                ("std::vector<vf::wire::record>::push_back", "/x/a", "vf::wire"),
                ("std::string::append", "/x/a", "libstdc++"),
                ("rd_kafka_q_pop_serve", "/x/a", "librdkafka"),
                ("PQputCopyData", "/x/a", "libpq"),
                ("EVP_DigestFinal_ex", "/x/a", "openssl"),
                ("main", "/x/a", "the rest")]:
            self.assertEqual(group_of(symbol, library), group, symbol)

    def test_samples_belong_to_the_processes_that_are_named(self):
        self.assertEqual(len(read_samples(SCRIPT)), 4)
        found = profiles_of(SCRIPT, {41: "gateway", "postgres: vf vf": "postgres"})
        self.assertEqual(set(found), {"gateway", "postgres"})
        self.assertEqual(found["gateway"].shares(), {"kernel": 0.5, "librdkafka": 0.5})
        self.assertEqual(found["gateway"].folded["vf::http::server_connection::reply;tcp_sendmsg"],
                         1)
        self.assertEqual(found["postgres"].top(1),
                         [{"share": 1.0, "group": "postgres", "symbol": "ExecInsert"}])

    def test_a_symbol_is_short_enough_for_a_table(self):
        self.assertEqual(short("f<a<b>, c>(d<e>) const"), "f const")


if __name__ == "__main__":
    unittest.main()
