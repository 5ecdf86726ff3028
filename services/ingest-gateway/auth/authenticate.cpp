#include "ingest-gateway/auth/authenticate.hpp"

#include <utility>

#include "vf/crypto/api_key.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view authorization_header = "Authorization";
constexpr std::string_view basic_challenge = R"(Basic realm="postmark", charset="UTF-8")";

std::unexpected<refusal> invalid_key() {
    return std::unexpected(
        refuse(reply_code::auth_required, "a valid API key is required as a bearer token")
    );
}

refusal invalid_credentials() {
    auto why = refuse(reply_code::auth_required, "valid credentials are required");
    why.challenge = basic_challenge;
    return why;
}

std::unexpected<refusal> store_unavailable() {
    return std::unexpected(refuse(reply_code::unavailable, "try again"));
}

read_through_limits limits_for(vf::duration outage) {
    read_through_limits limits;
    limits.cache.outage = outage;
    return limits;
}

}  // namespace

authenticator::authenticator(
    const authenticator_dependencies& deps, const cache_dependencies& cache, vf::duration outage
)
    : deps_{deps},
      clock_{cache.now},
      keys_{
          cache, [this](std::vector<std::string> digests) { return read_keys(std::move(digests)); },
          [this](const std::string& digest) { return deps_.seen.find_customer(digest); },
          limits_for(outage)
      },
      passwords_{
          cache,
          [this](std::vector<std::string> projects) { return read_passwords(std::move(projects)); },
          [this](const std::string& project) { return deps_.seen.find_provider(project); },
          limits_for(outage)
      },
      log_{"authenticate"} {}

const customer* authenticator::find_fresh(const http::headers& headers) {
    const auto* header = headers.find(authorization_header);
    if (header == nullptr || headers.count(authorization_header) != 1) {
        return nullptr;
    }
    const auto* digest = digests_.find(*header);
    const auto* found = digest == nullptr ? nullptr : keys_.find_fresh(*digest);
    if (found != nullptr) {
        deps_.uses.note(found->key_id, clock_.now());
    }
    return found;
}

runtime::task<authenticator::customer_result> authenticator::by_key(const http::headers& headers) {
    const auto key = bearer_key(headers);
    if (!key) {
        co_return invalid_key();
    }
    auto digest = crypto::api_key_digest(*key);
    auto found = co_await keys_.find(digest);
    if (!found) {
        co_return store_unavailable();
    }
    if (!*found) {
        co_return invalid_key();
    }
    deps_.uses.note((*found)->key_id, clock_.now());
    digests_.put(*headers.find(authorization_header), std::move(digest));
    co_return std::move(**found);
}

runtime::task<authenticator::provider_result> authenticator::by_password(
    const http::headers& headers, domain::project_id project
) {
    const auto shown = provider_auth(headers);
    if (!shown || !domain::is_well_formed(project.text, domain::prefix::project)) {
        co_return std::unexpected(invalid_credentials());
    }
    auto stored = co_await passwords_.find(project.text);
    if (!stored) {
        co_return store_unavailable();
    }
    if (!*stored || !matches(*shown, **stored)) {
        co_return std::unexpected(invalid_credentials());
    }
    co_return project;
}

runtime::task<authenticator::read_customers> authenticator::read_keys(
    std::vector<std::string> digests
) {
    const auto asked_at = clock_.now();
    auto stored = co_await deps_.store.find_customers(digests);
    if (!stored) {
        co_return forward(stored);
    }
    read_through_cache<customer>::found_values values;
    for (const auto& digest : digests) {
        const auto found = stored->find(digest);
        const bool there = found != stored->end();
        deps_.seen.note(digest, there ? std::optional{found->second} : std::nullopt, asked_at);
        if (there) {
            values.emplace(digest, std::move(found->second));
        }
    }
    co_return values;
}

runtime::task<authenticator::read_providers> authenticator::read_passwords(
    std::vector<std::string> projects
) {
    const auto asked_at = clock_.now();
    auto stored = co_await deps_.store.find_mail_credentials(projects);
    if (!stored) {
        co_return forward(stored);
    }
    read_through_cache<basic_credentials>::found_values values;
    for (const auto& project : projects) {
        const auto found = stored->find(project);
        if (found == stored->end()) {
            deps_.seen.note(project, std::optional<basic_credentials>{}, asked_at);
            continue;
        }
        auto credentials = open(project, std::move(found->second));
        if (credentials) {
            deps_.seen.note(project, credentials, asked_at);
        }
        values.emplace(project, std::move(credentials));
    }
    co_return values;
}

std::optional<basic_credentials> authenticator::open(
    const std::string& project, sealed_credentials sealed
) {
    auto password =
        deps_.master_key.open(sealed.password_sealed, "postmark:" + project + ":password");
    if (!password) {
        log_.error(
            "the stored password does not open: is this the master key it was sealed under?",
            {{"project", project}, {"code", password.error().code}}
        );
        return std::nullopt;
    }
    return basic_credentials{std::move(sealed.username), std::move(*password)};
}

}  // namespace vf::ingest_gateway
