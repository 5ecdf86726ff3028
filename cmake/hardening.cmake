# Release binaries carry the hardening the OpenSSF guide asks for and Clang 19 knows.
option(VF_HARDEN "Harden the binaries" OFF)
if(VF_HARDEN)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS
                        -fstack-clash-protection -fstack-protector-strong -fcf-protection=full
                        -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks
                        -fno-strict-overflow -fstrict-flex-arrays=3 -fPIE)
    add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,nodlopen)
endif()
