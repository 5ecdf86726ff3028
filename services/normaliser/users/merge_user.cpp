#include "normaliser/users/merge_user.hpp"

#include <map>
#include <set>
#include <utility>

#include "normaliser/users/user_columns.hpp"
#include "vf/json/writer.hpp"

namespace vf::normaliser {

namespace {

class merged_user {
public:
    explicit merged_user(user_versions standing) : current_{std::move(standing)} {}

    void write(const column_write& one) {
        const auto found = current_.columns.find(one.name);
        if (found == current_.columns.end() || found->second < one.version) {
            current_.columns.insert_or_assign(one.name, one.version);
            columns_[one.name] = one.text;
        }
    }

    void write(const trait_write& one) {
        const auto name = trait_name(one.spelling);
        const auto found = current_.traits.find(name);
        if (found != current_.traits.end()) {
            if (!(found->second.version < one.version)) {
                return;
            }
            remove(found->second.spelling);
        }
        current_.traits.insert_or_assign(name, trait_version{one.version, one.spelling});
        remove(one.spelling);
        if (one.json) {
            traits_[one.spelling] = *one.json;
        }
    }

    // A trait with a column stands there or in the bag: a later column ends the one in the bag.
    void drop_superseded_traits() {
        std::erase_if(current_.traits, [this](const auto& each) {
            const auto* const column = column_of_trait(each.first);
            const auto found = column != nullptr ? current_.columns.find(std::string{column->name})
                                                 : current_.columns.end();
            if (found == current_.columns.end() || !(each.second.version < found->second)) {
                return false;
            }
            remove(each.second.spelling);
            return true;
        });
    }

    [[nodiscard]] user_patch patch() const {
        user_patch patch{columns_json(), traits_json(), cleared_json(), to_json(current_)};
        if (const auto found = columns_.find("email"); found != columns_.end()) {
            patch.email = found->second;
        }
        return patch;
    }

private:
    void remove(const std::string& spelling) {
        traits_.erase(spelling);
        cleared_.insert(spelling);
    }

    [[nodiscard]] std::string columns_json() const {
        json::writer out;
        out.begin_object();
        for (const auto& [name, text] : columns_) {
            out.key(name);
            text ? out.string(*text) : out.null();
        }
        out.end_object();
        return std::move(out).take();
    }

    [[nodiscard]] std::string traits_json() const {
        json::writer out;
        out.begin_object();
        for (const auto& [spelling, json] : traits_) {
            out.key(spelling).raw(json);
        }
        out.end_object();
        return std::move(out).take();
    }

    [[nodiscard]] std::string cleared_json() const {
        json::writer out;
        out.begin_array();
        for (const auto& spelling : cleared_) {
            if (!traits_.contains(spelling)) {
                out.string(spelling);
            }
        }
        out.end_array();
        return std::move(out).take();
    }

    user_versions current_;
    std::map<std::string, std::optional<std::string>> columns_;
    std::map<std::string, std::string> traits_;  // JSON text by spelling
    std::set<std::string> cleared_;
};

}  // namespace

user_patch merge_user(const user_writes& writes, user_versions standing) {
    merged_user merged{std::move(standing)};
    for (const auto& one : writes.columns) {
        merged.write(one);
    }
    for (const auto& one : writes.traits) {
        merged.write(one);
    }
    merged.drop_superseded_traits();
    return merged.patch();
}

}  // namespace vf::normaliser
