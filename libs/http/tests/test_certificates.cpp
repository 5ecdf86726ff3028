#include "test_certificates.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include <unistd.h>

namespace vf::http::tests {

namespace {

constexpr const char* elliptic = "ec -pkeyopt ec_paramgen_curve:P-256";
constexpr const char* here = "DNS:localhost,IP:127.0.0.1";

struct certificate_request {
    const char* names;
    const char* key;
};

const std::map<std::string, certificate_request, std::less<>> signed_ones{
    {"local", {here, elliptic}},
    {"renewed", {here, elliptic}},
    {"other", {"DNS:other.example", elliptic}},
    {"rsa", {here, "rsa:2048"}},
};

}  // namespace

const test_certificates& test_certificates::get() {
    static const test_certificates certificates;
    return certificates;
}

test_certificates::test_certificates()
    : folder_{std::filesystem::temp_directory_path() / fmt::format("vf-tls-{}", ::getpid())} {
    std::filesystem::create_directories(folder_);
    run(fmt::format(
        "req -x509 -newkey {} -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem", elliptic
    ));
}

test_certificates::~test_certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string test_certificates::path(const std::string& name) const {
    const auto file = (folder_ / name).string();
    if (!std::filesystem::exists(file)) {
        if (name == "sealed.key") {
            run("pkey -in " + path("local.key") + " -aes128 -passout pass:geheim -out " + name);
        } else {
            sign(name.substr(0, name.find('.')));
        }
    }
    return file;
}

std::string test_certificates::text(const std::string& name) const {
    std::ifstream file{path(name)};
    return {std::istreambuf_iterator<char>{file}, {}};
}

tls_identity test_certificates::identity(const std::string& name) const {
    return {text(name + ".pem") + text("ca.pem"), text(name + ".key")};
}

void test_certificates::sign(const std::string& name) const {
    const auto& [names, key] = signed_ones.at(name);
    std::ofstream{folder_ / (name + ".ext")} << "subjectAltName=" << names << "\n";
    run(fmt::format("req -newkey {1} -nodes -subj /CN={0} -keyout {0}.key -out {0}.csr", name, key)
    );
    run(fmt::format(
        "x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
        "-extfile {0}.ext -out {0}.pem",
        name
    ));
}

void test_certificates::run(const std::string& what) const {
    const auto command =
        fmt::format("cd '{}' && openssl {} >/dev/null 2>&1", folder_.string(), what);
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error{"openssl " + what};
    }
}

}  // namespace vf::http::tests
