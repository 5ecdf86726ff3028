# Every third-party library, in one place. scripts/bootstrap puts them on the machine;
# librdkafka, libpqxx, libpq, RapidJSON and c-ares have no usable CMake package, so pkg-config finds
# them.
find_package(Threads REQUIRED)
find_package(Boost 1.83 REQUIRED CONFIG COMPONENTS url)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)

pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka>=2.8)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx>=7.10)
# libpqxx's own module names libpq only where it is the static archive we build ourselves.
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq>=15)
pkg_check_modules(RapidJSON REQUIRED IMPORTED_TARGET RapidJSON)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares>=1.18)

# The allocator of the services: named before the C and C++ libraries, it takes the place of theirs.
# A sanitizer has its own, which must see every allocation.
add_library(vf_allocator INTERFACE)
if(NOT VF_SANITIZE)
    find_library(VF_MIMALLOC mimalloc REQUIRED)
    target_link_libraries(vf_allocator INTERFACE "${VF_MIMALLOC}")
endif()

if(VF_TESTS)
    find_package(Catch2 3 REQUIRED)
    include(Catch)
endif()
