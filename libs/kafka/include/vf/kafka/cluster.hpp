// How the clients of this process (producer, consumers, requests of its own) reach the Kafka
// cluster, and how many copies its records have to have there. Read by every service's config,
// start-up only; the settings are in docs/kafka.md.
#pragma once

#include <cstdint>
#include <string>

#include "vf/config/reader.hpp"

namespace vf::kafka {

struct tls_options {
    bool enabled{false};
    std::string ca{};           // PEM; empty: the authorities of the system
    std::string certificate{};  // PEM, with its chain; empty: the client shows none
    std::string key{};          // PEM, without a passphrase
    bool verify_name{true};     // whether the certificate must be of the host that was called
};

// Of an OpenID provider's client credentials grant.
struct oauth_options {
    std::string token_url{};
    std::string client_id{};
    std::string client_secret{};
    std::string scope{};
    std::string extensions{};  // key=value,…
};

struct sasl_options {
    std::string mechanism{};  // as Kafka names it; empty: no SASL
    std::string username{};
    std::string password{};
    oauth_options oauth{};
};

// What a topic must have at least.
struct replication {
    std::int32_t factor{1};
    std::int32_t min_insync{1};
};

struct cluster {
    std::string brokers;
    std::string rack{};
    tls_options tls{};
    sasl_options sasl{};
    kafka::replication replication{};
};

// Every fault is reported to the reader, combinations that make no sense among them.
[[nodiscard]] cluster read_cluster(config::reader& reader);

}  // namespace vf::kafka
