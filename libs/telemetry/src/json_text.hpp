// The few lines of JSON that a log line needs; libs/json stands on the same level as this one.
// Belongs to this library; pure.
#pragma once

#include <string>
#include <string_view>

namespace vf::telemetry {

// Appends `text` in quotes. Whatever is not UTF-8 in it becomes U+FFFD: a log line must be written
// even when what it reports is broken.
void append_quoted(std::string& out, std::string_view text);

}  // namespace vf::telemetry
