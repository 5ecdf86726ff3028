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
          cache, [this](std::string digest) { return read_customer(std::move(digest)); },
          limits_for(outage)
      },
      passwords_{
          cache, [this](std::string project) { return read_credentials(std::move(project)); },
          limits_for(outage)
      },
      log_{"authenticate"} {
    auto before = deps_.seen.snapshot();
    for (auto& each : before.customers) {
        keys_.restore(each.key_digest, std::move(each.customer), each.read_at);
    }
    for (auto& each : before.providers) {
        passwords_.restore(each.project, std::move(each.credentials), each.read_at);
    }
}

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
    const auto credentials = basic_auth(headers);
    if (!credentials) {
        auto why = co_await refuse_provider(headers);
        co_return std::unexpected(std::move(why));
    }
    if (!domain::is_well_formed(project.text, domain::prefix::project)) {
        co_return std::unexpected(invalid_credentials());
    }
    auto stored = co_await passwords_.find(project.text);
    if (!stored) {
        co_return store_unavailable();
    }
    if (!*stored || !same_credentials(*credentials, **stored)) {
        co_return std::unexpected(invalid_credentials());
    }
    co_return project;
}

runtime::task<refusal> authenticator::refuse_provider(const http::headers& headers) {
    const auto customer = co_await by_key(headers);
    if (customer) {
        co_return refuse(reply_code::forbidden, "an API key does not open this door");
    }
    co_return invalid_credentials();
}

runtime::task<result<std::optional<customer>>> authenticator::read_customer(std::string digest) {
    auto found = co_await deps_.store.find_customer(digest);
    if (found) {
        deps_.seen.note(digest, *found, clock_.now());
    }
    co_return found;
}

runtime::task<result<std::optional<basic_credentials>>> authenticator::read_credentials(
    std::string project
) {
    using answer = std::optional<basic_credentials>;
    domain::project_id project_id{project};
    auto sealed = co_await deps_.store.find_mail_credentials(std::move(project_id));
    if (!sealed) {
        co_return forward(sealed);
    }
    if (!*sealed) {
        deps_.seen.note(project, answer{}, clock_.now());
        co_return answer{};
    }
    const auto context = "postmark:" + project + ":password";
    auto password = deps_.master_key.open((*sealed)->password_sealed, context);
    if (!password) {
        log_.error(
            "the stored password does not open: is this the master key it was sealed under?",
            {{"project", project}, {"code", password.error().code}}
        );
        co_return forward(password);
    }
    answer found{basic_credentials{std::move((*sealed)->username), std::move(*password)}};
    deps_.seen.note(project, found, clock_.now());
    co_return found;
}

}  // namespace vf::ingest_gateway
