#pragma once

// What made a value of the tape: for messages, never for arithmetic.

#include <string>
#include <typeinfo>

#include "autodiff/leaf.h"

namespace seqlab {

struct Origin {
  const char* operation = "a custom operation";
  const Leaf* leaf = nullptr;                 // the parameter itself, or the one of a linear map or lookup
  const std::type_info* equations = nullptr;  // of pointwise: the author's lambda
};

/// "linear map by decoder.recurrent.weight", "pointwise in Lstm::step".
std::string to_text(const Origin& origin);

}  // namespace seqlab
