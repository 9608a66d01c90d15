#include "kernels/dnnl_matmul.h"

namespace seqlab {

dnnl::engine& cpu_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& c, const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu_engine(), a, b, c, attributes};
#else
  return {dnnl::matmul::desc(a, b, c), attributes, cpu_engine()};
#endif
}

dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& bias, const dnnl::memory::desc& c) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu_engine(), a, b, bias, c};
#else
  return {dnnl::matmul::desc(a, b, bias, c), cpu_engine()};
#endif
}

dnnl::inner_product_backward_weights::primitive_desc weight_gradient_description(std::int64_t m, std::int64_t n,
                                                                                 std::int64_t k,
                                                                                 dnnl::memory::data_type type) {
  using Desc = dnnl::memory::desc;
  using Layout = dnnl::memory::format_tag;
  using Forward = dnnl::inner_product_forward;
  using Backward = dnnl::inner_product_backward_weights;
  const Desc a({k, m}, type, Layout::ab);
  const Desc b({k, n}, type, Layout::ab);
  const Desc weights({n, m}, type, Layout::ba);
  const Desc c({n, m}, dnnl::memory::data_type::f32, Layout::ba);
#if DNNL_VERSION_MAJOR >= 3
  const Forward::primitive_desc hint(cpu_engine(), dnnl::prop_kind::forward_training, a, weights, b);
  return {cpu_engine(), a, c, b, hint};
#else
  const Forward::primitive_desc hint(Forward::desc(dnnl::prop_kind::forward_training, a, weights, b), cpu_engine());
  return {Backward::desc(a, c, b), cpu_engine(), hint};
#endif
}

dnnl::primitive_attr adding() {
  dnnl::post_ops sum;
  sum.append_sum(1.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(sum);
  return attributes;
}

}  // namespace seqlab
