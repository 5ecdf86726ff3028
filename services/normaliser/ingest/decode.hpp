// Consumed records to messages, each of them or the reason it is set aside. Core.
#pragma once

#include <expected>
#include <vector>

#include "vf/wire/messages.hpp"
#include "vf/wire/set_aside.hpp"

namespace vf::normaliser {

using decoded_ingest = std::expected<wire::ingest_record, wire::set_aside_reason>;
using decoded_mail = std::expected<wire::mail_event, wire::set_aside_reason>;

// One answer a record, in order.
[[nodiscard]] std::vector<decoded_ingest> decode_ingest(const std::vector<wire::record>& batch);
[[nodiscard]] std::vector<decoded_mail> decode_mail(const std::vector<wire::record>& batch);

}  // namespace vf::normaliser
