#include "migration_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vf::postgres {

namespace {

constexpr std::size_t digits = 4;

std::unexpected<error> unreadable(std::string why) {
    return fail(failure::permanent, "migrations_unreadable", std::move(why));
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

result<std::vector<std::string>> names_in(const std::string& directory) {
    std::error_code fault;
    std::filesystem::directory_iterator entries{directory, fault};
    std::vector<std::string> names;
    while (!fault && entries != std::filesystem::directory_iterator{}) {
        if (entries->path().extension() == ".sql") {
            names.push_back(entries->path().filename().string());
        }
        entries.increment(fault);
    }
    if (fault) {
        return unreadable(fmt::format("{}: {}", directory, fault.message()));
    }
    if (names.empty()) {
        return unreadable(fmt::format("{} holds no migration", directory));
    }
    std::ranges::sort(names);
    return names;
}

result<std::string> content_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad()) {
        return unreadable(fmt::format("{} cannot be read", path.string()));
    }
    return content;
}

}  // namespace

std::int64_t version_of(const std::string& file_name) {
    const std::string_view name = file_name;
    const bool sound = name.size() > digits + 1 + std::string_view{".sql"}.size() &&
                       std::ranges::all_of(name.substr(0, digits), is_digit) &&
                       name[digits] == '_' && name.ends_with(".sql");
    return sound ? std::stoll(file_name.substr(0, digits)) : 0;
}

result<std::vector<migration>> read_migrations(const std::string& directory) {
    auto names = names_in(directory);
    if (!names) {
        return forward(names);
    }
    std::vector<migration> all;
    for (const std::string& name : *names) {
        const std::int64_t expected = std::ssize(all) + 1;
        const std::int64_t version = version_of(name);
        if (version == 0) {
            return unreadable(fmt::format("{} is not named NNNN_what.sql", name));
        }
        if (version != expected) {
            return unreadable(fmt::format("{} stands where {:04} is expected", name, expected));
        }
        auto statements = content_of(std::filesystem::path{directory} / name);
        if (!statements) {
            return forward(statements);
        }
        all.push_back({.version = version, .name = name, .statements = std::move(*statements)});
    }
    return all;
}

}  // namespace vf::postgres
