#include <algorithm>
#include <array>

#include "normaliser/mail/kinds/clicked.hpp"
#include "normaliser/mail/kinds/opened.hpp"

namespace vf::normaliser {

namespace {

constexpr std::array kinds{
    &opened_mail,
    &clicked_mail,
};

constexpr std::array<std::string_view, 1> ignored{"Delivery"};

}  // namespace

const mail_kind* find_mail_kind(std::string_view record_type) {
    const auto* const found = std::ranges::find(kinds, record_type, &mail_kind::record_type);
    return found == kinds.end() ? nullptr : *found;
}

bool is_ignored_mail(std::string_view record_type) {
    return std::ranges::find(ignored, record_type) != ignored.end();
}

}  // namespace vf::normaliser
