#include "ingest-gateway/snapshot_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view file_name = "keys.sealed";
constexpr std::string_view context = "ingest-gateway:seen-keys";
constexpr std::size_t bytes_max = 64U << 20U;

std::string why_failed() {
    return std::error_code{errno, std::generic_category()}.message();
}

class descriptor {
public:
    explicit descriptor(int owned) : owned_{owned} {}

    ~descriptor() {
        if (owned_ >= 0) {
            ::close(owned_);
        }
    }

    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    [[nodiscard]] bool is_open() const { return owned_ >= 0; }

    [[nodiscard]] bool is_file() const {
        struct stat status{};
        return ::fstat(owned_, &status) == 0 && S_ISREG(status.st_mode);
    }

    // Nothing when it cannot be read, or is larger than any of ours.
    [[nodiscard]] std::optional<std::string> read_all() const {
        std::string text;
        std::array<char, 64U << 10U> piece{};
        while (text.size() <= bytes_max) {
            const auto count = ::read(owned_, piece.data(), piece.size());
            if (count < 0) {
                return std::nullopt;
            }
            if (count == 0) {
                return text;
            }
            text.append(piece.data(), static_cast<std::size_t>(count));
        }
        return std::nullopt;
    }

    [[nodiscard]] bool write_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto count = ::write(owned_, bytes.data(), bytes.size());
            if (count < 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return sync();
    }

    [[nodiscard]] bool sync() const { return ::fsync(owned_) == 0; }

private:
    int owned_;
};

}  // namespace

snapshot_file::snapshot_file(
    std::filesystem::path directory, const crypto::master_key& key, random& randomness
)
    : path_{std::move(directory) / file_name}, key_{key}, random_{randomness} {}

std::optional<key_snapshot> snapshot_file::load() const {
    remove_unfinished();
    // Not to wait for a pipe that somebody put there.
    const descriptor file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open()) {
        log_.info(
            "there is no snapshot of keys", {{"path", path_.string()}, {"detail", why_failed()}}
        );
        return std::nullopt;
    }
    const auto sealed = file.is_file() ? file.read_all() : std::nullopt;
    const auto text = sealed ? key_.open(*sealed, context)
                             : fail(failure::data, "not_readable", "not a file of ours");
    auto snapshot = text ? decode_key_snapshot(*text) : std::nullopt;
    if (!snapshot) {
        const auto code = text ? std::string{"not_decodable"} : text.error().code;
        log_.warning(
            "the snapshot of keys is not used", {{"path", path_.string()}, {"code", code}}
        );
    }
    return snapshot;
}

// Of processes that died while they wrote.
void snapshot_file::remove_unfinished() const {
    namespace fs = std::filesystem;
    constexpr auto surely_dead = std::chrono::minutes{10};
    const auto begin = path_.filename().string() + '.';
    std::error_code failed;
    std::vector<fs::path> found;
    fs::directory_iterator entry{path_.parent_path(), failed};
    for (; !failed && entry != fs::directory_iterator{}; entry.increment(failed)) {
        if (entry->path().filename().string().starts_with(begin)) {
            found.push_back(entry->path());
        }
    }
    for (const auto& each : found) {
        const auto written_at = fs::last_write_time(each, failed);
        if (!failed && fs::file_time_type::clock::now() - written_at > surely_dead) {
            fs::remove(each, failed);
        }
    }
}

// A rename that is not in the directory on disk is undone by a power cut.
bool snapshot_file::sync_directory() const {
    const descriptor directory{
        ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    };
    return directory.is_open() && directory.sync();
}

result<void> snapshot_file::save(const key_snapshot& snapshot) const {
    const auto sealed = key_.seal(encode(snapshot), context, random_);
    // Nobody else's: in two containers with one volume two processes may have the same number.
    const auto written = fmt::format("{}.{:016x}", path_.string(), random_.next());
    constexpr int create = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    bool done = false;
    {
        const descriptor file{::open(written.c_str(), create, S_IRUSR | S_IWUSR)};
        done = file.is_open() && file.write_all(sealed);
    }
    if (!done || ::rename(written.c_str(), path_.c_str()) != 0 || !sync_directory()) {
        auto detail = fmt::format("{}: {}", written, why_failed());
        ::unlink(written.c_str());
        return fail(failure::transient, "cannot_write", std::move(detail));
    }
    return {};
}

}  // namespace vf::ingest_gateway
