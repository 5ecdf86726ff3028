# What Clang knows beyond one source file: at link time the whole program, and from a profile which
# of its branches are taken. Made by scripts/bench train; code that it does not know is compiled as
# without it. docs/decisions/0035-link-time-and-profile.md
option(VF_LTO "Optimise whole programs at link time" OFF)
option(VF_TRAIN "Build programs that write a profile when they end" OFF)
set(VF_PROFILE "" CACHE FILEPATH "The profile to optimise by; empty: none")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${VF_LTO})
    if(VF_LTO)
        # Programs share what the libraries come to.
        add_link_options("-Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/link-cache")
    endif()
    if(VF_TRAIN)
        add_compile_options(-fprofile-generate)
        add_link_options(-fprofile-generate)
    elseif(VF_PROFILE)
        add_compile_options("-fprofile-use=${VF_PROFILE}" -Wno-profile-instr-unprofiled
                            -Wno-profile-instr-out-of-date -Wno-backend-plugin)
    endif()
endif()
