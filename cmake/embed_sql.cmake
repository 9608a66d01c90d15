# Turns results/schema.sql, results/queries/*.sql and results/migrations/*.sql into a C++ file that defines what results/embedded.h declares.
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
string(APPEND text "  };\n  return queries;\n}\n\n")

string(APPEND text "const std::vector<Migration>& migrations() {\n  static const std::vector<Migration> all{\n")
file(GLOB migrations "${ROOT}/migrations/*.sql")
list(SORT migrations COMPARE NATURAL)
foreach(migration IN LISTS migrations)
  get_filename_component(version "${migration}" NAME_WE)
  file(READ "${migration}" sql)
  string(APPEND text "      {${version}, R\"~~sql~~(${sql})~~sql~~\"},\n")
endforeach()
string(APPEND text "  };\n  return all;\n}\n\n}  // namespace seqlab\n")
file(WRITE "${OUT}" "${text}")
