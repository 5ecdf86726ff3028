# Warnings of our own code are errors. Vendor headers arrive through SYSTEM include paths and
# generated protobuf sources are compiled without these.
add_library(vf_warnings INTERFACE)
target_compile_options(vf_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wunused-result -Werror)
