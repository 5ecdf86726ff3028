#include "webhook-dispatcher/lanes/lanes.hpp"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace vf::webhook_dispatcher {

namespace {

using namespace std::chrono_literals;

const instant noon = from_microseconds(1'700'000'000'000'000);

lane_item make_item(int endpoint, int number, bool first = true) {
    return {
        domain::delivery_id{"dlv_" + std::to_string(endpoint) + "_" + std::to_string(number)},
        domain::endpoint_id{"ep_" + std::to_string(endpoint)},
        {},
        first
    };
}

lane_item of_project(const char* project, lane_item item) {
    item.project = domain::project_id{project};
    return item;
}

void fill(lanes& lanes, int endpoint, int count, bool first = true) {
    for (int i = 0; i < count; ++i) {
        REQUIRE(lanes.offer(make_item(endpoint, i + (first ? 0 : 100'000), first)));
    }
}

std::map<std::string, int> by_endpoint(const std::vector<lane_item>& items) {
    std::map<std::string, int> counts;
    for (const lane_item& item : items) {
        ++counts[item.endpoint.text];
    }
    return counts;
}

}  // namespace

TEST_CASE("lanes: a delivery that is here already is not taken twice, not even while it runs") {
    lanes all{{}};
    CHECK(all.offer(make_item(1, 1)));
    CHECK_FALSE(all.offer(make_item(1, 1)));
    const auto items = all.take(noon, 10);
    REQUIRE(items.size() == 1);
    CHECK_FALSE(all.offer(make_item(1, 1)));
    all.finished(items[0], lane_result::failed, noon);
    CHECK(all.offer(make_item(1, 1)));
}

TEST_CASE("lanes: endpoints take turns") {
    lanes all{{}};
    fill(all, 1, 100);
    fill(all, 2, 2);
    fill(all, 3, 2);
    const auto items = all.take(noon, 6);
    CHECK(by_endpoint(items) == std::map<std::string, int>{{"ep_1", 2}, {"ep_2", 2}, {"ep_3", 2}});
}

TEST_CASE("lanes: an endpoint begins narrow, widens with success, halves with failure") {
    lanes all{{}};
    fill(all, 1, 500);
    auto running = all.take(noon, 100);
    CHECK(running.size() == 4);
    for (int round = 0; round < 20; ++round) {
        all.finished(running.back(), lane_result::succeeded, noon);
        running.pop_back();
        for (auto& item : all.take(noon, 100)) {
            running.push_back(item);
        }
    }
    CHECK(all.running() == 16);
    for (const auto& item : running) {
        all.finished(item, lane_result::failed, noon);
    }
    CHECK(all.take(noon, 100).size() == 1);
}

TEST_CASE("lanes: an attempt that never was says nothing about the endpoint") {
    lanes all{{}};
    fill(all, 1, 100);
    const auto first = all.take(noon, 100);
    for (const auto& item : first) {
        all.finished(item, lane_result::untried, noon);
    }
    CHECK(all.take(noon, 100).size() == 4);
}

TEST_CASE("lanes: first attempts go before retries, and retries still get their turn") {
    lanes all{{.lane_running = 64, .lane_running_at_first = 64}};
    fill(all, 1, 10, false);
    fill(all, 1, 20, true);
    fill(all, 2, 20, true);
    const auto items = all.take(noon, 20);
    REQUIRE(items.size() == 20);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(items[i].first);
    }
    CHECK_FALSE(items[4].first);
    int retries = 0;
    for (const auto& item : items) {
        retries += item.first ? 0 : 1;
    }
    CHECK(retries == 4);
}

TEST_CASE("lanes: only retries wait, so retries go") {
    lanes all{{}};
    fill(all, 1, 2, false);
    CHECK(all.take(noon, 10).size() == 2);
}

TEST_CASE("lanes: a paused endpoint starts nothing before its time, others do") {
    lanes all{{}};
    fill(all, 1, 3);
    fill(all, 2, 1);
    all.pause(make_item(1, 0), noon + 5s);
    CHECK(by_endpoint(all.take(noon, 10)) == std::map<std::string, int>{{"ep_2", 1}});
    CHECK(all.wake_at() == noon + 5s);
    CHECK(all.take(noon + 5s - 1us, 10).empty());
    CHECK(all.take(noon + 5s, 10).size() == 3);
    CHECK_FALSE(all.wake_at());
}

TEST_CASE("lanes: a pause can be made longer, not shorter") {
    lanes all{{}};
    const lane_item endpoint = make_item(1, 0);
    all.pause(endpoint, noon + 5s);
    all.pause(endpoint, noon + 2s);
    CHECK(all.wake_at() == noon + 5s);
    all.pause(endpoint, noon + 9s);
    CHECK(all.wake_at() == noon + 9s);
}

TEST_CASE("lanes: memory is bounded, for each endpoint, each project and all of them") {
    lanes all{{.waiting = 15, .project_waiting = 12, .lane_waiting = 10, .lane_waiting_always = 1}};
    fill(all, 1, 10);
    CHECK_FALSE(all.offer(make_item(1, 10)));
    CHECK(all.full_endpoints() == std::vector<std::string>{"ep_1"});
    fill(all, 2, 5);
    CHECK(all.waiting() == 15);
    CHECK(all.full_endpoints().size() == 2);
    // An endpoint that has nothing yet finds room all the same.
    CHECK(all.offer(make_item(3, 0)));
    CHECK_FALSE(all.offer(make_item(3, 1)));

    lanes shared{{.waiting = 15, .project_waiting = 12, .lane_waiting = 10}};
    std::size_t taken = 0;
    for (int number = 0; number < 10; ++number) {
        for (const int endpoint : {1, 2}) {
            taken += shared.offer(of_project("prj_1", make_item(endpoint, number))) ? 1 : 0;
        }
    }
    // Each has the eight that it may always have.
    CHECK(taken == 16);
    CHECK(shared.offer(of_project("prj_2", make_item(3, 0))));
}

TEST_CASE("lanes: a project whose endpoints all hang leaves places to those of others") {
    lanes all{{}};
    for (int endpoint = 0; endpoint < 300; ++endpoint) {
        REQUIRE(all.offer(of_project("prj_1", make_item(endpoint, 0))));
    }
    const auto hanging = all.take(noon, 1'000);
    CHECK(hanging.size() == 64);
    CHECK(all.offer(of_project("prj_2", make_item(1'000, 0))));
    const auto others = all.take(noon, 1'000);
    REQUIRE(others.size() == 1);
    CHECK(others[0].endpoint.text == "ep_1000");
    // Each that ends makes place for another of the same project, and in the end all had theirs.
    std::size_t ended = 0;
    auto running = hanging;
    while (!running.empty()) {
        all.finished(running.back(), lane_result::failed, noon);
        running.pop_back();
        ++ended;
        for (auto& item : all.take(noon, 1'000)) {
            running.push_back(std::move(item));
        }
        CHECK(running.size() <= 64);
    }
    CHECK(ended == 300);
    CHECK(all.waiting() == 0);
}

TEST_CASE("lanes: a project whose endpoints answer slowly has half of all, and no more") {
    lanes all{{.lane_running_at_first = 16}};
    std::vector<lane_item> running;
    for (int endpoint = 0; endpoint < 40; ++endpoint) {
        for (int number = 0; number < 40; ++number) {
            REQUIRE(all.offer(of_project("prj_1", make_item(endpoint, number))));
        }
    }
    for (int round = 0; round < 600; ++round) {
        for (auto& item : all.take(noon, 1'000)) {
            running.push_back(std::move(item));
        }
        all.finished(running.front(), lane_result::succeeded, noon);
        running.erase(running.begin());
    }
    static_cast<void>(all.take(noon, 1'000));
    CHECK(all.running() == 256);
    CHECK(all.offer(of_project("prj_2", make_item(1'000, 0))));
    CHECK(all.take(noon, 1'000).size() == 1);
}

TEST_CASE("lanes: two projects that answer slowly leave the last places to those that have few") {
    lanes all{{.lane_running_at_first = 16}};
    for (int endpoint = 0; endpoint < 80; ++endpoint) {
        const char* const project = endpoint < 40 ? "prj_1" : "prj_2";
        for (int number = 0; number < 40; ++number) {
            REQUIRE(all.offer(of_project(project, make_item(endpoint, number))));
        }
    }
    std::vector<lane_item> running;
    const auto start = [&] {
        for (auto& item : all.take(noon, 1'000)) {
            running.push_back(std::move(item));
        }
    };
    for (int round = 0; round < 900; ++round) {
        start();
        all.finished(running.front(), lane_result::succeeded, noon);
        running.erase(running.begin());
    }
    start();
    CHECK(all.running() == 384);

    // Whoever comes now starts at once, with a few.
    for (int endpoint = 1'000; endpoint < 1'016; ++endpoint) {
        const std::string project = "prj_" + std::to_string(endpoint);
        for (int number = 0; number < 10; ++number) {
            REQUIRE(all.offer(of_project(project.c_str(), make_item(endpoint, number))));
        }
    }
    const auto others = all.take(noon, 1'000);
    CHECK(others.size() == 128);
    CHECK(by_endpoint(others).size() == 16);
    for (const auto& item : others) {
        all.finished(item, lane_result::succeeded, noon);
    }

    // Nothing is left behind: all that waits runs in the end.
    while (!running.empty()) {
        all.finished(running.back(), lane_result::succeeded, noon);
        running.pop_back();
        start();
    }
    CHECK(all.waiting() == 0);
    CHECK(all.running() == 0);
}

TEST_CASE("lanes: an endpoint is of its project as soon as that is known") {
    lanes all{{.project_unproven = 4}};
    REQUIRE(all.offer(of_project("prj_1", make_item(1, 0))));
    for (int number = 0; number < 3; ++number) {
        REQUIRE(all.offer(make_item(2, number)));
    }
    CHECK(all.take(noon, 2).size() == 2);
    // Two of its three wait, one runs; with the fourth its project is known.
    REQUIRE(all.offer(of_project("prj_1", make_item(2, 3))));
    CHECK(all.take(noon, 100).size() == 2);
    REQUIRE(all.offer(of_project("prj_2", make_item(3, 0))));
    CHECK(all.take(noon, 100).size() == 1);
}

TEST_CASE("lanes: a pause is of the project of what ended, and is forgotten when it is over") {
    lanes all{{.project_unproven = 1, .lanes_remembered = 0}};
    const auto first = of_project("prj_1", make_item(1, 0));
    REQUIRE(all.offer(first));
    REQUIRE(all.take(noon, 10).size() == 1);
    all.finished(first, lane_result::failed, noon);
    CHECK(all.remembered() == 0);
    all.pause(first, noon + 5s);
    CHECK(all.remembered() == 1);
    // After it one may run of the project, whose endpoints these are.
    REQUIRE(all.offer(make_item(1, 1)));
    REQUIRE(all.offer(of_project("prj_1", make_item(2, 0))));
    CHECK(all.take(noon + 5s, 10).size() == 1);

    lanes others{{.lanes_remembered = 0}};
    others.pause(first, noon + 5s);
    CHECK(others.take(noon + 5s, 10).empty());
    CHECK(others.remembered() == 0);
}

TEST_CASE("lanes: endpoints that never answered leave room for those that do") {
    lanes all{{.running = 8, .running_unproven = 4, .lane_running_at_first = 4}};
    fill(all, 1, 10);
    fill(all, 2, 10);
    const auto first = all.take(noon, 100);
    CHECK(first.size() == 4);

    // One of them answers: it has the other half for itself.
    const auto answered = first[0].endpoint;
    all.finished(first[0], lane_result::succeeded, noon);
    const auto second = all.take(noon, 100);
    std::size_t of_the_answered = 0;
    for (const auto& item : second) {
        of_the_answered += item.endpoint == answered ? 1 : 0;
    }
    CHECK(of_the_answered >= 3);
    CHECK(all.running() == 8);
}

TEST_CASE("lanes: a parked endpoint starts when a place is free again") {
    lanes all{{.running = 8, .running_unproven = 2, .lane_running_at_first = 2}};
    fill(all, 1, 2);
    fill(all, 2, 2);
    auto running = all.take(noon, 100);
    REQUIRE(running.size() == 2);
    for (const auto& item : running) {
        all.finished(item, lane_result::failed, noon);
    }
    CHECK(all.take(noon, 100).size() == 2);
    CHECK(all.waiting() == 0);
}

TEST_CASE("lanes: an endpoint in which nothing ends is narrowed while it hangs") {
    lanes all{{}};
    fill(all, 1, 500);
    auto running = all.take(noon, 100);
    for (int round = 0; round < 20; ++round) {
        all.finished(running.back(), lane_result::succeeded, noon);
        running.pop_back();
        for (auto& item : all.take(noon, 100)) {
            running.push_back(item);
        }
    }
    REQUIRE(running.size() == 16);
    for (int i = 0; i < 6; ++i) {
        all.finished(running.back(), lane_result::untried, noon);
        running.pop_back();
    }
    CHECK(all.take(noon + 3s, 100).empty());
    all.finished(running.back(), lane_result::succeeded, noon + 3s);
    CHECK(all.take(noon + 3s, 100).size() == 7);
}

TEST_CASE("lanes: ten endpoints that hang do not delay ninety that answer") {
    lanes all{{}};
    constexpr int endpoints = 100;
    constexpr int hanging = 10;
    constexpr int rounds = 300;
    constexpr duration answer_time = 5ms;

    struct running_item {
        lane_item item;
        instant ends_at;
        bool well;
    };

    std::vector<running_item> running;
    std::size_t late = 0;
    std::size_t answered = 0;
    std::map<std::string, instant> offered;

    // Every 10 ms each endpoint is offered one; those that hang take 10 s to fail.
    for (int round = 0; round < rounds; ++round) {
        const instant now = noon + round * 10ms;
        std::erase_if(running, [&](const running_item& each) {
            if (each.ends_at > now) {
                return false;
            }
            all.finished(each.item, each.well ? lane_result::succeeded : lane_result::failed, now);
            return true;
        });
        for (int endpoint = 0; endpoint < endpoints; ++endpoint) {
            const lane_item item = make_item(endpoint, round);
            offered[item.delivery.text] = now;
            static_cast<void>(all.offer(item));
        }
        for (const lane_item& item : all.take(now, 1'000)) {
            const bool hangs = item.endpoint.text.size() == 4;  // ep_0 to ep_9
            if (!hangs) {
                ++answered;
                late += now - offered[item.delivery.text] > 10ms ? 1 : 0;
            }
            running.push_back({item, now + (hangs ? duration{10s} : answer_time), !hangs});
        }
    }
    CHECK(answered == (endpoints - hanging) * rounds);
    CHECK(late == 0);
    CHECK(all.running() <= hanging * 4 + (endpoints - hanging));
}

}  // namespace vf::webhook_dispatcher
