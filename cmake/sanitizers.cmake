# VF_SANITIZE is a semicolon list: "address;undefined" or "thread".
set(VF_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(VF_SANITIZE)
    list(JOIN VF_SANITIZE "," vf_sanitizers)
    add_compile_options(-fsanitize=${vf_sanitizers} -fno-omit-frame-pointer
                        -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=${vf_sanitizers})
endif()
