#include "ingest-gateway/auth/authenticate.hpp"

#include <utility>

#include "vf/crypto/api_key.hpp"

namespace vf::ingest_gateway {

namespace {

constexpr std::string_view basic_challenge = R"(Basic realm="postmark", charset="UTF-8")";

std::unexpected<refusal> nobody() {
    return std::unexpected(
        refuse(reply_code::auth_required, "a valid API key is required as a bearer token")
    );
}

refusal not_the_provider() {
    auto why = refuse(reply_code::auth_required, "valid credentials are required");
    why.challenge = basic_challenge;
    return why;
}

std::unexpected<refusal> cannot_tell() {
    return std::unexpected(refuse(reply_code::unavailable, "try again"));
}

}  // namespace

authenticate::authenticate(
    store& store, const crypto::master_key& key, const cache_dependencies& deps, key_uses& uses
)
    : store_{store},
      master_key_{key},
      keys_{
          deps, [this](std::string digest) { return store_.find_customer(std::move(digest)); }, {}
      },
      uses_{uses},
      clock_{deps.now},
      passwords_{
          deps, [this](std::string project) { return read_credentials(std::move(project)); }, {}
      },
      log_{"authenticate"} {}

runtime::task<authenticate::whose> authenticate::by_key(const http::headers& sent) {
    const auto key = bearer_key(sent);
    if (!key) {
        co_return nobody();
    }
    auto digest = crypto::api_key_digest(*key);
    auto found = co_await keys_.find(std::move(digest));
    if (!found) {
        co_return cannot_tell();
    }
    if (!*found) {
        co_return nobody();
    }
    uses_.note((*found)->key_id, clock_.now());
    co_return std::move(**found);
}

runtime::task<authenticate::provider> authenticate::by_password(
    const http::headers& sent, domain::project_id project
) {
    const auto credentials = basic_auth(sent);
    if (!credentials) {
        auto why = co_await refuse_provider(sent);
        co_return std::unexpected(std::move(why));
    }
    if (!domain::is_well_formed(project.text, domain::prefix::project)) {
        co_return std::unexpected(not_the_provider());
    }
    auto expected = co_await passwords_.find(project.text);
    if (!expected) {
        co_return cannot_tell();
    }
    if (!*expected || !same_credentials(*credentials, **expected)) {
        co_return std::unexpected(not_the_provider());
    }
    co_return project;
}

runtime::task<refusal> authenticate::refuse_provider(const http::headers& sent) {
    const auto customer = co_await by_key(sent);
    if (customer) {
        co_return refuse(reply_code::forbidden, "an API key does not open this door");
    }
    co_return not_the_provider();
}

runtime::task<result<std::optional<basic_credentials>>> authenticate::read_credentials(
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
