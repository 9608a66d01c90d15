# Turns results/schema.sql and results/queries/*.sql into a C++ file that defines what results/embedded.h declares.
#   cmake -DOUT=embedded.cpp -DROOT=<project>/results -P cmake/embed_sql.cmake

foreach(needed OUT ROOT)
  if(NOT DEFINED ${needed})
    message(FATAL_ERROR "embed_sql.cmake needs -D${needed}=...")
  endif()
endforeach()

file(READ "${ROOT}/schema.sql" schema)
set(text "// Made by cmake/embed_sql.cmake from results/*.sql.\n\n#include \"results/embedded.h\"\n\nnamespace seqlab {\n\n")
string(APPEND text "const std::string_view kSchemaSql = R\"~~sql~~(${schema})~~sql~~\";\n\n")
string(APPEND text "const std::vector<NamedQuery>& named_queries() {\n  static const std::vector<NamedQuery> queries{\n")

file(GLOB queries "${ROOT}/queries/*.sql")
list(SORT queries)
foreach(query IN LISTS queries)
  get_filename_component(name "${query}" NAME_WE)
  file(READ "${query}" sql)
  string(APPEND text "      {\"${name}\", R\"~~sql~~(${sql})~~sql~~\"},\n")
endforeach()
string(APPEND text "  };\n  return queries;\n}\n\n}  // namespace seqlab\n")
file(WRITE "${OUT}" "${text}")
