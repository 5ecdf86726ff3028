#include "array_text.hpp"

#include <pqxx/pqxx>

namespace vf::postgres {

std::string array_text(const std::vector<std::string>& elements) {
    return pqxx::to_string(elements);
}

std::string array_text(const std::vector<std::optional<std::string>>& elements) {
    return pqxx::to_string(elements);
}

}  // namespace vf::postgres
