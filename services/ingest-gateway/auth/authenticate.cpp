#include "ingest-gateway/auth/authenticate.hpp"

#include <utility>

#include "vf/crypto/api_key.hpp"

namespace vf::ingest_gateway {

namespace {

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

}  // namespace

authenticator::authenticator(
    store& store, const crypto::master_key& key, const cache_dependencies& deps, key_uses& uses
)
    : store_{store},
      master_key_{key},
      uses_{uses},
      clock_{deps.now},
      keys_{
          deps, [this](std::string digest) { return store_.find_customer(std::move(digest)); }, {}
      },
      passwords_{
          deps, [this](std::string project) { return read_credentials(std::move(project)); }, {}
      },
      log_{"authenticate"} {}

runtime::task<authenticator::customer_result> authenticator::by_key(const http::headers& headers) {
    const auto key = bearer_key(headers);
    if (!key) {
        co_return invalid_key();
    }
    auto digest = crypto::api_key_digest(*key);
    auto found = co_await keys_.find(std::move(digest));
    if (!found) {
        co_return store_unavailable();
    }
    if (!*found) {
        co_return invalid_key();
    }
    uses_.note((*found)->key_id, clock_.now());
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

runtime::task<result<std::optional<basic_credentials>>> authenticator::read_credentials(
    std::string project
) {
    using answer = std::optional<basic_credentials>;
    domain::project_id project_id{project};
    auto sealed = co_await store_.find_mail_credentials(std::move(project_id));
    if (!sealed) {
        co_return forward(sealed);
    }
    if (!*sealed) {
        co_return answer{};
    }
    const auto context = "postmark:" + project + ":password";
    auto password = master_key_.open((*sealed)->password_sealed, context);
    if (!password) {
        log_.error(
            "the stored password does not open: is this the master key it was sealed under?",
            {{"project", project}, {"code", password.error().code}}
        );
        co_return forward(password);
    }
    co_return answer{basic_credentials{std::move((*sealed)->username), std::move(*password)}};
}

}  // namespace vf::ingest_gateway
