#pragma once

// What oneDNN 2.6 and 3.x spell differently. For files of this room alone.

#include <oneapi/dnnl/dnnl.hpp>

namespace seqlab {

/// The one engine of the process.
dnnl::engine& cpu_engine();

dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& c, const dnnl::primitive_attr& attributes);

/// c += a b instead of c = a b.
dnnl::primitive_attr adding();

}  // namespace seqlab
