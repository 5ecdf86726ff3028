#include "normaliser/users/suppressions.hpp"

#include "normaliser/users/mail_address.hpp"

namespace vf::normaliser {

address_name name_of_address(std::string_view project, std::string_view address) {
    return {std::string{project}, mail_address_digest(address)};
}

address_causes causes_of(
    const suppressions& all, std::string_view project, std::string_view address
) {
    address_causes causes;
    if (address.empty() || all.empty()) {
        return causes;
    }
    const auto found = all.find(name_of_address(project, address));
    if (found == all.end()) {
        return causes;
    }
    for (const auto& [cause, row] : found->second) {
        (cause == suppression_cause::unsubscribed ? causes.unsubscribed : causes.suppressed) = true;
    }
    return causes;
}

}  // namespace vf::normaliser
