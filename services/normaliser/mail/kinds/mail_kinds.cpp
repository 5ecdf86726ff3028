#include <algorithm>
#include <array>

#include "normaliser/mail/kinds/bounced.hpp"
#include "normaliser/mail/kinds/clicked.hpp"
#include "normaliser/mail/kinds/delivered.hpp"
#include "normaliser/mail/kinds/list_change.hpp"
#include "normaliser/mail/kinds/opened.hpp"

namespace vf::normaliser {

namespace {

constexpr std::array kinds{
    &opened_kind,  &clicked_kind,    &delivered_kind,
    &bounced_kind, &complained_kind, &list_change_kind,
};

}  // namespace

const mail_kind* find_mail_kind(std::string_view record_type) {
    const auto* const found = std::ranges::find(kinds, record_type, &mail_kind::record_type);
    return found == kinds.end() ? nullptr : *found;
}

}  // namespace vf::normaliser
