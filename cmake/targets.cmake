# The three kinds of target of this house.
#
#   vf_library(json LEVEL 1 LINKS base VENDOR PkgConfig::RapidJSON)
#   vf_service(normaliser LINKS consumer json)
#   vf_test(vf_integration_tests SOURCES … LINKS …)
#
# A library sees the headers of the libraries it names and of nothing else, so an include from an
# undeclared library does not compile; naming a library of the same or a higher level does not
# configure. VENDOR libraries never reach the public headers: they are linked PRIVATE.

function(vf_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LEVEL" "LINKS;VENDOR;PUBLIC_VENDOR")
    if(NOT DEFINED arg_LEVEL)
        message(FATAL_ERROR "vf_library(${name}): LEVEL is missing")
    endif()
    foreach(link IN LISTS arg_LINKS)
        get_target_property(level vf_${link} VF_LEVEL)
        if(NOT level LESS arg_LEVEL)
            message(FATAL_ERROR
                "libs/${name} (level ${arg_LEVEL}) may not use libs/${link} (level ${level})")
        endif()
    endforeach()
    list(TRANSFORM arg_LINKS PREPEND vf_ OUTPUT_VARIABLE links)

    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp")
    if(sources)
        add_library(vf_${name} STATIC ${sources})
        target_include_directories(vf_${name} PUBLIC include PRIVATE src)
        target_link_libraries(vf_${name} PUBLIC ${links} ${arg_PUBLIC_VENDOR}
                              PRIVATE ${arg_VENDOR} $<BUILD_INTERFACE:vf_warnings>)
    else()
        message(FATAL_ERROR "libs/${name} has no sources")
    endif()
    add_library(vf::${name} ALIAS vf_${name})
    set_target_properties(vf_${name} PROPERTIES VF_LEVEL ${arg_LEVEL})
    _vf_tests_beside(vf_${name} vf_${name}_tests)
endfunction()

# services/<name>: everything but main.cpp is a static library that the tests link. Includes name the
# service ("normaliser/store.hpp"), so that no file can be another service's by mistake.
function(vf_service name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS;VENDOR")
    string(REPLACE "-" "_" target "${name}")
    list(TRANSFORM arg_LINKS PREPEND vf_ OUTPUT_VARIABLE links)

    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$|/tests/")
    add_library(vf_${target} STATIC ${sources})
    target_include_directories(vf_${target} PUBLIC "${CMAKE_SOURCE_DIR}/services")
    target_link_libraries(vf_${target} PUBLIC ${links}
                          PRIVATE ${arg_VENDOR} $<BUILD_INTERFACE:vf_warnings>)

    add_executable(${name} main.cpp)
    target_link_libraries(${name} PRIVATE vf_allocator vf_${target} vf_warnings)
    _vf_tests_beside(vf_${target} vf_${target}_tests)
endfunction()

function(vf_test target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LINKS;VENDOR")
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    if(VF_SANITIZE)
        math(EXPR arg_TIMEOUT "5 * ${arg_TIMEOUT}")
    endif()
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LINKS} ${arg_VENDOR} Catch2::Catch2WithMain
                          vf_warnings)
    catch_discover_tests(${target} DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABEL})
endfunction()

# tests/*_test.cpp beside a library or a service become one executable: linking is the cost.
function(_vf_tests_beside library target)
    if(NOT VF_TESTS)
        return()
    endif()
    file(GLOB tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/*.cpp")
    if(tests)
        vf_test(${target} SOURCES ${tests} LINKS ${library} LABEL unit)
        # A test may look at the private headers of its own library.
        target_include_directories(${target} PRIVATE
                                   "${CMAKE_SOURCE_DIR}/tests/support/include"
                                   "${CMAKE_CURRENT_SOURCE_DIR}/src")
    endif()
endfunction()
