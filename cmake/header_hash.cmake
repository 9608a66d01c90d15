# Writes a header with a hash over the public headers (names and contents): cmake -DOUT=... -DROOT=framework -P header_hash.cmake
# The file is only rewritten when the hash changes, so that touching a header without changing it rebuilds nothing.
set(all "")
foreach(room core kernels autodiff nn data sequence vectors plugin)
  file(GLOB headers RELATIVE ${ROOT} ${ROOT}/${room}/*.h)
  list(SORT headers)
  foreach(header ${headers})
    file(SHA256 ${ROOT}/${header} hash)
    string(APPEND all "${header} ${hash}\n")
  endforeach()
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING ${hash} 0 16 hash)
file(CONFIGURE OUTPUT ${OUT} CONTENT "#pragma once\n#define SEQLAB_HEADER_HASH \"${hash}\"\n")
