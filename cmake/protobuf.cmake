# proto/vf/v1/*.proto become the library vf_proto. Only libs/wire and libs/facts may link
# it. Generated sources are compiled without our warnings.
file(GLOB vf_protos CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/proto"
     "${CMAKE_SOURCE_DIR}/proto/vf/v1/*.proto")
set(vf_proto_out "${CMAKE_BINARY_DIR}/proto")
set(vf_proto_sources)
foreach(proto IN LISTS vf_protos)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    list(APPEND vf_proto_sources "${vf_proto_out}/${stem}.pb.cc")
    list(APPEND vf_proto_headers "${vf_proto_out}/${stem}.pb.h")
endforeach()
list(TRANSFORM vf_protos PREPEND "${CMAKE_SOURCE_DIR}/proto/" OUTPUT_VARIABLE vf_proto_paths)
file(MAKE_DIRECTORY "${vf_proto_out}")
add_custom_command(
    OUTPUT ${vf_proto_sources} ${vf_proto_headers}
    COMMAND protobuf::protoc "--proto_path=${CMAKE_SOURCE_DIR}/proto" "--cpp_out=${vf_proto_out}"
            ${vf_protos}
    DEPENDS ${vf_proto_paths} protobuf::protoc
    VERBATIM)
add_library(vf_proto STATIC ${vf_proto_sources})
target_include_directories(vf_proto SYSTEM PUBLIC "${vf_proto_out}")
target_link_libraries(vf_proto PUBLIC protobuf::libprotobuf-lite)
