#pragma once

// What oneDNN 2.6 and 3.x spell differently. For files of this room alone.

#include <cstdint>
#include <oneapi/dnnl/dnnl.hpp>

namespace seqlab {

/// The one engine of the process.
dnnl::engine& cpu_engine();

dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& c, const dnnl::primitive_attr& attributes);

/// With a row `bias` [1, N] added to each row of c.
dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& bias, const dnnl::memory::desc& c);

/// c [M, N] = a [K, M] transposed times b [K, N], rows one behind the other, as the gradient of a layer's weights.
dnnl::inner_product_backward_weights::primitive_desc weight_gradient_description(std::int64_t m, std::int64_t n,
                                                                                 std::int64_t k,
                                                                                 dnnl::memory::data_type type);

/// c += a b instead of c = a b.
dnnl::primitive_attr adding();

}  // namespace seqlab
