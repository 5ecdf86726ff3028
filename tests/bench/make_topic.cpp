// Makes the topic that the baselines write to, with the settings of the house's own.
//
// usage: make_topic BROKERS TOPIC
#include <chrono>
#include <vector>

#include "vf/kafka/admin.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        return 64;
    }
    const std::vector<vf::wire::topic_description> topics{{argv[2], 12, std::chrono::hours{1}}};
    return vf::kafka::create_topics({argv[1]}, topics, std::chrono::seconds{20}) ? 0 : 1;
}
