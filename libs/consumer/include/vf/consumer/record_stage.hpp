// A stage as its worker sees it: records in, whatever they decode to. Made by `host`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "vf/consumer/stage.hpp"

namespace vf::consumer {

class record_stage {
public:
    virtual ~record_stage() = default;

    // Errors as those of `stage::process`. The records outlive the call.
    [[nodiscard]] virtual runtime::task<result<outcome>> process(
        const std::vector<wire::record>& records
    ) = 0;
};

// A record that cannot be decoded is set aside; the stage gets the others.
template <class Message>
class decoding_stage final : public record_stage {
public:
    // The stage outlives this.
    decoding_stage(decoder<Message> decode, stage<Message>& next)
        : decode_{std::move(decode)}, next_{next} {}

    [[nodiscard]] runtime::task<result<outcome>> process(const std::vector<wire::record>& records
    ) override {
        batch<Message> messages;
        std::vector<refusal> undecodable;
        for (std::size_t index = 0; index < records.size(); ++index) {
            auto message = decode_(records[index]);
            if (message) {
                messages.push_back({index, std::move(*message)});
            } else {
                undecodable.push_back(refuse(index, message.error()));
            }
        }
        outcome processed;
        if (!messages.empty()) {
            auto answer = co_await next_.process(std::move(messages));
            if (!answer) {
                co_return forward(answer);
            }
            processed = std::move(*answer);
        }
        std::ranges::move(undecodable, std::back_inserter(processed.set_aside));
        co_return processed;
    }

private:
    static refusal refuse(std::size_t index, const error& why) {
        refusal refused;
        refused.index = index;
        refused.reason.code = why.code;
        refused.reason.detail = why.detail;
        refused.impossible = true;
        return refused;
    }

    decoder<Message> decode_;
    stage<Message>& next_;
};

}  // namespace vf::consumer
